"""One build under way on this machine: the loop around the phases of `pipelinekit.codebuild.phases`.

A CodeBuild action is such a build; a Commands action is one that has nothing but a build phase.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from pipelinekit.codebuild.assumptions import ASSUMED
from pipelinekit.codebuild.document import is_inline, read_buildspec_with_findings
from pipelinekit.codebuild.environment import (
    Fetched,
    Setting,
    codebuild_variables,
    describe,
    names_in,
    resolve,
    settings,
    wanted_elsewhere,
)
from pipelinekit.codebuild.phases import (
    DONE,
    Build,
    Downloaded,
    DownloadSource,
    Ended,
    Enter,
    ExportVariables,
    Finished,
    Leave,
    PhaseRecord,
    Result,
    RunCommand,
    Status,
    Step,
    UploadArtifacts,
    after,
    begin,
    command_failed,
    is_last_command,
    next_step,
)
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.diagnostics import InvalidDocument, PipelineKitError
from pipelinekit.documents import MAX_CHARACTERS
from pipelinekit.local.disguises import SHORTEST, short_values
from pipelinekit.local.worker import ActionResult, Context, failed, succeeded
from pipelinekit.local.workers.shell import SHELLS, Shell
from pipelinekit.local.workers.upload import NoArtifact, is_within, upload
from pipelinekit.local.workers.workspace import facts, lay_sources, stamp

_IGNORED = ("codebuild-breakpoint", "codebuild-resume")  # they do something in a debugging session only
_NOT_DONE = {
    "cache": "Cache is defined in the buildspec, but nothing is cached on this machine",
    "reports": "Reports are defined in the buildspec, but are not processed on this machine",
    "batch": "A batch is defined in the buildspec, but this is a single build",
}


@frozen(kw_only=True)
class Request:
    """What is to be built. ``buildspec`` is a `BuildSpec`, inline text, or a path inside the source.

    ``inputs`` are the input artifacts, the primary source first. ``number`` counts the builds of a project.
    """

    project: str
    image: str
    buildspec: BuildSpec | str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    project_environment: tuple[EnvironmentVariable, ...] = ()
    action_environment: tuple[EnvironmentVariable, ...] = ()
    number: int | None = None
    timeout_minutes: int | None = None
    encryption_key: str | None = None


async def build(asked: Request, context: Context) -> ActionResult:
    """Run a build to its end; its exported variables are the output variables."""
    return await _Building(asked, context).run()


def unknown_shell(shell: str | None) -> str:
    """Say that a buildspec wants a shell that cannot be had."""
    return f"env.shell is {shell}, which cannot be had here: use bash or /bin/sh"


def other_users(spec: BuildSpec) -> list[str]:
    """Give the users that a buildspec wants commands to run as, and that are not the one we are."""
    named = {spec.run_as, *(phase.run_as for phase in spec.phases().values())} - {None}
    return sorted(str(user) for user in named - {user()}) if named else []


def user() -> str:
    """Give the name of the user we are, or the number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


_EMPTY = BuildSpec()


class _Failure(Exception):
    """A phase fails: its context."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.ended = Ended(status=Status.FAILED, code=code, message=message)


class _Building:
    """One build under way: the loop around the machine of `pipelinekit.codebuild.phases`."""

    def __init__(self, asked: Request, context: Context) -> None:
        minutes = asked.timeout_minutes
        self._asked = asked
        self._context = context
        self._deadline = None if minutes is None else context.loop.clock() + 60 * minutes
        self._build_id = f"{asked.project}:{context.job.id}"
        self._said: list[tuple[float, tuple[str, ...]]] = []
        self._spec = _EMPTY
        self._sources: dict[str, Path] = {}
        self._shell: Shell | None = None
        self._succeeding = True
        self._exported: dict[str, str] = {}
        self._wanted: tuple[str, ...] = ()
        self._values: dict[str, str] = {}

    async def run(self) -> ActionResult:
        build = begin()
        self._say("Waiting for DOWNLOAD_SOURCE", "Phase is DOWNLOAD_SOURCE")
        try:
            while not isinstance(step := next_step(build), Finished):
                build = after(build, DONE if self._told(step) else await self._do(step, build))
        finally:
            if self._shell is not None:
                self._shell.close()
            self._flush()
        return self._result(build)

    def _result(self, build: Build) -> ActionResult:
        if build.status is Status.SUCCEEDED or build.cause is None:
            number = self._asked.number
            summary = self._build_id if number is None else f"build {number} of {self._asked.project}"
            return succeeded(self._exported, summary=summary, external_id=self._build_id)
        return failed(_terminated(build, build.cause), external_id=self._build_id)

    def _told(self, step: Step) -> bool:
        """Tell where the build is, if that is all there is to do."""
        match step:
            case Enter(phase):
                self._say(f"Entering phase {phase}")
                if self._asked.number is not None and phase.lower() in self._spec.phases():
                    self._context.progress(phase)  # a phase that is not there is over before anybody could read it
            case Leave(record):
                self._say(
                    f"Phase complete: {record.type} State: {record.status}",
                    f"Phase context status code: {record.code} Message: {record.message}",
                )
            case _:
                return False
        return True

    async def _do(self, step: Step, build: Build) -> Result:
        try:
            match step:
                case DownloadSource():
                    return await self._download_source()
                case RunCommand():
                    return await self._run_command(step, last=is_last_command(build))
                case ExportVariables():
                    await self._export_variables()
                case UploadArtifacts():
                    await self._upload_artifacts()
        except _Failure as failure:
            return failure.ended
        except NoArtifact as error:
            return Ended(status=Status.FAILED, code="CLIENT_ERROR", message=str(error))
        except OSError as error:  # a full disk, a file that may not be read
            message = f"{error.strerror or error}: {error.filename2 or error.filename or 'on this machine'}"
            return Ended(status=Status.FAILED, code="CLIENT_ERROR", message=message)
        return DONE

    def _say(self, *texts: str) -> None:
        self._said.append((time.time(), texts))

    def _flush(self) -> None:
        """Write what was said since the last time: one write costs as much as one line."""
        if self._said:
            self._context.log.line("\n".join(stamp(at) + text for at, texts in self._said for text in texts))
            self._said.clear()

    def _flush_meanwhile(self) -> None:
        """Write it while a command runs; what cannot be written is kept, so that the next `_flush` tells why."""
        with contextlib.suppress(OSError):
            self._flush()

    # DOWNLOAD_SOURCE

    async def _download_source(self) -> Result:
        context, asked = self._context, self._asked
        try:
            self._sources = await lay_sources(context, asked.inputs)
        except PipelineKitError as error:
            raise _Failure("CLIENT_ERROR", str(error)) from None
        source = self._sources[asked.inputs[0]]
        self._say(f"CODEBUILD_SRC_DIR={source}")
        self._spec = self._buildspec(source)
        self._wanted = (*self._spec.exported_variables, *_mentioned(self._spec.artifacts))
        program = SHELLS.get(self._spec.shell)
        if program is None:
            raise _Failure("CLIENT_ERROR", unknown_shell(self._spec.shell))
        self._shell = Shell(
            context,
            program=program,
            environment=await self._environment(),
            state=context.directory / "tmp",
            start=source,
            keeps_state=self._spec.version != "0.1",
        )
        phases = self._spec.phases()
        self._say_what_is_not_done(phases.values())
        self._say(
            f"Moving to directory {source}",
            f"Phases found in YAML: {len(phases)}",
            *(f" {name.upper()}: {len(phase.commands)} commands" for name, phase in phases.items()),
        )
        return Downloaded(self._spec)

    def _buildspec(self, source: Path) -> BuildSpec:
        given = self._asked.buildspec
        if isinstance(given, BuildSpec):
            self._say(f"YAML location is {self._asked.project}, inline")
            return given
        if is_inline(given):
            self._say(f"YAML location is {self._asked.project}, inline")
            text, name = given, "inline buildspec"
        else:
            self._say(f"YAML location is {source / given}")
            text, name = _text_of(source, given), given
        try:
            spec, findings = read_buildspec_with_findings(text, name)
        except InvalidDocument as error:
            message = "; ".join(str(finding).replace("\n  hint: ", " - ") for finding in error.diagnostics)
            raise _Failure("YAML_FILE_ERROR", message) from None
        for warning in findings:
            self._say(str(warning))
        return spec

    async def _environment(self) -> dict[str, str]:
        self._say("Processing environment variables")
        asked, inherited = self._asked, self._context.environment
        given = settings(self._spec, asked.project_environment, asked.action_environment)
        secrets = self._context.secrets
        found = resolve(given, secrets, self._spec.exported_variables, await self._fetched(given))
        if found.secrets:
            self._context.log.hide(found.secrets)
        for note in found.notes:
            self._say(note)
        if found.problems:
            reminder = [secrets.reminder] if found.missing and secrets.reminder else []
            raise _Failure("CLIENT_ERROR", "; ".join([*found.problems, *reminder]))
        known = facts(
            self._context,
            project=asked.project,
            image=asked.image,
            sources=self._sources,
            environment=inherited,
            number=asked.number,
            encryption_key=asked.encryption_key,
        )
        return {**inherited, **_regions_first(codebuild_variables(known), found.variables)}

    async def _fetched(self, given: Mapping[str, Setting]) -> Fetched:
        """Ask AWS for the secrets that nobody gave, where it may be asked; and warn of those too short to be masked."""
        secrets, region = self._context.secrets, self._context.job.action.region or ""
        wanted = wanted_elsewhere(given, secrets) if secrets.asks_aws else []
        if not wanted:
            return {}
        self._say(f"Asking AWS for {', '.join(describe(*reference) for reference in wanted)}")
        found = await self._context.loop.in_thread(lambda: secrets.fetch(wanted, region))
        for (_, reference), value in found.items():
            for name in short_values(reference, value) if isinstance(value, str) else ():
                self._say(f"The value of {name} is not masked: it has fewer than {SHORTEST} characters")
        return found

    def _say_what_is_not_done(self, phases: Iterable[Phase]) -> None:
        for phase in phases:
            for name, version in phase.runtime_versions.items():
                self._say(f"Runtime {name} {version} is not installed here: commands find what this machine has")
        for other in other_users(self._spec):
            self._say(f"run-as: {other} is not followed here: commands run as {user()}")
        for section, message in _NOT_DONE.items():
            if section in self._spec.sections:
                self._say(message)

    # INSTALL, PRE_BUILD, BUILD, POST_BUILD

    async def _run_command(self, step: RunCommand, *, last: bool) -> Result:
        shell, command = self._ready_shell(), step.command
        if step.succeeding != self._succeeding:
            self._succeeding = step.succeeding
            shell.set("CODEBUILD_BUILD_SUCCEEDING", "1" if step.succeeding else "0")
        self._say(f"Running command {command}")
        if command.strip() in _IGNORED:
            return DONE
        try:
            ended = await shell.run(
                command, self._time_left(), last=last and not self._wanted, meanwhile=self._flush_meanwhile
            )
        except (OSError, ValueError) as error:
            return command_failed(command, f"its shell could not be started: {error}")
        self._flush()
        if ended.status is None:
            message = f"Build has timed out after {self._asked.timeout_minutes} minutes"
            self._say(message)
            return Ended(status=Status.TIMED_OUT, code="BUILD_TIMED_OUT", message=message)
        if ended.ok:
            return DONE
        reason = f"exit status {ended.status}" if ended.status > 0 else f"signal {-ended.status}"
        self._say(f"Command did not exit successfully {command} {reason}")
        return command_failed(command, reason)

    def _time_left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - self._context.loop.clock())

    def _ready_shell(self) -> Shell:
        assert self._shell is not None  # DOWNLOAD_SOURCE made it, else no other step would come
        return self._shell

    # UPLOAD_ARTIFACTS

    async def _export_variables(self) -> None:
        exported = self._spec.exported_variables
        self._values = values = await self._ready_shell().values(self._wanted)
        for name in exported:
            if name not in values:
                self._say(f"Exported variable {name} was never set")
            if name in values or ASSUMED.unset_exported_variable_is_empty:
                self._exported[name] = values.get(name, "")

    async def _upload_artifacts(self) -> None:
        outputs, given = self._asked.outputs, self._spec.artifacts
        if not outputs:
            return
        if given is None:
            self._say(f"No artifacts in the buildspec: {', '.join(outputs)} will not be there")
            return
        for output, artifacts in _by_output(outputs, given).items():
            await upload(self._context, output, artifacts, list(self._sources.values()), self._values, self._say)


def _by_output(outputs: tuple[str, ...], given: Artifacts) -> Mapping[str, Artifacts]:
    """Tell which section makes which output artifact (User Guide, action-reference-CodeBuild)."""
    if not given.files:
        raise NoArtifact("no definition for primary artifacts in buildspec: give artifacts its files")
    if len(outputs) == 1:
        return {outputs[0]: given}
    missing = [output for output in outputs if output not in given.secondary]
    if missing:
        raise NoArtifact(
            f"no secondary artifact in buildspec for {', '.join(missing)}: with several output artifacts, "
            "each needs an entry of its name in secondary-artifacts"
        )
    return {output: given.secondary[output] for output in outputs}


def _mentioned(given: Artifacts | None) -> Iterator[str]:
    """Yield the name of each variable that the artifacts mention."""
    if given is not None:
        for text in (given.base_directory or "", *given.files, *given.exclude_paths):
            yield from names_in(text)
        for one in given.secondary.values():
            yield from _mentioned(one)


def _text_of(source: Path, path: str) -> str:
    """Read a buildspec of the source."""
    if path.startswith("arn:"):
        raise _Failure("YAML_FILE_ERROR", f"{path}: nothing is fetched from S3 here")
    place = source / path
    if not is_within(place, source):
        raise _Failure("YAML_FILE_ERROR", f"{path} leads out of the source")
    try:
        with open(place, encoding="utf-8", newline="") as file:
            return file.read(MAX_CHARACTERS + 1)
    except FileNotFoundError:
        raise _Failure("YAML_FILE_ERROR", f"{path} is not in the source") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _Failure("YAML_FILE_ERROR", f"{path} cannot be read: {error}") from None


def _regions_first(own: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Put what people set over the Region, and CodeBuild's own names over that."""
    if not given:
        return dict(own)
    regions = {name: value for name, value in own.items() if not name.startswith("CODEBUILD_")}
    return {**regions, **given, **{name: value for name, value in own.items() if name not in regions}}


def _terminated(build: Build, cause: PhaseRecord) -> str:
    """Say why a build failed, in one line, as CodePipeline does."""
    message = " ".join(cause.message.split())
    if len(message) > 600:
        message = f"{message[:400]} ... {message[-150:]}"
    return f"Build terminated with state: {build.status}. Phase: {cause.type}, Code: {cause.code}, Message: {message}"
