"""People roll stages back and override conditions on this machine."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.execution.refusals import Refused
from pipelinekit.local.journal import Journal

ROOT = Path(__file__).resolve().parents[2]
checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")


def line(audit: Path, value: str = "") -> pk.Pipeline:
    ship = pk.build.Commands("Ship", input=checkout.output, commands=[f"cat page.txt >> {audit}"])
    check = pk.rule.VariableCheck(
        "Check", variable="#{codepipeline.PipelineExecutionId}", operator="CONTAINS", value=value or "-"
    )
    return pk.Pipeline(
        "line",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Live", ship, before_entry=pk.Condition(check, result="FAIL")),
        ],
    )


def run(where: Path, page: str, pipeline: pk.Pipeline) -> pk.local.Result:
    (where / "source").mkdir(exist_ok=True)
    (where / "source" / "page.txt").write_text(page + "\n")
    return pk.run(pipeline, sources={"Checkout": where / "source"}, state=where / "state")


def test_a_stage_goes_back_to_an_earlier_execution(tmp_path: Path) -> None:
    pipeline = line(tmp_path / "audit")
    first = run(tmp_path, "one", pipeline)
    run(tmp_path, "two", pipeline)

    back = pk.local.rollback("Live", first.execution, state=tmp_path / "state")

    assert (back.status, (tmp_path / "audit").read_text().split()) == ("Succeeded", ["one", "two", "one"])
    assert [stage["status"] for stage in back.shown["stages"]] == ["NotStarted", "Succeeded"]
    with closing(Journal(tmp_path / "state")) as journal:
        (row,) = journal.query("SELECT trigger, target FROM executions WHERE type = 'ROLLBACK'")
    assert (row["trigger"], row["target"]) == ("ManualRollback", first.execution)


def test_what_the_api_refuses_starts_nothing(tmp_path: Path) -> None:
    first = run(tmp_path, "one", line(tmp_path / "audit"))

    with pytest.raises(Refused) as refused:
        pk.local.rollback("Source", first.execution, state=tmp_path / "state")

    assert refused.value.error == "UnableToRollbackStageException"
    assert len(pk.local.history(state=tmp_path / "state")) == 1


def test_a_condition_is_overridden_and_the_execution_goes_on(tmp_path: Path) -> None:
    failed = run(tmp_path, "one", line(tmp_path / "audit", value="none of an id"))

    result = pk.local.override(failed.execution, "Live", state=tmp_path / "state")

    assert (failed.status, result.status) == ("Failed", "Succeeded")
    live = result.shown["stages"][1]
    assert (live["status"], live["beforeEntryConditionState"]["status"]) == ("Succeeded", "Overridden")


def test_the_command_line_rolls_back_and_overrides(tmp_path: Path) -> None:
    first = run(tmp_path, "one", line(tmp_path / "audit"))
    run(tmp_path, "two", line(tmp_path / "audit"))
    failed = run(tmp_path, "three", line(tmp_path / "audit", value="none of an id"))

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "pipelinekit", *arguments, "--state", str(tmp_path / "state")]
        return subprocess.run(argv, capture_output=True, text=True, cwd=ROOT)

    refused = command("rollback", "Live", "--to", first.execution)
    overridden = command("override", failed.execution, "Live")
    back = command("rollback", "Live", "--to", failed.execution)

    assert (refused.returncode, overridden.returncode, back.returncode) == (1, 0, 0)
    assert "ran by version 1 of the pipeline: it has changed since" in refused.stderr
    assert "beforeEntry of Live was overridden" in overridden.stdout
    assert "to roll Live back" in back.stdout
    assert (tmp_path / "audit").read_text().split() == ["one", "two", "three", "three"]


def test_what_a_rollback_took_the_place_of_cannot_be_retried_by_a_later_process(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    ship = pk.build.Commands("Ship", input=checkout.output, commands=[f"test ! -e {flag}"])
    pipeline = pk.Pipeline("line", [pk.Stage("Source", checkout), pk.Stage("Live", ship)])
    first = run(tmp_path, "one", pipeline)
    flag.touch()
    failed = run(tmp_path, "two", pipeline)
    flag.unlink()
    pk.local.rollback("Live", first.execution, state=tmp_path / "state")

    with closing(Journal(tmp_path / "state")) as journal:
        state = journal.state("line")

    assert failed.status == "Failed"
    assert (failed.execution in state.executions, state.gate("Live").ended) == (False, None)
    with pytest.raises(Refused):
        pk.local.retry(failed.execution, "Live", state=tmp_path / "state")


def test_a_condition_is_named_as_the_declaration_has_it(tmp_path: Path) -> None:
    failed = run(tmp_path, "one", line(tmp_path / "audit", value="none of an id"))

    with pytest.raises(pk.PipelineKitError, match="beforeEntry or onSuccess, not 'BEFORE_ENTRY'"):
        pk.local.override(failed.execution, "Live", "BEFORE_ENTRY", state=tmp_path / "state")  # type: ignore[arg-type]
