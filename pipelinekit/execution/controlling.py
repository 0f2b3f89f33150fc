"""What people ask of executions and stages: answers, open doors, stops, retries, rollbacks, overrides."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelinekit.codepipeline.limits import REASON_MAX, REASON_PATTERN, STOP_REASON_MAX, SUMMARY_MAX
from pipelinekit.execution import actions, assumptions, conditions, flow
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import CONDITION_NAMES, Execution, Target
from pipelinekit.values import FrozenMap


def answer(deciding: Deciding, command: asked.PutApprovalResult) -> None:
    """Answer a manual approval."""
    _no_longer("the summary", command.summary, SUMMARY_MAX)
    execution = deciding.live(command.execution)
    declared = deciding.declared(execution, command.stage, command.action)
    if declared.action_type_id.category != "Approval":
        raise Refused("ActionNotFoundException", f"{command.stage}/{command.action} is no manual approval")
    run = execution.running.get(command.action) if execution.stage == command.stage else None
    if run is None:
        if _is_past(deciding, execution, command.stage, command.action):
            message = f"{command.stage}/{command.action} has been answered already, or has expired"
            raise Refused("ApprovalAlreadyCompletedException", message)
        message = f"{command.stage}/{command.action} does not wait for an answer yet"
        raise Refused("InvalidApprovalTokenException", message)
    if run.token != command.token:
        message = f"the token is not that of the open approval of {command.stage}/{command.action}"
        raise Refused("InvalidApprovalTokenException", message)
    if command.status == "Approved":
        deciding.emit(
            happened.ActionSucceeded(
                at=deciding.now,
                execution=execution.id,
                stage=command.stage,
                action=command.action,
                job=run.job,
                summary=command.summary,
            )
        )
    else:
        message = f"rejected: {command.summary}" if command.summary else "rejected"
        actions.fail(deciding, execution.id, command.stage, command.action, run.job, "JobFailed", message)
    flow.go_on(deciding, execution.id)


def _no_longer(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise Refused("ValidationException", f"{what} has {len(text)} characters, where AWS takes {most}")


def _is_past(deciding: Deciding, execution: Execution, stage: str, action: str) -> bool:
    plan = deciding.plan(execution.id)
    at = -1 if execution.stage is None else plan.stages.index(execution.stage)
    if plan.stages.index(stage) != at:
        return plan.stages.index(stage) < at
    if execution.waiting or action in execution.pending:
        return False
    if execution.checking is not None and execution.checking.condition == "BEFORE_ENTRY":
        return False
    groups = plan.groups[stage][: execution.group + 1]
    return any(action == one.name for group in groups for one in group)


# Transitions


def enable(deciding: Deciding, stage: str) -> None:
    """Open the entrance of a stage."""
    deciding.need_stage(stage)
    if not deciding.state.gate(stage).enabled:
        deciding.emit(happened.TransitionEnabled(at=deciding.now, stage=stage))
        deciding.freed.append(stage)


def disable(deciding: Deciding, stage: str, reason: str) -> None:
    """Close the entrance of a stage."""
    deciding.need_stage(stage)
    _no_longer("the reason", reason, REASON_MAX)
    if re.fullmatch(REASON_PATTERN, reason) is None:
        message = "the reason is letters, digits, blanks and any of ! @ ( ) . * ? -, at least one of them"
        raise Refused("ValidationException", message)
    if deciding.state.definition.pipeline.execution_mode == "PARALLEL":
        message = f"executions of a PARALLEL pipeline wait for no stage: the transition into {stage} cannot be disabled"
        raise Refused("ConflictException", message)
    gate = deciding.state.gate(stage)
    if gate.enabled or gate.reason != reason:
        deciding.emit(happened.TransitionDisabled(at=deciding.now, stage=stage, reason=reason))


# Stopping


def stop(deciding: Deciding, command: asked.StopExecution) -> None:
    """Stop an execution: when what runs of it is over, or at once."""
    _no_longer("the reason", command.reason, STOP_REASON_MAX)
    execution = deciding.state.executions.get(command.execution)
    if execution is None or not execution.is_live or execution.ending == "Cancelled":
        message = f"execution {command.execution} is not in progress"
        raise Refused("PipelineExecutionNotStoppableException", message)
    if execution.status == "Stopping" and (not command.abandon or execution.abandoned):
        raise Refused("DuplicatedStopRequestException", f"execution {command.execution} is stopping already")
    deciding.emit(
        happened.ExecutionStopping(
            at=deciding.now, execution=execution.id, abandon=command.abandon, reason=command.reason
        )
    )
    if execution.waiting:
        deciding.emit(happened.ExecutionStopped(at=deciding.now, execution=execution.id))
        return
    if command.abandon:
        actions.abandon(deciding, execution.id, list(execution.running.values()))
        if execution.checking is not None:
            conditions.abandon(deciding, execution, list(execution.checking.rules.values()))
    flow.go_on(deciding, execution.id)


# Retrying


def retry(deciding: Deciding, command: asked.RetryStage) -> None:
    """Run a stage again in which an execution failed or was stopped."""
    execution = deciding.need_latest(command.execution, command.stage)
    _check_retryable(deciding, execution, command)
    flow.again(deciding, execution, command.stage, command.mode, "ManualStageRetry")


def _check_retryable(deciding: Deciding, execution: Execution, command: asked.RetryStage) -> None:
    stage = command.stage
    if execution.running and command.mode == "ALL_ACTIONS":
        message = f"actions of {stage} are still in progress: wait for them, or retry the failed ones only"
        raise Refused("ConflictException", message)
    if execution.status not in ("InProgress", "Failed", "Stopped"):
        raise Refused("ConflictException", f"execution {execution.id} is {execution.status}")
    if execution.ending == "Cancelled":
        raise Refused("ConflictException", f"execution {execution.id} is cancelled, as its pipeline was updated")
    if execution.checking is not None:
        message = f"the condition {CONDITION_NAMES[execution.checking.condition]} of {stage} is being evaluated"
        raise Refused("ConflictException", message)
    if execution.is_live and not execution.failed:
        raise Refused("StageNotRetryableException", f"no action of {stage} has failed")
    if execution.unmet and not assumptions.UNMET_STAGES_CAN_BE_RETRIED:
        where = CONDITION_NAMES[execution.unmet]
        message = f"no action of {stage} has failed but its condition {where}: it can be overridden, not retried"
        raise Refused("StageNotRetryableException", message)
    _need_unchanged(deciding, execution, stage, "StageNotRetryableException")
    if not execution.is_live:
        deciding.need_room(deciding.plan(execution.id).mode, deciding.live_count())


def _need_unchanged(deciding: Deciding, execution: Execution, stage: str, error: str) -> None:
    """Refuse to go on in a stage that the pipeline declares otherwise by now, or not at all."""
    now, then = deciding.state.plans[str(deciding.state.version)], deciding.plan(execution.id)
    if now.declared.get(stage) != then.declared[stage]:
        raise Refused(error, f"{stage} has been changed since execution {execution.id} started")


# Overriding


def override(deciding: Deciding, command: asked.OverrideStageCondition) -> None:
    """Let an execution go on in spite of a condition, while it is evaluated or after it failed the stage."""
    stage, which = command.stage, command.condition
    deciding.need_stage(stage)
    execution = deciding.state.executions.get(command.execution)
    if execution is None:
        message = f"execution {command.execution} is over, or a newer one took its place in {stage}"
        raise Refused("NotLatestPipelineExecutionException", message)
    if execution.ending is not None and execution.is_live:
        raise Refused("ConflictException", f"execution {execution.id} is stopping")
    checking = execution.checking if execution.stage == stage else None
    failed = execution.unmet == which and execution.stage == stage and not execution.is_live
    if checking is not None and checking.condition == which and checking.result != "SKIP":
        conditions.abandon(deciding, execution, list(checking.rules.values()))
    elif failed:
        if assumptions.CHANGED_STAGES_CANNOT_BE_OVERRIDDEN:
            _need_unchanged(deciding, execution, stage, "ConditionNotOverridableException")
        deciding.need_room(deciding.plan(execution.id).mode, deciding.live_count())
    else:
        name = CONDITION_NAMES[which]
        message = f"the condition {name} of {stage} holds execution {execution.id} not up"
        if checking is not None and checking.result == "SKIP":
            message = f"the condition {name} of {stage} skips the stage: that cannot be overridden"
        raise Refused("ConditionNotOverridableException", message)
    overridden = happened.ConditionOverridden(at=deciding.now, execution=execution.id, stage=stage, condition=which)
    deciding.emit(overridden)
    if which == "BEFORE_ENTRY":
        flow.start_group(deciding, execution.id, stage, 0)
    else:
        flow.leave(deciding, execution.id, stage)
    deciding.freed.append(stage)


# Rolling back


def roll_back(deciding: Deciding, command: asked.RollbackStage) -> None:
    """Start a new execution of one stage, with what an earlier one knew that succeeded in it."""
    stage = command.stage
    deciding.need_stage(stage)
    plan, gate = deciding.state.plans[str(deciding.state.version)], deciding.state.gate(stage)
    if command.execution in deciding.state.executions:
        raise Refused("ConflictException", f"there is an execution {command.execution} already")
    if stage not in plan.groups:
        raise Refused("StageNotFoundException", f"{stage} is no stage of the pipeline any more")
    if stage == plan.stages[0]:
        raise Refused("UnableToRollbackStageException", f"{stage} cannot be rolled back: it is the source stage")
    if plan.mode == "PARALLEL":
        raise Refused("UnableToRollbackStageException", "stages of a PARALLEL pipeline cannot be rolled back")
    if command.target is None:
        raise Refused("PipelineExecutionNotFoundException", "the execution to go back to is unknown here")
    _check_target(deciding, command.target, stage)
    if gate.holder is not None:
        raise Refused("ConflictException", f"execution {gate.holder} is in {stage}: wait for it, or stop it")
    flow.roll_back(deciding, command.execution, stage, command.target, trigger="ManualRollback")


def _check_target(deciding: Deciding, target: Target, stage: str) -> None:
    if target.type != "STANDARD":
        message = f"execution {target.execution} is a rollback itself: go back to the one that it went back to"
        raise Refused("UnableToRollbackStageException", message)
    if target.version != deciding.state.version:
        message = f"execution {target.execution} ran by version {target.version} of the pipeline: it has changed since"
        raise Refused("PipelineExecutionOutdatedException", message)
    if stage not in target.stages and assumptions.SKIPPED_STAGES_ARE_NO_TARGETS:
        message = f"execution {target.execution} did not succeed in {stage}"
        raise Refused("UnableToRollbackStageException", message)


def target_of(events: Iterable[happened.Event], execution: str) -> Target | None:
    """Give what a rollback can go back to of an execution, from all its events and those of its pipeline's definition.

    None where it is not among them.
    """
    started: happened.ExecutionStarted | None = None
    stages: list[str] = []
    variables: dict[str, FrozenMap[str]] = {}
    namespaces: dict[tuple[str, str], str] = {}
    for event in events:
        match event:
            case happened.PipelineCreated() | happened.PipelineUpdated() if started is None:
                found = event.definition.actions()
                namespaces = {(s.name, a.name): a.namespace for s, a in found if a.namespace is not None}
            case happened.ExecutionStarted() if event.execution == execution:
                started = event
                if event.variables:
                    variables["variables"] = event.variables
            case happened.StageSucceeded() if event.execution == execution and event.target:
                stages.append(event.stage)
            case happened.ActionSucceeded() if event.execution == execution:
                namespace = namespaces.get((event.stage, event.action))
                if namespace is not None and event.variables:
                    variables[namespace] = event.variables
            case _:
                pass
    if started is None:
        return None
    return Target(
        execution=execution,
        version=started.version,
        type=started.type,
        stages=tuple(stages),
        variables=FrozenMap(variables),
    )
