"""What a CodeBuild project is (CodeBuild API: CreateProject)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

from attrs import field, frozen

from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import (
    FrozenMap,
    Parameter,
    Text,
    all_of,
    frozen_members,
    optional_text,
    reasons,
    text,
    text_map,
)

DEFAULT_IMAGE = "aws/codebuild/amazonlinux-x86_64-standard:5.0"
DEFAULT_COMPUTE_TYPE = "BUILD_GENERAL1_SMALL"
DEFAULT_ENVIRONMENT_TYPE = "LINUX_CONTAINER"


@frozen(kw_only=True)
class EnvironmentVariable:
    """A variable of a project or an action (CodeBuild API: EnvironmentVariable).

    ``type`` is PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER; of the last two ``value`` is a name, not the secret.
    """

    name: str = field(converter=text)
    value: str = field(converter=text)
    type: str = "PLAINTEXT"

    def members(self) -> dict[str, str]:
        """Give its members as the API spells them."""
        return {"name": self.name, "value": self.value, "type": self.type}


def environment_json(variables: Iterable[EnvironmentVariable]) -> str:
    """Write variables as the key ``EnvironmentVariables`` of an action or a rule takes them: JSON, without blanks."""
    return json.dumps([variable.members() for variable in variables], separators=(",", ":"))


def environment(
    given: Mapping[str, object] | Iterable[EnvironmentVariable] | None,
) -> tuple[EnvironmentVariable, ...]:
    """Take ``{"NAME": "value"}`` for plain text, or a list of `EnvironmentVariable`."""
    if given is None:
        return ()
    if isinstance(given, Mapping):
        plain = text_map(cast("Mapping[str, object]", given))
        return tuple(EnvironmentVariable(name=name, value=value) for name, value in plain.items())
    variables = (given,) if isinstance(given, EnvironmentVariable) else given
    sentence = "an environment is a mapping or a list of EnvironmentVariable, not of {!r}"
    return all_of(EnvironmentVariable, variables, sentence)


def buildspec(given: BuildSpec | Text | None) -> BuildSpec | str | None:
    """Take a `BuildSpec`, or the path of a buildspec inside the source."""
    return given if given is None or isinstance(given, BuildSpec) else text(given)


@frozen(kw_only=True)
class Project:
    """A CodeBuild project that a pipeline uses (CodeBuild API: CreateProject).

    ``buildspec`` is a `BuildSpec`, the path of one inside the source, or None for ``buildspec.yml`` there.
    ``role`` is the service role's ARN, a parameter when nothing is said. ``timeout_minutes`` is 5-2160. ``more`` are
    other members of the API's input, such as ``{"vpcConfig": {...}}``: written down for AWS, without effect here.
    """

    name: str = field(converter=text, kw_only=False)
    buildspec: BuildSpec | str | None = field(default=None, converter=buildspec)
    image: str = field(default=DEFAULT_IMAGE, converter=text)
    compute_type: str = field(default=DEFAULT_COMPUTE_TYPE, converter=text)
    environment_type: str = field(default=DEFAULT_ENVIRONMENT_TYPE, converter=text)
    environment: tuple[EnvironmentVariable, ...] = field(default=(), converter=environment)
    privileged: bool = False
    role: str = field(default=str(Parameter("CodeBuildRoleArn")), converter=text)
    description: str | None = field(default=None, converter=optional_text)
    timeout_minutes: int | None = None
    queued_timeout_minutes: int | None = None
    encryption_key: str | None = field(default=None, converter=optional_text)
    tags: FrozenMap[str] = field(factory=FrozenMap, converter=text_map)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    ignore: FrozenMap[str] = field(factory=FrozenMap, converter=reasons, eq=False, repr=False)
    where: Place | None = field(factory=here, eq=False, repr=False)

    @property
    def on_windows(self) -> bool:
        """Whether its builds run on Windows."""
        return self.environment_type.startswith("WINDOWS")
