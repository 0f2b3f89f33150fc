"""What an event makes of the state. No deciding here: every fact is in the event."""

from __future__ import annotations

from attrs import evolve as changed

from pipelinekit.execution import events as happened
from pipelinekit.execution.state import ActionRun, Execution, Gate, Plan, State
from pipelinekit.values import FrozenMap


def evolve(state: State, event: happened.Event) -> State:
    """Give the state after *event*. Total: an event about something that is gone changes nothing."""
    match event:
        case happened.PipelineCreated() | happened.PipelineUpdated():
            return _with_definition(state, event)
        case happened.TransitionDisabled():
            return _gate(state, event.stage, enabled=False, reason=event.reason)
        case happened.TransitionEnabled():
            return _gate(state, event.stage, enabled=True, reason="")
        case happened.ExecutionStarted():
            execution = Execution(id=event.execution, version=event.version)
            variables = (
                execution.variables.put("variables", event.variables) if event.variables else execution.variables
            )
            return _put(state, changed(execution, variables=variables))
        case happened.ExecutionEvent() if event.execution in state.executions:
            return _of_execution(state, state.executions[event.execution], event)
        case _:
            return state


def _of_execution(state: State, execution: Execution, event: happened.ExecutionEvent) -> State:
    match event:
        case happened.ActionStarted():
            run = ActionRun(
                action=event.action, job=event.job, attempt=event.attempt, tries=event.tries, deadline=event.deadline
            )
            running = execution.running.put(event.action, run)
            return _put(state, changed(execution, group=event.group, running=running))
        case happened.ApprovalOpened():
            run = changed(execution.running[event.action], token=event.token, deadline=event.expires)
            return _put(state, changed(execution, running=execution.running.put(event.action, run)))
        case happened.ActionDispatched():
            run = changed(execution.running[event.action], dispatched=True)
            return _put(state, changed(execution, running=execution.running.put(event.action, run)))
        case happened.ActionSucceeded():
            return _put(state, _action_succeeded(state, execution, event))
        case happened.ActionFailed() | happened.ActionAbandoned():
            running = execution.running.drop(event.action)
            return _put(state, changed(execution, running=running, failed=(*execution.failed, event.action)))
        case happened.ExecutionArrived():
            waiting = _put(state, changed(execution, stage=event.stage, waiting=True))
            return _gate(waiting, event.stage, inbound=event.execution)
        case happened.StageEntered():
            return _stage_entered(state, execution, event)
        case happened.StageRetried():
            again = changed(
                execution, status="InProgress", attempt=event.attempt, failed=(), ending=None, abandoned=False
            )
            return _gate(_put(state, again), event.stage, holder=event.execution, ended=None)
        case happened.StageSucceeded():
            return _gate(_put(state, changed(execution, failed=())), event.stage, holder=None)
        case happened.StageFailed():
            return _gate(state, event.stage, holder=None, ended=event.execution)
        case happened.StageStopped():
            ended = event.execution if event.status == "Stopped" else None
            return _gate(state, event.stage, holder=None, ended=ended)
        case happened.ExecutionFailed():
            return _put(state, changed(execution, status="Failed"))
        case happened.ExecutionStopping():
            return _put(state, changed(execution, status="Stopping", ending="Stopped", abandoned=event.abandon))
        case happened.ExecutionCancelling():
            return _put(state, changed(execution, ending="Cancelled"))
        case happened.ExecutionStopped():
            if execution.waiting:
                return _without(state, execution)
            return _put(state, changed(execution, status="Stopped"))
        case happened.ExecutionSucceeded() | happened.ExecutionSuperseded() | happened.ExecutionCancelled():
            return _without(state, execution)
        case _:
            return state


def _action_succeeded(state: State, execution: Execution, event: happened.ActionSucceeded) -> Execution:
    running = execution.running.drop(event.action)
    namespace = state.plan(execution).action(event.stage, event.action).namespace
    if namespace is None or not event.variables:
        return changed(execution, running=running)
    return changed(execution, running=running, variables=execution.variables.put(namespace, event.variables))


def _stage_entered(state: State, execution: Execution, event: happened.StageEntered) -> State:
    entered = _put(state, changed(execution, stage=event.stage, waiting=False, group=0, failed=()))
    for gone in event.dropped:
        entered = changed(entered, executions=entered.executions.drop(gone))
    gate = entered.gates[event.stage]
    inbound = None if gate.inbound == event.execution else gate.inbound
    return _gate(entered, event.stage, holder=event.execution, inbound=inbound, ended=None)


def _with_definition(state: State, event: happened.PipelineCreated | happened.PipelineUpdated) -> State:
    plan = Plan(event.definition)
    used = {str(execution.version) for execution in state.executions.values()}
    plans = {version: kept for version, kept in state.plans.items() if version in used}
    gates = state.gates
    for stage in plan.stages:
        if stage not in gates:
            gates = gates.put(stage, Gate())
    return changed(state, version=event.version, plans=FrozenMap({**plans, str(event.version): plan}), gates=gates)


def _put(state: State, execution: Execution) -> State:
    return changed(state, executions=state.executions.put(execution.id, execution))


def _without(state: State, execution: Execution) -> State:
    left = changed(state, executions=state.executions.drop(execution.id))
    if execution.waiting and execution.stage is not None and left.gates[execution.stage].inbound == execution.id:
        return _gate(left, execution.stage, inbound=None)
    return left


def _gate(state: State, stage: str, **changes: object) -> State:
    gate = state.gates.get(stage, Gate())
    return changed(state, gates=state.gates.put(stage, changed(gate, **changes)))  # type: ignore[arg-type]
