from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from local.past import DAY, past
from pipelinekit.cli import cli
from pipelinekit.diagnostics import PipelineKitError


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Executions of the last ten days, one a day; the fourth fails."""
    now = time.time()
    with past(tmp_path) as made:
        for day in range(10):
            happens = made.fails if day == 3 else made.succeeds
            happens(f"E{day}", now - (10 - day) * DAY)
    return tmp_path


def called(state: Path, *arguments: str) -> Result:
    done = CliRunner().invoke(cli, [*arguments, "--state", str(state)], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done


def test_history_goes_on_where_a_page_ended(state: Path) -> None:
    first = called(state, "history", "--limit", "3").output.splitlines()
    token = first[-1].removeprefix("there are more: --next ")
    second = called(state, "history", "--limit", "30", "--next", token).output.splitlines()

    assert [line[:2] for line in first[:-1]] == ["E9", "E8", "E7"]
    assert [line[:2] for line in second] == ["E6", "E5", "E4", "E3", "E2", "E1", "E0"]


def test_history_takes_its_filters_together(state: Path) -> None:
    arguments = ["--since", "8d", "--until", "2d", "--status", "Failed", "--status", "Stopped"]
    done = called(
        state, "history", "site", *arguments, "--trigger", "StartPipelineExecution", "--succeeded-in", "Source"
    )

    assert [line[:2] for line in done.output.splitlines()] == ["E3"]


def test_history_as_json_has_the_names_of_the_api(state: Path) -> None:
    found = json.loads(called(state, "history", "--limit", "1", "--json").output)

    assert set(found) == {"pipelineExecutionSummaries", "nextToken"}
    assert found["pipelineExecutionSummaries"][0]["pipelineExecutionId"] == "E9"
    assert found["pipelineExecutionSummaries"][0]["trigger"]["triggerType"] == "StartPipelineExecution"


def test_attempts_at_actions_are_listed_with_their_errors(state: Path) -> None:
    lines = called(state, "history", "--execution", "E3").output.splitlines()
    of_all = json.loads(called(state, "history", "site", "--actions", "--status", "Failed", "--json").output)

    assert [line.split("  ", 2)[2] for line in lines] == [
        "Test/Work  Failed  5.0 s  1 test failed",
        "Source/Checkout  Succeeded  10 s",
    ]
    assert [one["pipelineExecutionId"] for one in of_all["actionExecutionDetails"]] == ["E3"]


def test_filters_of_executions_are_none_of_actions(state: Path) -> None:
    with pytest.raises(Exception, match="leave --actions, --rules and --execution away"):
        called(state, "history", "--actions", "--succeeded-in", "Test")


def test_history_says_when_there_is_nothing(state: Path) -> None:
    assert called(state, "history", "--status", "Stopped").output == "no such execution\n"
    assert called(state, "history", "--actions", "--status", "Abandoned").output == "no such attempt at an action\n"


@pytest.mark.parametrize("command", ["history", "report"])
def test_a_time_that_is_none_is_named(state: Path, command: str) -> None:
    with pytest.raises(PipelineKitError, match="'last week' is no time"):
        called(state, command, "--since", "last week")


def test_a_report_is_text_json_or_a_page(state: Path, tmp_path: Path) -> None:
    text = called(state, "report", "site").output
    data = json.loads(called(state, "report", "--since", "5d", "--format", "json").output)
    page = tmp_path / "report.html"
    written = called(state, "report", "site", "-o", str(page)).output

    assert "success rate:        90.0 % (of 10 that succeeded or failed)" in text
    assert (data["pipelineName"], data["executions"], data["successRate"]) == (None, 4, 1.0)
    assert written == f"{page}\n"
    assert page.read_text().startswith("<!doctype html>")


def test_a_report_begins_with_the_first_execution(state: Path) -> None:
    data = json.loads(called(state, "report", "--since", "1970-01-01", "--format", "json").output)

    assert len(data["buckets"]) == 11
    assert data["executionsPerDay"] == pytest.approx(1, abs=0.01)


def test_a_dry_run_tells_and_removes_nothing(state: Path) -> None:
    told = called(state, "gc", "--older-than", "5d12h", "--dry-run").output.splitlines()
    left = called(state, "history", "--json").output

    assert [line[:15] for line in told[:4]] == [f"would remove E{day}" for day in (0, 1, 2, 3)]
    assert told[5].startswith("would remove 5 executions, with ")
    assert len(json.loads(left)["pipelineExecutionSummaries"]) == 10


def test_what_was_removed_is_gone_and_history_says_so(state: Path) -> None:
    done = called(state, "gc", "--older-than", "5d12h").output
    lines = called(state, "history").output.splitlines()
    found = json.loads(called(state, "history", "--json").output)

    assert done.startswith("removed 5 executions, freed ")
    assert [line[:2] for line in lines[:-1]] == ["E9", "E8", "E7", "E6", "E5"]
    assert "`pipelinekit gc` removed executions that ended before 20" in lines[-1]
    assert found["removedBefore"].startswith("20")
    assert "removed by `pipelinekit gc`" in called(state, "report", "--since", "90d").output
    assert called(state, "gc", "--older-than", "5d12h").output == "removed 0 executions, freed 0 bytes\n"


def test_retention_needs_to_be_told_how_old(state: Path) -> None:
    with pytest.raises(Exception, match=r"older.than"):
        called(state, "gc")
