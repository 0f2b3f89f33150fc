"""The semantics of CodePipeline: what a command leads to, decided from the state and the time alone.

Each question has its module: `starting`, `reporting` (what workers say), `controlling` (what people ask), and below
them `flow` (how executions move), `conditions`, `actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from attrs import frozen

from pipelinekit.execution import commands as asked
from pipelinekit.execution import controlling, flow, reporting, starting
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.dispatch import OF_THE_MACHINE, source_revision
from pipelinekit.execution.jobs import Job, as_action
from pipelinekit.execution.state import State
from pipelinekit.execution.variables import resolve, resolve_rule


@frozen
class Decision:
    """What a command led to, and the state after it."""

    events: tuple[happened.Event, ...]
    state: State


def decide(state: State, command: asked.Command, now: float) -> Decision:
    """Decide what *command* leads to at *now*, in seconds since 1970.

    Raises:
        Refused: where the API would refuse it, with the API's own error.
    """
    deciding = Deciding(state, now)
    _dispatch(deciding, command)
    if deciding.freed:
        flow.settle(deciding)
    return Decision(tuple(deciding.events), deciding.state)


def _dispatch(deciding: Deciding, command: asked.Command) -> None:
    match command:
        case asked.ReportAction():
            reporting.report(deciding, command)
        case asked.ReportStarted():
            reporting.dispatched(deciding, command)
        case asked.ReportProgress():
            reporting.progress(deciding, command)
        case asked.ReportRule():
            reporting.report_rule(deciding, command)
        case asked.ReportAbandoned():
            reporting.abandoned(deciding, command)
        case asked.ActionLost():
            reporting.lost(deciding, command)
        case asked.RuleLost():
            reporting.rule_lost(deciding, command)
        case asked.Tick():
            reporting.tick(deciding)
        case asked.CreatePipeline():
            starting.create(deciding, command)
        case asked.UpdatePipeline():
            starting.update(deciding, command)
        case asked.StartExecution():
            starting.start(deciding, command)
        case asked.BindExecution():
            deciding.live(command.execution)
            bound = happened.ExecutionBound(at=deciding.now, execution=command.execution, bindings=command.bindings)
            deciding.emit(bound)
        case asked.PutApprovalResult():
            controlling.answer(deciding, command)
        case asked.EnableTransition():
            controlling.enable(deciding, command.stage)
        case asked.DisableTransition():
            controlling.disable(deciding, command.stage, command.reason)
        case asked.RetryStage():
            controlling.retry(deciding, command)
        case asked.RollbackStage():
            controlling.roll_back(deciding, command)
        case asked.OverrideStageCondition():
            controlling.override(deciding, command)
        case asked.StopExecution():
            controlling.stop(deciding, command)
        case _:
            assert_never(command)


def jobs(state: State, pipeline: str) -> Iterator[Job]:
    """Yield the job of every action and rule under way, for an engine that takes over.

    A deployment window has none: the machine itself ends it.
    """
    for execution, run in state.running():
        if execution.stage is not None:
            declared = state.plan(execution).action(execution.stage, run.action)
            yield Job(
                id=run.job,
                pipeline=pipeline,
                execution=execution.id,
                stage=execution.stage,
                attempt=run.attempt,
                action=resolve(declared, execution.id, execution.variables),
                deadline=run.deadline,
                dispatched=run.dispatched,
                source_revision=source_revision(execution, declared),
            )
    for execution, rule_run in state.checking():
        if execution.stage is not None and execution.checking is not None:
            which = execution.checking.condition
            rule = state.plan(execution).rule(execution.stage, which, rule_run.rule)
            if rule.rule_type_id.provider not in OF_THE_MACHINE:
                yield Job(
                    id=rule_run.job,
                    kind="rule",
                    pipeline=pipeline,
                    execution=execution.id,
                    stage=execution.stage,
                    attempt=execution.attempt,
                    action=as_action(resolve_rule(rule, execution.id, execution.variables)),
                    deadline=rule_run.deadline,
                    condition=which,
                )


def deadline(state: State) -> float | None:
    """Give the time at which the machine wants a `Tick`, or None."""
    times = [run.deadline for _, run in state.running()]
    times += [reporting.when(run) for _, run in state.checking()]
    times += [at for _, at in reporting.expiries(state)]
    return min(times, default=None)
