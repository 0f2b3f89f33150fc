"""How a build goes through its phases: a pure machine that says what to do next, given how the last thing ended.

    >>> build = begin()
    >>> next_step(build)
    DownloadSource()
    >>> build = after(build, Downloaded(BuildSpec(install=["make tools"])))
    >>> build = after(after(build))  # DOWNLOAD_SOURCE was left, INSTALL entered
    >>> next_step(build).command
    'make tools'

(CodeBuild User Guide, view-build-details-phases and build-spec-ref; API: BuildPhase.)
"""

from __future__ import annotations

import enum
import itertools
import re
from typing import TypeAlias

from attrs import evolve, frozen

from pipelinekit.codebuild.assumptions import ASSUMED, Assumptions
from pipelinekit.codebuild.on_failure import OnFailure, OnFailureAction, on_failure
from pipelinekit.codebuild.spec import PHASES, BuildSpec, Phase


class PhaseType(enum.StrEnum):
    """The phases of a build, in order (API: BuildPhaseType)."""

    SUBMITTED = "SUBMITTED"
    QUEUED = "QUEUED"
    PROVISIONING = "PROVISIONING"
    DOWNLOAD_SOURCE = "DOWNLOAD_SOURCE"
    INSTALL = "INSTALL"
    PRE_BUILD = "PRE_BUILD"
    BUILD = "BUILD"
    POST_BUILD = "POST_BUILD"
    UPLOAD_ARTIFACTS = "UPLOAD_ARTIFACTS"
    FINALIZING = "FINALIZING"
    COMPLETED = "COMPLETED"


_ORDER = tuple(PhaseType)


class Status(enum.StrEnum):
    """How a phase or a build ended (API: StatusType, without IN_PROGRESS and FAULT)."""

    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    STOPPED = "STOPPED"


@frozen(kw_only=True)
class PhaseRecord:
    """A phase that is over (API: BuildPhase); ``code`` and ``message`` are its context. COMPLETED has no status."""

    type: PhaseType
    status: Status | None = Status.SUCCEEDED
    code: str = ""
    message: str = ""


# What is to be done next.


@frozen
class DownloadSource:
    """Get the sources, find and read the buildspec, resolve the environment. Ends with `Downloaded` or `Ended`."""


@frozen
class Enter:
    """A phase of the buildspec begins: nothing to do but to tell."""

    phase: PhaseType


@frozen(kw_only=True)
class RunCommand:
    """Run one command. ``succeeding`` is what ``CODEBUILD_BUILD_SUCCEEDING`` says meanwhile."""

    phase: PhaseType
    command: str
    in_finally: bool = False
    succeeding: bool = True


@frozen
class ExportVariables:
    """Keep the values that the exported variables have now: after POST_BUILD they do not change any more."""


@frozen
class UploadArtifacts:
    """Collect the artifacts."""


@frozen
class Leave:
    """A phase is over: nothing to do but to tell."""

    record: PhaseRecord


@frozen
class Finished:
    """The build is over."""

    status: Status


Step: TypeAlias = DownloadSource | Enter | RunCommand | ExportVariables | UploadArtifacts | Leave | Finished


# How it went.


@frozen
class Downloaded:
    """The buildspec was found and everything it names is there."""

    spec: BuildSpec


@frozen(kw_only=True)
class Ended:
    """A step is over; of one that failed with the code and the message of the phase's context."""

    status: Status = Status.SUCCEEDED
    code: str = ""
    message: str = ""


DONE = Ended()
Result: TypeAlias = Downloaded | Ended


def command_failed(command: str, reason: str) -> Ended:
    """Give the result of a command that failed; *reason* is such as ``exit status 1``."""
    message = f"Error while executing command: {command}. Reason: {reason}"
    return Ended(status=Status.FAILED, code="COMMAND_EXECUTION_ERROR", message=message)


@frozen(kw_only=True)
class Build:
    """A build under way. ``phases`` are those that are over, a retried one once for each attempt."""

    phase: PhaseType = PhaseType.DOWNLOAD_SOURCE
    phases: tuple[PhaseRecord, ...] = ()
    status: Status | None = None
    """None as long as it is under way."""
    succeeding: bool = True
    """Whether no phase has failed yet."""
    spec: BuildSpec | None = None
    work: tuple[Step, ...] = ()
    """What is left to do in this phase."""
    failure: Ended | None = None
    """What first went wrong in this phase."""
    forgiven: bool = True
    """Whether every phase that failed was to be continued after, by its own ``on-failure``."""
    retries: int = 0
    assumptions: Assumptions = ASSUMED

    @property
    def cause(self) -> PhaseRecord | None:
        """The phase that failed first: why the build fails, whatever failed after it."""
        return next((p for p in self.phases if p.status not in (Status.SUCCEEDED, None)), None)


def begin(assumptions: Assumptions = ASSUMED) -> Build:
    """Begin a build: it is provisioned already, as there is nothing to wait for."""
    early = (PhaseType.SUBMITTED, PhaseType.QUEUED, PhaseType.PROVISIONING)
    phases = tuple(_SUCCEEDED[phase] for phase in early)
    return Build(phases=phases, work=(DownloadSource(),), assumptions=assumptions)


def next_step(build: Build) -> Step:
    """Tell what to do now."""
    if build.work:
        return build.work[0]
    if build.status is not None:
        return Finished(build.status)
    return _LEAVE[build.phase] if build.failure is None else Leave(_record(build))


def after(build: Build, result: Result = DONE) -> Build:
    """Give the build after its next step ended like this."""
    if build.status is not None:
        return build
    if not build.work:
        return _leave(build)
    step, rest = build.work[0], build.work[1:]
    if isinstance(result, Downloaded):
        return evolve(build, spec=result.spec, work=rest)
    if result.status is Status.SUCCEEDED:
        return _moved(build, build.phase, build.phases, build.failure, rest)
    build = evolve(build, failure=build.failure or result)
    if result.status is not Status.FAILED:
        return evolve(build, failure=result, work=())
    return evolve(build, work=_rest_after_failure(build, step, rest))


def is_last_command(build: Build) -> bool:
    """Whether no command follows the one that is next, however it ends."""
    if (
        any(isinstance(step, RunCommand) for step in build.work[1:])
        or _phase(build, build.phase).on_failure is not None
    ):
        return False
    later = (_phase(build, phase) for phase in _ORDER[_ORDER.index(build.phase) + 1 :])
    return not any(phase.commands or phase.finally_commands for phase in later)


_SUCCEEDED = {phase: PhaseRecord(type=phase) for phase in PhaseType}
_ENTER = {phase: Enter(phase) for phase in PhaseType}
_LEAVE = {phase: Leave(record) for phase, record in _SUCCEEDED.items()}
"""What nearly every phase of every build is made of: values, so all builds may share them."""


def _moved(
    build: Build,
    phase: PhaseType,
    phases: tuple[PhaseRecord, ...],
    failure: Ended | None,
    work: tuple[Step, ...],
    retries: int | None = None,
) -> Build:
    """Give the build further on; as ``evolve`` does, in half the time, which counts at a dozen moves a build."""
    return Build(
        phase=phase,
        phases=phases,
        status=build.status,
        succeeding=build.succeeding,
        spec=build.spec,
        work=work,
        failure=failure,
        forgiven=build.forgiven,
        retries=build.retries if retries is None else retries,
        assumptions=build.assumptions,
    )


def _rest_after_failure(build: Build, step: Step, rest: tuple[Step, ...]) -> tuple[Step, ...]:
    """Only ``finally`` still runs, whatever the phase."""
    if not isinstance(step, RunCommand) or (step.in_finally and build.assumptions.failing_finally_stops_the_rest):
        return ()
    succeeding = build.succeeding and not build.assumptions.finally_sees_failure
    return tuple(evolve(s, succeeding=succeeding) for s in rest if isinstance(s, RunCommand) and s.in_finally)


def _record(build: Build) -> PhaseRecord:
    failure = build.failure
    if failure is None:
        return _SUCCEEDED[build.phase]
    if failure.status is Status.STOPPED:  # its record has no context (AWS CLI, example of stop-build)
        return PhaseRecord(type=build.phase, status=failure.status)
    return PhaseRecord(type=build.phase, status=failure.status, code=failure.code, message=failure.message)


def _leave(build: Build) -> Build:
    record = _record(build)
    if record.status is Status.SUCCEEDED:
        return _into(build, _FOLLOWING[build.phase], record)
    if record.status is Status.TIMED_OUT or record.status is Status.STOPPED:
        return _completed(build, record.status, record)
    if _may_retry(build, record):
        return _retried(build, record)
    forgiven = build.forgiven and _action(build) is OnFailureAction.CONTINUE
    return _into(evolve(build, succeeding=False, forgiven=forgiven), _following_failure(build), record)


_FIELDS = {PhaseType(name.upper()): name for name in PHASES}
_NO_PHASE = Phase()


def _phase(build: Build, phase: PhaseType) -> Phase:
    """The phase as the buildspec has it; one that is not there has no commands."""
    given = getattr(build.spec, _FIELDS[phase], None) if phase in _FIELDS else None
    return _NO_PHASE if given is None else given


def _action(build: Build) -> OnFailureAction | None:
    """What the phase itself says about its failure, if anything (an unreadable value counts as nothing)."""
    given = _on_failure(build)
    return None if given is None else given.action


def _on_failure(build: Build) -> OnFailure | None:
    text = _phase(build, build.phase).on_failure
    try:
        return None if text is None else on_failure(text)
    except ValueError:
        return None


def _may_retry(build: Build, record: PhaseRecord) -> bool:
    given = _on_failure(build)
    return (
        given is not None
        and given.action is OnFailureAction.RETRY
        and build.retries < given.count
        and re.search(given.pattern, record.message) is not None
    )


def _retried(build: Build, record: PhaseRecord) -> Build:
    phase = build.phase if build.assumptions.retry_scope == "phase" else PhaseType.INSTALL
    return evolve(_into(build, phase, record), retries=build.retries + 1)


_FOLLOWING = dict(itertools.pairwise(_ORDER))


def _following_failure(build: Build) -> PhaseType:
    """BUILD and POST_BUILD go on after a failure, the phases before them do not; ``on-failure`` may say otherwise."""
    phase = build.phase
    if phase in (PhaseType.DOWNLOAD_SOURCE, PhaseType.UPLOAD_ARTIFACTS):
        return PhaseType.FINALIZING
    action = _action(build)
    if action not in (OnFailureAction.ABORT, OnFailureAction.CONTINUE):
        goes_on = phase in (PhaseType.BUILD, PhaseType.POST_BUILD)
        action = OnFailureAction.CONTINUE if goes_on else OnFailureAction.ABORT
    if action is OnFailureAction.CONTINUE:
        return _FOLLOWING[phase]
    late = phase in (PhaseType.BUILD, PhaseType.POST_BUILD)
    return PhaseType.UPLOAD_ARTIFACTS if late and not build.assumptions.abort_skips_upload else PhaseType.FINALIZING


def _into(build: Build, phase: PhaseType, left: PhaseRecord) -> Build:
    if phase is PhaseType.FINALIZING:
        fails = not build.succeeding and (build.assumptions.continue_leaves_build_failed or not build.forgiven)
        status = Status.FAILED if fails else Status.SUCCEEDED
        return _completed(build, status, left, PhaseRecord(type=phase))
    retries = build.retries if phase is build.phase or build.assumptions.retry_scope == "build" else 0
    return _moved(build, phase, (*build.phases, left), None, _work(build, phase), retries)


def _completed(build: Build, status: Status, *left: PhaseRecord) -> Build:
    completed = PhaseRecord(type=PhaseType.COMPLETED, status=None)
    return evolve(build, phase=PhaseType.COMPLETED, phases=(*build.phases, *left, completed), status=status, work=())


def _work(build: Build, phase: PhaseType) -> tuple[Step, ...]:
    if phase is PhaseType.UPLOAD_ARTIFACTS:
        return (ExportVariables(), UploadArtifacts())
    if phase not in _FIELDS:
        return ()
    given = _phase(build, phase)
    if given is _NO_PHASE:
        return (_ENTER[phase],)
    return (
        _ENTER[phase],
        *(RunCommand(phase=phase, command=c, succeeding=build.succeeding) for c in given.commands),
        *(
            RunCommand(phase=phase, command=c, in_finally=True, succeeding=build.succeeding)
            for c in given.finally_commands
        ),
    )
