from __future__ import annotations

from typing import Any

import attrs
import pytest

import pipelinekit as pk
from execution.scenes import act, line
from pipelinekit.execution.refusals import Refused
from pipelinekit.testing import Simulation, fail, simulate, succeed

FLAKY = [fail("flaky"), succeed()]


def ran(pipeline: pk.Pipeline, outcomes: Any, **options: Any) -> Simulation:
    sim = simulate(pipeline, outcomes, **options)
    sim.start()
    sim.run()
    return sim


def test_a_stage_is_retried_by_itself_once() -> None:
    sim = ran(line(on_failure=pk.Retry()), {"Live/Ship": FLAKY, "*": succeed()})

    assert (sim.status, sim.latest.attempt) == ("Succeeded", 2)
    assert sim.stage("Live").retries == ["AutomatedStageRetry"]


def test_a_stage_that_fails_again_is_not_retried_by_itself_twice() -> None:
    sim = ran(line(on_failure=pk.Retry()), {"Live/Ship": fail(), "*": succeed()})

    assert (sim.status, len(sim.action("Live/Ship").attempts)) == ("Failed", 2)


def test_a_manual_retry_does_not_bring_the_automatic_one_back() -> None:
    sim = ran(line(on_failure=pk.Retry()), {"Live/Ship": fail(), "*": succeed()})

    sim.retry("Live")
    sim.run()

    assert (sim.status, len(sim.action("Live/Ship").attempts)) == ("Failed", 3)
    assert sim.stage("Live").retries == ["AutomatedStageRetry", "ManualStageRetry"]


@pytest.mark.parametrize(("mode", "attempts"), [("FAILED_ACTIONS", 1), ("ALL_ACTIONS", 2)])
def test_an_automatic_retry_runs_the_failed_actions_or_all(mode: Any, attempts: int) -> None:
    pipeline = line(live=[act("Ship"), act("Tell")], on_failure=pk.Retry(mode))

    sim = ran(pipeline, {"Live/Ship": FLAKY, "*": succeed()})

    assert sim.status == "Succeeded"
    assert len(sim.action("Live/Tell").attempts) == attempts


def test_nobody_enters_between_a_failure_and_its_automatic_retry() -> None:
    pipeline = line(mode="QUEUED", on_failure=pk.Retry())
    sim = simulate(pipeline, {"Live/Ship": [fail(after="1m"), succeed(after="1m")], "*": succeed()})
    for _ in range(2):
        sim.start()
    sim.run()

    sim.advance(minutes=1)

    assert sim.stage("Live").holder == sim.execution("E1")


def test_a_retry_while_other_actions_run_lets_them_go_on() -> None:
    pipeline = line(live=[act("Ship"), act("Tell")])
    sim = ran(pipeline, {"Live/Ship": FLAKY, "Live/Tell": succeed(after="1m"), "*": succeed()})

    sim.retry("Live")
    sim.run()
    sim.advance(minutes=1)

    assert (sim.status, len(sim.action("Live/Tell").attempts)) == ("Succeeded", 1)


def test_all_actions_cannot_be_retried_while_one_runs() -> None:
    pipeline = line(live=[act("Ship"), act("Tell")])
    sim = ran(pipeline, {"Live/Ship": fail(), "Live/Tell": succeed(after="1m"), "*": succeed()})

    with pytest.raises(Refused) as refused:
        sim.retry("Live", all_actions=True)

    assert refused.value.error == "ConflictException"


def test_a_stage_whose_declaration_has_changed_cannot_be_retried() -> None:
    sim = ran(line(), {"Live/Ship": fail(), "*": succeed()})
    sim.update(line(live=[act("Ship"), act("Tell")]))

    with pytest.raises(Refused, match="has been changed") as refused:
        sim.retry("Live", execution="E1")

    assert refused.value.error == "StageNotRetryableException"


def test_a_51st_execution_cannot_come_back_by_a_retry() -> None:
    pipeline = line(mode="QUEUED", live=pk.approval.Manual("Yes"))
    sim = ran(pipeline, {"Build/Make": fail(), "*": succeed()})
    for _ in range(50):
        sim.disable_transition("Build")
        sim.start()
    sim.run()

    with pytest.raises(Refused) as refused:
        sim.retry("Build", execution="E1")

    assert refused.value.error == "ConcurrentPipelineExecutionsLimitExceededException"


def test_a_rollback_runs_one_stage_with_what_its_target_knew() -> None:
    version = pk.PipelineVariable("VERSION", default="1")
    ship = act("Ship", configuration={"Version": f"{version}"})
    sim = simulate(_with(line(live=ship), version), {"*": succeed()})
    for number in ("7", "8"):
        sim.start({"VERSION": number})
        sim.run()

    sim.rollback("Live", to="E1")
    sim.run()

    assert (sim.status, sim.latest.type, sim.latest.trigger) == ("Succeeded", "ROLLBACK", "ManualRollback")
    assert sim.action("Live/Ship").configuration["Version"] == "7"
    assert not sim.stage("Build").started


def _with(pipeline: pk.Pipeline, variable: pk.PipelineVariable) -> pk.Pipeline:
    return attrs.evolve(pipeline, variables=[variable])


def test_a_rollback_ignores_a_disabled_transition_and_goes_before_those_that_wait() -> None:
    sim = ran(line(), {"*": succeed()})
    sim.disable_transition("Live")
    sim.start()
    sim.run()

    sim.rollback("Live", to="E1")
    sim.run()

    assert sim.latest.status == "Succeeded"
    assert sim.stage("Live").inbound == sim.execution("E2")


def refusal_of_rollback(sim: Simulation, stage: str, to: str) -> str:
    with pytest.raises(Refused) as refused:
        sim.rollback(stage, to=to)
    return refused.value.error


def test_the_source_stage_cannot_be_rolled_back() -> None:
    sim = ran(line(), {"*": succeed()})

    assert refusal_of_rollback(sim, "Source", "E1") == "UnableToRollbackStageException"


def test_a_stage_of_a_parallel_pipeline_cannot_be_rolled_back() -> None:
    sim = ran(line(mode="PARALLEL"), {"*": succeed()})

    assert refusal_of_rollback(sim, "Live", "E1") == "UnableToRollbackStageException"


def test_a_rollback_needs_a_success_in_the_stage() -> None:
    sim = ran(line(), {"Live/*": fail(), "*": succeed()})

    assert refusal_of_rollback(sim, "Live", "E1") == "UnableToRollbackStageException"


def test_a_rollback_needs_a_success_of_the_current_version() -> None:
    sim = ran(line(), {"*": succeed()})
    sim.update(line())

    assert refusal_of_rollback(sim, "Live", "E1") == "PipelineExecutionOutdatedException"


def test_a_rollback_is_no_target_of_a_rollback() -> None:
    sim = ran(line(), {"*": succeed()})
    sim.rollback("Live", to="E1")
    sim.run()

    assert refusal_of_rollback(sim, "Live", "E2") == "UnableToRollbackStageException"


def test_a_stage_that_is_busy_cannot_be_rolled_back() -> None:
    sim = ran(line(), {"Live/Ship": slow_second, "*": succeed()})
    sim.start()
    sim.run()

    assert refusal_of_rollback(sim, "Live", "E1") == "ConflictException"


def slow_second(job: Any) -> Any:
    return succeed(after="1m") if job.execution == "E2" else succeed()


def test_a_failed_rollback_can_be_retried() -> None:
    sim = simulate(line(on_failure=pk.Retry()), {"Live/Ship": fails_in_its_first_rollback(), "*": succeed()})
    sim.start()
    sim.run()
    sim.rollback("Live", to="E1")
    sim.run()
    failed = sim.status

    sim.retry("Live")
    sim.run()

    assert (failed, sim.status) == ("Failed", "Succeeded")


def fails_in_its_first_rollback() -> Any:
    return lambda job: fail() if (job.execution, job.attempt) == ("E2", 1) else succeed()


def test_a_start_fills_in_the_variables_of_the_pipeline() -> None:
    version = pk.PipelineVariable("VERSION", default="1")
    pipeline = _with(line(live=act("Ship", configuration={"Version": f"v{version}"})), version)
    sim = simulate(pipeline, {"*": succeed()})

    sim.start({"VERSION": "2"})
    sim.run()
    given = sim.action("Live/Ship").configuration["Version"]
    sim.start()
    sim.run()

    assert (given, sim.action("Live/Ship").configuration["Version"]) == ("v2", "v1")


def test_a_variable_without_default_must_be_given() -> None:
    sim = simulate(_with(line(), pk.PipelineVariable("VERSION")), {"*": succeed()})

    with pytest.raises(Refused, match="'VERSION' has no default") as refused:
        sim.start()

    assert refused.value.error == "ValidationException"


def test_a_variable_that_the_pipeline_does_not_declare_is_refused() -> None:
    sim = simulate(_with(line(), pk.PipelineVariable("VERSION", default="1")), {"*": succeed()})

    with pytest.raises(Refused, match="no variable 'VERSOIN': it declares VERSION"):
        sim.start({"VERSOIN": "2"})
