"""What a person should know before a definition is kept as Python source."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codebuild.checks.secrets import without_secrets
from pipelinekit.codepipeline.definition import Definition


def possible_secrets(definition: Definition) -> Iterator[str]:
    """Yield where what may be a secret stands in plain text, such as ``Source/Checkout OAuthToken``.

    What AWS has masked already (``****``) is none.
    """
    for stage, action in definition.actions():
        variables = ((one.name, one.value) for one in action.environment_variables if one.type == "PLAINTEXT")
        for name, text in (*action.configuration.items(), *variables):
            if text.strip("*") and without_secrets(text, name) != text:
                yield f"{stage.name}/{action.name} {name}"
