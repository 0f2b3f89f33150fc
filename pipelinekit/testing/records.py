"""What happened to each execution of a simulation, from the events: what views and timelines read."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import Factory, define

from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration
from pipelinekit.execution import events as happened
from pipelinekit.values import FrozenMap


@define
class Attempt:
    """One attempt at an action or a rule. Times are in seconds since 1970; ``ended`` is None while it runs."""

    key: str
    job: str
    number: int
    started: float
    index: int
    deadline: float
    resolved: ActionDeclaration | RuleDeclaration | None
    status: str = "InProgress"
    ended: float | None = None
    ended_index: int | None = None
    variables: Mapping[str, str] = Factory(FrozenMap)
    artifacts: tuple[str, ...] = ()
    error: str = ""
    code: str = ""
    summary: str = ""
    token: str | None = None
    message: str = ""


@define
class StageRecord:
    """What became of a stage in one execution; ``status`` is the API's, or NotStarted."""

    status: str = "NotStarted"
    entered: list[float] = Factory(list)
    retries: list[str] = Factory(list)
    conditions: dict[str, str] = Factory(dict)


@define
class ExecutionRecord:
    """What became of one execution. ``artifacts`` maps each artifact to the attempt that made it last."""

    id: str
    number: int
    version: int
    trigger: str
    type: str
    target: str
    started: float
    variables: Mapping[str, str]
    status: str = "InProgress"
    note: str = ""
    ended: float | None = None
    attempt: int = 1
    stages: dict[str, StageRecord] = Factory(dict)
    attempts: dict[str, list[Attempt]] = Factory(dict)
    jobs: dict[str, Attempt] = Factory(dict)
    artifacts: dict[str, Attempt] = Factory(dict)

    def stage(self, name: str) -> StageRecord:
        """Give the record of a stage."""
        return self.stages.setdefault(name, StageRecord())


_ENDS = {
    happened.ExecutionSucceeded: "Succeeded",
    happened.ExecutionFailed: "Failed",
    happened.ExecutionStopped: "Stopped",
    happened.ExecutionCancelled: "Cancelled",
    happened.ExecutionSuperseded: "Superseded",
}


class Records:
    """Follows a history of events, as far as it has been looked at."""

    def __init__(self, history: list[happened.Event]) -> None:
        self._history = history
        self._seen = 0
        self._executions: dict[str, ExecutionRecord] = {}

    def executions(self) -> dict[str, ExecutionRecord]:
        """Give the executions by id, in the order they started."""
        while self._seen < len(self._history):
            event = self._history[self._seen]
            if isinstance(event, happened.ExecutionStarted):
                self._executions[event.execution] = self._begun(event)
            elif isinstance(event, happened.ExecutionEvent):
                _follow(self._executions[event.execution], event, self._seen)
            self._seen += 1
        return self._executions

    def _begun(self, event: happened.ExecutionStarted) -> ExecutionRecord:
        artifacts = dict(self._executions[event.target].artifacts) if event.target in self._executions else {}
        return ExecutionRecord(
            id=event.execution,
            number=len(self._executions) + 1,
            version=event.version,
            trigger=event.trigger,
            type=event.type,
            target=event.target,
            started=event.at,
            variables=event.variables,
            artifacts=artifacts,
        )


def _follow(record: ExecutionRecord, event: happened.ExecutionEvent, index: int) -> None:
    ends = _ENDS.get(type(event))
    if ends is not None:
        record.status, record.ended = ends, event.at
        return
    match event:
        case happened.ActionStarted():
            _attempt(record, f"{event.stage}/{event.action}", event, index)
        case happened.RuleStarted():
            _attempt(record, f"{event.stage}/{_NAMES[event.condition]}/{event.rule}", event, index)
        case happened.ApprovalOpened():
            attempt = record.jobs[event.job]
            attempt.token, attempt.message = event.token, event.message
        case happened.ActionSucceeded():
            attempt = _ended(record, event.job, "Succeeded", event.at, index)
            attempt.variables, attempt.summary = event.variables, event.summary
            attempt.artifacts = tuple(event.artifacts)
            record.artifacts.update(dict.fromkeys(event.artifacts, attempt))
        case happened.RuleSucceeded():
            _ended(record, event.job, "Succeeded", event.at, index).summary = event.summary
        case happened.ActionFailed() | happened.RuleFailed():
            attempt = _ended(record, event.job, "Failed", event.at, index)
            attempt.error, attempt.code = event.message, event.code
        case happened.ActionAbandoned() | happened.RuleAbandoned():
            _ended(record, event.job, "Abandoned", event.at, index)
        case happened.ExecutionStopping():
            record.status, record.note = "Stopping", event.reason
        case happened.StageRetried():
            record.status, record.ended, record.attempt = "InProgress", None, event.attempt
            record.stage(event.stage).status = "InProgress"
            record.stage(event.stage).retries.append(event.trigger)
        case happened.ConditionStarted():
            record.stage(event.stage).conditions[event.condition] = "InProgress"
        case happened.ConditionEnded():
            record.stage(event.stage).conditions[event.condition] = event.status
        case happened.ConditionOverridden():
            record.status, record.ended = "InProgress", None
            record.stage(event.stage).status = "InProgress"
            record.stage(event.stage).conditions[event.condition] = "Overridden"
        case happened.InboundExpired():
            record.note = f"waited for too long in front of {event.stage}"
        case happened.StageEntered():
            record.stage(event.stage).status = "InProgress"
            record.stage(event.stage).entered.append(event.at)
        case happened.StageSucceeded():
            record.stage(event.stage).status = "Succeeded"
        case happened.StageFailed():
            record.stage(event.stage).status = "Failed"
        case happened.StageSkipped():
            record.stage(event.stage).status = "Skipped"
        case happened.StageStopped():
            record.stage(event.stage).status = event.status
        case _:
            pass


_NAMES = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess", "ON_FAILURE": "onFailure"}


def _attempt(
    record: ExecutionRecord, key: str, event: happened.ActionStarted | happened.RuleStarted, index: int
) -> None:
    attempts = record.attempts.setdefault(key, [])
    if event.tries and attempts:
        attempts[-1].status, attempts[-1].ended, attempts[-1].ended_index = "Abandoned", event.at, index
    attempt = Attempt(
        key=key,
        job=event.job,
        number=len(attempts) + 1,
        started=event.at,
        index=index,
        deadline=event.deadline,
        resolved=event.resolved,
    )
    attempts.append(attempt)
    record.jobs[event.job] = attempt


def _ended(record: ExecutionRecord, job: str, status: str, at: float, index: int) -> Attempt:
    attempt = record.jobs[job]
    attempt.status, attempt.ended, attempt.ended_index, attempt.token = status, at, index, None
    return attempt
