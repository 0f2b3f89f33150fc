"""The machine under arbitrary commands: what must hold, whatever is asked of whatever pipeline.

``PIPELINEKIT_NIGHTLY=1`` walks 200,000 steps instead of 5,000.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import pipelinekit as pk
from pipelinekit.execution import assumptions
from pipelinekit.execution import events as happened
from pipelinekit.execution.evolve import evolve, without
from pipelinekit.execution.state import Execution, State
from pipelinekit.testing.strategies import pipelines
from pipelinekit.testing.walk import Walk

STEPS_OF_A_WALK = 50
WALKS = 4000 if os.environ.get("PIPELINEKIT_NIGHTLY") else 100


class Machine(RuleBasedStateMachine):
    """Walks, and keeps a simple model of its own beside the machine: who arrived where, in which order."""

    @initialize(pipeline=pipelines())
    def create(self, pipeline: pk.Pipeline) -> None:
        self.walk = Walk(pk.define(pipeline))
        self.mode = pipeline.execution_mode
        self.replayed = State()
        self.seen = 0
        self.lines: dict[str, list[str]] = {}
        self.jobs: set[str] = set()
        self.ended: set[str] = set()
        self.revived: set[str] = set()
        self.attempts: set[tuple[str, str, str, int, int]] = set()
        self.only: dict[str, str | None] = {}
        self.versions: dict[str, int] = {}
        self.definitions: dict[int, pk.Definition] = {}
        self.succeeded: set[tuple[str, str, str]] = set()

    @rule(kind=st.sampled_from(Walk.STEPS), which=st.integers(0, 7))
    def step(self, kind: str, which: int) -> None:
        self.walk.step(kind, which)

    @invariant()
    def what_happened_is_possible(self) -> None:
        for event in self.walk.history[self.seen :]:
            self.replayed = evolve(self.replayed, self.written_and_read(event))
            self.follow(event)
        self.seen = len(self.walk.history)
        assert self.replayed == self.walk.state, "the journal says something else than the machine knows"

    def written_and_read(self, event: happened.Event) -> happened.Event:
        record = happened.to_record(event)
        execution = event.execution if isinstance(event, happened.ExecutionEvent) else None
        return happened.from_record(type(event).__name__, record, at=event.at, execution=execution)

    def follow(self, event: happened.Event) -> None:
        if isinstance(event, (happened.StageRetried, happened.ConditionOverridden)):
            self.revived.add(event.execution)
        if isinstance(event, _JOB_ENDS):
            assert event.job in self.jobs, "a job ends that never began"
            assert event.job not in self.ended, "a job ends twice"
            self.ended.add(event.job)
        match event:
            case happened.ExecutionStarted():
                self.only[event.execution] = event.stage
                self.versions[event.execution] = event.version
            case happened.ExecutionArrived():
                self.lines.setdefault(event.stage, []).append(event.execution)
            case happened.PipelineCreated() | happened.PipelineUpdated():
                self.definitions[event.version] = event.definition
            case happened.StageEntered():
                self.entered(event)
                self.forget_successes(event.execution)
            case happened.StageRetried() if event.mode == "ALL_ACTIONS":
                self.forget_successes(event.execution)
            case happened.ActionSucceeded():
                self.succeeded.add((event.execution, event.stage, event.action))
            case happened.StageSucceeded():
                self.all_succeeded(event)
            case happened.ActionStarted():
                attempt = (event.execution, event.stage, event.action, event.attempt, event.tries)
                assert attempt not in self.attempts, f"{event.action} runs twice in one attempt"
                assert event.job not in self.jobs, "a job's id is used twice"
                self.attempts.add(attempt)
                self.jobs.add(event.job)
            case happened.RuleStarted():
                assert event.job not in self.jobs, "a job's id is used twice"
                self.jobs.add(event.job)
            case (
                happened.ExecutionSuperseded()
                | happened.ExecutionStopped()
                | happened.ExecutionCancelled()
                | happened.ExecutionFailed()
            ):
                for line in self.lines.values():
                    if event.execution in line:
                        line.remove(event.execution)
            case _:
                pass

    def forget_successes(self, execution: str) -> None:
        self.succeeded = {one for one in self.succeeded if one[0] != execution}

    def all_succeeded(self, event: happened.StageSucceeded) -> None:
        for stage, action in self.definitions[self.versions[event.execution]].actions():
            if stage.name == event.stage:
                done = (event.execution, stage.name, action.name)
                assert done in self.succeeded, f"{event.stage} succeeded, though {action.name} never did"

    def entered(self, event: happened.StageEntered) -> None:
        line = self.lines.get(event.stage, [])
        only = self.only[event.execution]
        if only is not None:
            assert only == event.stage, "a rollback entered another stage"
        elif line:
            assert line[0] == event.execution, f"{event.execution} overtook {line[0]} in front of {event.stage}"
            line.pop(0)

    @invariant()
    def what_a_journal_reads_anew_is_what_is_known(self) -> None:
        """A journal reads the events of the pipeline and of the executions that are known; the rest is history."""
        if len(self.walk.history) > 300 and len(self.walk.history) % 10:
            return  # every tenth time, where there is much to read
        known = self.walk.state
        anew = State()
        for event in self.walk.history:
            execution = event.execution if isinstance(event, happened.ExecutionEvent) else None
            if execution is None or execution in known.executions or execution in known.past:
                anew = evolve(anew, event)
        anew = without(anew, [execution for execution in known.past if execution not in known.executions])
        assert (anew.version, anew.executions, anew.past) == (known.version, known.executions, known.past)
        for name in known.plans[str(known.version)].stages:
            assert anew.gate(name) == known.gate(name)

    @invariant()
    def nobody_is_in_two_places_and_everybody_waits_for_something(self) -> None:
        state = self.walk.state
        holders = [gate.holder for gate in state.gates.values() if gate.holder is not None]
        waiting = [one for gate in state.gates.values() for one in gate.queue]
        assert len({*holders, *waiting}) == len(holders) + len(waiting), "an execution is in two places"
        for execution in state.executions.values():
            if execution.is_live:
                assert self.waits_for(execution), f"{execution} waits for nothing"
        for name, gate in state.gates.items():
            if gate.queue and gate.enabled:
                assert gate.holder is not None, f"{name} is free, and {gate.queue} wait in front of it"
            if self.mode == "SUPERSEDED":
                assert len(gate.queue) <= 1, f"{gate.queue} wait in front of {name}"

    def waits_for(self, execution: Execution) -> str:
        state = self.walk.state
        if execution.running:
            return "actions"
        if execution.checking is not None and execution.checking.rules:
            return "rules"
        if execution.waiting and execution.stage is not None:
            gate = state.gates[execution.stage]
            if execution.id in gate.queue and (gate.holder is not None or not gate.enabled):
                return "the stage"
        return ""

    @invariant()
    def a_stage_is_locked_by_who_is_in_it(self) -> None:
        state = self.walk.state
        for execution in state.executions.values():
            if execution.is_live and not execution.waiting and state.plan(execution).mode != "PARALLEL":
                assert execution.stage is not None
                assert state.gates[execution.stage].holder == execution.id

    @invariant()
    def what_an_update_overtook_ends(self) -> None:
        self.what_happened_is_possible()  # first: it notes who came back, and invariants are held in no order
        state = self.walk.state
        for execution in state.executions.values():
            if execution.id in self.revived or execution.version == state.version:
                continue  # a retry, or an override, goes on by the definition that the execution began with
            if execution.is_live and state.plan(execution).mode != "PARALLEL":
                assert execution.ending is not None, f"{execution.id} goes on by a definition that was replaced"

    @invariant()
    def the_state_is_small(self) -> None:
        state = self.walk.state
        live = sum(execution.is_live for execution in state.executions.values())
        stages = len(state.gates)
        ended = assumptions.PARALLEL_KEEPS_ENDED + 50 if self.mode == "PARALLEL" else stages
        assert len(state.executions) <= live + ended
        assert len(state.past) <= stages
        assert len(state.plans) <= 1 + len({execution.version for execution in state.executions.values()}) + 1
        if self.mode != "SUPERSEDED":
            assert live <= 50 + stages  # a rollback is no start
        for execution in state.executions.values():
            if state.plan(execution).mode == "PARALLEL":
                assert len(execution.running) <= assumptions.PARALLEL_ACTIONS


_JOB_ENDS = (
    happened.ActionSucceeded,
    happened.ActionFailed,
    happened.ActionAbandoned,
    happened.RuleSucceeded,
    happened.RuleFailed,
    happened.RuleAbandoned,
)


Machine.TestCase.settings = settings(
    max_examples=WALKS,
    stateful_step_count=STEPS_OF_A_WALK,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestTheMachineKeepsItsInvariants = pytest.mark.timeout(120 + WALKS // 4)(Machine.TestCase)
