"""What a person should know before a definition is kept as Python source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelinekit.codebuild.checks.secrets import without_secrets
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codepipeline.comparing import held
from pipelinekit.codepipeline.definition import Definition


def possible_secrets(definition: Definition) -> Iterator[str]:
    """Yield where what may be a secret stands in plain text, such as ``Source/Checkout OAuthToken``.

    The default of a parameter is told as ``parameters GitHubToken``. What AWS has masked already (``****``) is none.
    """
    for stage, action in definition.actions():
        variables = [(one.name, one.value) for one in action.environment_variables if one.type == "PLAINTEXT"]
        inside = [
            (f"{key} {name}", text)
            for key, value in action.configuration.items()
            for name, text in _texts_in(held(f"configuration.{key}", value))
        ]
        for name, text in (*action.configuration.items(), *variables, *inside):
            if _may_be_secret(text, name.rpartition(" ")[2]):
                yield f"{stage.name}/{action.name} {name}"
    for name, known in definition.origin.parameters.items():
        if known.default is not None and (known.no_echo or _may_be_secret(known.default, name)):
            yield f"parameters {name}"


def _may_be_secret(text: str, name: str) -> bool:
    return bool(text.strip("*")) and without_secrets(text, name) != text


def _texts_in(read: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts in variables or JSON, each with the name it has there."""
    match read:
        case str():
            yield name, read
        case EnvironmentVariable(name=own, value=text, type="PLAINTEXT"):
            yield own, text
        case Mapping():
            for key, value in read.items():
                yield from _texts_in(value, key)
        case tuple():
            for value in read:
                yield from _texts_in(value, name)
