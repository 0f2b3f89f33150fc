"""``pipelinekit check``: its forms, its options and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pipelinekit.cli import cli
from pipelinekit.codes import CODES

BUILDSPEC = "version: 0.1\nphases:\n  build:\n    commands:\n      - make\n"
TOLD = "version 0.1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "buildspec.yml").write_text(BUILDSPEC)
    (tmp_path / "broken.yml").write_text("version: 0.2\nphases:\n  built: {commands: [make]}\n")
    (tmp_path / "fine.yml").write_text(BUILDSPEC.replace("0.1", "0.2"))
    return tmp_path


def check(*arguments: str, stdin: str | None = None) -> tuple[int, str]:
    result: Result = CliRunner().invoke(cli, ["check", *arguments], standalone_mode=False, input=stdin)
    if result.exception is not None:
        raise result.exception
    return result.return_value, result.stdout


def test_a_warning_ends_with_0_and_strictly_with_1(home: Path) -> None:
    status, told = check("buildspec.yml")

    assert (status, told.splitlines()[-1]) == (0, "no errors, 1 warning")
    assert told.startswith("buildspec.yml:1:10: warning: ")
    assert check("buildspec.yml", "--strict")[0] == 1
    assert check("fine.yml", "--strict") == (0, "no errors, no warnings\n")


def test_several_files_are_counted_together(home: Path) -> None:
    status, told = check("fine.yml", "buildspec.yml", "broken.yml", "missing.yml")

    assert (status, told.splitlines()[-1]) == (1, "2 errors, 1 warning")
    assert "missing.yml: there is no such file" in told


def test_standard_input_is_checked(home: Path) -> None:
    status, told = check("-", stdin=BUILDSPEC)

    assert status == 0
    assert told.startswith("<stdin>:1:10: warning: ")


def test_an_option_ignores_for_a_reason(home: Path) -> None:
    assert check("buildspec.yml", "--strict", "--ignore", "PK601=It is old.") == (
        0,
        "no errors, no warnings, 1 ignored\n",
    )
    assert "PK151" in check("fine.yml", "--ignore", "PK601=It is old.")[1]


def test_an_option_without_a_reason_is_asked_wrongly(home: Path) -> None:
    import click

    with pytest.raises(click.UsageError, match="lacks a reason"):
        check("buildspec.yml", "--ignore", "PK601= ")


def test_json_carries_what_is_ignored(home: Path) -> None:
    (ignored,) = json.loads(check("buildspec.yml", "--format", "json", "--ignore", "PK601=It is old.")[1])
    (kept,) = json.loads(check("buildspec.yml", "--format", "json")[1])

    assert (ignored["code"], ignored["suppressed"]) == ("PK601", "It is old.")
    assert (kept["code"], kept["suppressed"], kept["line"], kept["column"]) == ("PK601", None, 1, 10)


def assert_valid(log: Any) -> None:
    """Hold a log against what the schema of SARIF 2.1.0 requires of the objects that we write."""
    assert set(log) >= {"version", "runs"}
    assert log["version"] == "2.1.0"
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert isinstance(driver["name"], str)
        rules = driver["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        for rule in rules:
            for text in ("shortDescription", "fullDescription", "help"):
                assert isinstance(rule[text]["text"], str)
                assert rule[text]["text"]
            assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert result["level"] in ("none", "note", "warning", "error")
            assert isinstance(result["message"]["text"], str)
            for location in result["locations"]:
                physical = location["physicalLocation"]
                uri = physical["artifactLocation"]["uri"]
                assert " " not in uri
                assert not uri.startswith("/")
                assert all(isinstance(number, int) and number >= 1 for number in physical["region"].values())
            for suppression in result.get("suppressions", ()):
                assert suppression["kind"] in ("inSource", "external")
                assert suppression["status"] in ("accepted", "underReview", "rejected")


def test_sarif_is_what_code_scanning_takes(home: Path) -> None:
    (home / "a dir").mkdir()
    (home / "a dir" / "buildspec.yml").write_text(BUILDSPEC.replace("0.1", "0.1 # pipelinekit: ignore PK601 old"))
    files = ["buildspec.yml", "broken.yml", str(home / "a dir" / "buildspec.yml"), "missing.yml"]

    status, told = check(*files, "--format", "sarif")
    log = json.loads(told)
    (run,) = log["runs"]

    assert status == 1
    assert_valid(log)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["PK100", "PK601", "PK602"]
    assert [
        (r["ruleId"], r["level"], r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for r in run["results"]
    ] == [
        ("PK601", "warning", "buildspec.yml"),
        ("PK602", "error", "broken.yml"),
        ("PK601", "warning", "a%20dir/buildspec.yml"),
        ("PK100", "error", "missing.yml"),
    ]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 10}
    assert run["results"][2]["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "old"}]


def test_every_code_makes_a_rule(home: Path) -> None:
    from pipelinekit.cli.sarif import sarif
    from pipelinekit.diagnostics import Diagnostic, Report
    from pipelinekit.files.checking import Checked

    findings = [Diagnostic(code=code, message="x", severity=entry.severity) for code, entry in CODES.items()]

    assert_valid(sarif([Checked(name="x.yml", kind="pipeline", report=Report(findings))], "1.0"))


PIPELINE = """
import pipelinekit as pk

checkout = pk.source.CodeConnections("Checkout", repository="a/b", branch="main", connection=pk.Parameter("C"))
unit = pk.build.Commands("Unit", input=checkout.output, commands=["true"])
pushed = pk.Trigger(checkout, push=[pk.Push(branches=["main"], file_paths=["lib/**"])])
pipeline = pk.Pipeline("p", [pk.Stage("Source", checkout), pk.Stage("Build", unit)], triggers=[pushed])
"""


def test_what_triggers_wait_for_is_looked_for_in_the_sources(home: Path) -> None:
    (home / "pipeline.py").write_text(PIPELINE)
    (home / "repository").mkdir()

    assert "[PK506]" in check("pipeline.py", "--source", "Checkout=repository")[1]
    (home / "repository" / "lib").mkdir()
    (home / "repository" / "lib" / "app.py").touch()
    assert "[PK506]" not in check("pipeline.py", "--source", "Checkout=repository")[1]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Chekout=.", "there is no such source; there are Checkout"),
        ("Checkout=", "is no directory"),
        ("Checkout=nowhere", "'nowhere' is no directory"),
    ],
)
def test_a_source_that_is_not_there_is_a_wrong_question(home: Path, given: str, told: str) -> None:
    (home / "pipeline.py").write_text(PIPELINE)

    with pytest.raises(click.UsageError, match=told):
        check("pipeline.py", "--source", given)


def test_a_source_of_one_of_several_pipelines_is_enough(home: Path) -> None:
    (home / "pipeline.py").write_text(PIPELINE)
    (home / "other.py").write_text(PIPELINE.replace('"Checkout"', '"Other"'))

    status, told = check("pipeline.py", "other.py", "buildspec.yml", "--source", "Other=.")

    assert (status, told.count("PK506")) == (0, 1)
