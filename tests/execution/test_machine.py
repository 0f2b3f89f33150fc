from __future__ import annotations

import contextlib
import uuid
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from execution.machine import World, shop
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.decide import deadline, jobs
from pipelinekit.execution.evolve import evolve
from pipelinekit.execution.jobs import job_id
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import State


def test_an_execution_runs_stage_by_stage_to_its_end() -> None:
    world = World()

    world.to_production("E1")
    world.answer("E1", "Approved")
    world.succeed("E1", "Release")

    assert [e.stage for e in world.events(happened.StageSucceeded)] == ["Source", "Build", "Production"]
    assert world.happened_to("E1", happened.ExecutionSucceeded)
    assert "E1" not in world.state.executions


def test_actions_of_one_run_order_start_side_by_side() -> None:
    world = World()
    world.start("E1")

    world.succeed("E1", "Checkout")

    assert world.running("E1") == {"Unit", "Package"}


def test_the_next_run_order_waits_for_the_whole_group() -> None:
    world = World()
    world.to_production("E1")

    assert world.running("E1") == {"GoLive"}


def test_a_failed_action_lets_its_group_finish_and_starts_nothing_more() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")

    world.fail("E1", "Unit")
    still_running = world.running("E1")
    world.succeed("E1", "Package")

    assert still_running == {"Package"}
    assert world.happened_to("E1", happened.ExecutionFailed)
    assert not [e for e in world.events(happened.ActionStarted) if e.stage == "Production"]


def test_a_failed_stage_is_free_for_the_next_execution() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")
    world.start("E2")
    world.succeed("E2", "Checkout")
    waited = world.running("E2")

    world.fail("E1", "Unit")
    world.succeed("E1", "Package")

    assert waited == set()
    assert world.running("E2") == {"Unit", "Package"}


def test_a_stage_holds_one_execution_and_one_waits_in_front_of_it() -> None:
    world = World()
    world.to_production("E1")
    world.to_production("E2")

    gate = world.state.gates["Production"]

    assert (gate.holder, gate.inbound) == ("E1", "E2")


def test_a_newer_execution_supersedes_the_one_that_waits() -> None:
    world = World()
    world.to_production("E1")
    world.to_production("E2")

    world.to_production("E3")

    (superseded,) = world.events(happened.ExecutionSuperseded)
    assert (superseded.execution, superseded.by, superseded.stage) == ("E2", "E3", "Production")
    assert world.state.gates["Production"].inbound == "E3"


def test_an_execution_inside_a_stage_is_never_superseded() -> None:
    world = World()
    world.to_production("E1")
    world.to_production("E2")
    world.to_production("E3")

    assert world.running("E1") == {"GoLive"}


def test_a_disabled_transition_holds_an_execution_until_it_is_enabled() -> None:
    world = World(shop(pk.Transition(into="Production", enabled=False, reason="Change freeze")))
    world.to_production("E1")
    held = world.running("E1")

    world.ask(asked.EnableTransition(stage="Production"))

    assert held == set()
    assert world.running("E1") == {"GoLive"}


def test_behind_an_enabled_transition_only_the_latest_enters() -> None:
    world = World(shop(pk.Transition(into="Production", enabled=False, reason="Change freeze")))
    world.to_production("E1")
    world.to_production("E2")

    world.ask(asked.EnableTransition(stage="Production"))

    assert world.happened_to("E1", happened.ExecutionSuperseded)
    assert world.running("E2") == {"GoLive"}


def test_disabling_a_transition_lets_go_on_what_is_past_it() -> None:
    world = World()
    world.to_production("E1")

    world.ask(asked.DisableTransition(stage="Production", reason="late"))
    world.answer("E1", "Approved")

    assert world.running("E1") == {"Release"}


def test_a_disabled_transition_is_applied_when_the_definition_changes_only() -> None:
    frozen = shop(pk.Transition(into="Production", enabled=False, reason="Change freeze"))
    world = World(frozen)
    world.ask(asked.EnableTransition(stage="Production"))

    world.ask(asked.UpdatePipeline(definition=pk.define(frozen)))

    assert world.state.gates["Production"].enabled


def test_a_definition_without_the_transition_opens_it() -> None:
    world = World(shop(pk.Transition(into="Production", enabled=False, reason="Change freeze")))

    world.ask(asked.UpdatePipeline(definition=pk.define(shop())))

    assert world.state.gates["Production"].enabled


def test_a_message_is_resolved_when_the_approval_opens() -> None:
    world = World()
    world.to_production("E1")

    (opened,) = world.events(happened.ApprovalOpened)

    assert opened.message == "Ship 1.4?"


def test_a_variable_that_its_producer_did_not_give_fails_the_action_that_uses_it() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout", "Unit", "Package")

    (failed,) = world.events(happened.ActionFailed)

    assert "could not be resolved: Action name=GoLive" in failed.message
    assert "#{Package.VERSION}" in failed.message
    assert world.happened_to("E1", happened.ExecutionFailed)


def test_a_rejected_approval_fails_the_execution() -> None:
    world = World()
    world.to_production("E1")

    world.answer("E1", "Rejected")

    assert world.happened_to("E1", happened.ExecutionFailed)
    assert not [e for e in world.events(happened.ActionStarted) if e.action == "Release"]


def test_an_approval_that_nobody_answers_expires() -> None:
    world = World()
    world.to_production("E1")

    world.now += 3599
    world.ask(asked.Tick())
    before = world.running("E1")
    world.now += 1
    world.ask(asked.Tick())

    assert before == {"GoLive"}
    assert "expired" in world.events(happened.ActionFailed)[0].message


def test_an_answer_with_another_token_is_refused() -> None:
    world = World()
    world.to_production("E1")

    with pytest.raises(Refused) as refused:
        world.answer("E1", "Approved", token="guess")

    assert refused.value.error == "InvalidApprovalTokenException"


def test_a_second_answer_is_refused() -> None:
    world = World()
    world.to_production("E1")
    token = world.events(happened.ApprovalOpened)[0].token
    world.answer("E1", "Approved")

    with pytest.raises(Refused) as refused:
        world.answer("E1", "Approved", token=token)

    assert refused.value.error == "ApprovalAlreadyCompletedException"


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (asked.DisableTransition(stage="Production", reason="x" * 301), "has 301 characters, where AWS takes 300"),
        (asked.DisableTransition(stage="Production", reason="no; never"), "letters, digits, blanks and any of"),
        (asked.DisableTransition(stage="Production", reason=""), "at least one of them"),
        (asked.StopExecution(execution="E1", reason="x" * 201), "has 201 characters, where AWS takes 200"),
        (
            asked.PutApprovalResult(
                execution="E1", stage="Production", action="GoLive", token="t", status="Approved", summary="x" * 513
            ),
            "has 513 characters, where AWS takes 512",
        ),
    ],
)
def test_a_text_that_the_api_does_not_take_is_refused(command: asked.Command, sentence: str) -> None:
    world = World()
    world.to_production("E1")

    with pytest.raises(Refused, match=sentence) as refused:
        world.ask(command)

    assert refused.value.error == "ValidationException"


def test_an_action_past_its_provider_s_timeout_fails() -> None:
    world = World()
    world.start("E1")

    world.now += 3600
    world.ask(asked.Tick())

    assert "timed out after 1 h" in world.events(happened.ActionFailed)[0].message


def test_the_deadline_is_the_earliest_of_what_runs() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")

    assert deadline(world.state) == world.now + 8 * 3600  # the test action; a build has 36 hours


def test_a_late_report_is_refused() -> None:
    world = World()
    world.start("E1")
    job = world.job("E1", "Checkout")
    world.succeed("E1", "Checkout")

    with pytest.raises(Refused) as refused:
        world.ask(asked.ReportAction(job=job, execution="E1", action="Checkout", succeeded=False))

    assert refused.value.error == "JobNotFoundException"


def test_a_lost_job_is_made_again_as_a_new_job() -> None:
    world = World()
    world.start("E1")
    lost = world.job("E1", "Checkout")

    world.ask(asked.ActionLost(job=lost, execution="E1", action="Checkout"))

    assert world.job("E1", "Checkout") != lost
    assert world.events(happened.ActionStarted)[-1].tries == 1


def test_jobs_give_what_runs_with_its_variables_filled_in() -> None:
    world = World()
    world.to_production("E1")

    (job,) = jobs(world.state, "shop")

    assert (job.key, job.action.configuration["CustomData"]) == ("Production/GoLive", "Ship 1.4?")


def test_an_updated_pipeline_cancels_what_runs_once_its_actions_are_over() -> None:
    world = World()
    world.start("E1")

    world.ask(asked.UpdatePipeline(definition=pk.define(shop())))
    before = world.happened_to("E1", happened.ExecutionCancelled)
    world.succeed("E1", "Checkout")

    assert not before
    assert world.happened_to("E1", happened.ExecutionCancelled)
    assert world.state.gates["Source"].holder is None


def test_what_an_update_cancels_is_neither_retried_nor_stopped() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")
    world.fail("E1", "Unit")
    world.ask(asked.UpdatePipeline(definition=pk.define(shop())))

    with pytest.raises(Refused, match="is cancelled") as retried:
        world.ask(asked.RetryStage(execution="E1", stage="Build"))
    with pytest.raises(Refused) as stopped:
        world.ask(asked.StopExecution(execution="E1"))
    world.succeed("E1", "Package")

    assert (retried.value.error, stopped.value.error) == ("ConflictException", "PipelineExecutionNotStoppableException")
    assert world.happened_to("E1", happened.ExecutionCancelled)


def test_another_reason_keeps_a_transition_closed_from_when_it_was() -> None:
    world = World()
    world.ask(asked.DisableTransition(stage="Build", reason="late"))
    closed = world.state.gate("Build").since
    world.now += 29 * 86_400

    world.ask(asked.DisableTransition(stage="Build", reason="later"))

    assert (world.state.gate("Build").since, world.state.gate("Build").reason) == (closed, "later")


def test_an_updated_pipeline_cancels_what_waits_at_once() -> None:
    world = World()
    world.to_production("E1")
    world.to_production("E2")

    world.ask(asked.UpdatePipeline(definition=pk.define(shop())))

    assert world.happened_to("E1", happened.ExecutionCancelled)
    assert world.happened_to("E2", happened.ExecutionCancelled)
    assert world.state.gates["Production"].holder is None


def test_stopping_waits_for_the_actions_under_way() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")

    world.ask(asked.StopExecution(execution="E1"))
    world.succeed("E1", "Unit")
    before = world.happened_to("E1", happened.ExecutionStopped)
    world.succeed("E1", "Package")

    assert not before
    assert world.happened_to("E1", happened.ExecutionStopped)


def test_what_has_not_begun_of_a_stopping_execution_need_not_begin() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")
    world.ask(asked.StopExecution(execution="E1"))

    world.ask(asked.ReportAbandoned(job=world.job("E1", "Unit"), execution="E1", action="Unit"))
    world.succeed("E1", "Package")

    assert world.happened_to("E1", happened.ExecutionStopped)


def test_what_has_not_begun_of_a_running_execution_must_be_carried_out() -> None:
    world = World()
    world.start("E1")

    with pytest.raises(Refused) as refused:
        world.ask(asked.ReportAbandoned(job=world.job("E1", "Checkout"), execution="E1", action="Checkout"))

    assert refused.value.error == "ConflictException"


def test_abandoning_stops_at_once() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")

    world.ask(asked.StopExecution(execution="E1", abandon=True))

    assert {e.action for e in world.events(happened.ActionAbandoned)} == {"Unit", "Package"}
    assert world.happened_to("E1", happened.ExecutionStopped)


@pytest.mark.parametrize(
    ("first", "second", "error"),
    [(False, False, "DuplicatedStopRequestException"), (True, True, "PipelineExecutionNotStoppableException")],
)
def test_stopping_twice_in_the_same_way_is_refused(first: bool, second: bool, error: str) -> None:
    world = World()
    world.start("E1")
    world.ask(asked.StopExecution(execution="E1", abandon=first))

    with pytest.raises(Refused) as refused:
        world.ask(asked.StopExecution(execution="E1", abandon=second))

    assert refused.value.error == error


def test_a_stopping_execution_may_still_be_abandoned() -> None:
    world = World()
    world.start("E1")
    world.ask(asked.StopExecution(execution="E1"))

    world.ask(asked.StopExecution(execution="E1", abandon=True))

    assert world.happened_to("E1", happened.ExecutionStopped)


def test_a_waiting_execution_can_be_stopped_and_never_enters() -> None:
    world = World()
    world.to_production("E1")
    world.to_production("E2")

    world.ask(asked.StopExecution(execution="E2"))
    world.answer("E1", "Rejected")

    assert world.happened_to("E2", happened.ExecutionStopped)
    assert world.state.gates["Production"].holder is None


def test_retrying_runs_the_failed_actions_only_and_goes_on() -> None:
    world = World()
    world.start("E1")
    world.succeed("E1", "Checkout")
    world.fail("E1", "Unit")
    world.succeed("E1", "Package", variables={"VERSION": "1.4"})

    world.ask(asked.RetryStage(execution="E1", stage="Build"))
    again = world.running("E1")
    world.succeed("E1", "Unit")

    assert again == {"Unit"}
    assert world.running("E1") == {"GoLive"}


def test_retrying_all_actions_begins_with_the_first_group() -> None:
    world = World()
    world.to_production("E1")
    world.answer("E1", "Approved")
    world.fail("E1", "Release")

    world.ask(asked.RetryStage(execution="E1", stage="Production", mode="ALL_ACTIONS"))

    assert world.running("E1") == {"GoLive"}
    assert world.events(happened.StageRetried)[0].attempt == 2


def test_a_stage_that_a_newer_execution_entered_cannot_be_retried() -> None:
    world = World()
    world.start("E1")
    world.fail("E1", "Checkout")
    world.start("E2")

    with pytest.raises(Refused) as refused:
        world.ask(asked.RetryStage(execution="E1", stage="Source"))

    assert refused.value.error == "NotLatestPipelineExecutionException"


def test_a_stage_without_a_failed_action_cannot_be_retried() -> None:
    world = World()
    world.to_production("E1")

    with pytest.raises(Refused) as refused:
        world.ask(asked.RetryStage(execution="E1", stage="Production"))

    assert refused.value.error == "StageNotRetryableException"


def test_an_unknown_stage_is_named_with_those_there_are() -> None:
    world = World()

    with pytest.raises(Refused, match="there are Source, Build, Production"):
        world.ask(asked.DisableTransition(stage="Prod", reason="x"))


def test_events_come_back_from_their_records_as_they_were() -> None:
    world = World()
    world.to_production("E1")
    world.answer("E1", "Rejected")

    for event in world.history:
        record = happened.to_record(event)
        execution = getattr(event, "execution", None)

        assert happened.from_record(type(event).__name__, record, at=event.at, execution=execution) == event


def test_a_record_of_a_newer_version_is_not_misread() -> None:
    record = {"v": 99, "stage": "Build"}

    with pytest.raises(ValueError, match="newer version"):
        happened.from_record("TransitionEnabled", record, at=0, execution=None)


COMMANDS = st.sampled_from(
    [
        "start",
        "succeed",
        "fail",
        "approve",
        "reject",
        "disable",
        "enable",
        "stop",
        "abandon",
        "retry",
        "update",
        "lose",
        "day",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(COMMANDS, st.integers(0, 7)), max_size=40))
def test_whatever_is_asked_the_machine_keeps_its_invariants(steps: list[tuple[str, int]]) -> None:
    world = World()
    for number, (what, which) in enumerate(steps):
        with contextlib.suppress(Refused):
            _ask(world, what, which, number)

        _check_invariants(world)


def _ask(world: World, what: str, which: int, number: int) -> None:
    live = sorted(world.state.executions)
    stage = ["Source", "Build", "Production"][which % 3]
    if what == "start":
        world.start(f"E{number}")
    elif what == "update":
        world.ask(asked.UpdatePipeline(definition=pk.define(shop())))
    elif what == "disable":
        world.ask(asked.DisableTransition(stage=stage, reason="x"))
    elif what == "enable":
        world.ask(asked.EnableTransition(stage=stage))
    elif what == "day":
        world.now += 86400
        world.ask(asked.Tick())
    elif live:
        _ask_of_execution(world, what, live[which % len(live)], stage, which)


def _ask_of_execution(world: World, what: str, execution: str, stage: str, which: int) -> None:
    running = sorted(world.running(execution))
    if what == "stop" or what == "abandon":
        world.ask(asked.StopExecution(execution=execution, abandon=what == "abandon"))
    elif what == "retry":
        mode: Literal["ALL_ACTIONS", "FAILED_ACTIONS"] = "ALL_ACTIONS" if which % 2 else "FAILED_ACTIONS"
        world.ask(asked.RetryStage(execution=execution, stage=stage, mode=mode))
    elif running:
        action = running[which % len(running)]
        if what == "succeed" and action != "GoLive":
            world.succeed(execution, action, variables={"VERSION": "1"})
        elif what == "fail" and action != "GoLive":
            world.fail(execution, action)
        elif what == "lose" and action != "GoLive":
            world.ask(asked.ActionLost(job=world.job(execution, action), execution=execution, action=action))
        elif what in ("approve", "reject") and action == "GoLive":
            world.answer(execution, "Approved" if what == "approve" else "Rejected")


def _check_invariants(world: World) -> None:
    holders = [gate.holder for gate in world.state.gates.values() if gate.holder is not None]
    waiting = [gate.inbound for gate in world.state.gates.values() if gate.inbound is not None]
    assert len(set(holders + waiting)) == len(holders + waiting), "an execution is in two places"
    for execution in world.state.executions.values():
        live = execution.status in ("InProgress", "Stopping")
        assert live == (execution.id in holders + waiting), f"{execution.id} is {execution.status}"
        assert bool(execution.running) == (execution.id in holders), f"{execution.id} holds a stage and does nothing"
    for name, gate in world.state.gates.items():
        if gate.inbound is not None and gate.enabled:
            assert gate.holder is not None, f"{name} is free, and {gate.inbound} waits in front of it"
    assert _replayed(world) == world.state


def _replayed(world: World) -> State:
    state = State()
    for event in world.history:
        state = evolve(state, event)
    return state


def test_the_id_of_a_job_is_a_uuid_derived_from_its_name() -> None:
    namespace = uuid.UUID("6e7a4d3c-5f0b-5b52-9d0e-0f6f2c9e4b11")

    assert job_id("E", "Build", "Unit", 2, 1) == str(uuid.uuid5(namespace, "E/Build/Unit/2.1"))
