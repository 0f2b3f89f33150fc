"""Variables of the pipeline in runs on this machine, and what such a run refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.local.recorders import Recorder

ROOT = Path(__file__).resolve().parents[2]

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
target = pk.PipelineVariable("TARGET", default="beta")
who = pk.PipelineVariable("WHO")
publish = pk.CustomAction(
    "Publish",
    action_type=pk.ActionTypeId("Deploy", "Custom", "Publisher"),
    configuration={"Where": f"{target} for {who}"},
    input=checkout.output,
)


def shop(**more: Any) -> pk.Pipeline:
    return pk.Pipeline(
        "shop",
        [pk.Stage("Source", checkout), pk.Stage("Deploy", publish, **more)],
        variables=[target, who],
    )


def run(where: Path, pipeline: pk.Pipeline, **asked: Any) -> tuple[pk.local.Result, Recorder]:
    notes = pk.local.record()
    (where / "source").mkdir(exist_ok=True)
    (where / "source" / "page.txt").write_text("hello")
    done = pk.run(
        pipeline, sources={"Checkout": where / "source"}, workers={"Publish": notes}, state=where / "state", **asked
    )
    return done, notes


def published(notes: Recorder) -> list[str]:
    return [one.configuration["Where"] for one in notes.recorded]


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({"WHO": "ada"}, "beta for ada"),
        ({"WHO": "ada", "TARGET": "prod"}, "prod for ada"),
    ],
)
def test_an_action_gets_what_the_start_gave_or_else_the_default(
    tmp_path: Path, variables: Mapping[str, str], where: str
) -> None:
    done, notes = run(tmp_path, shop(), variables=variables)

    assert done.succeeded
    assert published(notes) == [where]


@pytest.mark.parametrize(
    ("variables", "code", "sentence"),
    [
        ({}, "PK904", "has no default, so a start has to give it a value"),
        ({"WHO": ""}, "PK904", "is given as an empty text, which AWS takes for none"),
        ({"WHO": "ada", "TARGETS": "x"}, "PK905", "the pipeline has no variable 'TARGETS'"),
    ],
)
def test_a_start_that_aws_would_refuse_is_refused_before_anything_runs(
    tmp_path: Path, variables: Mapping[str, str], code: str, sentence: str
) -> None:
    with pytest.raises(pk.InvalidPipeline) as caught:
        run(tmp_path, shop(), variables=variables)

    assert [(f.code, f.message) for f in caught.value.diagnostics] == [(code, sentence)]
    assert not (tmp_path / "state").exists()


def test_one_action_alone_has_the_variables_of_its_own_start(tmp_path: Path) -> None:
    run(tmp_path, shop(), variables={"WHO": "ada"})
    _, notes = run(tmp_path, shop(), variables={"WHO": "bob"}, only="Deploy/Publish")

    assert published(notes) == ["beta for bob"]


def test_a_rule_that_cannot_be_evaluated_here_needs_a_stand_in(tmp_path: Path) -> None:
    calm = pk.Condition(pk.rule.CloudWatchAlarm("Calm", alarm="errors"), result="FAIL")

    with pytest.raises(pk.InvalidPipeline) as caught:
        run(tmp_path, shop(before_entry=calm), variables={"WHO": "ada"})

    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.where.path[1:]) == ("PK900", ("Deploy", "before_entry", "Calm"))
    assert 'workers={"Deploy/beforeEntry/Calm": function}' in finding.hint


def test_the_command_line_gives_variables_too(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello")
    file = tmp_path / "pipeline.py"
    file.write_text(
        "import pipelinekit as pk\n"
        'checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")\n'
        'who = pk.PipelineVariable("WHO")\n'
        'greet = pk.build.Commands("Greet", input=checkout.output, commands=[f"echo hello {who}"])\n'
        'pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", greet)], variables=[who])\n'
    )
    asked = [
        sys.executable,
        "-m",
        "pipelinekit",
        "run",
        str(file),
        "--source",
        f"Checkout={tmp_path / 'source'}",
        "--state",
        str(tmp_path / "state"),
    ]

    refused = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT)
    done = subprocess.run([*asked, "--variable", "WHO=ada"], capture_output=True, text=True, cwd=ROOT)

    assert (refused.returncode, done.returncode) == (1, 0)
    assert "--variable WHO=..." in refused.stderr
    assert any("hello ada" in log.read_text() for log in (tmp_path / "state" / "executions").rglob("*.log"))
