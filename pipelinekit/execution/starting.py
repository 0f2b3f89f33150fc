"""Creating, updating and starting a pipeline."""

from __future__ import annotations

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import actions, assumptions, conditions, flow
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.deciding import Deciding
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.revisions import overrides
from pipelinekit.execution.state import Execution
from pipelinekit.execution.variables import at_start


def create(deciding: Deciding, command: asked.CreatePipeline) -> None:
    """Create the pipeline."""
    if deciding.state.version:
        raise Refused("PipelineNameInUseException", f"there is a pipeline {command.definition.name} already")
    _check(command.definition)
    deciding.emit(happened.PipelineCreated(at=deciding.now, version=1, definition=command.definition))
    for disabled in command.definition.disabled_transitions:
        deciding.emit(happened.TransitionDisabled(at=deciding.now, stage=disabled.stage, reason=disabled.reason))


def update(deciding: Deciding, command: asked.UpdatePipeline) -> None:
    """Replace the pipeline; its live executions are cancelled, those of the mode PARALLEL go on as they began."""
    deciding.need_pipeline()
    _check(command.definition)
    before = {t.stage: t.reason for t in deciding.state.definition.disabled_transitions}
    after = {t.stage: t.reason for t in command.definition.disabled_transitions}
    version = deciding.state.version + 1
    deciding.emit(happened.PipelineUpdated(at=deciding.now, version=version, definition=command.definition))
    for stage, reason in after.items():
        if before.get(stage) != reason:
            deciding.emit(happened.TransitionDisabled(at=deciding.now, stage=stage, reason=reason))
    live = [e for e in deciding.state.executions.values() if e.is_live]
    for execution in sorted(live, key=lambda e: not e.waiting):  # those that wait first, lest one enters
        if deciding.plan(execution.id).mode != "PARALLEL":
            _cancel(deciding, execution)
    for stage in before:
        if stage not in after and not deciding.state.gate(stage).enabled:
            deciding.emit(happened.TransitionEnabled(at=deciding.now, stage=stage))


def _check(definition: Definition) -> None:
    if definition.pipeline.execution_mode == "PARALLEL" and definition.disabled_transitions:
        stage = definition.disabled_transitions[0].stage
        message = f"the transition into {stage} cannot be disabled: executions of a PARALLEL pipeline wait for no stage"
        raise Refused("InvalidStructureException", message)


def _cancel(deciding: Deciding, execution: Execution) -> None:
    if execution.waiting:
        deciding.emit(happened.ExecutionCancelled(at=deciding.now, execution=execution.id))
        return
    deciding.emit(happened.ExecutionCancelling(at=deciding.now, execution=execution.id))
    if assumptions.CANCELLATION_ENDS_APPROVALS:
        waits = [run for run in execution.running.values() if run.token is not None]
        actions.abandon(deciding, execution.id, waits)
        conditions.abandon(deciding, execution, conditions.windows(deciding.plan(execution.id), execution))
    flow.go_on(deciding, execution.id)


def start(deciding: Deciding, command: asked.StartExecution) -> None:
    """Start an execution of the pipeline as it is now."""
    deciding.need_pipeline()
    if command.execution in deciding.state.executions:
        raise Refused("ConflictException", f"there is an execution {command.execution} already")
    plan = deciding.state.plans[str(deciding.state.version)]
    executions = deciding.state.executions.values()
    live = [e for e in executions if e.is_live and (assumptions.WAITING_EXECUTIONS_COUNT or not e.waiting)]
    deciding.need_room(plan.mode, len(live))
    deciding.emit(
        happened.ExecutionStarted(
            at=deciding.now,
            execution=command.execution,
            version=deciding.state.version,
            trigger=command.trigger,
            detail=command.detail,
            variables=at_start(plan.definition.pipeline, command.variables),
            source_revisions=overrides(plan.definition, command.source_revisions),
        )
    )
    flow.arrive(deciding, command.execution, plan.stages[0])
