"""What can be asked of the machine. Each answers with events, or is refused with the API's own error."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.state import Target
from pipelinekit.values import FrozenMap, frozen_map


@frozen(kw_only=True)
class CreatePipeline:
    """API: CreatePipeline; here it starts no execution by itself."""

    definition: Definition


@frozen(kw_only=True)
class UpdatePipeline:
    """API: UpdatePipeline: live executions are cancelled."""

    definition: Definition


@frozen(kw_only=True)
class StartExecution:
    """API: StartPipelineExecution, with the id of the new execution.

    ``source_revisions`` are by source action, of the type that its provider has or by type (`revisions.overrides`).
    """

    execution: str
    trigger: str = "StartPipelineExecution"
    detail: str = ""
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    source_revisions: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_map)


@frozen(kw_only=True)
class BindExecution:
    """Keep with an execution what its shell must know to go on with it."""

    execution: str
    bindings: FrozenMap[Any] = field(converter=frozen_map)


@frozen(kw_only=True)
class ReportStarted:
    """A worker is about to begin a job that must not be begun twice."""

    job: str
    execution: str
    action: str


@frozen(kw_only=True)
class ReportProgress:
    """A worker tells how far a job is."""

    job: str
    execution: str
    action: str
    summary: str


@frozen(kw_only=True)
class ReportAction:
    """A worker tells how a job ended (API: PutJobSuccessResult, PutJobFailureResult). ``began``: when it began it.

    ``fingerprint`` stands for all that decided its outcome; ``reused`` is the earlier execution it was taken from.
    """

    job: str
    execution: str
    action: str
    succeeded: bool
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    artifacts: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_map)
    summary: str = ""
    external_id: str = ""
    code: str = "JobFailed"
    message: str = ""
    began: float | None = None
    fingerprint: str = ""
    reused: str = ""


@frozen(kw_only=True)
class ReportRule:
    """A worker tells how the evaluation of a rule ended. With the code ConfigurationError it could not be evaluated."""

    job: str
    execution: str
    rule: str
    succeeded: bool
    summary: str = ""
    external_id: str = ""
    code: str = "JobFailed"
    message: str = ""


@frozen(kw_only=True)
class RuleLost:
    """The worker of a rule is gone with its engine: the rule is to be evaluated again."""

    job: str
    execution: str
    rule: str


@frozen(kw_only=True)
class ReportAbandoned:
    """A shell will not begin a job any more, as its execution is stopping."""

    job: str
    execution: str
    action: str


@frozen(kw_only=True)
class ActionLost:
    """The worker of a job is gone with its engine: the job is to be made again as a new attempt."""

    job: str
    execution: str
    action: str


@frozen(kw_only=True)
class PutApprovalResult:
    """API: PutApprovalResult."""

    execution: str
    stage: str
    action: str
    token: str
    status: Literal["Approved", "Rejected"]
    summary: str = ""


@frozen(kw_only=True)
class EnableTransition:
    """API: EnableStageTransition, inbound."""

    stage: str


@frozen(kw_only=True)
class DisableTransition:
    """API: DisableStageTransition, inbound."""

    stage: str
    reason: str


@frozen(kw_only=True)
class RetryStage:
    """API: RetryStageExecution."""

    execution: str
    stage: str
    mode: Literal["FAILED_ACTIONS", "ALL_ACTIONS"] = "FAILED_ACTIONS"


@frozen(kw_only=True)
class RollbackStage:
    """API: RollbackStage, with the id of the new execution. *target* is None where there is no such execution.

    The facts of the target come from its events (`controlling.target_of`): the state keeps the newest alone.
    """

    execution: str
    stage: str
    target: Target | None


@frozen(kw_only=True)
class OverrideStageCondition:
    """API: OverrideStageCondition."""

    execution: str
    stage: str
    condition: Literal["BEFORE_ENTRY", "ON_SUCCESS"]


@frozen(kw_only=True)
class StopExecution:
    """API: StopPipelineExecution."""

    execution: str
    abandon: bool = False
    reason: str = ""


@frozen(kw_only=True)
class Tick:
    """Time has passed: what is past its deadline fails."""


Command: TypeAlias = (
    CreatePipeline
    | UpdatePipeline
    | StartExecution
    | BindExecution
    | ReportStarted
    | ReportProgress
    | ReportAction
    | ReportRule
    | RuleLost
    | ReportAbandoned
    | ActionLost
    | PutApprovalResult
    | EnableTransition
    | DisableTransition
    | RetryStage
    | RollbackStage
    | OverrideStageCondition
    | StopExecution
    | Tick
)
