"""What an event makes of the state. No deciding here: every fact is in the event."""

from __future__ import annotations

from collections.abc import Iterable

from pipelinekit.execution import events as happened
from pipelinekit.execution.state import ActionRun, Checking, Execution, Gate, Plan, RuleRun, State, Target, changed
from pipelinekit.execution.table import Table
from pipelinekit.values import FrozenMap


def evolve(state: State, event: happened.Event) -> State:
    """Give the state after *event*. Total: an event about something that is gone changes nothing."""
    match event:
        case happened.ExecutionStarted():
            return _started(state, event)
        case happened.ExecutionEvent():
            execution = state.executions.get(event.execution)
            return state if execution is None else _of_execution(state, execution, event)
        case happened.PipelineCreated() | happened.PipelineUpdated():
            return _with_definition(state, event)
        case happened.TransitionDisabled():
            gate = state.gate(event.stage)
            since = event.at if gate.enabled else gate.since  # another reason keeps it closed from when it was
            return _gate(state, event.stage, enabled=False, reason=event.reason, since=since)
        case happened.TransitionEnabled():
            return _gate(state, event.stage, enabled=True, reason="", since=0.0)
        case _:
            return state


def without(state: State, executions: Iterable[str]) -> State:
    """Give a state without executions that nothing can move any more; rollbacks may still go back to them.

    For who reads the events of some executions only: what dropped those may have happened to another.
    """
    for gone in executions:
        state = changed(state, executions=state.executions.drop(gone))
        for stage, gate in state.gates.items():
            if gate.ended == gone:
                state = _gate(state, stage, ended=None)
    return state


def _started(state: State, event: happened.ExecutionStarted) -> State:
    variables: Table[FrozenMap[str]] = Table(event.known)
    if event.variables:
        variables = variables.put("variables", event.variables)
    execution = Execution(
        id=event.execution,
        version=event.version,
        variables=variables,
        since=event.at,
        only=event.stage,
        source_revisions=event.source_revisions,
    )
    return _put(state, execution)


def _of_execution(state: State, execution: Execution, event: happened.ExecutionEvent) -> State:
    match event:
        case happened.ActionStarted():
            run = ActionRun(
                action=event.action, job=event.job, attempt=event.attempt, tries=event.tries, deadline=event.deadline
            )
            running = execution.running.put(event.action, run)
            pending = execution.pending
            if pending:
                pending = tuple(name for name in pending if name != event.action)
            return _put(state, changed(execution, group=event.group, running=running, pending=pending))
        case happened.ActionSucceeded():
            return _put(state, _action_succeeded(state, execution, event))
        case happened.ActionFailed() | happened.ActionAbandoned():
            running = execution.running.drop(event.action)
            return _put(state, changed(execution, running=running, failed=(*execution.failed, event.action)))
        case happened.ApprovalOpened():
            run = changed(execution.running[event.action], token=event.token, deadline=event.expires)
            return _put(state, changed(execution, running=execution.running.put(event.action, run)))
        case happened.ActionDispatched():
            run = changed(execution.running[event.action], dispatched=True)
            return _put(state, changed(execution, running=execution.running.put(event.action, run)))
        case happened.ActionsPending():
            return _put(state, changed(execution, group=event.group, pending=event.actions))
        case happened.ExecutionArrived():
            return _arrived(state, execution, event)
        case happened.StageEntered():
            return _stage_entered(state, execution, event)
        case happened.StageRetried():
            return _stage_retried(state, execution, event)
        case happened.StageSucceeded():
            return _stage_succeeded(state, execution, event)
        case happened.StageFailed():
            failed = changed(execution, unmet=event.condition, checking=None)
            return _leave(_put(state, failed), execution, event.stage, ended=event.execution)
        case happened.StageSkipped():
            return _leave(_put(state, changed(execution, failed=())), execution, event.stage)
        case happened.StageStopped():
            ended = event.execution if event.status == "Stopped" else None
            return _leave(state, execution, event.stage, ended=ended)
        case happened.ExecutionFailed():
            return _over(state, changed(execution, status="Failed"))
        case happened.ExecutionStopping():
            return _put(state, changed(execution, status="Stopping", ending="Stopped", abandoned=event.abandon))
        case happened.ExecutionCancelling():
            return _put(state, changed(execution, ending="Cancelled"))
        case happened.ExecutionStopped():
            if execution.waiting:
                return _without(state, execution)
            return _over(state, changed(execution, status="Stopped"))
        case happened.ExecutionSucceeded() | happened.ExecutionSuperseded() | happened.ExecutionCancelled():
            return _without(state, execution)
        case _:
            checking = _checked(execution.checking, event)
            if isinstance(event, happened.ConditionOverridden):
                return _overridden(state, execution, event)
            return state if checking is execution.checking else _put(state, changed(execution, checking=checking))


def _action_succeeded(state: State, execution: Execution, event: happened.ActionSucceeded) -> Execution:
    running = execution.running.drop(event.action)
    if not event.variables:
        return changed(execution, running=running)
    namespace = state.plan(execution).action(event.stage, event.action).namespace
    if namespace is None:
        return changed(execution, running=running)
    return changed(execution, running=running, variables=execution.variables.put(namespace, event.variables))


def _arrived(state: State, execution: Execution, event: happened.ExecutionArrived) -> State:
    waiting = _put(state, changed(execution, stage=event.stage, waiting=True, since=event.at))
    queue = waiting.gate(event.stage).queue
    return _gate(waiting, event.stage, queue=(*queue, event.execution))


def _stage_entered(state: State, execution: Execution, event: happened.StageEntered) -> State:
    inside = changed(
        execution,
        stage=event.stage,
        waiting=False,
        group=-1,
        failed=(),
        pending=(),
        retries=0,
        unmet="",
    )
    entered = _put(state, inside)
    for gone in event.dropped:
        entered = changed(entered, executions=entered.executions.drop(gone))
    if not _locks(entered, inside):
        return entered
    queue = entered.gate(event.stage).queue
    if execution.id in queue:
        queue = tuple(one for one in queue if one != execution.id)
    return _gate(entered, event.stage, holder=event.execution, queue=queue, ended=None)


def _stage_retried(state: State, execution: Execution, event: happened.StageRetried) -> State:
    again = changed(
        execution,
        status="InProgress",
        attempt=event.attempt,
        failed=(),
        pending=(),
        ending=None,
        abandoned=False,
        unmet="",
        retries=execution.retries + (event.trigger == "AutomatedStageRetry"),
    )
    return _hold(_put(state, again), again, event.stage)


def _overridden(state: State, execution: Execution, event: happened.ConditionOverridden) -> State:
    going_on = changed(execution, status="InProgress", checking=None, unmet="", ending=None, abandoned=False)
    return _hold(_put(state, going_on), going_on, event.stage)


def _hold(state: State, execution: Execution, stage: str) -> State:
    """Give the stage back to an execution that it ended in."""
    return _gate(state, stage, holder=execution.id, ended=None) if _locks(state, execution) else state


def _stage_succeeded(state: State, execution: Execution, event: happened.StageSucceeded) -> State:
    left = _put(state, changed(execution, failed=()))
    if not _locks(state, execution):
        return left
    if not event.target or execution.version != state.version:
        return _gate(left, event.stage, holder=None)
    target = Target(
        execution=execution.id, version=execution.version, stages=(event.stage,), variables=execution.variables
    )
    left = _gate(left, event.stage, holder=None, succeeded=execution.id)
    return changed(left, past=_remembered(left, left.past.put(execution.id, target)))


def _remembered(state: State, past: Table[Target]) -> Table[Target]:
    """Forget what no stage calls its last success any more."""
    wanted = {gate.succeeded for gate in state.gates.values()}
    for gone in [name for name in past if name not in wanted]:
        past = past.drop(gone)
    return past


def _checked(checking: Checking | None, event: happened.ExecutionEvent) -> Checking | None:
    match event:
        case happened.ConditionStarted():
            return Checking(condition=event.condition, result=event.result)
        case happened.ConditionEnded():
            return None
        case happened.RuleStarted() if checking is not None:
            run = RuleRun(rule=event.rule, job=event.job, deadline=event.deadline, tries=event.tries, opens=event.opens)
            return changed(checking, rules=checking.rules.put(event.rule, run))
        case happened.RuleSucceeded() | happened.RuleAbandoned() if checking is not None:
            return changed(checking, rules=checking.rules.drop(event.rule))
        case happened.RuleFailed() if checking is not None:
            errored = (*checking.errored, event.rule) if event.code == "ConfigurationError" else checking.errored
            rules = checking.rules.drop(event.rule)
            return changed(checking, rules=rules, failed=(*checking.failed, event.rule), errored=errored)
        case _:
            return checking


def _with_definition(state: State, event: happened.PipelineCreated | happened.PipelineUpdated) -> State:
    plan = Plan(event.definition)
    used = {str(execution.version) for execution in state.executions.values()}
    plans = {version: kept for version, kept in state.plans.items() if version in used}
    gates: dict[str, Gate] = {}
    for stage, gate in state.gates.items():
        gate = changed(gate, succeeded=None)
        if stage in plan.groups or gate != Gate():
            gates[stage] = gate
    for stage in plan.stages:
        gates.setdefault(stage, Gate())
    return changed(
        state,
        version=event.version,
        plans=FrozenMap({**plans, str(event.version): plan}),
        gates=Table(gates),
        past=Table(),
    )


def _put(state: State, execution: Execution) -> State:
    executions = state.executions.put(execution.id, execution)
    return State(version=state.version, plans=state.plans, gates=state.gates, executions=executions, past=state.past)


def _over(state: State, execution: Execution) -> State:
    """Keep an execution that is over as long as it can be retried, and no longer."""
    gate = state.gate(execution.stage or "")
    if gate.ended == execution.id or not _locks(state, execution):
        return _put(state, execution)
    return changed(state, executions=state.executions.drop(execution.id))


def _without(state: State, execution: Execution) -> State:
    left = changed(state, executions=state.executions.drop(execution.id))
    if execution.waiting and execution.stage is not None:
        queue = left.gate(execution.stage).queue
        if execution.id in queue:
            return _gate(left, execution.stage, queue=tuple(one for one in queue if one != execution.id))
    return left


def _locks(state: State, execution: Execution) -> bool:
    """Whether an execution holds the stage it is in; in the mode PARALLEL none does."""
    return state.plan(execution).mode != "PARALLEL"


def _leave(state: State, execution: Execution, stage: str, **changes: object) -> State:
    return _gate(state, stage, holder=None, **changes) if _locks(state, execution) else state


def _gate(state: State, stage: str, **changes: object) -> State:
    gate = state.gate(stage)
    return changed(state, gates=state.gates.put(stage, changed(gate, **changes)))
