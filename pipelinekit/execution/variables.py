"""Output variables, filled in when an action starts (User Guide, reference-variables)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.values import VARIABLE, FrozenMap

EXECUTION_ID = "PipelineExecutionId"
"""The only key of the reserved namespace ``codepipeline``."""

VARIABLES = "variables"
"""The reserved namespace of the pipeline's own variables."""


class Unresolved(Exception):
    """A variable has no value: ``args[0]`` is the reference as written."""


def resolve(action: ActionDeclaration, execution: str, known: Mapping[str, Mapping[str, str]]) -> ActionDeclaration:
    """Fill in every ``#{Namespace.KEY}`` of an action; *known* has the variables by namespace.

    Raises:
        Unresolved: when its producer gave no such variable.
    """

    def value(match: re.Match[str]) -> str:
        namespace, key = match[1], match[2]
        if (namespace, key) == ("codepipeline", EXECUTION_ID):
            return execution
        try:
            return known[namespace][key]
        except KeyError:
            raise Unresolved(match[0]) from None

    def filled(text: str) -> str:
        return VARIABLE.sub(value, text)

    if not any("#{" in text for text in _texts(action)):
        return action
    return attrs.evolve(
        action,
        configuration=FrozenMap({key: filled(text) for key, text in action.configuration.items()}),
        commands=tuple(map(filled, action.commands)),
        environment_variables=tuple(attrs.evolve(v, value=filled(v.value)) for v in action.environment_variables),
    )


def _texts(action: ActionDeclaration) -> list[str]:
    return [*action.configuration.values(), *action.commands, *(v.value for v in action.environment_variables)]
