"""How buildspecs and projects are written down (CodeBuild User Guide, build-spec-ref; API: CreateProject)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import field, frozen

from pipelinekit.codebuild.limits import VERSIONS
from pipelinekit.codebuild.on_failure import on_failure
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.reading import BuildspecReading, like
from pipelinekit.codebuild.spec import PHASES, Artifacts, BuildSpec, Phase
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place, Severity
from pipelinekit.documents import Bare, Entries, Items, Node, Scalar, plain, read, said, to_yaml
from pipelinekit.reading import Path, is_empty, is_null
from pipelinekit.values import FrozenMap, frozen_map, thawed_json


def buildspec_text(spec: BuildSpec) -> str:
    """Write a buildspec as YAML, its keys in the order of the User Guide; lists are always lists."""
    artifacts = {"artifacts": _artifacts(spec.artifacts)} if spec.artifacts is not None else {}
    return to_yaml({**_head(spec), **spec.sections, **said(artifacts)})


def _head(spec: BuildSpec) -> dict[str, Any]:
    old = spec.version == "0.1"  # the two names that 0.2 changed (build-spec-ref, versions)
    environment = {
        "shell": spec.shell,
        "plaintext" if old else "variables": dict(spec.variables),
        "parameter-store": dict(spec.parameter_store),
        "secrets-manager": dict(spec.secrets_manager),
        "exported-variables": list(spec.exported_variables),
        "git-credential-helper": _yes_no(spec.git_credential_helper),
    }
    return said(
        {
            # Unquoted: a batch build cannot read it as text (aws/aws-cdk#29592).
            "version": Bare(spec.version),
            "run-as": spec.run_as,
            "environment_variables" if old else "env": said(environment),
            "phases": said({name: _phase(phase) for name, phase in spec.phases().items()}),
        }
    )


def _phase(phase: Phase) -> dict[str, Any]:
    return said(
        {
            "run-as": phase.run_as,
            "on-failure": phase.on_failure,
            "runtime-versions": dict(phase.runtime_versions),
            "commands": list(phase.commands),
            "finally": list(phase.finally_commands),
        }
    )


def _artifacts(artifacts: Artifacts) -> dict[str, Any]:
    return said(
        {
            "files": list(artifacts.files),
            "name": artifacts.name,
            "discard-paths": _yes_no(artifacts.discard_paths or None),
            "base-directory": artifacts.base_directory,
            "exclude-paths": list(artifacts.exclude_paths),
            "enable-symlinks": _yes_no(artifacts.enable_symlinks or None),
            "s3-prefix": artifacts.s3_prefix,
            "secondary-artifacts": said({name: _artifacts(one) for name, one in artifacts.secondary.items()}),
        }
    )


def _yes_no(value: bool | None) -> Any:
    return None if value is None else Bare("yes" if value else "no")


KEPT = (
    "autoRetryLimit",
    "badgeEnabled",
    "buildBatchConfig",
    "cache",
    "concurrentBuildLimit",
    "fileSystemLocations",
    "logsConfig",
    "vpcConfig",
)
"""Members of CreateProject that a `Project` has no field for: they are its ``more`` (CodeBuild API: CreateProject)."""

KEPT_OF_THE_ENVIRONMENT = (
    "certificate",
    "computeConfiguration",
    "dockerServer",
    "fleet",
    "imagePullCredentialsType",
    "registryCredential",
)
"""The same of its environment; they are ``environment`` in ``more``."""


def project_input(project: Project) -> dict[str, Any]:
    """Give the input of CreateProject, as ``aws codebuild create-project --cli-input-json`` takes it.

    The project works inside a pipeline: its source and its artifacts are of type CODEPIPELINE.
    """
    spec = project.buildspec
    text = buildspec_text(spec) if isinstance(spec, BuildSpec) else spec
    environment = {
        "type": project.environment_type,
        "image": project.image,
        "computeType": project.compute_type,
        "environmentVariables": [variable.members() for variable in project.environment],
        "privilegedMode": project.privileged or None,
    }
    more = thawed_json(project.more)
    environment |= more.pop("environment", {})
    return said(
        {
            "name": project.name,
            "description": project.description,
            "source": said({"type": "CODEPIPELINE", "buildspec": text}),
            "artifacts": {"type": "CODEPIPELINE"},
            "environment": said(environment),
            "serviceRole": project.role,
            "timeoutInMinutes": project.timeout_minutes,
            "queuedTimeoutInMinutes": project.queued_timeout_minutes,
            "encryptionKey": project.encryption_key,
            "tags": [{"key": key, "value": value} for key, value in project.tags.items()],
            **more,
        }
    )


# Reading.

_SECTIONS = ("proxy", "batch", "reports", "cache")  # known, kept as they are written
_TOP = ("version", "run-as", "env", "phases", "artifacts", *_SECTIONS)
_ENV = ("shell", "variables", "parameter-store", "secrets-manager", "exported-variables", "git-credential-helper")
_PHASE = ("run-as", "on-failure", "runtime-versions", "commands", "finally", "steps")
_ARTIFACTS = (
    "files",
    "name",
    "base-directory",
    "discard-paths",
    "exclude-paths",
    "enable-symlinks",
    "s3-prefix",
    "secondary-artifacts",
)
_FIELDS = {**{key: key.replace("-", "_") for key in (*_ENV, *_PHASE, *_ARTIFACTS)}, "plaintext": "variables"}
_MISPLACED = {
    **{key: f"{key} belongs into env" for key in _ENV},
    **{key: f"{key} belongs into artifacts" for key in _ARTIFACTS},
    **{key: f"{key} belongs into phases" for key in PHASES},
    "environment_variables": "version 0.2 calls it env, and its plaintext variables",
}

# What the guide documents for version 0.1; everything else came with 0.2 or after it.
_OLD_TOP = ("version", "environment_variables", "phases", "artifacts")
_OLD_ENV = ("plaintext",)
_OLD_PHASE = ("commands",)
_OLD_ARTIFACTS = ("type", "files", "discard-paths", "base-directory")


def read_buildspec(text: str, file: str) -> BuildSpec:
    """Read a buildspec, YAML or JSON; *file* is its name in the messages. Nothing in it is executed.

    Sections that are not modelled (``reports``, ``cache``, ``batch``, ``proxy``, unknown ones) are kept as they are.

    Raises:
        InvalidDocument: with every error found, each with its line and column. ``PK600`` not YAML, ``PK601`` no
            version, ``PK602`` no phase of that name, ``PK603`` a phase without commands, ``PK616`` an ``on-failure``
            that says nothing, ``PK619`` a command that YAML does not take for text, ``PK623`` a value of another type,
            ``PK625`` GitHub Actions steps, ``PK626`` another version.
    """
    return read_buildspec_with_findings(text, file)[0]


def read_buildspec_with_findings(text: str, file: str) -> tuple[BuildSpec, tuple[Diagnostic, ...]]:
    """Read a buildspec as `read_buildspec` does; give it with the warnings.

    These are ``PK601`` version 0.1, ``PK602`` an unknown key, ``PK624`` a key that stands twice, ``PK626`` a version
    that batch builds cannot read.
    """
    document = examine_buildspec(text, file)
    if document.spec is None:
        raise InvalidDocument(*(f for f in document.findings if f.severity is Severity.ERROR))
    return document.spec, document.findings


@frozen(kw_only=True)
class BuildspecDocument:
    """What a document says: the buildspec, None where an error is among the findings, and all the findings.

    ``places`` maps the field of a part, such as ``build.commands[0]``, to where it stands.
    """

    spec: BuildSpec | None
    findings: tuple[Diagnostic, ...]
    places: FrozenMap[Place] = field(factory=FrozenMap, converter=frozen_map)


def examine_buildspec(text: str, file: str) -> BuildspecDocument:
    """Read a buildspec as `read_buildspec_with_findings` does, and give everything that was found; never raises."""
    try:
        root = read(_as_yaml(text), file)
    except InvalidDocument as error:
        return BuildspecDocument(spec=None, findings=error.diagnostics)
    reading = BuildspecReading(text)
    spec = _read_spec(root, reading)
    return BuildspecDocument(
        spec=None if reading.errors else spec,
        findings=reading.in_order(),
        places={field_of(path): place for path, place in reading.places.items()},
    )


def field_of(path: Path) -> str:
    """Name a part of a document as `BuildSpec` has it: of ``phases > build > on-failure`` it is build.on_failure."""
    inside = path[1:] if len(path) > 1 and path[0] in ("phases", "env", "environment_variables") else path
    return ".".join(_FIELDS.get(part, part) for part in inside)


def _as_yaml(text: str) -> str:
    """Drop what YAML 1.1 does not take from JSON or from an editor, without moving a line: tabs, ``\\/``, a BOM."""
    text = text.removeprefix("\ufeff")
    if not text.lstrip().startswith("{"):
        return text
    return re.sub(r"(?<!\\)((?:\\\\)*)\\/", r"\1/", text.replace("\t", " "))


def _read_spec(root: Node, reading: BuildspecReading) -> BuildSpec | None:
    if not isinstance(root, Entries):
        reading.wrong(root, "a mapping with version and phases", ())
        return None
    top = reading.mapping(root, ())
    version = _version(top, root.place, reading)
    old = version == "0.1"
    reading.known(top, (*_TOP, "environment_variables") if old else _TOP, (), _MISPLACED)
    env = reading.mapping(top.get("env"), ("env",))
    reading.known(env, _ENV, ("env",))
    old_env = reading.mapping(top.get("environment_variables"), ("environment_variables",)) if old else {}
    reading.known(old_env, (*_OLD_ENV, *_ENV), ("environment_variables",))
    if old:
        _warn_of_later_keys(reading, top, _OLD_TOP, ())
        _warn_of_later_keys(reading, old_env, _OLD_ENV, ("environment_variables",))
    given = {**old_env, **env}
    at = ("environment_variables",) if old_env else ("env",)
    plaintext = reading.text_map(old_env.get("plaintext"), ("environment_variables", "plaintext"))
    phases = _read_phases(top, root.place, reading, old)
    return BuildSpec(
        install=phases.get("install"),
        pre_build=phases.get("pre_build"),
        build=phases.get("build"),
        post_build=phases.get("post_build"),
        artifacts=_read_artifacts(top.get("artifacts"), ("artifacts",), reading, old),
        variables={**plaintext, **reading.text_map(given.get("variables"), (*at, "variables"))},
        parameter_store=reading.text_map(given.get("parameter-store"), (*at, "parameter-store")),
        secrets_manager=reading.text_map(given.get("secrets-manager"), (*at, "secrets-manager")),
        exported_variables=reading.texts(given.get("exported-variables"), (*at, "exported-variables")),
        shell=reading.text(given.get("shell"), (*at, "shell")),
        git_credential_helper=reading.yes_no(given.get("git-credential-helper"), (*at, "git-credential-helper")),
        run_as=reading.text(top.get("run-as"), ("run-as",)),
        version=version,
        sections=_sections(top, reading, old),
    )


def _sections(top: Mapping[str, Node], reading: BuildspecReading, old: bool) -> dict[str, Any]:
    read_here = {*_TOP, "environment_variables"} if old else set(_TOP)
    for key in _SECTIONS:
        if key in top:
            _note_places(reading, top[key], (key,))
    return {key: plain(node) for key, node in top.items() if key in _SECTIONS or key not in read_here}


def _note_places(reading: BuildspecReading, node: Node, path: Path) -> None:
    """Note where the parts of a section stand that is kept as it is written, for the checks of its values."""
    if isinstance(node, Entries):
        for key, inside in node.entries:
            reading.places[(*path, key.text)] = key.place
            _note_places(reading, inside, (*path, key.text))
    elif isinstance(node, Items):
        for number, item in enumerate(node.items):
            at = reading.item_path(path, number)
            reading.places[at] = item.place
            _note_places(reading, item, at)


def _warn_of_later_keys(
    reading: BuildspecReading, given: Mapping[str, Node], documented: tuple[str, ...], path: Path
) -> None:
    for key, node in given.items():
        if key not in documented and key in (*_TOP, *_ENV, *_PHASE, *_ARTIFACTS):
            message = "is documented for version 0.2 only, and this buildspec is of version 0.1"
            reading.warning("PK601", message, reading.place((*path, key), node), (*path, key), "write version: 0.2")


def _version(top: Mapping[str, Node], start: Place, reading: BuildspecReading) -> str:
    node = top.get("version")
    if node is None:
        reading.error("PK601", "has no version", start, hint="begin it with version: 0.2")
        return "0.2"
    text = reading.text(node, ("version",)) or ""
    version = text.rstrip("0") if text.count(".") == 1 else text
    if version not in VERSIONS:
        message = f"version {text!r} is none of {', '.join(VERSIONS)}"
        reading.error("PK626", message, node, ("version",), "write version: 0.2")
        return "0.2"
    if version == "0.1":
        message = "version 0.1 runs each command in a shell of its own: nothing that one sets reaches the next"
        reading.warning("PK601", message, node, ("version",), "write version: 0.2")
    if isinstance(node, Scalar) and node.quoted and "batch" in top:
        message = "a batch build cannot read a version in quotes"
        reading.warning("PK626", message, node, ("version",), f"write version: {version}")
    return version


def _read_phases(top: Mapping[str, Node], start: Place, reading: BuildspecReading, old: bool) -> dict[str, Phase]:
    node = top.get("phases")
    if node is None:
        if "batch" not in top:  # the buildspec of a batch may hold nothing but the batch
            reading.error("PK603", "has no phases, so it runs nothing", start, hint="add phases: with a build: phase")
        return {}
    if is_null(node):
        reading.error("PK603", "has no phase in it", node, ("phases",), "give it a build: phase")
    phases = reading.mapping(node, ("phases",))
    for name, phase in phases.items():
        if name not in PHASES:
            at = ("phases", name)
            reading.error("PK602", "is no phase of CodeBuild", reading.place(at, phase), at, _no_phase(name))
    return {name: _read_phase(phases[name], name, reading, old) for name in PHASES if name in phases}


def _no_phase(name: str) -> str:
    if name in _TOP:
        return f"{name} belongs at the top level: indent it less"
    if name in _PHASE:
        return f"{name} belongs into one of the phases: {', '.join(PHASES)}"
    return like(name, PHASES) or f"the phases are {', '.join(PHASES)}"


def _read_phase(node: Node, name: str, reading: BuildspecReading, old: bool) -> Phase:
    path = ("phases", name)
    before = len(reading.findings)
    given = reading.mapping(node, path)
    if len(reading.findings) > before and not given:  # a list where the phase should be: that is said already
        return Phase()
    reading.known(given, _PHASE, path)
    if old:
        _warn_of_later_keys(reading, given, _OLD_PHASE, path)
    if "steps" in given:
        message = "has GitHub Actions steps, which are neither kept nor run here"
        reading.error("PK625", message, given["steps"], (*path, "steps"), "write them as commands")
    _check_commands(given, node, path, reading)
    return Phase(
        reading.commands(given.get("commands"), (*path, "commands")),
        finally_commands=reading.commands(given.get("finally"), (*path, "finally")),
        on_failure=_read_on_failure(given.get("on-failure"), (*path, "on-failure"), reading),
        run_as=reading.text(given.get("run-as"), (*path, "run-as")),
        runtime_versions=reading.text_map(given.get("runtime-versions"), (*path, "runtime-versions")),
    )


def _check_commands(given: Mapping[str, Node], phase: Node, path: Path, reading: BuildspecReading) -> None:
    """``commands`` must be there, save in install, which may hold only runtime versions."""
    commands = given.get("commands")
    if commands is None and not (path[-1] == "install" and given) and "steps" not in given:
        place = reading.place(path, phase)
        reading.error("PK603", "has no commands", place, path, "give it commands, or take the phase out")
    elif commands is not None and is_empty(commands):
        reading.error("PK603", "is empty", commands, (*path, "commands"), "give it a command, or take the phase out")


def _read_on_failure(node: Node | None, path: Path, reading: BuildspecReading) -> str | None:
    text = reading.text(node, path)
    if node is None or text is None:
        return None
    try:
        on_failure(text)
    except ValueError as error:
        reading.error("PK616", str(error), node, path, "write ABORT, CONTINUE, RETRY or RETRY-3")
    return text


def _read_artifacts(node: Node | None, path: Path, reading: BuildspecReading, old: bool) -> Artifacts | None:
    if node is None or is_null(node):
        return None
    given = reading.mapping(node, path)
    reading.known(given, (*_ARTIFACTS, "type") if old else _ARTIFACTS, path, {"type": "version 0.2 does without it"})
    if old:
        _warn_of_later_keys(reading, given, _OLD_ARTIFACTS, path)
    inside = (*path, "secondary-artifacts")
    secondary = {
        name: _read_artifacts(one, (*inside, name), reading, old)
        for name, one in reading.mapping(given.get("secondary-artifacts"), inside).items()
    }
    return Artifacts(
        reading.texts(given.get("files"), (*path, "files")),
        name=reading.text(given.get("name"), (*path, "name")),
        base_directory=reading.text(given.get("base-directory"), (*path, "base-directory")),
        discard_paths=reading.yes_no(given.get("discard-paths"), (*path, "discard-paths")) or False,
        exclude_paths=reading.texts(given.get("exclude-paths"), (*path, "exclude-paths")),
        enable_symlinks=reading.yes_no(given.get("enable-symlinks"), (*path, "enable-symlinks")) or False,
        s3_prefix=reading.text(given.get("s3-prefix"), (*path, "s3-prefix")),
        secondary={name: one if one is not None else Artifacts() for name, one in secondary.items()},
    )


T = TypeVar("T")


def is_inline(buildspec: str) -> bool:
    """Whether it is the text of a buildspec and not the path of one: CodeBuild takes a single line for a path."""
    return "\n" in buildspec.strip() or buildspec.endswith("\n")


def read_project_input(data: Mapping[str, Any], file: str = "project") -> Project:
    """Read the input of CreateProject, or a project as BatchGetProjects gives it: the inverse of `project_input`.

    *file* is its name in the messages. Other fields are kept where they are among `KEPT`, else passed over, since AWS
    tells more than it takes.

    Raises:
        InvalidDocument: ``PK623``, a value of another type or no name; and as `read_buildspec` for an inline buildspec.
    """
    name = _value(data, "name", str, file)
    if name is None:
        raise _invalid_project("has no name", (), file)
    environment = _part(data, "environment", file)
    more: dict[str, Any] = {
        "role": _value(data, "serviceRole", str, file),
        "image": _value(environment, "image", str, file),
        "compute_type": _value(environment, "computeType", str, file),
        "environment_type": _value(environment, "type", str, file),
    }
    return Project(
        name,
        buildspec=_read_source(_part(data, "source", file), name, file),
        environment=[_read_variable(v, file) for v in _several(environment, "environmentVariables", file)],
        privileged=_value(environment, "privilegedMode", bool, file) or False,
        description=_value(data, "description", str, file),
        timeout_minutes=_value(data, "timeoutInMinutes", int, file),
        queued_timeout_minutes=_value(data, "queuedTimeoutInMinutes", int, file),
        encryption_key=_value(data, "encryptionKey", str, file),
        tags={_required(t, "key", file): _required(t, "value", file) for t in _several(data, "tags", file)},
        more=_more(data, environment),
        **{key: value for key, value in more.items() if value is not None},
    )


def _more(data: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    of_environment = {key: environment[key] for key in KEPT_OF_THE_ENVIRONMENT if environment.get(key) is not None}
    kept = {key: data[key] for key in KEPT if data.get(key) is not None}
    return {**kept, **({"environment": of_environment} if of_environment else {})}


def _read_source(source: Mapping[str, Any], project: str, file: str) -> BuildSpec | str | None:
    buildspec = _value(source, "buildspec", str, file)
    if not buildspec:
        return None
    return read_buildspec(buildspec, f"{file} (buildspec of {project})") if is_inline(buildspec) else buildspec


def _read_variable(data: Mapping[str, Any], file: str) -> EnvironmentVariable:
    kind = _value(data, "type", str, file) or "PLAINTEXT"
    return EnvironmentVariable(name=_required(data, "name", file), value=_required(data, "value", file), type=kind)


def read_environment_variables(text: str, file: str = "EnvironmentVariables") -> tuple[EnvironmentVariable, ...]:
    """Read the JSON that a pipeline action has as its ``EnvironmentVariables``.

    Raises:
        InvalidDocument: ``PK623``, it is no list of objects with a name and a value.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _invalid_project(f"is not JSON: {error}", (), file) from None
    return tuple(_read_variable(one, file) for one in _several({"list": data}, "list", file))


def _part(data: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    return _value(data, key, Mapping, file) or {}  # type: ignore[type-abstract]


def _several(data: Mapping[str, Any], key: str, file: str) -> list[Mapping[str, Any]]:
    items = _value(data, key, list, file) or []
    for number, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise _invalid_project(f"is {item!r}, where an object is wanted", (f"{key}[{number}]",), file)
    return items


def _required(data: Mapping[str, Any], key: str, file: str) -> str:
    value = _value(data, key, str, file)
    if value is None:
        raise _invalid_project(f"has no {key}", (), file)
    return value


def _value(data: Mapping[str, Any], key: str, kind: type[T], file: str) -> T | None:
    value = data.get(key)
    if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    wanted = {str: "a text", int: "a whole number", bool: "true or false", list: "a list"}.get(kind, "an object")
    raise _invalid_project(f"is {value!r}, where {wanted} is wanted", (key,), file)


def _invalid_project(message: str, path: Path, file: str) -> InvalidDocument:
    return InvalidDocument(Diagnostic(code="PK623", message=message, where=Location(path, Place(file))))
