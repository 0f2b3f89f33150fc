from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pipelinekit.cli import pictures
from pipelinekit.drawing import FORMATS

SOURCE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
bundle = pk.build.Commands("Bundle", input=checkout.output, commands=["VERSION=7"], output_variables=["VERSION"])
go_live = pk.approval.Manual("GoLive", message=f"Ship {bundle.variable('VERSION')}?")
live = pk.Stage("Live", go_live)
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", bundle), live])
LOCAL = pk.local.Bindings(sources={"Checkout": "source"})
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory in which a pipeline ran until its approval; tests only look at it."""
    home = tmp_path_factory.mktemp("ran")
    (home / "source").mkdir()
    (home / "source" / "page.txt").write_text("hello\n")
    (home / "pipeline.py").write_text(SOURCE)
    assert pipelinekit(home, "run", "pipeline.py").returncode == 3
    return home


def pipelinekit(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIPELINEKIT")}
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        env=kept,
        stdin=subprocess.DEVNULL,
    )


def test_an_execution_is_drawn_by_the_definition_it_runs_by(ran: Path) -> None:
    done = pipelinekit(ran, "graph", "--execution", "latest", "--state", ".pipelinekit")

    assert (done.returncode, done.stderr) == (0, "")
    assert "✔ Bundle" in done.stdout
    assert '"Ship 7?"' in done.stdout


def test_a_picture_is_written_in_the_format_of_its_file(ran: Path, tmp_path: Path) -> None:
    done = pipelinekit(ran, "graph", "--execution", "latest", "-o", str(tmp_path / "site.svg"))

    assert (done.returncode, done.stdout) == (0, f"{tmp_path / 'site.svg'}\n")
    title = ET.parse(tmp_path / "site.svg").getroot().findtext("{http://www.w3.org/2000/svg}title") or ""
    assert title.startswith("site (V2, SUPERSEDED), execution ")
    assert ": Waiting since " in title


def test_a_format_that_is_asked_for_wins_over_the_files_name(ran: Path, tmp_path: Path) -> None:
    pipelinekit(ran, "graph", "pipeline.py", "--format", "dot", "-o", str(tmp_path / "site.svg"))

    assert (tmp_path / "site.svg").read_text().startswith('digraph "site" {')


def test_an_execution_can_be_drawn_into_a_changed_pipeline(ran: Path, tmp_path: Path) -> None:
    changed = SOURCE.replace('pk.Stage("Live", go_live)', 'pk.Stage("Live", [go_live, pk.approval.Manual("Also")])')
    (tmp_path / "pipeline.py").write_text(changed)

    drawn = pipelinekit(ran, "graph", str(tmp_path / "pipeline.py"), "--execution", "latest").stdout

    assert "○ Also" in drawn
    assert "◆ GoLive" in drawn


def test_a_transition_that_was_disabled_since_is_shown(ran: Path) -> None:
    assert pipelinekit(ran, "transition", "site", "Live", "disable", "--reason", "Frozen").returncode == 0
    closed = pipelinekit(ran, "graph", "--execution", "latest").stdout
    assert pipelinekit(ran, "transition", "site", "Live", "enable").returncode == 0
    open_again = pipelinekit(ran, "graph", "--execution", "latest").stdout

    assert "✕ closed: Frozen" in closed
    assert "✕" not in open_again


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "name a PIPELINE, or an --execution"),
        (["--execution", "nope"], 1, "there is no execution 'nope'"),
        (["--execution", "latest", "--state", "elsewhere"], 1, "nothing was run here yet"),
        (["pipeline.py", "--format", "png"], 2, "'png' is not one of"),
        (["pipeline.py", "-o", "no/such/directory.svg"], 1, "no/such/directory.svg: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(ran: Path, arguments: list[str], status: int, said: str) -> None:
    done = pipelinekit(ran, "graph", *arguments)

    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_execution_of_another_pipeline_is_refused(ran: Path, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(SOURCE.replace('"site"', '"other"'))

    done = pipelinekit(ran, "graph", str(tmp_path / "other.py"), "--execution", "latest")

    assert done.returncode == 1
    assert "error: this is an execution of the pipeline 'site', not of 'other'" in done.stderr


def test_the_command_line_has_every_format() -> None:
    (form,) = [option for option in pictures.graph.params if option.name == "form"]

    assert tuple(getattr(form.type, "choices", ())) == FORMATS


def test_a_timeline_is_printed_or_written_as_svg(ran: Path, tmp_path: Path) -> None:
    printed = pipelinekit(ran, "timeline", "latest")
    written = pipelinekit(ran, "timeline", "latest", "-o", str(tmp_path / "time.svg"))

    assert "The end waited for Checkout" in printed.stdout
    assert written.stdout == f"{tmp_path / 'time.svg'}\n"
    assert (tmp_path / "time.svg").read_text().startswith("<svg ")


def test_a_timeline_of_an_unknown_execution_is_refused(ran: Path) -> None:
    done = pipelinekit(ran, "timeline", "zzz")

    assert (done.returncode, "there is no execution 'zzz'" in done.stderr) == (1, True)
