"""Projects: their names, timeouts and environment, and the buildspec they bring along."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pipelinekit.codebuild.checks.buildspec import check_buildspec, check_name
from pipelinekit.codebuild.checks.secrets import check_secret
from pipelinekit.codebuild.checks.text import check_buildspec_text
from pipelinekit.codebuild.limits import (
    ENVIRONMENT_TYPES,
    PROJECT_NAME_MAX,
    PROJECT_NAME_MIN,
    PROJECT_NAME_PATTERN,
    QUEUED_TIMEOUT_MINUTES,
    TIMEOUT_MINUTES,
)
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location, did_you_mean
from pipelinekit.values import HOW_TO_NAME_A_ROLE, problem_with, problem_with_role


def check_projects(projects: Iterable[Project], locate: Callable[[Project], Location]) -> Iterator[Diagnostic]:
    """Yield what is wrong between projects."""
    seen: set[str] = set()
    for project in projects:
        if project.name in seen:
            yield found(
                "PK642",
                locate(project),
                f"there are two different projects called {project.name!r}",
                'give this one a name of its own: project=pk.Project("NAME", buildspec=...)',
            )
        seen.add(project.name)


def check_project(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong with a project and the buildspec in it."""
    yield from _name(project, locate)
    yield from _timeouts(project, locate)
    problem = problem_with_role(project.role)
    if problem is not None:
        yield found("PK122", locate("project", "role"), problem, HOW_TO_NAME_A_ROLE)
    for variable in project.environment:
        yield from _variable(variable, locate("project", f"environment.{variable.name}"))
    inside = partial(locate, "buildspec")
    if isinstance(project.buildspec, BuildSpec):
        yield from check_buildspec(project.buildspec, inside, windows=project.on_windows)
    elif project.buildspec is not None:
        yield from check_buildspec_text(project.buildspec, inside, windows=project.on_windows)


def _name(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    problem = problem_with(project.name, PROJECT_NAME_PATTERN, PROJECT_NAME_MAX, PROJECT_NAME_MIN)
    if problem is not None:
        yield found(
            "PK641",
            locate("project"),
            f"the project's name {project.name[: PROJECT_NAME_MAX + 1]!r} {problem}",
            'name it with letters, digits, - and _: project=pk.Project("NAME", buildspec=...)',
        )


def _timeouts(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    for field, minutes, (least, most) in (
        ("timeout_minutes", project.timeout_minutes, TIMEOUT_MINUTES),
        ("queued_timeout_minutes", project.queued_timeout_minutes, QUEUED_TIMEOUT_MINUTES),
    ):
        if minutes is not None and not least <= minutes <= most:
            yield found(
                "PK614",
                locate("project", field),
                f"{minutes} minutes are not from {least} to {most}",
                f"write {field}={min(max(minutes, least), most)}",
            )


def _variable(variable: EnvironmentVariable, where: Location) -> Iterator[Diagnostic]:
    yield from check_name(variable.name, where)
    if variable.type not in ENVIRONMENT_TYPES:
        hint = did_you_mean(variable.type, ENVIRONMENT_TYPES) or f"it is one of {', '.join(ENVIRONMENT_TYPES)}"
        yield found("PK643", where, f"there is no type {variable.type!r}", hint)
    if variable.type == "PLAINTEXT":
        yield from check_secret(variable.value, where)
