"""Buildspecs: their version, phases, commands, variables and artifacts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from pipelinekit.codebuild import globs
from pipelinekit.codebuild.checks.commands import first_silent_line
from pipelinekit.codebuild.checks.habits import check_habits
from pipelinekit.codebuild.checks.secrets import check_likely_secret, check_secret
from pipelinekit.codebuild.checks.sections import check_sections
from pipelinekit.codebuild.limits import (
    RESERVED_PREFIX,
    RUNTIMES,
    SECONDARY_ARTIFACTS_MAX,
    SHELLS,
    VERSIONS,
    reserved,
    shell_name,
)
from pipelinekit.codebuild.on_failure import OnFailureAction, on_failure
from pipelinekit.codebuild.project import Project
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location, did_you_mean
from pipelinekit.values import is_settled

_MENTIONS = re.compile(r"\$\{[A-Z_][A-Z0-9_]+\}|\$[A-Z_][A-Z0-9_]+")
_WINDOWS_SHELLS = ("powershell", "powershell.exe", "pwsh", "pwsh.exe", "cmd", "cmd.exe")


def check_buildspec(spec: BuildSpec, locate: Locate, *, windows: bool = False) -> Iterator[Diagnostic]:
    """Yield what is wrong with a buildspec; *windows* says that its shell is not a POSIX one."""
    yield from _version(spec, locate)
    phases = spec.phases()
    if not phases and "batch" not in spec.sections:  # the builds of a batch may bring their own
        yield found("PK603", locate("phases"), "runs nothing", 'write pk.BuildSpec(build=["make"])')
    for name, phase in phases.items():
        yield from _phase(name, phase, locate)
    yield from _environment(spec, locate)
    yield from _secrets(spec, locate)
    yield from _artifacts(spec, locate)
    yield from check_sections(spec, locate)
    if not windows and not for_windows(spec):
        for field, command in commands_of(spec):
            yield from _hidden_failure(command, locate(field))
        yield from check_habits(spec, list(commands_of(spec)), locate)
    for field, text in texts_of(spec):
        yield from check_secret(text, locate(field))


def for_windows(spec: BuildSpec, project: Project | None = None) -> bool:
    """Whether the buildspec, or the project that runs it, says that its shell is not a POSIX one."""
    return spec.shell in _WINDOWS_SHELLS or (project is not None and project.on_windows)


def commands_of(spec: BuildSpec) -> Iterator[tuple[str, str]]:
    """Yield (field, command) for each command of a buildspec."""
    for name, phase in spec.phases().items():
        for index, command in enumerate(phase.commands):
            yield f"{name}.commands[{index}]", command
        for index, command in enumerate(phase.finally_commands):
            yield f"{name}.finally[{index}]", command


def texts_of(spec: BuildSpec) -> Iterator[tuple[str, str]]:
    """Yield (field, text) for each command and each variable in plain text of a buildspec."""
    for name, value in spec.variables.items():
        yield f"variables.{name}", value
    yield from commands_of(spec)


def _version(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    if spec.version not in VERSIONS:
        yield found("PK626", locate("version"), f"there is no version {spec.version!r}", 'write version="0.2"')
    elif spec.version != VERSIONS[0]:
        yield found(
            "PK601",
            locate("version"),
            f"version {spec.version} gives every command a shell of its own",
            'write version="0.2", or leave it out',
        )


def _phase(name: str, phase: Phase, locate: Locate) -> Iterator[Diagnostic]:
    if not phase.commands and (name != "install" or not (phase.runtime_versions or phase.finally_commands)):
        yield found("PK603", locate(name), "has no commands", f'write {name}=["make"], or leave the phase out')
    yield from _runtimes(name, phase, locate)
    value = phase.on_failure
    if value is not None and is_settled(value) and not _is_on_failure(value):
        yield found(
            "PK616",
            locate(f"{name}.on_failure"),
            f"there is no {value!r}",
            did_you_mean(value, OnFailureAction) or "write ABORT, CONTINUE, RETRY or RETRY-3",
        )


def _runtimes(name: str, phase: Phase, locate: Locate) -> Iterator[Diagnostic]:
    if phase.runtime_versions and name != "install":
        yield found(
            "PK647",
            locate(f"{name}.runtime_versions"),
            f"chooses runtimes in {name}, and CodeBuild reads them in install only",
            "write install=pk.Phase(runtime_versions={...})",
        )
    for runtime in phase.runtime_versions:
        if is_settled(runtime) and runtime not in RUNTIMES:
            yield found(
                "PK606",
                locate(f"{name}.runtime_versions.{runtime}"),
                f"CodeBuild's images have no runtime {runtime!r}",
                did_you_mean(runtime, RUNTIMES) or f"they have {', '.join(RUNTIMES[:-1])}",
            )


def _is_on_failure(value: str) -> bool:
    try:
        on_failure(value)
    except ValueError:
        return False
    return True


def _environment(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    for section in ("variables", "parameter_store", "secrets_manager"):
        for name in getattr(spec, section):
            yield from check_name(name, locate(f"{section}.{name}"))
    for name, value in spec.variables.items():
        mentioned = _MENTIONS.search(value)
        if mentioned is not None:
            yield found(
                "PK644",
                locate(f"variables.{name}"),
                f"{mentioned[0]} stays as it is written: nothing is put in for it",
                f"set it in a phase: 'export {name}=\"{value[:60]}\"'",
            )
    for name in spec.exported_variables:
        where = locate("exported_variables")
        if name.startswith("AWS_"):
            yield found(
                "PK608",
                where,
                f"{name!r} cannot be exported: CodeBuild keeps names with AWS_ back",
                f'export a copy: write "export {name[4:]}=${name}" in a phase, and exported_variables=["{name[4:]}"]',
            )
        else:
            yield from check_name(name, where, setting=False)


def _secrets(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    if spec.shell is not None and is_settled(spec.shell) and spec.shell not in SHELLS:
        yield found(
            "PK651",
            locate("shell"),
            f"{spec.shell!r} is no shell that CodeBuild documents",
            'write shell="bash" or "/bin/sh"; on Windows "powershell.exe" or "cmd.exe"',
        )
    for name, reference in spec.secrets_manager.items():
        problem = _problem_with_reference(reference) if is_settled(reference) else None
        if problem is not None:
            yield found(
                "PK650",
                locate(f"secrets_manager.{name}"),
                f"the reference {reference!r} {problem}",
                "write secret-id:json-key:version-stage:version-id, of which only the first is needed",
            )
    hidden = {*spec.parameter_store, *spec.secrets_manager}
    for name in spec.exported_variables:
        if name in hidden:
            yield found(
                "PK813",
                locate("exported_variables"),
                f"exports {name}, which is a secret: the pipeline shows its output variables to whoever may read it",
                "let the action that needs it read the secret itself",
            )
    for name, value in spec.variables.items():
        yield from check_likely_secret(name, value, locate(f"variables.{name}"))


def _problem_with_reference(reference: str) -> str | None:
    """What is wrong with ``secret-id[:json-key[:version-stage[:version-id]]]``; an ARN has six colons of its own."""
    parts = reference.split(":")
    more = parts[7:] if reference.startswith("arn:") else parts[1:]
    if len(more) > 3:
        return "has too many parts"
    if len(more) == 3 and more[1] and more[2]:
        return "names a version stage and a version id, of which only one counts"
    return None


def check_name(name: str, where: Location, *, setting: bool = True) -> Iterator[Diagnostic]:
    """Yield what is wrong with the name of an environment variable; some names are not for *setting* them."""
    if not is_settled(name):
        return
    if not shell_name(name):
        yield found(
            "PK608",
            where,
            f"{name!r} is not a name that a shell can have",
            "name it with letters, digits and _, the first no digit",
        )
    elif setting and reserved(name):
        yield found(
            "PK608",
            where,
            f"{name!r} begins with {RESERVED_PREFIX}, which CodeBuild keeps for itself",
            f"name it {name.removeprefix(RESERVED_PREFIX) or 'otherwise'}",
        )


def _artifacts(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    if spec.artifacts is not None and spec.artifacts.secondary and not spec.artifacts.files:
        yield found(
            "PK640",
            locate("artifacts"),
            "has secondary artifacts but no files of its own, and CodeBuild wants both",
            'write pk.Artifacts(["README.md"], secondary={...}): the files are not used, but must be there',
        )

    if spec.artifacts is not None:
        yield from _collisions(spec.artifacts, locate, "artifacts")
        for name, one in spec.artifacts.secondary.items():
            yield from _collisions(one, locate, f"artifacts.secondary_artifacts.{name}")
        if len(spec.artifacts.secondary) > SECONDARY_ARTIFACTS_MAX:
            yield found(
                "PK615",
                locate("artifacts.secondary_artifacts"),
                f"has {len(spec.artifacts.secondary)} secondary artifacts, and CodeBuild takes"
                f" {SECONDARY_ARTIFACTS_MAX}",
                "put files that belong together into one of them",
            )


def _collisions(artifacts: Artifacts, locate: Locate, field: str) -> Iterator[Diagnostic]:
    if not artifacts.discard_paths:
        return
    first: dict[str, str] = {}
    for path in artifacts.files:
        if globs.is_pattern(path) or "$" in path or not is_settled(path):
            continue
        name = posixpath.basename(path)
        if globs.normal(first.setdefault(name, path)) != globs.normal(path):
            yield found(
                "PK612",
                locate(f"{field}.files"),
                f"{path!r} and {first[name]!r} both become {name!r}: discard-paths leaves one of them",
                "leave discard_paths out, or name the files differently",
            )


def _hidden_failure(command: str, where: Location) -> Iterator[Diagnostic]:
    line = first_silent_line(command)
    if line is not None:
        number, text = line
        yield found(
            "PK604",
            where,
            f"line {number}, {text[:60]!r}, may fail unseen: of a command of several lines only the last one counts",
            'begin the command with "set -e", or make each line a command of its own',
        )
