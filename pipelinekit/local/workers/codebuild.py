"""The worker of CodeBuild actions: a build as processes of this machine, phase by phase."""

from __future__ import annotations

import fcntl
import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import attrs

from pipelinekit.codebuild.document import is_inline, read_buildspec, read_environment_variables
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Severity, finding
from pipelinekit.execution.jobs import Job
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.worker import ActionResult, Context, failed
from pipelinekit.local.workers.building import Request, build, other_users, unknown_shell, user
from pipelinekit.local.workers.shell import SHELLS
from pipelinekit.values import FrozenMap

DEFAULT_BUILDSPEC = "buildspec.yml"
DEFAULT_TIMEOUT_MINUTES = 60


class CodeBuildWorker:
    """Runs the build of a CodeBuild action here (action types Build/AWS/CodeBuild and Test/AWS/CodeBuild)."""

    repeatable = True
    leaves_processes = False
    reusable = True

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Run the build to its end; its exported variables are the output variables."""
        try:
            asked = request(job.action, context.definition)
        except BadRequest as error:
            return failed(f"{job.key}: {error}", code="ConfigurationError")
        number = next_build_number(context.state, asked.project)
        return await build(attrs.evolve(asked, number=number), context)

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps the build from running here.

        ``PK630`` another operating system or shell, ``PK631`` a batch, ``PK632`` (a warning) another user, ``PK633`` a
        buildspec in S3, ``PK634`` a configuration that makes no sense; and what is wrong with an inline buildspec.
        """
        where = definition.location(stage, action.name)
        try:
            asked = request(_with_resolved_environment(action), definition)
        except BadRequest as error:
            yield finding("PK634", str(error), where)
            return
        if action.configuration.get("BatchEnabled", "").lower() == "true":
            hint = "take BatchEnabled out for runs on this machine, or bind a stand-in to the action"
            yield finding("PK631", "is a batch build, and batches are not run on this machine", where, hint)
        project = definition.project(asked.project)
        if project is not None and project.environment_type.startswith("WINDOWS"):
            message = (
                f"project {project.name} is built on Windows ({project.environment_type}), which cannot be had here"
            )
            yield finding("PK630", message, where, "bind a stand-in to the action")
        yield from _check_buildspec(asked.buildspec, where)


class BadRequest(Exception):
    """The configuration of an action makes no sense; the text says why."""


def request(action: ActionDeclaration, definition: Definition) -> Request:
    """Read the configuration of a CodeBuild action.

    A project that the definition does not describe is taken to be like a new one: it runs ``buildspec.yml``.

    Raises:
        BadRequest: with a sentence.
    """
    configuration = action.configuration
    name = configuration.get("ProjectName")
    if not name:
        raise BadRequest("ProjectName is missing: name the CodeBuild project")
    project = definition.project(name) or Project(name)
    given = configuration.get("EnvironmentVariables")
    try:
        environment = read_environment_variables(given) if given else ()
    except InvalidDocument as error:
        raise BadRequest("; ".join(_in_one_line(error))) from None
    minutes = project.timeout_minutes
    return Request(
        project=project.name,
        image=project.image,
        buildspec=configuration.get("BuildspecOverride") or project.buildspec or DEFAULT_BUILDSPEC,
        inputs=_primary_first(action),
        outputs=tuple(output.name for output in action.output_artifacts),
        project_environment=project.environment,
        action_environment=environment,
        timeout_minutes=DEFAULT_TIMEOUT_MINUTES if minutes is None else minutes,
        encryption_key=project.encryption_key,
    )


def _in_one_line(error: InvalidDocument) -> Iterator[str]:
    for diagnostic in error.diagnostics:
        yield " ".join(filter(None, (str(diagnostic.where.place), str(diagnostic.where), diagnostic.message)))


def _primary_first(action: ActionDeclaration) -> tuple[str, ...]:
    inputs = action.input_artifacts
    primary = action.configuration.get("PrimarySource") or (inputs[0] if len(inputs) == 1 else None)
    if primary is None:
        problem = "PrimarySource is missing" if inputs else "it has no input artifact"
        raise BadRequest(f"{problem}: CodeBuild needs to know its source")
    if primary not in inputs:
        raise BadRequest(f"PrimarySource is {primary}, which is none of its input artifacts ({', '.join(inputs)})")
    return (primary, *(name for name in inputs if name != primary))


def _with_resolved_environment(action: ActionDeclaration) -> ActionDeclaration:
    """Leave out variables that wait for an output variable: what they will read as is not known yet."""
    kept = {k: v for k, v in action.configuration.items() if k != "EnvironmentVariables" or "#{" not in v}
    return attrs.evolve(action, configuration=FrozenMap(kept))


def _check_buildspec(given: BuildSpec | str, where: Location) -> Iterator[Diagnostic]:
    if isinstance(given, str) and given.startswith("arn:"):
        yield finding("PK633", f"its buildspec is {given}, and nothing is fetched from S3 here", where)
    elif isinstance(given, str) and is_inline(given):
        try:
            given = read_buildspec(given, "inline buildspec")
        except InvalidDocument as error:
            for diagnostic in error.diagnostics:
                path = (*where.path, *diagnostic.where.path)
                yield attrs.evolve(diagnostic, where=Location(path, diagnostic.where.place))
    if isinstance(given, BuildSpec):
        if given.shell not in SHELLS:
            yield finding("PK630", unknown_shell(given.shell), where)
        for other in other_users(given):
            message = f"run-as: {other} is not followed on this machine: commands run as {user()}"
            yield finding("PK632", message, where, severity=Severity.WARNING)


def next_build_number(state: Path, project: str) -> int:
    """Count the builds of a project, from 1; several processes may count at once."""
    directory = state / "codebuild"
    directory.mkdir(parents=True, exist_ok=True)
    name = urllib.parse.quote(project, safe="")[:200]
    descriptor = os.open(directory / f"{name}.number", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        before = os.read(descriptor, 20)
        number = int(before) + 1 if before.isdigit() else 1
        os.pwrite(descriptor, str(number).encode(), 0)
    finally:
        os.close(descriptor)
    return number
