"""Projects: their names, timeouts and environment, and the buildspec they bring along."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from pipelinekit.codebuild.checks.buildspec import check_buildspec, check_name, commands_of, for_windows
from pipelinekit.codebuild.checks.habits import bash_in, docker_in
from pipelinekit.codebuild.checks.secrets import check_likely_secret, check_secret
from pipelinekit.codebuild.checks.text import check_buildspec_text
from pipelinekit.codebuild.limits import (
    COMPUTE_TYPES,
    COMPUTE_TYPES_OF,
    DESCRIPTION_MAX,
    ENVIRONMENT_TYPES,
    OLD_IMAGES,
    OLDEST_RUNTIMES,
    PARAMETER_STORE,
    PROJECT_NAME_MAX,
    PROJECT_NAME_MIN,
    PROJECT_NAME_PATTERN,
    QUEUED_TIMEOUT_MINUTES,
    SECRETS_MANAGER,
    TAG_KEY_MAX,
    TAG_VALUE_MAX,
    TAGS_MAX,
    TIMEOUT_MINUTES,
)
from pipelinekit.codebuild.project import DEFAULT_IMAGE, EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location, did_you_mean
from pipelinekit.values import HOW_TO_NAME_A_ROLE, is_settled, problem_with, problem_with_role, problem_with_tag


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


_ROLE_NAME = r"[\w+=,.@-]{1,64}"
"""The name of a role (IAM API, CreateRole). CodeBuild takes it in place of the ARN, as real templates show."""


def check_project(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong with a project and the buildspec in it."""
    yield from _name(project, locate)
    yield from _timeouts(project, locate)
    problem = problem_with_role(project.role)
    if problem is not None and re.fullmatch(_ROLE_NAME, project.role) is None:
        yield found("PK122", locate("project", "role"), problem, HOW_TO_NAME_A_ROLE)
    for variable in project.environment:
        yield from _variable(variable, locate("project", f"environment.{variable.name}"))
    yield from _twice(project, locate)
    yield from _machine(project, locate)
    yield from _words(project, locate)
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
        yield from check_likely_secret(variable.name, variable.value, where)
    if variable.name in _LONG_LIVED:
        yield found(
            "PK814",
            where,
            f"{variable.name} replaces the credentials of the build's own role, and does not expire",
            "leave it out, and allow the project's role what the build needs",
        )


_LONG_LIVED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def _twice(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    names = [variable.name for variable in project.environment]
    for name in dict.fromkeys(name for name, count in Counter(names).items() if count > 1):
        yield found(
            "PK654",
            locate("project", f"environment.{name}"),
            f"there are two environment variables {name!r}",
            "leave one of them out",
        )


def _machine(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    kind, compute = project.environment_type, project.compute_type
    if not is_settled(kind) or not is_settled(compute):
        return
    allowed = COMPUTE_TYPES_OF.get(kind)
    if allowed is None:
        yield found(
            "PK653",
            locate("project", "environment_type"),
            f"there is no environment type {kind!r}",
            did_you_mean(kind, COMPUTE_TYPES_OF) or f"it is one of {', '.join(COMPUTE_TYPES_OF)}",
        )
    elif compute not in allowed:
        there_is = compute in COMPUTE_TYPES
        yield found(
            "PK652",
            locate("project", "compute_type"),
            f"{kind} has no compute type {compute}" if there_is else f"there is no compute type {compute!r}",
            did_you_mean(compute, allowed) or f"it is one of {', '.join(allowed)}",
        )
    cache = project.more.get("cache")
    if isinstance(cache, Mapping) and cache.get("type") == "LOCAL" and project.more.get("vpcConfig"):
        yield found(
            "PK667",
            locate("project", "more.cache"),
            "has a local cache, which CodeBuild does not keep for builds in a VPC",
            'keep it in S3: "cache": {"type": "S3", "location": "BUCKET/PREFIX"}',
        )
    if OLD_IMAGES.fullmatch(project.image):
        yield found(
            "PK617",
            locate("project", "image"),
            f"AWS no longer maintains the image {project.image}",
            f"leave image out: then it is {DEFAULT_IMAGE}",
        )


def _words(project: Project, locate: Locate) -> Iterator[Diagnostic]:
    description = project.description
    if description is not None and is_settled(description) and len(description) > DESCRIPTION_MAX:
        yield found(
            "PK656",
            locate("project", "description"),
            f"the description has {len(description)} characters, where CodeBuild allows {DESCRIPTION_MAX}",
            "write a shorter one",
        )
    if len(project.tags) > TAGS_MAX:
        yield found(
            "PK655",
            locate("project", "tags"),
            f"has {len(project.tags)} tags, where CodeBuild allows {TAGS_MAX}",
            "leave some of them out",
        )
    for key, value in project.tags.items():
        problem = problem_with_tag(key, value, TAG_KEY_MAX, TAG_VALUE_MAX)
        if problem is not None:
            yield found("PK655", locate("project", f"tags.{key}"), problem, 'write tags={"team": "shop"}')


def check_use(project: Project, spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what is wrong between a project and the buildspec that it runs."""
    commands = list(commands_of(spec))
    posix = not project.on_windows and not for_windows(spec)
    docker = docker_in(commands) if posix and not project.privileged and is_settled(project.environment_type) else None
    if docker is not None:
        field, words = docker
        yield found(
            "PK607",
            locate("buildspec", field),
            f"{words!r} needs the Docker daemon, and the project is not privileged",
            "write pk.Project(..., privileged=True)",
        )
    bash = bash_in(commands) if posix and spec.shell is None and _UBUNTU.match(project.image) else None
    if bash is not None:
        field, words = bash
        yield found(
            "PK662",
            locate("buildspec", field),
            f"{words!r} is for bash, and the shell of the image {project.image} is dash",
            'write pk.BuildSpec(..., shell="bash")',
        )
    yield from _runtimes(project, spec, locate)
    given = {variable.name: variable for variable in project.environment}
    for name, value in spec.variables.items():
        variable = given.get(name)
        if variable is not None and (variable.type != "PLAINTEXT" or variable.value != value):
            yield found(
                "PK657",
                locate("buildspec", f"variables.{name}"),
                f"{name} is never {value[:40]!r}: the project has a variable of that name, which wins",
                "leave one of them out",
            )
    for name in spec.exported_variables:
        variable = given.get(name)
        if variable is not None and variable.type in (PARAMETER_STORE, SECRETS_MANAGER):
            yield found(
                "PK658",
                locate("buildspec", "exported_variables"),
                f"exports {name}, which is a secret of the project: CodeBuild refuses that",
                "let the action that needs it read the secret itself",
            )


def _runtimes(project: Project, spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Tell of runtimes that are older than the oldest of the image; newer ones may have been added to it."""
    oldest = next((table for image, table in OLDEST_RUNTIMES if image.fullmatch(project.image)), None)
    if oldest is None or spec.install is None:
        return
    for runtime, version in spec.install.runtime_versions.items():
        least = oldest.get(runtime)
        if least is not None and _is_older(version, least):
            yield found(
                "PK664",
                locate("buildspec", f"install.runtime_versions.{runtime}"),
                f"the image {project.image} has no {runtime} {version}: its oldest is {least}",
                f'write runtime_versions={{"{runtime}": "{least}"}} or a newer one, or choose an image that has it',
            )


def _is_older(version: str, least: str) -> bool:
    """Whether a version is older, as far as both say; one that is no number, such as ``3.x``, is not judged."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4})*", version):
        return False
    one, other = (tuple(map(int, text.split("."))) for text in (version, least))
    return one[: len(other)] < other[: len(one)]


_UBUNTU = re.compile(r"aws/codebuild/standard:")
