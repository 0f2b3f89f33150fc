from __future__ import annotations

import datetime
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.refusals import Refused
from pipelinekit.testing import (
    MissingOutcome,
    Simulation,
    answer_twice,
    fail,
    hang,
    lose_worker,
    simulate,
    succeed,
)
from testing.shops import frozen, shop

PACKAGE = succeed(variables={"VERSION": "1.4"})
FINE = {"Build/Package": PACKAGE, "*": succeed()}


def started(outcomes: Any = FINE, pipeline: pk.Pipeline = shop, **options: Any) -> Simulation:
    sim = simulate(pipeline, outcomes, **options)
    sim.start()
    sim.run()
    return sim


def test_nothing_ships_without_a_yes() -> None:
    sim = simulate(
        frozen,
        outcomes={"Source/*": succeed(), "Build/Package": PACKAGE, "Build/Unit": succeed(after="3m")},
    )
    sim.start()
    sim.run()
    sim.advance(minutes=3)
    assert sim["Production"].inbound
    sim.enable_transition("Production")
    assert sim["Production/GoLive"].waiting
    assert sim["Production/GoLive"].message.startswith("Ship 1.4")
    sim.advance(days=7)

    assert sim.status == "Failed"
    assert not sim["Production/Release"].started


def test_an_approval_lets_it_ship() -> None:
    sim = started()

    sim.approve("Production/GoLive")
    sim.run()

    assert sim.status == "Succeeded"
    assert sim.ran_before("Production/GoLive", "Production/Release")
    assert sim.ran_in_parallel("Build/Unit", "Build/Package")


def test_run_does_not_move_time() -> None:
    sim = started({**FINE, "Build/Unit": succeed(after="3m")})

    assert (sim.elapsed, sim.action("Build/Unit").status) == (datetime.timedelta(0), "InProgress")


def test_an_action_without_an_outcome_fails_the_test_with_the_line_to_add() -> None:
    with pytest.raises(MissingOutcome, match=r'Build/Unit has no outcome: add "Build/Unit": succeed\(\)'):
        started({"Source/*": succeed(), "Build/Package": PACKAGE})


def test_an_outcome_for_nothing_is_named_with_what_may_be_meant() -> None:
    with pytest.raises(PipelineKitError, match="is 'Build/Unit' meant"):
        simulate(shop, {"Build/Unti": succeed()})


def test_the_exact_name_goes_before_a_pattern_and_a_pattern_before_the_rest() -> None:
    sim = started({"*": fail("rest"), "Build/*": fail("pattern"), "Build/Package": PACKAGE, "Source/*": succeed()})

    assert sim.action("Build/Package").status == "Succeeded"
    assert sim.action("Build/Unit").error == "pattern"


def test_a_sequence_gives_one_outcome_for_each_attempt() -> None:
    sim = started({**FINE, "Build/Unit": [fail("flaky"), succeed()]})
    first = sim.status

    sim.retry("Build")
    sim.run()

    assert first == "Failed"
    assert [one.status for one in sim.action("Build/Unit").attempts] == ["Failed", "Succeeded"]


def test_a_sequence_that_is_used_up_says_so() -> None:
    sim = started({**FINE, "Build/Unit": [fail("flaky")]})
    sim.retry("Build")

    with pytest.raises(MissingOutcome, match=r"for the 2\. time, and its outcomes are 1"):
        sim.run()


def test_a_function_of_the_job_may_decide() -> None:
    sim = started({**FINE, "Build/Unit": lambda job: fail(job.execution) if job.attempt == 1 else succeed()})

    assert sim.action("Build/Unit").error == "E1"


def test_a_function_that_gives_no_outcome_is_named() -> None:
    with pytest.raises(PipelineKitError, match=r"return succeed\(\)"):
        started({**FINE, "Build/Unit": lambda job: None})


def test_everything_is_fine_is_no_answer_to_an_approval() -> None:
    assert started().action("Production/GoLive").waiting


def test_an_outcome_may_answer_an_approval() -> None:
    sim = started({**FINE, "Production/GoLive": succeed(after="2h")})

    sim.advance(hours=2)

    assert sim.status == "Succeeded"


def test_a_rejected_approval_fails_the_execution() -> None:
    sim = started()

    sim.reject("Production/GoLive", summary="not today")

    assert (sim.status, sim.action("Production/GoLive").error) == ("Failed", "rejected: not today")


def test_an_action_that_hangs_times_out() -> None:
    sim = started({**FINE, "Build/Unit": hang()})

    sim.advance(hours=8)

    assert sim.action("Build/Unit").error == "timed out after 8 h"


def test_a_lost_worker_whose_successor_hangs_times_out_too() -> None:
    sim = started({**FINE, "Build/Unit": lose_worker(then=hang())})

    sim.advance(hours=8)

    assert sim.action("Build/Unit").error == "timed out after 8 h"


def test_what_hangs_cannot_answer_twice() -> None:
    with pytest.raises(ValueError, match="give succeed"):
        answer_twice(hang())


def test_what_ends_at_its_deadline_is_in_time() -> None:
    sim = started({**FINE, "Build/Unit": succeed(after="8h")})

    sim.advance(hours=8)

    assert sim.action("Build/Unit").status == "Succeeded"


def test_a_lost_worker_begins_again_without_counting_as_a_retry() -> None:
    sim = started({**FINE, "Build/Unit": lose_worker(after="1m", then=succeed(after="2m"))})

    sim.advance(minutes=3)

    unit = sim.action("Build/Unit")
    assert [one.status for one in unit.attempts] == ["Abandoned", "Succeeded"]
    assert sim.latest.attempt == 1


def test_a_second_answer_is_refused() -> None:
    sim = started({**FINE, "Build/Unit": answer_twice()})

    assert [refused.error for refused in sim.refused] == ["JobNotFoundException"]
    assert sim.action("Production/GoLive").waiting


def test_an_action_receives_the_artifact_of_the_attempt_that_made_it_last() -> None:
    sim = started({**FINE, "Build/Unit": [fail("flaky"), succeed()]})
    sim.retry("Build", all_actions=True)
    sim.run()
    sim.approve("Production/GoLive")
    sim.run()

    received = sim.action("Production/Release").inputs["PackageOutput"]

    assert (received.made_by, received.attempt) == ("Build/Package", 2)


def test_an_artifact_that_was_not_made_fails_its_reader() -> None:
    sim = started({**FINE, "Build/Package": succeed(variables={"VERSION": "1"}, artifacts=[])})
    sim.approve("Production/GoLive")

    sim.run()

    assert "PackageOutput does not exist" in sim.action("Production/Release").error


def test_things_happen_at_their_time() -> None:
    sim = simulate(shop, FINE)
    sim.at("1m", lambda sim: sim.push())
    sim.at("2m", lambda sim: sim.push())
    sim.at("1h", lambda sim: sim.reject("Production/GoLive"))

    sim.advance(hours=1)

    assert [one.status for one in sim.executions] == ["Failed", "InProgress"]
    assert sim.latest.trigger == "Webhook"
    assert sim.action("Production/GoLive").waiting


def test_the_past_cannot_be_planned() -> None:
    sim = started()
    sim.advance("1h")

    with pytest.raises(PipelineKitError, match="is past already"):
        sim.at("30m", lambda sim: sim.push())


def test_one_seed_gives_one_history_and_another_seed_another_order() -> None:
    histories = [started(seed=seed).timeline() for seed in (1, 1, *range(2, 12))]

    assert histories[0] == histories[1]
    assert len(set(histories)) > 1


def test_the_answer_of_a_refused_command_is_the_api_s() -> None:
    sim = started()

    with pytest.raises(Refused) as refused:
        sim.approve("Production/GoLive", token="guess")

    assert refused.value.error == "InvalidApprovalTokenException"


def test_a_stage_or_action_that_is_not_there_is_named_with_those_there_are() -> None:
    with pytest.raises(PipelineKitError, match=r"no 'Build/Lint' in the pipeline: there are Source, .*Build/Unit"):
        started()["Build/Lint"]


def test_a_verdict_says_why() -> None:
    sim = started()

    assert repr(sim.ran_before("Production/Release", "Build/Unit")) == "<False: Production/Release was not started>"


def test_the_timeline_tells_what_happened() -> None:
    sim = started({**FINE, "Build/Unit": fail("2 of 40 failed", after="90s")})
    sim.advance(minutes=2)

    lines = sim.timeline().splitlines()

    assert lines[0].split() == ["0", "s", "E1", "started:", "StartPipelineExecution"]
    assert "1 min 30 s  E1  Build/Unit       Failed: 2 of 40 failed" in lines


def test_notifications_are_those_of_eventbridge() -> None:
    sim = started({**FINE, "Build/Unit": fail("broken")})

    own = [one for one in sim.notifications() if one["source"] == "aws.codepipeline"]
    states = [(one["detail-type"].split()[1], one["detail"]["state"]) for one in own]
    assert states[0] == ("Pipeline", "STARTED")
    assert states[-1] == ("Pipeline", "FAILED")


def test_builds_and_deployments_join_the_notifications() -> None:
    sim = started({**FINE, "Build/Unit": fail("broken")})
    shipped = started()
    shipped.approve("Production/GoLive")
    shipped.run()

    builds = [one for one in sim.notifications() if one["source"] == "aws.codebuild"]
    deployments = [one for one in shipped.notifications() if one["source"] == "aws.codedeploy"]
    unit = [one["detail"] for one in builds if one["detail"]["project-name"] == "shop-Build-Unit"]
    assert [detail["build-status"] for detail in unit] == ["IN_PROGRESS", "FAILED"]
    assert len({detail["build-id"] for detail in unit}) == 1
    assert [detail["additional-information"]["build-complete"] for detail in unit] == [False, True]
    assert [one["detail"]["state"] for one in deployments] == ["START", "SUCCESS"]
    assert deployments[0]["detail"]["deploymentId"] == deployments[1]["detail"]["deploymentId"]
    assert len({one["id"] for one in shipped.notifications()}) == len(shipped.notifications())


def test_running_to_the_end_lets_every_deadline_pass() -> None:
    sim = started()

    sim.run_to_end()

    assert (sim.status, sim.elapsed) == ("Failed", datetime.timedelta(days=7))


def test_an_alarm_without_a_state_fails_the_test_with_the_line_to_add() -> None:
    errors = pk.rule.CloudWatchAlarm("Errors", alarm="5xx")
    stages = [*shop.stages[:2], pk.Stage("Live", shop.stages[2].steps, on_success=pk.Condition(errors, result="FAIL"))]
    sim = started(pipeline=pk.Pipeline("shop", stages))

    sim.approve("Live/GoLive")
    with pytest.raises(MissingOutcome, match=r'add alarms=\{"5xx": "OK"\}'):
        sim.run()
