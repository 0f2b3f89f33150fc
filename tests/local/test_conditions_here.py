"""Conditions, modes and rollbacks in runs on this machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local.journal import Journal
from pipelinekit.local.log_files import log_files
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.standins import Work

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
ship = pk.CustomAction("Ship", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)


def line(mode: Any = "SUPERSEDED", **hooks: Any) -> pk.Pipeline:
    return pk.Pipeline("line", [pk.Stage("Source", checkout), pk.Stage("Live", ship, **hooks)], execution_mode=mode)


def run(where: Path, pipeline: pk.Pipeline, **options: Any) -> pk.local.Result:
    (where / "source").mkdir(exist_ok=True)
    (where / "source" / "page.txt").write_text("hello")
    workers = {"Ship": lambda job, work: None, **options.pop("workers", {})}
    sources = {"Checkout": where / "source"}
    return pk.run(pipeline, sources=sources, workers=workers, state=where / "state", **options)


def stage(result: pk.local.Result, name: str = "Live") -> Any:
    return next(one for one in result.shown["stages"] if one["name"] == name)


def commands(*lines: str) -> pk.rule.Commands:
    return pk.rule.Commands("Smoke", commands=list(lines), input=checkout.output)


@pytest.mark.parametrize(("command", "status"), [("grep -q hello page.txt", "Succeeded"), ("false", "Failed")])
def test_the_commands_of_a_rule_are_run(tmp_path: Path, command: str, status: str) -> None:
    result = run(tmp_path, line(before_entry=pk.Condition(commands(command), result="FAIL")))

    assert result.status == status
    assert stage(result)["beforeEntryConditionState"]["status"] == status
    assert (stage(result)["actions"][0]["status"] == "Succeeded") == (status == "Succeeded")


def test_a_stage_is_skipped(tmp_path: Path) -> None:
    other = pk.rule.VariableCheck("Main", variable="#{codepipeline.PipelineExecutionId}", operator="EQ", value="main")

    result = run(tmp_path, line(before_entry=pk.Condition(other, result="SKIP")))

    assert (result.status, stage(result)["status"]) == ("Succeeded", "Skipped")


def test_a_stand_in_tells_of_an_alarm(tmp_path: Path) -> None:
    asked: list[str] = []

    def alarm(job: Job, work: Work) -> pk.local.ActionResult:
        asked.append(f"{job.key}: {job.action.configuration['AlarmName']}")
        return pk.local.failed("5xx above 1 %")

    errors = pk.rule.CloudWatchAlarm("Errors", alarm="5xx")
    condition = pk.Condition(errors, result="FAIL")
    result = run(tmp_path, line(on_success=condition), workers={"Live/onSuccess/Errors": alarm})

    (rule,) = stage(result)["onSuccessConditionState"]["rules"]
    assert (result.status, asked) == ("Failed", ["Live/onSuccess/Errors: 5xx"])
    assert rule["errorDetails"]["message"] == "5xx above 1 %"


def test_a_failed_stage_is_retried_by_itself(tmp_path: Path) -> None:
    def flaky(job: Job, work: Work) -> pk.local.ActionResult | None:
        return pk.local.failed("flaky") if job.attempt == 1 else None

    result = run(tmp_path, line(on_failure=pk.Retry()), workers={"Ship": flaky})

    assert (result.status, result.action("Live/Ship")["attempt"]) == ("Succeeded", 2)


def test_a_failed_stage_is_rolled_back_with_the_artifacts_of_its_last_success(tmp_path: Path) -> None:
    shipped: list[str] = []

    def release(job: Job, work: Work) -> pk.local.ActionResult | None:
        text = (work.inputs["CheckoutOutput"] / "page.txt").read_text()
        if text == "broken":
            return pk.local.failed("500")
        shipped.append(text)
        return None

    pipeline = line(on_failure=pk.Rollback())
    run(tmp_path, pipeline, workers={"Ship": release})
    (tmp_path / "source" / "page.txt").write_text("broken")
    second = pk.run(
        pipeline, sources={"Checkout": tmp_path / "source"}, workers={"Ship": release}, state=tmp_path / "state"
    )

    with closing(Journal(tmp_path / "state")) as journal:
        rows = journal.query("SELECT * FROM executions ORDER BY started")
        rollback = show(journal, find_execution(journal, rows[2]["id"]))
    assert (second.status, shipped) == ("Failed", ["hello", "hello"])
    assert [(row["type"], row["status"]) for row in rows] == [
        ("STANDARD", "Succeeded"),
        ("STANDARD", "Failed"),
        ("ROLLBACK", "Succeeded"),
    ]
    assert rows[2]["target"] == rows[0]["id"]
    assert rollback["trigger"]["triggerType"] == "AutomatedRollback"


def test_an_open_window_lets_the_stage_begin(tmp_path: Path) -> None:
    always = pk.rule.DeploymentWindow("Always", cron="* * * * * ?")

    result = run(tmp_path, line(before_entry=pk.Condition(always, result="FAIL")))

    assert (result.status, stage(result)["beforeEntryConditionState"]["status"]) == ("Succeeded", "Succeeded")


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_pipelines_of_every_mode_run(tmp_path: Path, mode: str) -> None:
    assert run(tmp_path, line(mode)).succeeded
    assert run(tmp_path, line(mode)).succeeded


def test_cleaning_removes_what_rules_left(tmp_path: Path) -> None:
    run(tmp_path, line(before_entry=pk.Condition(commands("false"), result="FAIL")))
    left = list((tmp_path / "state" / "work").iterdir())

    pk.local.clean(state=tmp_path / "state")

    assert left != []
    assert [place for place in left if place.exists()] == []


def test_the_log_of_a_rule_is_found_by_its_stage_condition_and_name(tmp_path: Path) -> None:
    result = run(tmp_path, line(before_entry=pk.Condition(commands("cat page.txt"), result="FAIL")))

    (found,) = log_files(result.execution, "Live/beforeEntry/Smoke", state=tmp_path / "state")
    every = [key for key, _ in log_files(result.execution, state=tmp_path / "state")]
    assert "hello" in found[1].read_text()
    assert every.index("Source/Checkout") < every.index("Live/beforeEntry/Smoke")


def test_a_rule_that_never_started_is_named_with_what_did(tmp_path: Path) -> None:
    result = run(tmp_path, line(before_entry=pk.Condition(commands("true"), result="FAIL")))

    with pytest.raises(PipelineKitError, match=r"no 'Live/onSuccess/Smoke'; it has started .*Live/beforeEntry/Smoke"):
        log_files(result.execution, "Live/onSuccess/Smoke", state=tmp_path / "state")


def test_evaluations_of_rules_are_listed_by_status_the_newest_first(tmp_path: Path) -> None:
    run(tmp_path, line(before_entry=pk.Condition(commands("true"), result="FAIL")))
    failed = run(tmp_path, line(on_success=pk.Condition(commands("false"), result="FAIL")))

    every = pk.local.rule_history("line", state=tmp_path / "state")
    (one,) = pk.local.rule_history(status="Failed", execution=failed.execution, state=tmp_path / "state")
    assert [rule["stageCondition"] for rule in every] == ["onSuccess", "beforeEntry"]
    assert (one["stageName"], one["ruleName"], one["attempt"]) == ("Live", "Smoke", 1)
    assert one["output"]["executionResult"]["errorDetails"]["code"] == "JobFailed"


def test_the_status_of_a_rule_is_none_of_an_execution(tmp_path: Path) -> None:
    run(tmp_path, line())

    with pytest.raises(PipelineKitError, match="there is no status of a rule 'Superseded'"):
        pk.local.rule_history(status="Superseded", state=tmp_path / "state")


def test_pages_of_rules_follow_each_other(tmp_path: Path) -> None:
    rules = [pk.rule.Commands(name, commands=["true"], input=checkout.output) for name in ("One", "Two", "Three")]
    run(tmp_path, line(before_entry=pk.Condition(rules, result="FAIL")))

    first = pk.local.rule_history(limit=2, state=tmp_path / "state")
    second = pk.local.rule_history(limit=2, next_token=first.next_token, state=tmp_path / "state")
    assert sorted(rule["ruleName"] for rule in [*first, *second]) == ["One", "Three", "Two"]
    assert second.next_token is None


def test_the_end_of_an_execution_waits_for_rules_too(tmp_path: Path) -> None:
    run(tmp_path, line(on_success=pk.Condition(commands("sleep 0.05"), result="FAIL")))

    found = pk.local.timeline("latest", state=tmp_path / "state")

    assert [(span.stage, span.action) for span in found.critical][-1] == ("Live", "onSuccess/Smoke")
    assert len(found.spans) == len({(span.stage, span.action) for span in found.spans})
