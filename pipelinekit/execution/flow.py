"""How executions move: into stages, from group to group, out of them; and what follows when a stage fails."""

from __future__ import annotations

from pipelinekit.execution import actions, assumptions, conditions
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.jobs import rollback_id
from pipelinekit.execution.state import Checking, ConditionType, Execution, Target


def arrive(deciding: Deciding, execution: str, stage: str) -> None:
    """Bring an execution in front of a stage: it enters where it may, else it waits."""
    plan = deciding.plan(execution)
    gate = deciding.state.gate(stage)
    if plan.mode == "PARALLEL" or (gate.enabled and gate.holder is None and not gate.queue):
        enter(deciding, execution, stage)
        return
    if plan.mode == "SUPERSEDED" and gate.queue and _may_be_superseded(stage == plan.stages[0]):
        superseded = happened.ExecutionSuperseded(at=deciding.now, execution=gate.queue[0], stage=stage, by=execution)
        deciding.emit(superseded)
    deciding.emit(happened.ExecutionArrived(at=deciding.now, execution=execution, stage=stage))


def _may_be_superseded(first: bool) -> bool:
    return assumptions.FIRST_STAGE_HAS_THE_SAME_SLOT or not first


def enter(deciding: Deciding, execution: str, stage: str) -> None:
    """Let an execution into a stage: its entry condition is evaluated first, then its actions start."""
    dropped = _no_longer_retryable(deciding, execution, stage)
    deciding.emit(happened.StageEntered(at=deciding.now, execution=execution, stage=stage, dropped=dropped))
    _begin(deciding, execution, stage)


def _begin(deciding: Deciding, execution: str, stage: str) -> None:
    if not _begin_condition(deciding, execution, stage, "BEFORE_ENTRY"):
        start_group(deciding, execution, stage, 0)


def _no_longer_retryable(deciding: Deciding, execution: str, stage: str) -> tuple[str, ...]:
    if deciding.plan(execution).mode != "PARALLEL":
        ended = deciding.state.gate(stage).ended
        return () if ended is None else (ended,)
    over = [e for e in deciding.state.executions.values() if not e.is_live]
    if len(over) <= assumptions.PARALLEL_KEEPS_ENDED:
        return ()
    over.sort(key=lambda e: (-e.since, e.id))
    return tuple(e.id for e in over[assumptions.PARALLEL_KEEPS_ENDED :])


def settle(deciding: Deciding) -> None:
    """Let those in that wait in front of the stages that became free or open, at the end of a decision."""
    while deciding.freed:
        stage = deciding.freed.pop(0)
        gate = deciding.state.gate(stage)
        if gate.enabled and gate.holder is None and gate.queue:
            enter(deciding, gate.queue[0], stage)


def start_group(deciding: Deciding, execution: str, stage: str, group: int) -> None:
    """Start the actions of a run order."""
    actions.start_actions(deciding, execution, stage, group, deciding.plan(execution).groups[stage][group])
    go_on(deciding, execution)


def go_on(deciding: Deciding, execution_id: str) -> None:
    """Go on with an execution whose group or condition is over; while something of it runs, nothing happens."""
    execution = deciding.state.executions.get(execution_id)
    if execution is None or execution.waiting or execution.stage is None or not execution.is_live:
        return
    if execution.pending and execution.ending is None:
        actions.start_pending(deciding, execution_id)
        execution = deciding.state.executions[execution_id]
    stage = execution.stage or ""
    if execution.running or (execution.checking is not None and execution.checking.rules):
        return
    if execution.checking is not None:
        _end_condition(deciding, execution, stage, execution.checking)
    elif execution.ending is not None:
        _end_stopped(deciding, execution_id, stage, execution.ending)
    elif execution.failed:
        _stage_failed(deciding, execution, stage)
    elif execution.group + 1 < len(deciding.plan(execution_id).groups[stage]):
        start_group(deciding, execution_id, stage, execution.group + 1)
        return
    elif not _begin_condition(deciding, execution_id, stage, "ON_SUCCESS"):
        leave(deciding, execution_id, stage)
    deciding.freed.append(stage)


def _end_stopped(deciding: Deciding, execution: str, stage: str, ending: str) -> None:
    deciding.emit(happened.StageStopped(at=deciding.now, execution=execution, stage=stage, status=ending))
    if ending == "Cancelled":
        deciding.emit(happened.ExecutionCancelled(at=deciding.now, execution=execution))
    else:
        deciding.emit(happened.ExecutionStopped(at=deciding.now, execution=execution))


def leave(deciding: Deciding, execution: str, stage: str) -> None:
    """Let an execution out of a stage that succeeded."""
    target = deciding.state.executions[execution].only is None
    deciding.emit(happened.StageSucceeded(at=deciding.now, execution=execution, stage=stage, target=target))
    _go_behind(deciding, execution, stage)


def _go_behind(deciding: Deciding, execution: str, stage: str) -> None:
    alone = deciding.state.executions[execution].only is not None
    after = None if alone else deciding.plan(execution).after(stage)
    if after is None:
        deciding.emit(happened.ExecutionSucceeded(at=deciding.now, execution=execution))
    else:
        arrive(deciding, execution, after)


# Conditions


def _begin_condition(deciding: Deciding, execution: str, stage: str, which: ConditionType) -> bool:
    """Begin to evaluate a stage's condition; False where it has none."""
    found = deciding.state.executions[execution]
    plan = deciding.plan(execution)
    condition = conditions.declared(plan, found, stage, which)
    if condition is None:
        return False
    on_failure = plan.declared[stage].on_failure
    fallback = on_failure.result if which == "ON_FAILURE" and on_failure is not None else None
    conditions.begin(deciding, execution, stage, which, condition.result or fallback or "FAIL")
    go_on(deciding, execution)
    return True


def _end_condition(deciding: Deciding, execution: Execution, stage: str, checking: Checking) -> None:
    which = checking.condition
    if execution.ending is not None:
        status = "Abandoned" if execution.abandoned else "Cancelled"
        _condition_ended(deciding, execution.id, stage, which, status)
        _end_stopped(deciding, execution.id, stage, execution.ending)
        return
    status, met = conditions.verdict(deciding.plan(execution.id), stage, checking)
    engaged = checking.result if met == (which == "ON_FAILURE") else ""
    _condition_ended(deciding, execution.id, stage, which, status, engaged)
    if which == "BEFORE_ENTRY":
        _after_entry_condition(deciding, execution.id, stage, engaged)
    elif which == "ON_SUCCESS":
        _after_success_condition(deciding, execution.id, stage, engaged)
    else:
        _fail(deciding, execution.id, stage, engaged)


def _condition_ended(
    deciding: Deciding, execution: str, stage: str, which: ConditionType, status: str, engaged: str = ""
) -> None:
    deciding.emit(
        happened.ConditionEnded(
            at=deciding.now, execution=execution, stage=stage, condition=which, status=status, engaged=engaged
        )
    )


def _after_entry_condition(deciding: Deciding, execution: str, stage: str, engaged: str) -> None:
    if not engaged:
        start_group(deciding, execution, stage, 0)
    elif engaged == "SKIP":
        deciding.emit(happened.StageSkipped(at=deciding.now, execution=execution, stage=stage))
        _go_behind(deciding, execution, stage)
    else:
        _unmet(deciding, execution, stage, "BEFORE_ENTRY")


def _after_success_condition(deciding: Deciding, execution: str, stage: str, engaged: str) -> None:
    if not engaged:
        leave(deciding, execution, stage)
    elif engaged == "ROLLBACK":
        deciding.emit(happened.StageSucceeded(at=deciding.now, execution=execution, stage=stage, target=False))
        version = deciding.state.executions[execution].version
        attempt = deciding.state.executions[execution].attempt
        if assumptions.ROLLED_BACK_EXECUTION_FAILS:
            deciding.emit(happened.ExecutionFailed(at=deciding.now, execution=execution))
        else:
            deciding.emit(happened.ExecutionSucceeded(at=deciding.now, execution=execution))
        _roll_back_by_itself(deciding, execution, stage, version, attempt)
    else:
        _unmet(deciding, execution, stage, "ON_SUCCESS")


def _unmet(deciding: Deciding, execution: str, stage: str, which: ConditionType) -> None:
    """Fail a stage by its condition."""
    deciding.emit(happened.StageFailed(at=deciding.now, execution=execution, stage=stage, condition=which))
    if assumptions.CONDITION_FAILURES_REACH_ON_FAILURE:
        _follow_failure(deciding, execution, stage)
    else:
        deciding.emit(happened.ExecutionFailed(at=deciding.now, execution=execution))


# Failing


def _stage_failed(deciding: Deciding, execution: Execution, stage: str) -> None:
    """Fail a stage of which an action failed: first its condition is evaluated, where it has one."""
    if not _begin_condition(deciding, execution.id, stage, "ON_FAILURE"):
        deciding.emit(happened.StageFailed(at=deciding.now, execution=execution.id, stage=stage))
        _follow_failure(deciding, execution.id, stage)


def _follow_failure(deciding: Deciding, execution: str, stage: str) -> None:
    declared = deciding.plan(execution).declared[stage].on_failure
    unconditional = declared is not None and not any(condition.rules for condition in declared.conditions)
    if conditions.is_unconditional(deciding.state.executions[execution]):
        unconditional = False
    _engage(deciding, execution, stage, (declared.result or "") if declared is not None and unconditional else "")


def _fail(deciding: Deciding, execution: str, stage: str, engaged: str) -> None:
    deciding.emit(happened.StageFailed(at=deciding.now, execution=execution, stage=stage))
    _engage(deciding, execution, stage, engaged)


def _engage(deciding: Deciding, execution_id: str, stage: str, result: str) -> None:
    """Do what a failed stage asks for: retry it, roll it back, or let the execution fail."""
    execution = deciding.state.executions[execution_id]
    if result == "RETRY" and execution.retries < assumptions.AUTOMATIC_RETRIES:
        declared = deciding.plan(execution_id).declared[stage].on_failure
        mode = (declared.retry_mode if declared is not None else None) or assumptions.DEFAULT_RETRY_MODE
        again(deciding, execution, stage, mode, "AutomatedStageRetry")
        return
    deciding.emit(happened.ExecutionFailed(at=deciding.now, execution=execution_id))
    if result == "ROLLBACK":
        _roll_back_by_itself(deciding, execution_id, stage, execution.version, execution.attempt)


def again(deciding: Deciding, execution: Execution, stage: str, mode: str, trigger: str) -> None:
    """Run a stage again: its failed actions, or all."""
    deciding.emit(
        happened.StageRetried(
            at=deciding.now,
            execution=execution.id,
            stage=stage,
            mode=mode,
            attempt=execution.attempt + 1,
            trigger=trigger,
        )
    )
    if execution.group < 0:  # it was stopped before any action began: nothing of the stage has been done
        _begin(deciding, execution.id, stage)
        return
    if mode == "ALL_ACTIONS":
        start_group(deciding, execution.id, stage, 0)
        return
    plan = deciding.plan(execution.id)
    names = dict.fromkeys((*execution.failed, *execution.pending))
    failed = tuple(plan.action(stage, name) for name in names)
    actions.start_actions(deciding, execution.id, stage, execution.group, failed)
    go_on(deciding, execution.id)


# Rolling back


def _roll_back_by_itself(deciding: Deciding, execution: str, stage: str, version: int, attempt: int) -> None:
    """Roll a stage back to its most recent success; where there is none, nothing happens."""
    succeeded = deciding.state.gate(stage).succeeded
    target = deciding.state.past.get(succeeded) if succeeded is not None else None
    if target is not None and target.execution != execution and target.version == version == deciding.state.version:
        new = rollback_id(execution, stage, attempt)
        roll_back(deciding, new, stage, target, trigger="AutomatedRollback", cause=execution)


def roll_back(deciding: Deciding, execution: str, stage: str, target: Target, *, trigger: str, cause: str = "") -> None:
    """Start a rollback: a new execution of that one stage, with what its target knew."""
    known = dict(target.variables)
    deciding.emit(
        happened.ExecutionStarted(
            at=deciding.now,
            execution=execution,
            version=deciding.state.version,
            trigger=trigger,
            detail=f"{stage}: back to {target.execution}",
            variables=known.pop("variables", {}),
            type="ROLLBACK",
            stage=stage,
            target=target.execution,
            cause=cause,
            known=known,
        )
    )
    gate = deciding.state.gate(stage)
    if assumptions.ROLLBACKS_IGNORE_TRANSITIONS or gate.enabled:
        enter(deciding, execution, stage)
    else:
        arrive(deciding, execution, stage)
