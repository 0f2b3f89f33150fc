"""Actions of a stage: started by run order, failed, abandoned. What follows for the stage is decided in `flow`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pipelinekit.codepipeline.catalogue import timeout_minutes
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.execution import assumptions
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.jobs import approval_token, job_id
from pipelinekit.execution.state import ActionRun
from pipelinekit.execution.variables import Unresolved, resolve
from pipelinekit.values import in_words


def start_actions(
    deciding: Deciding, execution: str, stage: str, group: int, actions: tuple[ActionDeclaration, ...]
) -> None:
    """Start actions of a run-order group side by side, as many as may run at once."""
    if len(actions) + len(deciding.state.executions[execution].running) > _room(deciding, execution):
        names = tuple(action.name for action in actions)
        pending = happened.ActionsPending(at=deciding.now, execution=execution, stage=stage, group=group, actions=names)
        deciding.emit(pending)
        start_pending(deciding, execution)
        return
    for action in actions:
        start_action(deciding, execution, stage, group, action)


def start_pending(deciding: Deciding, execution_id: str) -> None:
    """Start what waits its turn, as long as there is room."""
    execution = deciding.state.executions[execution_id]
    while execution.pending and execution.ending is None and len(execution.running) < _room(deciding, execution_id):
        stage = execution.stage or ""
        action = deciding.plan(execution_id).action(stage, execution.pending[0])
        start_action(deciding, execution_id, stage, execution.group, action)
        execution = deciding.state.executions[execution_id]


def _room(deciding: Deciding, execution: str) -> int:
    """How many actions of an execution may run at once."""
    parallel = deciding.plan(execution).mode == "PARALLEL"
    return assumptions.PARALLEL_ACTIONS if parallel else sys.maxsize


def start_action(
    deciding: Deciding, execution_id: str, stage: str, group: int, action: ActionDeclaration, tries: int = 0
) -> None:
    """Start an attempt at an action; one whose variables have no value fails at once."""
    execution = deciding.state.executions[execution_id]
    job = job_id(execution_id, stage, action.name, execution.attempt, tries)
    unresolved = ""
    try:
        resolved = resolve(action, execution_id, execution.variables)
    except Unresolved as missing:
        resolved, unresolved = action, str(missing)
    ends = deciding.now + 60 * (action.timeout_in_minutes or timeout_minutes(action.action_type_id))
    deciding.emit(
        happened.ActionStarted(
            at=deciding.now,
            execution=execution_id,
            stage=stage,
            action=action.name,
            group=group,
            job=job,
            attempt=execution.attempt,
            tries=tries,
            deadline=ends,
            resolved=None if resolved is action else resolved,
        )
    )
    if unresolved:
        message = _unresolved(action.name, unresolved)
        fail(deciding, execution_id, stage, action.name, job, "ConfigurationError", message)
    elif action.action_type_id.category == "Approval":
        deciding.emit(
            happened.ApprovalOpened(
                at=deciding.now,
                execution=execution_id,
                stage=stage,
                action=action.name,
                job=job,
                token=approval_token(job),
                expires=ends,
                message=resolved.configuration.get("CustomData", ""),
            )
        )


def fail(deciding: Deciding, execution: str, stage: str, action: str, job: str, code: str, message: str) -> None:
    """Let an action fail."""
    deciding.emit(
        happened.ActionFailed(
            at=deciding.now, execution=execution, stage=stage, action=action, job=job, code=code, message=message
        )
    )


def time_out(deciding: Deciding, execution: str, stage: str, run: ActionRun) -> None:
    """Let an action fail that is past its deadline."""
    action = deciding.plan(execution).action(stage, run.action)
    waited = in_words(60 * (action.timeout_in_minutes or timeout_minutes(action.action_type_id)))
    message = f"timed out after {waited}"
    if run.token is not None:
        message = f"the approval expired: nobody answered within {waited}"
    fail(deciding, execution, stage, run.action, run.job, "JobFailed", message)


def abandon(deciding: Deciding, execution: str, runs: Iterable[ActionRun]) -> None:
    """Wait no longer for actions."""
    stage = deciding.state.executions[execution].stage or ""
    for run in runs:
        deciding.emit(
            happened.ActionAbandoned(at=deciding.now, execution=execution, stage=stage, action=run.action, job=run.job)
        )


def _unresolved(action: str, reference: str) -> str:
    # AWS's own sentence, then what it leaves out: which variable.
    return (
        "An action in this pipeline failed because one or more variables could not be resolved: "
        f"Action name={action}. {reference} has no value: its producer gave none"
    )
