"""What happened, as EventBridge tells it (User Guide, detect-state-changes-cloudwatch-events).

Beside the pipeline's own events stand those of the services that work for it: of each build of a CodeBuild action, and
of each deployment of a CodeDeploy action. They follow from the same events of the machine, so that they are told once,
by whoever tells the others, in a simulation too.
"""

from __future__ import annotations

import uuid
from typing import Any

from pipelinekit.codebuild.events import BuildStatus, build_state_change
from pipelinekit.codedeploy.events import DeploymentState, deployment_state_change
from pipelinekit.codedeploy.ids import deployment_id
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import events as happened
from pipelinekit.values import timestamp

_NAMESPACE = uuid.UUID("0c7b4c3e-7b0a-5c0a-8f0f-6a3b1f1d2c11")
_PIPELINE = "CodePipeline Pipeline Execution State Change"
_STAGE = "CodePipeline Stage Execution State Change"
_ACTION = "CodePipeline Action Execution State Change"

_ENDS: dict[type[happened.Event], tuple[BuildStatus, DeploymentState]] = {
    happened.ActionSucceeded: ("SUCCEEDED", "SUCCESS"),
    happened.ActionFailed: ("FAILED", "FAILURE"),
    happened.ActionAbandoned: ("STOPPED", "STOP"),
}
"""How the end of an action is told of its build, and of its deployment."""

_EXECUTION_STATES: dict[type[happened.Event], str] = {
    happened.ExecutionStarted: "STARTED",
    happened.ExecutionStopping: "STOPPING",
    happened.ExecutionStopped: "STOPPED",
    happened.ExecutionSucceeded: "SUCCEEDED",
    happened.ExecutionFailed: "FAILED",
    happened.ExecutionCancelled: "CANCELED",
    happened.ExecutionSuperseded: "SUPERSEDED",
}
"""EventBridge's spelling differs from the API's: CANCELED, not Cancelled; STARTED, not InProgress."""


class Notifier:
    """Turns the events of one execution into EventBridge's, one after the other; what it must remember is small."""

    def __init__(self, definition: Definition, *, account: str = "000000000000", region: str = "us-east-1") -> None:
        self._pipeline = definition.name
        self._definition = definition
        self._working: dict[tuple[str, str], tuple[str, ActionDeclaration]] = {}
        """Stage and action -> the job under way and how it was declared, of those of CodeBuild and CodeDeploy."""
        self._actions = {(stage.name, action.name): action for stage, action in definition.actions()}
        self._account = account
        self._region = region
        self._count = 0
        self._version = 1
        self._attempt = 1
        self._over = False
        self._starts: dict[str, float] = {}
        self._retried: dict[str, float] = {}
        self._trigger: dict[str, str] = {}

    def notices(self, event: happened.Event) -> list[dict[str, Any]]:
        """Give the EventBridge events that an event of the machine stands for: none, one or two."""
        if not isinstance(event, happened.ExecutionEvent):
            return []
        own = self._own(event)
        if isinstance(event, happened.ActionStarted):
            return [*own, *self._work_begun(event)]
        if isinstance(event, (happened.ActionSucceeded, happened.ActionFailed, happened.ActionAbandoned)):
            return [*self._work_ended(event), *own]
        return own

    def _work_begun(self, event: happened.ActionStarted) -> list[dict[str, Any]]:
        """Tell of a build or a deployment that begins."""
        action = event.resolved or self._actions[event.stage, event.action]
        kind = action.action_type_id
        if kind.owner != "AWS" or kind.provider not in ("CodeBuild", "CodeDeploy"):
            return []
        lost = self._working.get((event.stage, event.action))  # with the engine that drove it: a new one begins
        ended = [] if lost is None else [self._work(event, lost[1], lost[0], "STOPPED", "STOP")]
        self._working[event.stage, event.action] = event.job, action
        return [*ended, self._work(event, action, event.job, "IN_PROGRESS", "START")]

    def _work_ended(
        self, event: happened.ActionSucceeded | happened.ActionFailed | happened.ActionAbandoned
    ) -> list[dict[str, Any]]:
        job, action = self._working.pop((event.stage, event.action), ("", None))
        return [] if action is None else [self._work(event, action, job, *_ENDS[type(event)])]

    def _work(
        self,
        event: happened.ExecutionEvent,
        action: ActionDeclaration,
        job: str,
        status: BuildStatus,
        state: DeploymentState,
    ) -> dict[str, Any]:
        region, account = action.region or self._region, self._account
        configuration = action.configuration
        if action.action_type_id.provider == "CodeBuild":
            project = configuration.get("ProjectName", "")
            told = build_state_change(
                project=project,
                build=f"{project}:{job}",
                status=status,
                started=self._starts.get(job, event.at),
                initiator=f"codepipeline/{self._pipeline}",
                region=region,
                account=account,
                described=self._definition.project(project),
            )
        else:
            told = deployment_state_change(
                application=configuration.get("ApplicationName", ""),
                group=configuration.get("DeploymentGroupName", ""),
                deployment=deployment_id(job),
                state=state,
                region=region,
                account=account,
            )
        return {**self._envelope(event), **told, "region": region}

    def _own(self, event: happened.ExecutionEvent) -> list[dict[str, Any]]:
        """Give the events of the pipeline itself."""
        match event:
            case happened.ExecutionStarted():
                self._version = event.version
                self._trigger = {"trigger-type": event.trigger, "trigger-detail": event.detail}
                self._starts[""] = event.at
            case happened.StageEntered():
                self._starts[event.stage] = event.at
                return [self._of_stage(event, event.stage, "STARTED")]
            case happened.StageRetried():
                self._attempt = event.attempt
                self._over = False
                self._retried[event.stage] = event.at
                return [self._of_pipeline(event, "RESUMED"), self._of_stage(event, event.stage, "RESUMED")]
            case happened.ConditionOverridden() if self._over:
                self._over = False
                return [self._of_pipeline(event, "RESUMED"), self._of_stage(event, event.stage, "RESUMED")]
            case happened.ExecutionFailed():
                self._over = True
            case happened.StageSucceeded():
                return [self._of_stage(event, event.stage, "SUCCEEDED")]
            case happened.StageFailed():
                return [self._of_stage(event, event.stage, "FAILED")]
            case happened.StageStopped():
                return [self._of_stage(event, event.stage, "STOPPED" if event.status == "Stopped" else "CANCELED")]
            case happened.ActionStarted():
                self._starts[event.job] = event.at
                return [self._of_action(event, event.stage, event.action, event.job, "STARTED")]
            case happened.ActionSucceeded():
                result = {"external-execution-id": event.external_id, "external-execution-summary": event.summary}
                return [self._of_action(event, event.stage, event.action, event.job, "SUCCEEDED", result)]
            case happened.ActionFailed():
                result = {
                    "external-execution-id": event.external_id,
                    "external-execution-summary": event.message,
                    "error-code": event.code,
                }
                return [self._of_action(event, event.stage, event.action, event.job, "FAILED", result)]
            case happened.ActionAbandoned():
                return [self._of_action(event, event.stage, event.action, event.job, "ABANDONED")]
            case _:
                pass
        state = _EXECUTION_STATES.get(type(event))
        return [] if state is None else [self._of_pipeline(event, state)]

    def _of_pipeline(self, event: happened.ExecutionEvent, state: str) -> dict[str, Any]:
        more: dict[str, Any] = {"execution-trigger": self._trigger} if self._trigger else {}
        if isinstance(event, happened.ExecutionStopping) and event.reason:
            more["stop-execution-comments"] = event.reason
        return self._event(_PIPELINE, event, {"start-time": self._start("", event), **more, "state": state})

    def _of_stage(self, event: happened.ExecutionEvent, stage: str, state: str) -> dict[str, Any]:
        more: dict[str, Any] = {"start-time": self._start(stage, event), "stage": stage, "state": state}
        if stage in self._retried:
            more["stage-last-retry-attempt-time"] = timestamp(self._retried[stage])
        return self._event(_STAGE, event, more)

    def _of_action(
        self,
        event: happened.ExecutionEvent,
        stage: str,
        action: str,
        job: str,
        state: str,
        result: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        declared = self._actions[stage, action]
        kind = declared.action_type_id
        more: dict[str, Any] = {
            "start-time": self._start(job, event),
            "stage": stage,
            "action": action,
            "action-execution-id": job,
            "state": state,
            "region": declared.region or self._region,
            "type": {
                "owner": kind.owner,
                "provider": kind.provider,
                "category": kind.category,
                "version": kind.version,
            },
            **_artifacts(declared, state),
        }
        said = {key: value for key, value in (result or {}).items() if value}
        if said:
            more["execution-result"] = said
        return self._event(_ACTION, event, more)

    def _start(self, what: str, event: happened.Event) -> str:
        return timestamp(self._starts.get(what, event.at))

    def _event(self, detail_type: str, event: happened.ExecutionEvent, detail: dict[str, Any]) -> dict[str, Any]:
        return {
            **self._envelope(event),
            "detail-type": detail_type,
            "source": "aws.codepipeline",
            "resources": [f"arn:aws:codepipeline:{self._region}:{self._account}:{self._pipeline}"],
            "detail": {
                "pipeline": self._pipeline,
                "execution-id": event.execution,
                **detail,
                "version": float(self._version),
                "pipeline-execution-attempt": float(self._attempt),
            },
        }

    def _envelope(self, event: happened.ExecutionEvent) -> dict[str, Any]:
        """Give what every event has, whoever it is from; each has an id of its own, the same whenever it is told."""
        self._count += 1
        return {
            "version": "0",
            "id": str(uuid.uuid5(_NAMESPACE, f"{event.execution}/{self._count}")),
            "detail-type": "",
            "source": "",
            "account": self._account,
            "time": timestamp(event.at, "seconds"),
            "region": self._region,
        }


def _artifacts(action: ActionDeclaration, state: str) -> dict[str, Any]:
    """Name the artifacts; where AWS has their place in a bucket, there is none here."""
    if state == "STARTED" and action.input_artifacts:
        return {"input-artifacts": [{"name": name} for name in action.input_artifacts]}
    if state == "SUCCEEDED" and action.output_artifacts:
        return {"output-artifacts": [{"name": artifact.name} for artifact in action.output_artifacts]}
    return {}
