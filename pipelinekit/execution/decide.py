"""The semantics of CodePipeline: what a command leads to, decided from the state and the time alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from attrs import frozen

from pipelinekit.codepipeline.catalogue import timeout_minutes
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.execution import assumptions
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.evolve import evolve
from pipelinekit.execution.jobs import Job, approval_token, job_id
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import ActionRun, Execution, Plan, State
from pipelinekit.execution.variables import Unresolved, resolve
from pipelinekit.values import in_words


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
    deciding = _Deciding(state, now)
    match command:
        case asked.CreatePipeline():
            deciding.create(command)
        case asked.UpdatePipeline():
            deciding.update(command)
        case asked.StartExecution():
            deciding.start(command)
        case asked.BindExecution():
            deciding.live(command.execution)
            deciding.emit(happened.ExecutionBound(at=now, execution=command.execution, bindings=command.bindings))
        case asked.ReportStarted():
            deciding.dispatched(command)
        case asked.ReportProgress():
            deciding.progress(command)
        case asked.ReportAction():
            deciding.report(command)
        case asked.ReportAbandoned():
            deciding.abandoned(command)
        case asked.ActionLost():
            deciding.lost(command)
        case asked.PutApprovalResult():
            deciding.answer(command)
        case asked.EnableTransition():
            deciding.enable(command.stage)
        case asked.DisableTransition():
            deciding.disable(command.stage, command.reason)
        case asked.RetryStage():
            deciding.retry(command)
        case asked.StopExecution():
            deciding.stop(command)
        case asked.Tick():
            deciding.tick()
        case _:
            assert_never(command)
    return Decision(tuple(deciding.events), deciding.state)


def jobs(state: State, pipeline: str) -> Iterator[Job]:
    """Yield the job of every action under way, for an engine that takes over."""
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
            )


def deadline(state: State) -> float | None:
    """Give the time at which the machine wants a `Tick`, or None."""
    return min((run.deadline for _, run in state.running()), default=None)


class _Deciding:
    """One decision under way: the events so far, and the state they lead to."""

    def __init__(self, state: State, now: float) -> None:
        self.state = state
        self.now = now
        self.events: list[happened.Event] = []

    def emit(self, event: happened.Event) -> None:
        self.events.append(event)
        self.state = evolve(self.state, event)

    # The pipeline

    def create(self, command: asked.CreatePipeline) -> None:
        if self.state.version:
            raise Refused("PipelineNameInUseException", f"there is a pipeline {command.definition.name} already")
        self.emit(happened.PipelineCreated(at=self.now, version=1, definition=command.definition))
        for disabled in command.definition.disabled_transitions:
            self.emit(happened.TransitionDisabled(at=self.now, stage=disabled.stage, reason=disabled.reason))

    def update(self, command: asked.UpdatePipeline) -> None:
        self.need_pipeline()
        before = {t.stage: t.reason for t in self.state.definition.disabled_transitions}
        after = {t.stage: t.reason for t in command.definition.disabled_transitions}
        version = self.state.version + 1
        self.emit(happened.PipelineUpdated(at=self.now, version=version, definition=command.definition))
        for stage, reason in after.items():
            if before.get(stage) != reason:
                self.emit(happened.TransitionDisabled(at=self.now, stage=stage, reason=reason))
        live = [e for e in self.state.executions.values() if e.status in ("InProgress", "Stopping")]
        for execution in sorted(live, key=lambda e: not e.waiting):  # those that wait first, lest one enters
            self.cancel(execution)
        for stage in before:
            if stage not in after:
                self.enable(stage)

    def cancel(self, execution: Execution) -> None:
        if execution.waiting:
            self.emit(happened.ExecutionCancelled(at=self.now, execution=execution.id))
            return
        self.emit(happened.ExecutionCancelling(at=self.now, execution=execution.id))
        if assumptions.CANCELLATION_ENDS_APPROVALS:
            self.abandon(execution.id, [run for run in execution.running.values() if run.token is not None])
        self.go_on(execution.id)

    # Executions, and how they move between stages

    def start(self, command: asked.StartExecution) -> None:
        self.need_pipeline()
        if command.execution in self.state.executions:
            raise Refused("ConflictException", f"there is an execution {command.execution} already")
        self.emit(
            happened.ExecutionStarted(
                at=self.now,
                execution=command.execution,
                version=self.state.version,
                trigger=command.trigger,
                detail=command.detail,
                variables=command.variables,
            )
        )
        self.arrive(command.execution, self.plan(command.execution).stages[0])

    def arrive(self, execution: str, stage: str) -> None:
        gate = self.state.gates[stage]
        if gate.enabled and gate.holder is None and gate.inbound is None:
            self.enter(execution, stage)
            return
        first = stage == self.plan(execution).stages[0]
        if gate.inbound is not None and (assumptions.FIRST_STAGE_HAS_THE_SAME_SLOT or not first):
            self.emit(happened.ExecutionSuperseded(at=self.now, execution=gate.inbound, stage=stage, by=execution))
        self.emit(happened.ExecutionArrived(at=self.now, execution=execution, stage=stage))

    def enter(self, execution: str, stage: str) -> None:
        ended = self.state.gates[stage].ended
        dropped = () if ended is None else (ended,)
        self.emit(happened.StageEntered(at=self.now, execution=execution, stage=stage, dropped=dropped))
        self.start_group(execution, stage, 0)

    def admit(self, stage: str) -> None:
        """Let the execution in that waits in front of a stage, where the stage is free and open."""
        gate = self.state.gates[stage]
        if gate.enabled and gate.holder is None and gate.inbound is not None:
            self.enter(gate.inbound, stage)

    def go_on(self, execution_id: str) -> None:
        """Go on with an execution whose group is over; while something of it runs, nothing happens."""
        execution = self.state.executions.get(execution_id)
        if execution is None or execution.waiting or execution.stage is None or execution.running:
            return
        stage = execution.stage
        if execution.ending is not None:
            self.end_stopped(execution_id, stage, execution.ending)
        elif execution.failed:
            self.emit(happened.StageFailed(at=self.now, execution=execution_id, stage=stage))
            self.emit(happened.ExecutionFailed(at=self.now, execution=execution_id))
        elif execution.group + 1 < len(self.plan(execution_id).groups[stage]):
            self.start_group(execution_id, stage, execution.group + 1)
            return
        else:
            self.leave(execution_id, stage)
        self.admit(stage)

    def leave(self, execution: str, stage: str) -> None:
        self.emit(happened.StageSucceeded(at=self.now, execution=execution, stage=stage))
        after = self.plan(execution).after(stage)
        if after is None:
            self.emit(happened.ExecutionSucceeded(at=self.now, execution=execution))
        else:
            self.arrive(execution, after)

    def end_stopped(self, execution: str, stage: str, ending: str) -> None:
        self.emit(happened.StageStopped(at=self.now, execution=execution, stage=stage, status=ending))
        if ending == "Cancelled":
            self.emit(happened.ExecutionCancelled(at=self.now, execution=execution))
        else:
            self.emit(happened.ExecutionStopped(at=self.now, execution=execution))

    # Actions

    def start_group(self, execution: str, stage: str, group: int) -> None:
        actions = self.plan(execution).groups[stage][group]
        self.start_actions(execution, stage, group, actions)
        self.go_on(execution)

    def start_actions(self, execution: str, stage: str, group: int, actions: Iterable[ActionDeclaration]) -> None:
        for action in actions:
            self.start_action(execution, stage, group, action)

    def start_action(
        self, execution_id: str, stage: str, group: int, action: ActionDeclaration, tries: int = 0
    ) -> None:
        execution = self.state.executions[execution_id]
        job = job_id(execution_id, stage, action.name, execution.attempt, tries)
        unresolved = ""
        try:
            resolved = resolve(action, execution_id, execution.variables)
        except Unresolved as missing:
            resolved, unresolved = action, str(missing)
        ends = self.now + 60 * (action.timeout_in_minutes or timeout_minutes(action.action_type_id))
        self.emit(
            happened.ActionStarted(
                at=self.now,
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
            self.fail(execution_id, stage, action.name, job, "ConfigurationError", _unresolved(action.name, unresolved))
        elif action.action_type_id.category == "Approval":
            self.emit(
                happened.ApprovalOpened(
                    at=self.now,
                    execution=execution_id,
                    stage=stage,
                    action=action.name,
                    job=job,
                    token=approval_token(job),
                    expires=ends,
                    message=resolved.configuration.get("CustomData", ""),
                )
            )

    def fail(self, execution: str, stage: str, action: str, job: str, code: str, message: str) -> None:
        self.emit(
            happened.ActionFailed(
                at=self.now, execution=execution, stage=stage, action=action, job=job, code=code, message=message
            )
        )

    def dispatched(self, command: asked.ReportStarted) -> None:
        execution, stage, run = self.under_way(command)
        self.emit(
            happened.ActionDispatched(at=self.now, execution=execution.id, stage=stage, action=run.action, job=run.job)
        )

    def progress(self, command: asked.ReportProgress) -> None:
        execution, stage, run = self.under_way(command)
        self.emit(
            happened.ActionProgressed(
                at=self.now,
                execution=execution.id,
                stage=stage,
                action=run.action,
                job=run.job,
                summary=command.summary,
            )
        )

    def report(self, command: asked.ReportAction) -> None:
        execution, stage, run = self.under_way(command)
        if command.succeeded:
            self.emit(
                happened.ActionSucceeded(
                    at=self.now,
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
            self.emit(
                happened.ActionFailed(
                    at=self.now,
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
        self.go_on(execution.id)

    def abandoned(self, command: asked.ReportAbandoned) -> None:
        execution, _, run = self.under_way(command)
        if execution.ending is None:
            message = f"execution {execution.id} is not stopping: its actions are to be carried out"
            raise Refused("ConflictException", message)
        self.abandon(execution.id, [run])
        self.go_on(execution.id)

    def lost(self, command: asked.ActionLost) -> None:
        execution, stage, run = self.under_way(command)
        action = self.plan(execution.id).action(stage, run.action)
        tries = run.tries + 1 if assumptions.LOST_JOBS_COUNT_NO_RETRY else run.tries
        self.start_action(execution.id, stage, execution.group, action, tries)

    def under_way(
        self,
        command: asked.ReportStarted
        | asked.ReportProgress
        | asked.ReportAction
        | asked.ReportAbandoned
        | asked.ActionLost,
    ) -> tuple[Execution, str, ActionRun]:
        """Find the job a worker speaks of; a late or doubled report finds none."""
        execution = self.state.executions.get(command.execution)
        if execution is not None and execution.stage is not None:
            run = execution.running.get(command.action)
            if run is not None and run.job == command.job:
                return execution, execution.stage, run
        raise Refused("JobNotFoundException", f"job {command.job} of {command.action} is not under way (any more)")

    def abandon(self, execution: str, runs: Iterable[ActionRun]) -> None:
        stage = self.state.executions[execution].stage or ""
        for run in runs:
            self.emit(
                happened.ActionAbandoned(at=self.now, execution=execution, stage=stage, action=run.action, job=run.job)
            )

    def tick(self) -> None:
        late = [(e.id, e.stage or "", run) for e, run in self.state.running() if run.deadline <= self.now]
        for execution, stage, run in late:
            action = self.plan(execution).action(stage, run.action)
            message = _timed_out(action, run)
            self.fail(execution, stage, run.action, run.job, "JobFailed", message)
        for execution in dict.fromkeys(execution for execution, _, _ in late):
            self.go_on(execution)

    # What people ask for

    def answer(self, command: asked.PutApprovalResult) -> None:
        execution = self.live(command.execution)
        declared = self.declared(execution, command.stage, command.action)
        if declared.action_type_id.category != "Approval":
            raise Refused("ActionNotFoundException", f"{command.stage}/{command.action} is no manual approval")
        run = execution.running.get(command.action) if execution.stage == command.stage else None
        if run is None:
            if self.is_past(execution, command.stage, command.action):
                message = f"{command.stage}/{command.action} has been answered already, or has expired"
                raise Refused("ApprovalAlreadyCompletedException", message)
            message = f"{command.stage}/{command.action} does not wait for an answer yet"
            raise Refused("InvalidApprovalTokenException", message)
        if run.token != command.token:
            message = f"the token is not that of the open approval of {command.stage}/{command.action}"
            raise Refused("InvalidApprovalTokenException", message)
        if command.status == "Approved":
            self.emit(
                happened.ActionSucceeded(
                    at=self.now,
                    execution=execution.id,
                    stage=command.stage,
                    action=command.action,
                    job=run.job,
                    summary=command.summary,
                )
            )
        else:
            message = f"rejected: {command.summary}" if command.summary else "rejected"
            self.fail(execution.id, command.stage, command.action, run.job, "JobFailed", message)
        self.go_on(execution.id)

    def is_past(self, execution: Execution, stage: str, action: str) -> bool:
        plan = self.plan(execution.id)
        at = -1 if execution.stage is None else plan.stages.index(execution.stage)
        if plan.stages.index(stage) != at:
            return plan.stages.index(stage) < at
        if execution.waiting:
            return False
        groups = plan.groups[stage][: execution.group + 1]
        return any(action == one.name for group in groups for one in group)

    def enable(self, stage: str) -> None:
        self.need_stage(stage)
        if not self.state.gates[stage].enabled:
            self.emit(happened.TransitionEnabled(at=self.now, stage=stage))
            self.admit(stage)

    def disable(self, stage: str, reason: str) -> None:
        self.need_stage(stage)
        gate = self.state.gates[stage]
        if gate.enabled or gate.reason != reason:
            self.emit(happened.TransitionDisabled(at=self.now, stage=stage, reason=reason))

    def retry(self, command: asked.RetryStage) -> None:
        self.need_stage(command.stage)
        execution = self.state.executions.get(command.execution)
        if execution is None:
            message = f"execution {command.execution} cannot be retried: it is over, or a newer one took its place"
            raise Refused("NotLatestPipelineExecutionException", message)
        if execution.stage != command.stage or execution.waiting:
            message = f"execution {command.execution} did not fail in {command.stage} but is at {execution.stage}"
            raise Refused("StageNotRetryableException", message)
        gate = self.state.gates[command.stage]
        goes_on = execution.status == "InProgress" and gate.holder == execution.id
        if not goes_on and gate.ended != execution.id:
            message = f"a newer execution is in {command.stage} or failed in it"
            raise Refused("NotLatestPipelineExecutionException", message)
        self.check_retryable(execution, command, goes_on)
        self.emit(
            happened.StageRetried(
                at=self.now,
                execution=execution.id,
                stage=command.stage,
                mode=command.mode,
                attempt=execution.attempt + 1,
            )
        )
        if command.mode == "ALL_ACTIONS":
            self.start_group(execution.id, command.stage, 0)
            return
        plan = self.plan(execution.id)
        failed = [plan.action(command.stage, name) for name in dict.fromkeys(execution.failed)]
        self.start_actions(execution.id, command.stage, execution.group, failed)
        self.go_on(execution.id)

    def check_retryable(self, execution: Execution, command: asked.RetryStage, goes_on: bool) -> None:
        stage = command.stage
        if execution.running and command.mode == "ALL_ACTIONS":
            message = f"actions of {stage} are still in progress: wait for them, or retry the failed ones only"
            raise Refused("ConflictException", message)
        if goes_on and not execution.failed:
            raise Refused("StageNotRetryableException", f"no action of {stage} has failed")
        if execution.status not in ("InProgress", "Failed", "Stopped"):
            raise Refused("ConflictException", f"execution {execution.id} is {execution.status}")
        now, then = self.state.plans[str(self.state.version)], self.plan(execution.id)
        if now.groups.get(stage) != then.groups[stage]:
            message = f"{stage} has been changed since execution {execution.id} started"
            raise Refused("StageNotRetryableException", message)

    def stop(self, command: asked.StopExecution) -> None:
        execution = self.state.executions.get(command.execution)
        if execution is None or execution.status not in ("InProgress", "Stopping"):
            message = f"execution {command.execution} is not in progress"
            raise Refused("PipelineExecutionNotStoppableException", message)
        if execution.status == "Stopping" and (not command.abandon or execution.abandoned):
            raise Refused("DuplicatedStopRequestException", f"execution {command.execution} is stopping already")
        self.emit(
            happened.ExecutionStopping(
                at=self.now, execution=execution.id, abandon=command.abandon, reason=command.reason
            )
        )
        if execution.waiting:
            self.emit(happened.ExecutionStopped(at=self.now, execution=execution.id))
            return
        if command.abandon:
            self.abandon(execution.id, list(execution.running.values()))
        self.go_on(execution.id)

    # What a command must name

    def plan(self, execution: str) -> Plan:
        return self.state.plan(self.state.executions[execution])

    def need_pipeline(self) -> None:
        if not self.state.version:
            raise Refused("PipelineNotFoundException", "there is no such pipeline here: run it first")

    def need_stage(self, stage: str) -> None:
        self.need_pipeline()
        if stage not in self.state.gates:
            known = ", ".join(self.state.plans[str(self.state.version)].stages)
            raise Refused("StageNotFoundException", f"there is no stage {stage!r}: there are {known}")

    def live(self, execution: str) -> Execution:
        found = self.state.executions.get(execution)
        if found is None:
            raise Refused("PipelineExecutionNotFoundException", f"execution {execution} is unknown here, or over")
        return found

    def declared(self, execution: Execution, stage: str, action: str) -> ActionDeclaration:
        plan = self.plan(execution.id)
        if stage not in plan.groups:
            known = ", ".join(plan.stages)
            raise Refused("StageNotFoundException", f"there is no stage {stage!r}: there are {known}")
        names = [one.name for group in plan.groups[stage] for one in group]
        if action not in names:
            message = f"stage {stage} has no action {action!r}: it has {', '.join(names)}"
            raise Refused("ActionNotFoundException", message)
        return plan.action(stage, action)


def _unresolved(action: str, reference: str) -> str:
    # AWS's own sentence, then what it leaves out: which variable.
    return (
        "An action in this pipeline failed because one or more variables could not be resolved: "
        f"Action name={action}. {reference} has no value: its producer gave none"
    )


def _timed_out(action: ActionDeclaration, run: ActionRun) -> str:
    waited = in_words(60 * (action.timeout_in_minutes or timeout_minutes(action.action_type_id)))
    if run.token is not None:
        return f"the approval expired: nobody answered within {waited}"
    return f"timed out after {waited}"
