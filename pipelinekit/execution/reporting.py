"""What workers report of their jobs, and what is late."""

from __future__ import annotations

from pipelinekit.execution import actions, assumptions, conditions, flow
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import ActionRun, Checking, Execution, Gate, RuleRun, State


def dispatched(deciding: Deciding, command: asked.ReportStarted) -> None:
    """Note that a job is about to begin."""
    execution, stage, run = _under_way(deciding, command)
    deciding.emit(
        happened.ActionDispatched(at=deciding.now, execution=execution.id, stage=stage, action=run.action, job=run.job)
    )


def progress(deciding: Deciding, command: asked.ReportProgress) -> None:
    """Note how far a job is."""
    execution, stage, run = _under_way(deciding, command)
    deciding.emit(
        happened.ActionProgressed(
            at=deciding.now,
            execution=execution.id,
            stage=stage,
            action=run.action,
            job=run.job,
            summary=command.summary,
        )
    )


def report(deciding: Deciding, command: asked.ReportAction) -> None:
    """End an action, and go on."""
    execution, stage, run = _under_way(deciding, command)
    if command.succeeded:
        deciding.emit(
            happened.ActionSucceeded(
                at=deciding.now,
                execution=execution.id,
                stage=stage,
                action=run.action,
                job=run.job,
                variables=command.variables,
                artifacts=command.artifacts,
                summary=command.summary,
                external_id=command.external_id,
                began=command.began,
                fingerprint=command.fingerprint,
                reused=command.reused,
            )
        )
    else:
        deciding.emit(
            happened.ActionFailed(
                at=deciding.now,
                execution=execution.id,
                stage=stage,
                action=run.action,
                job=run.job,
                code=command.code,
                message=command.message,
                external_id=command.external_id,
                began=command.began,
            )
        )
    flow.go_on(deciding, execution.id)


def report_rule(deciding: Deciding, command: asked.ReportRule) -> None:
    """End the evaluation of a rule, and go on."""
    execution, stage, checking, run = _rule_under_way(deciding, command)
    which = checking.condition
    if command.succeeded:
        conditions.rule_succeeded(
            deciding, execution.id, stage, which, run, command.summary, external_id=command.external_id
        )
    else:
        conditions.rule_failed(
            deciding,
            execution.id,
            stage,
            which,
            run,
            command.message,
            code=command.code,
            external_id=command.external_id,
        )
    flow.go_on(deciding, execution.id)


def abandoned(deciding: Deciding, command: asked.ReportAbandoned) -> None:
    """Wait no longer for an action that has not begun, of an execution that is stopping."""
    execution, _, run = _under_way(deciding, command)
    if execution.ending is None:
        message = f"execution {execution.id} is not stopping: its actions are to be carried out"
        raise Refused("ConflictException", message)
    actions.abandon(deciding, execution.id, [run])
    flow.go_on(deciding, execution.id)


def lost(deciding: Deciding, command: asked.ActionLost) -> None:
    """Make the job of a lost worker again."""
    execution, stage, run = _under_way(deciding, command)
    action = deciding.plan(execution.id).action(stage, run.action)
    tries = run.tries + 1 if assumptions.LOST_JOBS_COUNT_NO_RETRY else run.tries
    actions.start_action(deciding, execution.id, stage, execution.group, action, tries)
    flow.go_on(deciding, execution.id)


def rule_lost(deciding: Deciding, command: asked.RuleLost) -> None:
    """Evaluate a rule again whose worker is lost."""
    execution, stage, checking, run = _rule_under_way(deciding, command)
    rule = deciding.plan(execution.id).rule(stage, checking.condition, run.rule)
    conditions.start_rule(deciding, execution.id, stage, checking.condition, rule, run.tries + 1)
    flow.go_on(deciding, execution.id)


def _under_way(
    deciding: Deciding,
    command: asked.ReportStarted | asked.ReportProgress | asked.ReportAction | asked.ReportAbandoned | asked.ActionLost,
) -> tuple[Execution, str, ActionRun]:
    """Find the job a worker speaks of; a late or doubled report finds none."""
    execution = deciding.state.executions.get(command.execution)
    if execution is not None and execution.stage is not None:
        run = execution.running.get(command.action)
        if run is not None and run.job == command.job:
            return execution, execution.stage, run
    raise Refused("JobNotFoundException", f"job {command.job} of {command.action} is not under way (any more)")


def _rule_under_way(
    deciding: Deciding, command: asked.ReportRule | asked.RuleLost
) -> tuple[Execution, str, Checking, RuleRun]:
    execution = deciding.state.executions.get(command.execution)
    if execution is not None and execution.stage is not None and execution.checking is not None:
        run = execution.checking.rules.get(command.rule)
        if run is not None and run.job == command.job:
            return execution, execution.stage, execution.checking, run
    raise Refused("JobNotFoundException", f"job {command.job} of the rule {command.rule} is not under way (any more)")


def tick(deciding: Deciding) -> None:
    """Let happen what the time brings: deadlines, windows that open, executions that waited for too long."""
    late = [(e, run) for e, run in deciding.state.running() if run.deadline <= deciding.now]
    for execution, run in late:
        actions.time_out(deciding, execution.id, execution.stage or "", run)
    ripe = [(e, run) for e, run in deciding.state.checking() if when(run) <= deciding.now]
    for execution, rule in ripe:
        if execution.checking is not None:
            conditions.time_out(deciding, execution.id, execution.stage or "", execution.checking.condition, rule)
    for moved in dict.fromkeys(execution.id for execution, _ in (*late, *ripe)):
        flow.go_on(deciding, moved)
    for execution, _ in [found for found in expiries(deciding.state) if found[1] <= deciding.now]:
        _expire(deciding, execution)


def when(run: RuleRun) -> float:
    """Give when a rule is to be looked at: its deadline, or when its window opens."""
    return run.deadline if run.opens is None else min(run.deadline, run.opens)


def expiries(state: State) -> list[tuple[Execution, float]]:
    """Give the executions that wait behind a disabled transition, and when they have waited for too long."""
    return [
        (state.executions[one], _expiry(gate, state.executions[one]))
        for gate in state.gates.values()
        if not gate.enabled
        for one in gate.queue
    ]


def _expiry(gate: Gate, execution: Execution) -> float:
    return max(gate.since, execution.since) + assumptions.INBOUND_DAYS * 86400


def _expire(deciding: Deciding, execution: Execution) -> None:
    stage = execution.stage or ""
    deciding.emit(happened.InboundExpired(at=deciding.now, execution=execution.id, stage=stage))
    if assumptions.INBOUND_EXPIRES_AS_CANCELLED:
        deciding.emit(happened.ExecutionCancelled(at=deciding.now, execution=execution.id))
    else:
        deciding.emit(happened.ExecutionStopped(at=deciding.now, execution=execution.id))
