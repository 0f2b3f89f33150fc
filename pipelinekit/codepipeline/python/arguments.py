"""From configuration texts back to the arguments of a class: the inverse of ``configuration_of``."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from pipelinekit.codebuild.document import buildspec_text, is_inline, read_buildspec, read_environment_variables
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.action import Artifact, ArtifactPath, key_of, wire_text
from pipelinekit.diagnostics import InvalidDocument
from pipelinekit.values import FrozenMap

Arguments = dict[str, Any]


class Artifacts:
    """The artifacts that were made so far, each with its producer."""

    def __init__(self) -> None:
        self._made: dict[str, Artifact] = {}

    def add(self, artifact: Artifact) -> None:
        """Remember an artifact, unless another action made one of that name before."""
        self._made.setdefault(artifact.name, artifact)

    def known(self, name: str) -> bool:
        """Whether it was made."""
        return name in self._made

    def get(self, name: str) -> Artifact:
        """Give the artifact of that name; one that nobody made has no producer."""
        return self._made.get(name) or Artifact(name)

    def named(self, names: Iterable[str]) -> list[Artifact]:
        """Give the artifacts of these names."""
        return [self.get(name) for name in names]


def from_keys(
    cls: type[attrs.AttrsInstance], configuration: Mapping[str, str], artifacts: Artifacts, *, pointing: bool = True
) -> Arguments:
    """Give the arguments of a class that its configuration keys tell, as far as it can hold their texts.

    Without *pointing*, those that point into artifacts are left out.
    """
    arguments = {}
    for alias, (name, kinds) in _parameters(cls).items():
        text = configuration.get(name)
        if text is not None:
            values = (_value(text, kind, artifacts) for kind in kinds if pointing or kind not in _POINTING)
            value = next((value for value in values if value is not None), None)
            arguments.update({} if value is None else {alias: value})
    return arguments


def _value(text: str, kind: object, artifacts: Artifacts) -> Any:
    """Give what a parameter of that kind has to be for the configuration to hold *text*; None when nothing is."""
    if kind is str:
        return text
    if kind is bool:
        return {"true": True, "false": False}.get(text)
    if kind is int:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) and str(int(text)) == text else None
    if kind is float:
        return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) and str(float(text)) == text else None
    if kind is tuple:
        return tuple(text.split(",")) if text else None
    if kind is ArtifactPath:
        name, separator, path = text.partition("::")
        return artifacts.get(name).at(path) if separator else None
    return _mapping(text, artifacts)


def _mapping(text: str, artifacts: Artifacts) -> Any:
    """Give the mapping that a text of JSON holds; None when it would be written down in another way."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _with_artifacts(data, artifacts) if isinstance(data, dict) and wire_text(data) == text else None


def _with_artifacts(data: Any, artifacts: Artifacts) -> Any:
    """Put artifacts where CloudFormation reads out of them: ``{"Fn::GetParam": [artifact, file, key]}``."""
    match data:
        case {"Fn::GetParam": [str(name), *rest]} if len(data) == 1 and artifacts.known(name):
            return {"Fn::GetParam": [artifacts.get(name), *rest]}
        case {"Fn::GetArtifactAtt": [str(name), *rest]} if len(data) == 1 and artifacts.known(name):
            return {"Fn::GetArtifactAtt": [artifacts.get(name), *rest]}
        case dict():
            return {name: _with_artifacts(value, artifacts) for name, value in data.items()}
        case list():
            return [_with_artifacts(value, artifacts) for value in data]
    return data


@functools.cache
def _parameters(cls: type[attrs.AttrsInstance]) -> Mapping[str, tuple[str, tuple[object, ...]]]:
    """Map each parameter of a class that becomes a configuration key to the key and to the kinds of its values."""
    found = {}
    for attribute in attrs.fields(cls):
        key = key_of(attribute)
        if key is not None:
            found[attribute.alias or attribute.name] = (key.name, kinds_of(attribute))
    return found


_KINDS: Mapping[str, object] = {
    "str": str,
    "Literal": str,
    "bool": bool,
    "int": int,
    "float": float,
    "tuple": tuple,
    "ArtifactPath": ArtifactPath,
    "FrozenMap": FrozenMap,
}
_POINTING = (ArtifactPath, FrozenMap)
"""The kinds of values that may point into artifacts."""


def kinds_of(attribute: attrs.Attribute[Any]) -> tuple[object, ...]:
    """Give the classes of a parameter's values, by its annotation: of ``tuple[str, ...] | None`` it is tuple."""
    outside = re.sub(r"\[.*\]", "", attribute.type if isinstance(attribute.type, str) else "")
    return tuple(_KINDS[name] for name in re.findall(r"\w+", outside) if name in _KINDS)


def environment(text: str | None) -> tuple[EnvironmentVariable, ...]:
    """Give the variables that ``EnvironmentVariables`` holds; none when it cannot be read."""
    try:
        return () if text is None else read_environment_variables(text)
    except InvalidDocument:
        return ()


def buildspec(text: str) -> BuildSpec | str | None:
    """Give the buildspec that an override holds: None when it would be written down in another way."""
    if not is_inline(text):
        return text
    try:
        spec = read_buildspec(text, "BuildspecOverride")
    except InvalidDocument:
        return None
    return spec if buildspec_text(spec) == text else None
