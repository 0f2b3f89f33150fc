"""What the two actions for CloudFormation stack sets have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pipelinekit.codepipeline.action import Artifact, ArtifactPath
from pipelinekit.values import Text, text_map, texts

STACK_SET_NAME = r"[A-Za-z][A-Za-z0-9-]{0,127}"
STACK_SET_NAME_MEANING = "a letter, then up to 127 letters, digits and hyphens"
PERCENTAGE = (0, 100)
CONCURRENCY_MODES = ("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE")
CALLERS = ("SELF", "DELEGATED_ADMIN")


def targets(given: ArtifactPath | Iterable[Text] | None) -> ArtifactPath | tuple[str, ...]:
    """Take ids of accounts or of organisational units, or the file of an artifact that lists them."""
    return given if isinstance(given, ArtifactPath) else texts(given)


def parameters(given: ArtifactPath | Mapping[str, Text | int | None] | str | None) -> ArtifactPath | str | None:
    """Take parameters of the template, or the file of an artifact that has them; None keeps the value there is.

    Raises:
        ValueError: for a value with a blank, a comma or a quote, which the short form of AWS cannot hold.
    """
    if given is None or isinstance(given, (ArtifactPath, str)):
        return given
    if not isinstance(given, Mapping):
        raise TypeError(f"parameters of a stack set are a mapping, or a file of an artifact, not {given!r}")
    kept = [name for name, value in given.items() if value is None]
    values = text_map({name: value for name, value in given.items() if value is not None})
    for name, value in values.items():
        if re.search(r"[\s,\"]", value):
            raise ValueError(
                f"the value {value!r} of {name} holds a blank, a comma or a quote: write the parameters into a JSON "
                'file, and say parameters=build.output.at("parameters.json")'
            )
    parts = [f"ParameterKey={name},ParameterValue={value}" for name, value in values.items()]
    parts += [f"ParameterKey={name},UsePreviousValue=true" for name in kept]
    return " ".join(parts) or None


def artifacts_of(*values: object) -> Iterator[Artifact]:
    """Yield the artifacts that files among the values point into."""
    return (value.artifact for value in values if isinstance(value, ArtifactPath))
