"""What happened: the events of the machine, in the past tense, and how they are written into a journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from pipelinekit import documents
from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.state import ConditionType
from pipelinekit.values import FrozenMap, frozen_map


def _definition(given: Definition | Mapping[str, Any]) -> Definition:
    return given if isinstance(given, Definition) else documents.structure(given, Definition)


def _declaration(given: ActionDeclaration | Mapping[str, Any] | None) -> ActionDeclaration | None:
    if given is None or isinstance(given, ActionDeclaration):
        return given
    return documents.structure(given, ActionDeclaration)


def _rule(given: RuleDeclaration | Mapping[str, Any] | None) -> RuleDeclaration | None:
    if given is None or isinstance(given, RuleDeclaration):
        return given
    return documents.structure(given, RuleDeclaration)


def _by_namespace(given: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> FrozenMap[FrozenMap[str]]:
    return FrozenMap({namespace: FrozenMap(values) for namespace, values in given.items()})


@frozen(kw_only=True)
class Event:
    """Something that happened at *at*, in seconds since 1970."""

    at: float


@frozen(kw_only=True)
class PipelineCreated(Event):
    """The pipeline is there; its first version."""

    version: int
    definition: Definition = field(converter=_definition)


@frozen(kw_only=True)
class PipelineUpdated(Event):
    """The pipeline has a new version."""

    version: int
    definition: Definition = field(converter=_definition)


@frozen(kw_only=True)
class TransitionDisabled(Event):
    """The entrance of a stage was closed."""

    stage: str
    reason: str


@frozen(kw_only=True)
class TransitionEnabled(Event):
    """The entrance of a stage was opened."""

    stage: str


@frozen(kw_only=True)
class ExecutionEvent(Event):
    """Something that happened to one execution."""

    execution: str


@frozen(kw_only=True)
class ExecutionStarted(ExecutionEvent):
    """An execution began. ``trigger`` is one of the API's trigger types, ``detail`` what it says beside it.

    A rollback (``type`` ROLLBACK) runs ``stage`` alone, with what the execution ``target`` knew: ``known`` are its
    variables by namespace. ``cause`` is the execution that failed, where nobody asked for it. ``source_revisions`` are
    those that the start chose, by source action and type (API: SourceRevisionOverride).
    """

    version: int
    trigger: str = "StartPipelineExecution"
    detail: str = ""
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    type: str = "STANDARD"
    stage: str | None = None
    target: str = ""
    cause: str = ""
    known: FrozenMap[FrozenMap[str]] = field(factory=FrozenMap, converter=_by_namespace)
    source_revisions: FrozenMap[FrozenMap[str]] = field(factory=FrozenMap, converter=_by_namespace)


@frozen(kw_only=True)
class ExecutionBound(ExecutionEvent):
    """What the execution finds on its machine: for its shell, opaque to the machine."""

    bindings: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_map)


@frozen(kw_only=True)
class ExecutionArrived(ExecutionEvent):
    """The execution waits in front of a stage: the stage is taken, or its entrance closed."""

    stage: str


@frozen(kw_only=True)
class ExecutionSuperseded(ExecutionEvent):
    """A newer execution took its place in front of a stage."""

    stage: str
    by: str


@frozen(kw_only=True)
class InboundExpired(ExecutionEvent):
    """The execution waited for too long in front of a stage whose transition is disabled."""

    stage: str


@frozen(kw_only=True)
class StageEntered(ExecutionEvent):
    """The execution holds the stage. ``dropped`` are ended executions that can no longer be retried there."""

    stage: str
    dropped: tuple[str, ...] = field(default=(), converter=tuple[str, ...])


@frozen(kw_only=True)
class StageRetried(ExecutionEvent):
    """The execution holds the stage again. ``mode`` is FAILED_ACTIONS or ALL_ACTIONS; ``attempt`` counts from 1.

    ``trigger`` is ManualStageRetry, or AutomatedStageRetry where its onFailure asks for it.
    """

    stage: str
    mode: str
    attempt: int
    trigger: str = "ManualStageRetry"


@frozen(kw_only=True)
class ConditionStarted(ExecutionEvent):
    """The rules of a stage's condition are evaluated. ``condition`` is BEFORE_ENTRY, ON_SUCCESS or ON_FAILURE."""

    stage: str
    condition: ConditionType
    result: str


@frozen(kw_only=True)
class RuleStarted(ExecutionEvent):
    """A rule is evaluated. ``resolved`` is its declaration with its variables filled in, None where it has none;
    ``opens`` when a deployment window opens; ``tries`` as in `ActionStarted`."""

    stage: str
    condition: ConditionType
    rule: str
    job: str
    attempt: int
    deadline: float
    tries: int = 0
    opens: float | None = None
    resolved: RuleDeclaration | None = field(default=None, converter=_rule)


@frozen(kw_only=True)
class RuleSucceeded(ExecutionEvent):
    """A rule holds."""

    stage: str
    condition: ConditionType
    rule: str
    job: str
    summary: str = ""
    external_id: str = ""


@frozen(kw_only=True)
class RuleFailed(ExecutionEvent):
    """A rule does not hold; with the code ConfigurationError it could not be evaluated."""

    stage: str
    condition: ConditionType
    rule: str
    job: str
    code: str
    message: str
    external_id: str = ""


@frozen(kw_only=True)
class RuleAbandoned(ExecutionEvent):
    """A rule is no longer waited for."""

    stage: str
    condition: ConditionType
    rule: str
    job: str


@frozen(kw_only=True)
class ConditionEnded(ExecutionEvent):
    """All rules of a condition are over. ``status`` is the API's; ``engaged`` the result that follows, or empty."""

    stage: str
    condition: ConditionType
    status: str
    engaged: str = ""


@frozen(kw_only=True)
class ConditionOverridden(ExecutionEvent):
    """Somebody let the execution go on in spite of a condition, while it was evaluated or after it had failed."""

    stage: str
    condition: ConditionType


@frozen(kw_only=True)
class StageSkipped(ExecutionEvent):
    """A condition before the stage was not met: none of its actions runs, and the execution goes on behind it."""

    stage: str


@frozen(kw_only=True)
class ActionsPending(ExecutionEvent):
    """Actions of a run order that wait their turn, as enough others run already."""

    stage: str
    group: int
    actions: tuple[str, ...] = field(converter=tuple[str, ...])


@frozen(kw_only=True)
class ActionStarted(ExecutionEvent):
    """An attempt at an action began. ``group`` counts the stage's run-order groups from 0; ``tries`` the attempts that
    were lost with a dead engine. ``resolved`` is the declaration with its variables filled in, None where it has none.
    """

    stage: str
    action: str
    group: int
    job: str
    attempt: int
    deadline: float
    tries: int = 0
    resolved: ActionDeclaration | None = field(default=None, converter=_declaration)


@frozen(kw_only=True)
class ApprovalOpened(ExecutionEvent):
    """A manual approval waits for an answer that carries *token*, until *expires*; *message* is what it asks."""

    stage: str
    action: str
    job: str
    token: str
    expires: float
    message: str = ""


@frozen(kw_only=True)
class ActionDispatched(ExecutionEvent):
    """A worker began the job; should its engine end now, nobody knows how much of it is done."""

    stage: str
    action: str
    job: str


@frozen(kw_only=True)
class ActionProgressed(ExecutionEvent):
    """An action tells how far it is."""

    stage: str
    action: str
    job: str
    summary: str


@frozen(kw_only=True)
class ActionSucceeded(ExecutionEvent):
    """An action did its work. ``variables`` are its output variables, ``artifacts`` what became of its outputs.

    ``began`` is when a worker began it, later than its start where others had to be waited for. ``fingerprint`` stands
    for all that decided its outcome; ``reused`` is the earlier execution whose outputs were given again.
    """

    stage: str
    action: str
    job: str
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    artifacts: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_map)
    summary: str = ""
    external_id: str = ""
    began: float | None = None
    fingerprint: str = ""
    reused: str = ""


@frozen(kw_only=True)
class ActionFailed(ExecutionEvent):
    """An action failed. ``code`` is one of the API's failure types; ``began`` as in `ActionSucceeded`."""

    stage: str
    action: str
    job: str
    code: str
    message: str
    external_id: str = ""
    began: float | None = None


@frozen(kw_only=True)
class ActionAbandoned(ExecutionEvent):
    """An action is no longer waited for."""

    stage: str
    action: str
    job: str


@frozen(kw_only=True)
class StageSucceeded(ExecutionEvent):
    """All actions of the stage succeeded; it is free. ``target``: whether a rollback may go back to it."""

    stage: str
    target: bool = True


@frozen(kw_only=True)
class StageFailed(ExecutionEvent):
    """An action of the stage failed, or the condition that is named; it is free."""

    stage: str
    condition: str = ""


@frozen(kw_only=True)
class StageStopped(ExecutionEvent):
    """The execution was stopped in the stage; it is free. ``status`` is Stopped or Cancelled."""

    stage: str
    status: str = "Stopped"


@frozen(kw_only=True)
class ExecutionSucceeded(ExecutionEvent):
    """The last stage succeeded."""


@frozen(kw_only=True)
class ExecutionFailed(ExecutionEvent):
    """A stage failed."""


@frozen(kw_only=True)
class ExecutionStopping(ExecutionEvent):
    """Somebody asked to stop it; with *abandon* without waiting for what runs."""

    abandon: bool
    reason: str = ""


@frozen(kw_only=True)
class ExecutionStopped(ExecutionEvent):
    """It stopped."""


@frozen(kw_only=True)
class ExecutionCancelling(ExecutionEvent):
    """The pipeline was updated: the execution ends with what runs now."""


@frozen(kw_only=True)
class ExecutionCancelled(ExecutionEvent):
    """It ended because the pipeline was updated."""


def _concrete(cls: type[Event]) -> list[type[Event]]:
    below = cls.__subclasses__()
    return [one for sub in below for one in (_concrete(sub) or [sub])]


TYPES: dict[str, type[Event]] = {cls.__name__: cls for cls in _concrete(Event)}

VERSIONS: dict[str, int] = {"PipelineCreated": 2, "PipelineUpdated": 2, "ActionStarted": 2}
"""Version of each event's shape in the journal, where it is no longer 1."""


def _gathered(action: dict[str, Any]) -> dict[str, Any]:
    """Give an action that keeps what its output artifacts kept themselves before."""
    outputs = action.get("output_artifacts", [])
    kept = {str(position): output["more"] for position, output in enumerate(outputs) if output.get("more")}
    if not kept:
        return action
    bare = [{name: value for name, value in output.items() if name != "more"} for output in outputs]
    return {**action, "output_artifacts": bare, "more": {**action.get("more", {}), "outputArtifacts": kept}}


def _of_pipeline(record: dict[str, Any]) -> dict[str, Any]:
    definition = record["definition"]
    stages = [
        {**stage, "actions": [_gathered(action) for action in stage["actions"]]} if "actions" in stage else stage
        for stage in definition["pipeline"].get("stages", [])
    ]
    pipeline = {**definition["pipeline"], "stages": stages}
    return {**record, "definition": {**definition, "pipeline": pipeline}}


def _of_action(record: dict[str, Any]) -> dict[str, Any]:
    resolved = record.get("resolved")
    return record if resolved is None else {**record, "resolved": _gathered(resolved)}


UPCASTERS: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    ("PipelineCreated", 1): _of_pipeline,
    ("PipelineUpdated", 1): _of_pipeline,
    ("ActionStarted", 1): _of_action,
}
"""From the shape of one version to the next, by event type and the version it comes from."""

_FIELDS = {
    cls: [(a.name, a.default) for a in attrs.fields(cls) if a.name not in ("at", "execution")] for cls in TYPES.values()
}


_SIMPLE = frozenset({str, int, float, bool, type(None)})


def to_record(event: Event) -> dict[str, Any]:
    """Give the plain data of an event, without its time and execution, which a journal keeps beside it."""
    kind = type(event)
    record: dict[str, Any] = {"v": VERSIONS.get(kind.__name__, 1)}
    for name, default in _FIELDS[kind]:
        value = getattr(event, name)
        if type(value) in _SIMPLE:  # nearly all of them; to ask a mapping's class what it is an instance of is slow
            if value != default:
                record[name] = value
        elif isinstance(value, FrozenMap):
            if value:
                record[name] = {key: dict(v) if isinstance(v, FrozenMap) else v for key, v in value.items()}
        elif isinstance(value, (Definition, ActionDeclaration, RuleDeclaration)):
            record[name] = documents.unstructure(value)
        elif value != default:
            record[name] = value
    return record


def from_record(type_name: str, record: Mapping[str, Any], *, at: float, execution: str | None) -> Event:
    """Read an event back, bringing an older shape up to date.

    Raises:
        KeyError, TypeError, ValueError: when it is no event that this version knows.
    """
    data = dict(record)
    version = data.pop("v")
    while version < VERSIONS.get(type_name, 1):
        data = UPCASTERS[type_name, version](data)
        version += 1
    if version > VERSIONS.get(type_name, 1):
        raise ValueError(f"{type_name} has the shape of a newer version ({version})")
    cls = TYPES[type_name]
    return cls(at=at, **data) if execution is None else cls(at=at, execution=execution, **data)  # type: ignore[call-arg]
