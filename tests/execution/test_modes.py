from __future__ import annotations

import pytest

import pipelinekit as pk
from execution.scenes import act, line
from pipelinekit.execution import events as happened
from pipelinekit.execution.refusals import Refused
from pipelinekit.testing import Simulation, simulate, succeed

FINE = {"*": succeed()}


def waiting_at(sim: Simulation, stage: str) -> list[str]:
    return [one.label for one in sim.stage(stage).queue]


def test_queued_executions_wait_in_the_order_they_arrived() -> None:
    sim = simulate(line(mode="QUEUED", live=pk.approval.Manual("Yes")), FINE)
    for _ in range(4):
        sim.start()
        sim.run()

    before = waiting_at(sim, "Live")
    sim.approve("Live/Yes")
    sim.run()

    assert before == ["E2", "E3", "E4"]
    assert (sim.stage("Live").holder, waiting_at(sim, "Live")) == (sim.execution("E2"), ["E3", "E4"])


def test_no_queued_execution_is_superseded() -> None:
    sim = simulate(line(mode="QUEUED"), {"Build/*": succeed(after="1m"), "*": succeed()})
    for _ in range(5):
        sim.start()

    sim.run_to_end()

    assert [one.status for one in sim.executions] == ["Succeeded"] * 5


def test_an_execution_that_is_stopped_leaves_the_queue() -> None:
    sim = simulate(line(mode="QUEUED", live=pk.approval.Manual("Yes")), FINE)
    for _ in range(3):
        sim.start()
        sim.run()

    sim.stop("E2")

    assert waiting_at(sim, "Live") == ["E3"]


@pytest.mark.parametrize("mode", ["QUEUED", "PARALLEL"])
def test_a_51st_execution_is_refused(mode: str) -> None:
    sim = simulate(line(mode=mode, build=pk.approval.Manual("Yes")), FINE)
    for _ in range(50):
        sim.start()

    with pytest.raises(Refused) as refused:
        sim.start()

    assert refused.value.error == "ConcurrentPipelineExecutionsLimitExceededException"
    dropped = sim.push()
    assert not dropped
    assert "50 executions are in progress" in dropped.reasons[-1]


def test_a_superseded_pipeline_takes_any_number_of_executions() -> None:
    sim = simulate(line(build=pk.approval.Manual("Yes")), FINE)

    for _ in range(60):
        sim.start()
        sim.run()

    assert [one.status for one in sim.executions].count("Superseded") == 58


def test_parallel_executions_do_not_wait_for_each_other() -> None:
    sim = simulate(line(mode="PARALLEL", live=pk.approval.Manual("Yes")), FINE)
    for _ in range(3):
        sim.start()
    sim.run()

    sim.approve("Live/Yes", execution="E2")

    assert [one.status for one in sim.executions] == ["InProgress", "Succeeded", "InProgress"]


def test_a_parallel_execution_runs_five_actions_at_a_time() -> None:
    actions = [act(f"A{n}") for n in range(7)]
    sim = simulate(line(mode="PARALLEL", build=actions), {"Build/*": succeed(after="1m"), "*": succeed()})
    sim.start()
    sim.run()

    at_first = len(sim.state.executions["E1"].running)
    sim.advance(minutes=1)
    then = len(sim.state.executions["E1"].running)
    sim.advance(minutes=1)

    assert (at_first, then, sim.status) == (5, 2, "Succeeded")


def test_what_waits_its_turn_in_a_stopped_execution_runs_when_it_is_retried() -> None:
    actions = [act(f"A{n}") for n in range(7)]
    sim = simulate(line(mode="PARALLEL", build=actions), {"Build/*": succeed(after="1m"), "*": succeed()})
    sim.start()
    sim.run()
    sim.stop()
    sim.advance(minutes=1)
    stopped = sim.status

    sim.retry("Build")
    sim.advance(minutes=1)

    assert (stopped, sim.status) == ("Stopped", "Succeeded")
    assert all(len(sim.action(f"Build/A{n}").attempts) == 1 for n in range(7))


def test_a_transition_of_a_parallel_pipeline_cannot_be_disabled() -> None:
    sim = simulate(line(mode="PARALLEL"), FINE)

    with pytest.raises(Refused, match="wait for no stage"):
        sim.disable_transition("Live")


def test_an_update_lets_parallel_executions_go_on_as_they_began() -> None:
    sim = simulate(line(mode="PARALLEL", build=pk.approval.Manual("Yes")), FINE)
    sim.start()
    sim.run()

    sim.update(line())
    sim.approve("Build/Yes")
    sim.run()

    assert sim.status == "Succeeded"


@pytest.mark.parametrize("mode", ["SUPERSEDED", "QUEUED", "PARALLEL"])
def test_an_update_cancels_what_runs_and_what_waits(mode: str) -> None:
    sim = simulate(line(mode="QUEUED", build=pk.approval.Manual("Yes")), FINE)
    for _ in range(3):
        sim.start()
        sim.run()

    sim.update(line(mode=mode))

    assert [one.status for one in sim.executions] == ["Cancelled"] * 3


def test_only_so_many_ended_executions_of_a_parallel_pipeline_can_be_retried() -> None:
    sim = simulate(line(mode="PARALLEL", build=pk.approval.Manual("Yes")), FINE)
    for number in range(1, 15):
        sim.start()
        sim.run()
        sim.advance(minutes=1)
        sim.reject("Build/Yes", execution=f"E{number}")

    sim.retry("Build", execution="E14")
    with pytest.raises(Refused) as refused:
        sim.retry("Build", execution="E1")

    assert refused.value.error == "NotLatestPipelineExecutionException"
    assert len(sim.state.executions) <= 12


def test_an_execution_that_waits_for_30_days_behind_a_disabled_transition_does_not_go_on() -> None:
    sim = simulate(line(), FINE)
    sim.disable_transition("Live", "freeze")
    sim.start()
    sim.run()

    sim.advance(days=29.9)
    before = sim.status
    sim.advance(days=0.1)
    sim.enable_transition("Live")

    assert (before, sim.status) == ("InProgress", "Cancelled")
    assert sim.stage("Live").inbound is None
    assert any(isinstance(event, happened.InboundExpired) for event in sim.history)


def test_the_30_days_begin_when_the_transition_is_disabled() -> None:
    sim = simulate(line(live=pk.approval.Manual("Yes")), FINE)
    for _ in range(2):
        sim.start()
        sim.run()
    sim.advance(days=6)
    sim.disable_transition("Live", "freeze")

    sim.advance(days=29)

    assert sim.stage("Live").inbound == sim.execution("E2")


def test_a_parallel_execution_goes_on_through_a_stage_that_an_update_removed() -> None:
    sim = simulate(line(mode="PARALLEL", build=pk.approval.Manual("Yes")), FINE)
    sim.start()
    sim.run()
    short = pk.Pipeline("line", line(build=pk.approval.Manual("Yes")).stages[:2])
    sim.update(short)

    sim.approve("Build/Yes")
    sim.run()

    assert sim.status == "Succeeded"
    assert sim.latest.record().stages["Live"].status == "Succeeded"
