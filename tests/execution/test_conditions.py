from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import pytest

import pipelinekit as pk
from execution.scenes import MET, UNMET, act, alarm, check, checkout, line
from pipelinekit.execution import events as happened
from pipelinekit.execution.refusals import Refused
from pipelinekit.testing import Simulation, fail, simulate, succeed

FINE = {"*": succeed()}


def ran(pipeline: pk.Pipeline, outcomes: Mapping[str, Any] = FINE, **options: Any) -> Simulation:
    sim = simulate(pipeline, outcomes, **options)
    sim.start()
    sim.run()
    return sim


def test_a_stage_whose_entry_condition_is_met_runs() -> None:
    sim = ran(line(before_entry=pk.Condition(MET, result="FAIL")))

    assert (sim.status, sim.stage("Live").condition("beforeEntry")) == ("Succeeded", "Succeeded")


def test_a_stage_whose_entry_condition_is_not_met_fails_before_its_actions() -> None:
    sim = ran(line(before_entry=pk.Condition(UNMET, result="FAIL")))

    assert (sim.status, sim.stage("Live").status) == ("Failed", "Failed")
    assert sim.stage("Live").condition("beforeEntry") == "Failed"
    assert not sim.action("Live/Ship").started
    assert sim.stage("Live").holder is None


def test_a_skipped_stage_runs_nothing_and_the_execution_goes_on_behind_it() -> None:
    pipeline = pk.Pipeline(
        "line",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", act("Make"), before_entry=pk.Condition(UNMET, result="SKIP")),
            pk.Stage("Live", act("Ship")),
        ],
    )

    sim = ran(pipeline)

    assert (sim.stage("Build").status, sim.status) == ("Skipped", "Succeeded")
    assert not sim.action("Build/Make").started


def test_a_pipeline_may_end_with_a_skipped_stage() -> None:
    sim = ran(line(before_entry=pk.Condition(UNMET, result="SKIP")))

    assert (sim.stage("Live").status, sim.status) == ("Skipped", "Succeeded")


def test_an_artifact_of_a_skipped_stage_does_not_exist() -> None:
    make = pk.build.CodeBuild("Make", input=checkout.output, buildspec=pk.BuildSpec(build=["x"], artifacts=["*"]))
    ship = pk.deploy.S3("Ship", input=make.output, bucket="site", extract=True)
    pipeline = pk.Pipeline(
        "line",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", make, before_entry=pk.Condition(UNMET, result="SKIP")),
            pk.Stage("Live", ship),
        ],
    )

    sim = ran(pipeline)

    assert "MakeOutput does not exist" in sim.action("Live/Ship").error


def test_the_stage_is_held_while_its_entry_condition_is_evaluated() -> None:
    pipeline = line(before_entry=pk.Condition(alarm(wait_minutes=10), result="FAIL"))
    sim = ran(pipeline, alarms={"errors": "ALARM"})

    sim.start()
    sim.run()

    assert sim.stage("Live").holder == sim.execution("E1")
    assert sim.stage("Live").inbound == sim.execution("E2")


def test_an_entry_alarm_is_waited_for_until_it_is_good() -> None:
    pipeline = line(before_entry=pk.Condition(alarm(wait_minutes=10), result="FAIL"))
    sim = ran(pipeline, alarms={"errors": "ALARM"})
    sim.at("5m", lambda sim: sim.alarm("errors", "OK"))

    sim.advance(minutes=4)
    before = sim.status
    sim.advance(minutes=1)

    assert (before, sim.status) == ("InProgress", "Succeeded")


def test_an_entry_alarm_that_stays_bad_fails_the_stage_when_its_time_is_over() -> None:
    pipeline = line(before_entry=pk.Condition(alarm(wait_minutes=10), result="FAIL"))
    sim = ran(pipeline, alarms={"errors": "ALARM"})

    sim.advance(minutes=10)

    assert (sim.status, sim.action("Live/beforeEntry/Errors").error) == ("Failed", "the alarm errors is ALARM")


def test_all_rules_of_a_condition_must_succeed() -> None:
    sim = ran(line(before_entry=pk.Condition([check("A"), check("B", value="no")], result="FAIL")))

    assert sim.status == "Failed"
    assert sim.action("Live/beforeEntry/A").status == "Succeeded"
    assert "does not hold" in sim.action("Live/beforeEntry/B").error


def test_a_success_condition_that_is_not_met_fails_the_stage() -> None:
    sim = ran(line(on_success=pk.Condition(UNMET, result="FAIL")))

    assert (sim.status, sim.stage("Live").status, sim.action("Live/Ship").status) == ("Failed", "Failed", "Succeeded")


def test_an_alarm_after_success_is_watched_for_its_time() -> None:
    pipeline = line(on_success=pk.Condition(alarm(wait_minutes=10), result="FAIL"))
    sim = ran(pipeline, alarms={"errors": "OK"})

    sim.advance(minutes=9)
    before = sim.status
    sim.advance(minutes=1)

    assert (before, sim.status) == ("InProgress", "Succeeded")


def test_a_success_condition_rolls_the_stage_back_and_the_execution_goes_no_further() -> None:
    pipeline = line(on_success=pk.Condition(alarm(wait_minutes=10), result="ROLLBACK"))
    sim = ran(pipeline, alarms={"errors": "OK"})
    sim.advance(minutes=10)

    sim.start()
    sim.run()
    sim.alarm("errors", "ALARM")
    sim.run()

    first, second, rollback = sim.executions
    assert (first.status, second.status, rollback.status) == ("Succeeded", "Failed", "Succeeded")
    assert second.stage("Live").status == "Succeeded"
    assert (rollback.type, rollback.trigger, rollback.target) == ("ROLLBACK", "AutomatedRollback", first)


def test_a_failure_without_conditions_rolls_back_to_the_last_success() -> None:
    sim = simulate(line(on_failure=pk.Rollback()), {"Live/Ship": ends_by_execution, "*": succeed()})
    for _ in range(2):
        sim.start()
        sim.run()

    first, second, rollback = sim.executions
    assert (first.status, second.status, rollback.status) == ("Succeeded", "Failed", "Succeeded")
    assert (rollback.target, rollback.action("Live/Ship").started) == (first, True)
    assert not rollback.action("Build/Make").started


def ends_by_execution(job: Any) -> Any:
    return fail("broken") if job.execution == "E2" else succeed()


def test_where_nothing_succeeded_there_is_no_rollback() -> None:
    sim = ran(line(on_failure=pk.Rollback()), {"Live/*": fail(), "*": succeed()})

    assert [one.status for one in sim.executions] == ["Failed"]


def test_after_an_update_there_is_nothing_to_roll_back_to() -> None:
    sim = simulate(line(on_failure=pk.Rollback()), {"Live/Ship": ends_by_execution, "*": succeed()})
    sim.start()
    sim.run()
    sim.update(line(on_failure=pk.Rollback()))

    sim.start()
    sim.run()

    assert [one.status for one in sim.executions] == ["Succeeded", "Failed"]


def test_a_rollback_that_fails_is_not_rolled_back() -> None:
    sim = simulate(line(on_failure=pk.Rollback()), {"Live/Ship": only_the_first, "*": succeed()})
    for _ in range(2):
        sim.start()
        sim.run()

    assert [(one.type, one.status) for one in sim.executions] == [
        ("STANDARD", "Succeeded"),
        ("STANDARD", "Failed"),
        ("ROLLBACK", "Failed"),
    ]


def only_the_first(job: Any) -> Any:
    return succeed() if job.execution == "E1" else fail("broken")


def test_a_failure_condition_engages_when_it_is_met() -> None:
    pipeline = line(on_failure=pk.Condition(alarm(), result="ROLLBACK"))
    sim = simulate(pipeline, {"Live/Ship": ends_by_execution, "*": succeed()}, alarms={"errors": "ALARM"})
    for _ in range(2):
        sim.start()
        sim.run()

    assert [one.type for one in sim.executions] == ["STANDARD", "STANDARD", "ROLLBACK"]


def test_a_failure_condition_that_is_not_met_leaves_the_stage_failed() -> None:
    pipeline = line(on_failure=pk.Condition(alarm(), result="ROLLBACK"))
    sim = simulate(pipeline, {"Live/Ship": ends_by_execution, "*": succeed()}, alarms={"errors": "OK"})
    for _ in range(2):
        sim.start()
        sim.run()

    assert [one.status for one in sim.executions] == ["Succeeded", "Failed"]


def test_a_function_that_fails_meets_a_failure_condition() -> None:
    smoke = pk.rule.LambdaInvoke("Smoke", function="smoke")
    outcomes: dict[str, Any] = {"Live/Ship": ends_by_execution, "Live/onFailure/Smoke": fail("500"), "*": succeed()}
    sim = simulate(line(on_failure=pk.Condition(smoke, result="ROLLBACK")), outcomes)
    for _ in range(2):
        sim.start()
        sim.run()

    assert sim.latest.type == "ROLLBACK"


@pytest.mark.parametrize("hook", ["before_entry", "on_success"])
def test_a_failed_condition_can_be_overridden(hook: str) -> None:
    sim = ran(line(**{hook: pk.Condition(UNMET, result="FAIL")}))
    failed = sim.status

    name: Any = {"before_entry": "beforeEntry", "on_success": "onSuccess"}[hook]
    sim.override("Live", name)
    sim.run()

    assert (failed, sim.status) == ("Failed", "Succeeded")
    assert sim.stage("Live").condition(name) == "Overridden"


def test_overriding_a_condition_abandons_its_rules() -> None:
    pipeline = line(before_entry=pk.Condition(alarm(wait_minutes=10), result="FAIL"))
    sim = ran(pipeline, alarms={"errors": "ALARM"})

    sim.override("Live")
    sim.run()

    assert sim.action("Live/beforeEntry/Errors").status == "Abandoned"
    assert sim.status == "Succeeded"


def test_an_execution_that_a_condition_no_longer_holds_lets_the_next_one_in() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(on_success=pk.Condition(probe, result="FAIL"))
    sim = ran(pipeline, {"Live/onSuccess/*": succeed(after="1h"), "*": succeed()})
    first = sim.latest.id
    second = sim.start()
    sim.run()
    waiting = sim.stage("Live").inbound

    sim.override("Live", "onSuccess", execution=first)
    sim.run()

    assert (waiting and waiting.id, sim.execution(first).status) == (second, "Succeeded")
    holder = sim.stage("Live").holder
    assert (holder and holder.id, sim.stage("Live").inbound) == (second, None)


def test_a_condition_that_skips_cannot_be_overridden() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(before_entry=pk.Condition(probe, result="SKIP"))
    sim = ran(pipeline, {"Live/beforeEntry/*": succeed(after="1m"), "*": succeed()})

    with pytest.raises(Refused) as refused:
        sim.override("Live")

    assert refused.value.error == "ConditionNotOverridableException"


def test_a_condition_that_holds_nobody_up_cannot_be_overridden() -> None:
    sim = ran(line(live=pk.approval.Manual("Yes")))

    with pytest.raises(Refused) as refused:
        sim.override("Live")

    assert refused.value.error == "ConditionNotOverridableException"


def test_after_a_newer_execution_entered_a_condition_cannot_be_overridden() -> None:
    sim = ran(line(before_entry=pk.Condition(UNMET, result="FAIL")))
    sim.start()
    sim.run()

    with pytest.raises(Refused) as refused:
        sim.override("Live", execution="E1")

    assert refused.value.error == "NotLatestPipelineExecutionException"


def test_a_stage_that_failed_by_its_condition_has_nothing_to_retry() -> None:
    sim = ran(line(before_entry=pk.Condition(UNMET, result="FAIL")))

    with pytest.raises(Refused, match="can be overridden") as refused:
        sim.retry("Live")

    assert refused.value.error == "StageNotRetryableException"


def test_a_rule_whose_variable_has_no_value_is_an_error_of_the_condition() -> None:
    source = pk.source.CodeConnections("Source", repository="a/b", branch="main", connection=pk.Parameter("C"))
    tagged = check("Tagged", variable=str(source.variable("TagName")))
    ship = pk.CustomAction("Ship", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=source.output)
    pipeline = pk.Pipeline(
        "line",
        [
            pk.Stage("Source", source),
            pk.Stage("Live", ship, before_entry=pk.Condition(tagged, result="FAIL")),
        ],
    )

    sim = ran(pipeline)

    assert (sim.status, sim.stage("Live").condition("beforeEntry")) == ("Failed", "Errored")
    assert "#{Source.TagName} has no value" in sim.action("Live/beforeEntry/Tagged").error


def test_a_deployment_window_opens_by_the_time() -> None:
    window = pk.rule.DeploymentWindow("Office", cron="* * 14-16 ? * MON-FRI", time_zone="UTC", timeout_minutes=600)
    sim = ran(line(before_entry=pk.Condition(window, result="FAIL")), begin="2026-01-05T09:00:00+00:00")

    sim.advance(hours=4.9)
    before = sim.action("Live/beforeEntry/Office").status
    sim.advance(hours=0.1)

    assert (before, sim.status) == ("InProgress", "Succeeded")


def test_a_deployment_window_that_stays_closed_times_out() -> None:
    window = pk.rule.DeploymentWindow("Weekend", cron="* * * ? * SAT,SUN", timeout_minutes=60)
    sim = ran(line(before_entry=pk.Condition(window, result="FAIL")))

    sim.advance(hours=1)

    assert (sim.status, sim.action("Live/beforeEntry/Weekend").error) == ("Failed", "timed out after 1 h")


def test_stopping_waits_for_the_rules_of_a_condition() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(on_success=pk.Condition(probe, result="FAIL"))
    sim = ran(pipeline, {"Live/onSuccess/*": succeed(after="1m"), "*": succeed()})

    sim.stop()
    before = sim.status
    sim.advance(minutes=1)

    assert (before, sim.status) == ("Stopping", "Stopped")
    assert sim.stage("Live").condition("onSuccess") == "Cancelled"


def test_abandoning_ends_a_condition_at_once() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(on_success=pk.Condition(probe, result="FAIL"))
    sim = ran(pipeline, {"Live/onSuccess/*": succeed(after="1m"), "*": succeed()})

    sim.stop(abandon=True)

    assert (sim.status, sim.stage("Live").condition("onSuccess")) == ("Stopped", "Abandoned")


def test_an_update_ends_a_deployment_window_at_once() -> None:
    window = pk.rule.DeploymentWindow("Weekend", cron="* * * ? * SAT,SUN", timeout_minutes=60)
    sim = ran(line(before_entry=pk.Condition(window, result="FAIL")))

    sim.update(line())

    assert sim.status == "Cancelled"


def test_fifty_queued_executions_that_skip_a_stage_pass_it_in_one_go() -> None:
    pipeline = line(
        mode="QUEUED",
        build=pk.approval.Manual("Yes"),
        before_entry=pk.Condition(UNMET, result="SKIP"),
    )
    sim = simulate(pipeline, FINE)
    sim.disable_transition("Live")
    for _ in range(50):
        sim.start()
    sim.run()
    for _ in range(50):
        sim.approve("Build/Yes")
        sim.run()

    sim.enable_transition("Live")

    assert {one.status for one in sim.executions} == {"Succeeded"}


def test_the_events_of_conditions_come_back_from_their_records() -> None:
    window = pk.rule.DeploymentWindow("Weekend", cron="* * * ? * SAT,SUN", timeout_minutes=60)
    sim = simulate(
        line(before_entry=pk.Condition([window, check()], result="FAIL"), on_failure=pk.Rollback()),
        {"Live/Ship": ends_by_execution, "*": succeed()},
        begin="2026-01-03T09:00:00",
    )
    for _ in range(2):
        sim.start({})
        sim.run()

    assert sim.latest.type == "ROLLBACK"
    for event in sim.history:
        record = happened.to_record(event)
        execution = getattr(event, "execution", None)
        assert happened.from_record(type(event).__name__, record, at=event.at, execution=execution) == event


def test_two_rules_of_one_name_are_both_evaluated() -> None:
    sim = ran(line(before_entry=pk.Condition([check(), check(value="no")], result="FAIL")))

    rules = [event for event in sim.history if isinstance(event, happened.RuleStarted)]
    assert sim.status == "Failed"
    assert [event.rule for event in rules] == ["Check", "Check~2"]


def test_executions_are_numbered_in_the_order_they_start_rollbacks_too() -> None:
    sim = simulate(line(on_failure=pk.Rollback()), {"Live/Ship": ends_by_execution, "*": succeed()})
    last = ""
    for _ in range(3):
        last = sim.start()
        sim.run()

    assert [one.label for one in sim.executions] == ["E1", "E2", "E3", "E4"]
    assert (last, sim.execution("E4").status, sim.execution("E3").type) == ("E4", "Succeeded", "ROLLBACK")


@pytest.mark.parametrize("abandon", [False, True])
@pytest.mark.parametrize("all_actions", [False, True])
def test_a_stage_that_was_stopped_before_it_began_begins_with_its_condition_again(
    abandon: bool, all_actions: bool
) -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(before_entry=pk.Condition(probe, result="FAIL"))
    sim = ran(pipeline, {"Live/beforeEntry/*": succeed(after="1m"), "*": succeed()})
    sim.stop(abandon=abandon)
    sim.advance(minutes=1)

    sim.retry("Live", all_actions=all_actions)
    asked_again = sim.stage("Live").condition("beforeEntry")
    sim.advance(minutes=1)

    assert asked_again == "InProgress"
    assert (sim.status, sim["Live/Ship"].started) == ("Succeeded", True)


def test_an_approval_behind_a_condition_has_not_been_answered_yet() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(live=pk.approval.Manual("GoLive"), before_entry=pk.Condition(probe, result="FAIL"))
    sim = ran(pipeline, {"Live/beforeEntry/*": succeed(after="1m"), "*": succeed()})

    with pytest.raises(Refused, match="does not wait for an answer yet"):
        sim.approve("Live/GoLive")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (pk.rule.VariableCheck("R", variable="x", operator="MATCHES", value="a{99999999999}"), "no regular expression"),
        (pk.rule.VariableCheck("R", variable="x", operator="MATCHES", value="(" * 9000 + ")" * 9000), "no regular"),
        (pk.rule.DeploymentWindow("R", cron="* * 9 ? * * *", time_zone="UTC+25:00"), "TimeZone 'UTC\\+25:00'"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_fails_and_takes_nothing_with_it(rule: Any, sentence: str) -> None:
    sim = ran(line(before_entry=pk.Condition(rule, result="FAIL")))

    assert sim.status == "Failed"
    assert re.search(sentence, sim.action("Live/beforeEntry/R").error)


def test_each_of_two_rules_of_one_name_has_an_outcome_of_its_own() -> None:
    probe = pk.rule.LambdaInvoke("Probe", function="probe")
    pipeline = line(
        before_entry=pk.Condition([probe, probe], result="FAIL"), on_success=pk.Condition(probe, result="FAIL")
    )
    sim = simulate(pipeline, {"Live/beforeEntry/Probe~2": fail("the second"), "*": succeed()})
    sim.start()
    sim.run()

    assert sim.action("Live/beforeEntry/Probe").status == "Succeeded"
    assert sim.action("Live/beforeEntry/Probe~2").error == "the second"
    assert not sim.action("Live/onSuccess/Probe").started


@pytest.mark.parametrize("condition", ["beforeEntry", "onSuccess"])
def test_a_condition_of_a_stage_that_was_changed_since_cannot_be_overridden(
    condition: Literal["beforeEntry", "onSuccess"],
) -> None:
    unmet = pk.Condition(UNMET, result="FAIL")
    conditions: dict[str, Any] = {"before_entry" if condition == "beforeEntry" else "on_success": unmet}
    sim = ran(line(**conditions))
    sim.update(line(live=act("Other"), **conditions))

    with pytest.raises(Refused) as refused:
        sim.override("Live", condition)

    assert refused.value.error == "ConditionNotOverridableException"
    assert "has been changed since" in str(refused.value)


def test_a_condition_can_be_overridden_though_another_stage_was_changed() -> None:
    unmet = pk.Condition(UNMET, result="FAIL")
    sim = ran(line(before_entry=unmet))
    sim.update(line(build=act("Other"), before_entry=unmet))

    sim.override("Live")
    sim.run()

    assert sim.status == "Succeeded"
