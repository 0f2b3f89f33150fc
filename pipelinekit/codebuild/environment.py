"""Which environment variables a build has, and where each comes from (User Guide, build-env-ref-env-vars)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from attrs import field, frozen

from pipelinekit.codebuild.limits import (
    ENVIRONMENT_NAME_PATTERN,
    ENVIRONMENT_TYPES,
    PARAMETER_STORE,
    PLAINTEXT,
    SECRETS_MANAGER,
    reserved,
)
from pipelinekit.codebuild.limits import shell_name as shell_name
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.values import FrozenMap, frozen_map

_SECRET = (PARAMETER_STORE, SECRETS_MANAGER)


@frozen(kw_only=True)
class Setting:
    """One variable and who sets it: ``action``, ``project`` or ``buildspec``. Of a secret, ``value`` is its name."""

    name: str
    value: str
    type: str = PLAINTEXT
    origin: str


def settings(
    spec: BuildSpec,
    project: Iterable[EnvironmentVariable] = (),
    action: Iterable[EnvironmentVariable] = (),
) -> dict[str, Setting]:
    """Give the variable that wins, of each name: the action's before the project's before the buildspec's."""
    found = {s.name: s for s in _of_buildspec(spec)}
    for origin, variables in (("project", project), ("action", action)):
        found |= {v.name: Setting(name=v.name, value=v.value, type=v.type, origin=origin) for v in variables}
    return found


def _of_buildspec(spec: BuildSpec) -> Iterator[Setting]:
    kinds = ((PLAINTEXT, spec.variables), (PARAMETER_STORE, spec.parameter_store))
    for kind, variables in (*kinds, (SECRETS_MANAGER, spec.secrets_manager)):
        for name, value in variables.items():
            yield Setting(name=name, value=value, type=kind, origin="buildspec")


@frozen(kw_only=True)
class SecretReference:
    """``secret-id[:json-key[:version-stage[:version-id]]]`` (build-spec-ref, ``secrets-manager``)."""

    secret_id: str
    json_key: str = ""
    version_stage: str = ""
    version_id: str = ""


_ARN_PARTS = 7


def secret_reference(text: str) -> SecretReference:
    """Take a reference to a secret apart; the id may be an ARN, which has colons of its own."""
    parts = text.split(":")
    own = _ARN_PARTS if text.startswith("arn:") else 1
    rest = [*parts[own:], "", "", ""]
    return SecretReference(secret_id=":".join(parts[:own]), json_key=rest[0], version_stage=rest[1], version_id=rest[2])


class MissingSecret(Exception):
    """A secret cannot be had; the text says which, why, and what to do."""


def look_up(kind: str, reference: str, secrets: Mapping[str, str]) -> str:
    """Give a parameter (*kind* PARAMETER_STORE) or a secret (SECRETS_MANAGER) from *secrets* by its name.

    It is looked for as the reference is written first. A secret is then looked for by its id (of an ARN also by the
    name at its end), and the JSON key, if there is one, is taken from its text.

    Raises:
        MissingSecret: a sentence that says which entry to give.
    """
    if reference in secrets:
        return secrets[reference]
    name = _name_in(secrets, kind, reference)
    if name is not None:
        return json_value(secret_reference(reference), name, secrets[name])
    wanted = reference if kind == PARAMETER_STORE else secret_reference(reference).secret_id
    raise MissingSecret(f'{describe(kind, wanted)} is not known here: give an entry "{wanted}" in --secrets')


def describe(kind: str, reference: str) -> str:
    """Say which parameter or secret is meant, without the JSON key and the version."""
    if kind == PARAMETER_STORE:
        return f'the parameter "{reference}"'
    return f'the secret "{secret_reference(reference).secret_id}"'


def is_known(kind: str, reference: str, secrets: Mapping[str, str]) -> bool:
    """Whether *secrets* has an entry for a reference; the JSON key may still be missing in it."""
    return reference in secrets or _name_in(secrets, kind, reference) is not None


def _name_in(secrets: Mapping[str, str], kind: str, reference: str) -> str | None:
    names = _names(secret_reference(reference).secret_id) if kind == SECRETS_MANAGER else iter(())
    return next((name for name in names if name in secrets), None)


def _names(secret_id: str) -> Iterator[str]:
    """The names a secret may be given by: its id, and of an ARN the name, which ends in ``-`` and six characters."""
    yield secret_id
    if secret_id.startswith("arn:"):
        name = secret_id.rpartition(":")[2]
        yield name
        yield re.sub(r"-[A-Za-z0-9]{6}$", "", name)


def json_value(reference: SecretReference, name: str, text: str) -> str:
    """Give what a reference wants of the *text* of the secret *name*: all of it, or the value of its JSON key.

    Raises:
        MissingSecret: a sentence; the key is not there.
    """
    if not reference.json_key:
        return text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or reference.json_key not in data:
        problem = f'has no key "{reference.json_key}"' if isinstance(data, dict) else "is no JSON object"
        raise MissingSecret(
            f'"{reference.json_key}" is wanted of the secret "{name}", which {problem}: '
            f'give an entry "{name}:{reference.json_key}" in --secrets, or the key in "{name}"'
        )
    value = data[reference.json_key]
    return value if isinstance(value, str) else json.dumps(value)


Fetched: TypeAlias = Mapping[tuple[str, str], str | MissingSecret]
"""What a service answered, by type and reference of a variable."""


def wanted_elsewhere(given: Mapping[str, Setting], secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give type and reference of each secret that variables name and that is not among *secrets*, once each."""
    wanted = [(s.type, s.value) for s in given.values() if s.type in _SECRET and s.name and not reserved(s.name)]
    return [one for one in dict.fromkeys(wanted) if not is_known(*one, secrets)]


@frozen(kw_only=True)
class Environment:
    """The variables of a build, resolved. ``secrets`` are the values to hide in its log."""

    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()
    """Sentences; with any of them the build fails in DOWNLOAD_SOURCE."""
    notes: tuple[str, ...] = ()
    """Sentences for the log."""
    missing: tuple[str, ...] = ()
    """Names of the variables whose secrets could not be had."""


def resolve(
    given: Mapping[str, Setting],
    secrets: Mapping[str, str],
    exported: Iterable[str] = (),
    fetched: Fetched = MappingProxyType({}),
) -> Environment:
    """Look up every variable and judge the names, those of the *exported* variables included.

    A secret comes from *fetched* where that has it, else from *secrets*.
    """
    variables: dict[str, str] = {}
    hidden, problems, notes = [], [], []
    missing: dict[str, list[Setting]] = {}
    for setting in given.values():
        if not setting.name or "=" in setting.name:
            problems.append(f"{setting.name!r} (of the {setting.origin}) is no name of a variable: use letters and _")
        elif reserved(setting.name):
            notes.append(f"{setting.name} (of the {setting.origin}) is left out: CODEBUILD_ names are CodeBuild's own")
        else:
            try:
                variables[setting.name] = value = _value(setting, secrets, fetched)
            except MissingSecret as problem:
                missing.setdefault(str(problem), []).append(setting)
            else:
                hidden += [value] if setting.type != PLAINTEXT else []
    problems += [f"{_in_words(settings)}: {problem}" for problem, settings in missing.items()]
    problems += _refused_exports(given, exported)
    return Environment(
        variables=variables,
        secrets=tuple(hidden),
        problems=tuple(problems),
        notes=tuple(notes),
        missing=tuple(setting.name for settings in missing.values() for setting in settings),
    )


def _value(setting: Setting, secrets: Mapping[str, str], fetched: Fetched) -> str:
    if setting.type == PLAINTEXT:
        return setting.value
    if setting.type not in _SECRET:
        raise MissingSecret(f"its type is {setting.type!r}, which is none of {', '.join(ENVIRONMENT_TYPES)}")
    found = fetched.get((setting.type, setting.value))
    if isinstance(found, MissingSecret):
        raise found
    return look_up(setting.type, setting.value, secrets) if found is None else found


def _in_words(settings: Sequence[Setting]) -> str:
    return ", ".join(f"{setting.name} (of the {setting.origin})" for setting in settings)


def _refused_exports(given: Mapping[str, Setting], exported: Iterable[str]) -> Iterator[str]:
    """What may not be exported: names of AWS, and secrets of the project (build-spec-ref, ``exported-variables``)."""
    for name in exported:
        setting = given.get(name)
        if name.startswith("AWS_"):
            yield f"{name} cannot be exported: names that begin with AWS_ are refused. Export it by another name"
        elif setting is not None and setting.type != PLAINTEXT and setting.origin == "project":
            yield f"{name} cannot be exported: it is a secret of the project, and exported values are plain text"


@frozen(kw_only=True)
class BuildFacts:
    """What CodeBuild itself knows about a build. Directories are absolute; ``start_ms`` is in Unix milliseconds.

    ``source_directories``, ``source_versions`` and ``resolved_versions`` are by input artifact; ``primary`` names
    the one that is the source.
    """

    project: str
    uuid: str
    region: str
    image: str
    initiator: str
    start_ms: int
    primary: str
    source_directories: Mapping[str, str]
    source_versions: Mapping[str, str] = field(factory=dict)
    resolved_version: str | None = None
    number: int | None = None
    account: str = "000000000000"
    encryption_key: str | None = None

    @property
    def build_id(self) -> str:
        """The build's id: ``<project>:<uuid>``."""
        return f"{self.project}:{self.uuid}"


def codebuild_variables(facts: BuildFacts) -> dict[str, str]:
    """Give the variables that CodeBuild sets; those that do not apply to a build in a pipeline are left out."""
    region, account, build = facts.region, facts.account, facts.build_id
    arn = f"arn:aws:codebuild:{region}:{account}"
    found = {
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "CODEBUILD_BUILD_ARN": f"{arn}:build/{build}",
        "CODEBUILD_BUILD_ID": build,
        "CODEBUILD_BUILD_IMAGE": facts.image,
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_BUILD_URL": _console_url(region, build),
        "CODEBUILD_PROJECT_ARN": f"{arn}:project/{facts.project}",
        "CODEBUILD_INITIATOR": facts.initiator,
        "CODEBUILD_KMS_KEY_ID": facts.encryption_key or f"arn:aws:kms:{region}:{account}:alias/aws/s3",
        "CODEBUILD_LOG_PATH": facts.uuid,
        "CODEBUILD_START_TIME": str(facts.start_ms),
        "CODEBUILD_SRC_DIR": facts.source_directories[facts.primary],
        "CODEBUILD_SOURCE_REPO_URL": "",
    }
    if facts.number is not None:
        found["CODEBUILD_BUILD_NUMBER"] = str(facts.number)
    if facts.resolved_version is not None:
        found["CODEBUILD_RESOLVED_SOURCE_VERSION"] = facts.resolved_version
    if facts.primary in facts.source_versions:
        found["CODEBUILD_SOURCE_VERSION"] = facts.source_versions[facts.primary]
    for artifact, directory in facts.source_directories.items():
        if artifact != facts.primary:
            found[f"CODEBUILD_SRC_DIR_{artifact}"] = directory
            if artifact in facts.source_versions:
                found[f"CODEBUILD_SOURCE_VERSION_{artifact}"] = facts.source_versions[artifact]
    return found


def _console_url(region: str, build: str) -> str:
    return f"https://{region}.console.aws.amazon.com/codebuild/home?region={region}#/builds/{build}/view/new"


_REFERENCE = re.compile(rf"\$(?:\{{({ENVIRONMENT_NAME_PATTERN})\}}|({ENVIRONMENT_NAME_PATTERN}))")


def names_in(text: str) -> Iterator[str]:
    """Yield the name of each ``$NAME`` or ``${NAME}`` in a text."""
    return (match[1] or match[2] for match in _REFERENCE.finditer(text))


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """Replace ``$NAME`` and ``${NAME}``; a name that is not set becomes nothing, as in a shell."""
    return _REFERENCE.sub(lambda match: variables.get(match[1] or match[2], ""), text)
