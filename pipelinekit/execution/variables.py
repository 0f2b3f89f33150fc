"""Variables, filled in when an action or a rule starts (User Guide, reference-variables)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from pipelinekit.codepipeline.declaration import ActionDeclaration, PipelineDeclaration, RuleDeclaration
from pipelinekit.execution import assumptions
from pipelinekit.execution.refusals import Refused
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
    if not any("#{" in text for text in _texts(action)):
        return action
    filled = _filler(execution, known)
    return attrs.evolve(
        action,
        configuration=FrozenMap({key: filled(text) for key, text in action.configuration.items()}),
        commands=tuple(map(filled, action.commands)),
        environment_variables=tuple(attrs.evolve(v, value=filled(v.value)) for v in action.environment_variables),
    )


def resolve_rule(rule: RuleDeclaration, execution: str, known: Mapping[str, Mapping[str, str]]) -> RuleDeclaration:
    """Fill in every ``#{Namespace.KEY}`` of a rule.

    Raises:
        Unresolved: when its producer gave no such variable.
    """
    if not any("#{" in text for text in (*rule.configuration.values(), *rule.commands)):
        return rule
    filled = _filler(execution, known)
    return attrs.evolve(
        rule,
        configuration=FrozenMap({key: filled(text) for key, text in rule.configuration.items()}),
        commands=tuple(map(filled, rule.commands)),
    )


def _filler(execution: str, known: Mapping[str, Mapping[str, str]]) -> Callable[[str], str]:
    def value(match: re.Match[str]) -> str:
        namespace, key = match[1], match[2]
        if (namespace, key) == ("codepipeline", EXECUTION_ID):
            return execution
        try:
            return known[namespace][key]
        except KeyError:
            raise Unresolved(match[0]) from None

    return lambda text: VARIABLE.sub(value, text)


def at_start(pipeline: PipelineDeclaration, given: Mapping[str, str]) -> dict[str, str]:
    """Give the values of a pipeline's own variables for a start: what is given, else their defaults.

    Raises:
        Refused: when one has no value, or one is given that the pipeline does not declare.
    """
    declared = {variable.name: variable.default_value for variable in pipeline.variables}
    for name in given:
        if name not in declared and assumptions.UNDECLARED_VARIABLES_ARE_REFUSED:
            known = f"it declares {', '.join(declared)}" if declared else "it declares none"
            raise Refused("ValidationException", f"the pipeline has no variable {name!r}: {known}")
    values = {name: given.get(name, default) for name, default in declared.items()}
    missing = [name for name, value in values.items() if value is None]
    if missing:
        one = missing[0]
        raise Refused("ValidationException", f"the variable {one!r} has no default: give it a value when you start")
    return {name: value for name, value in {**given, **values}.items() if value is not None}


def _texts(action: ActionDeclaration) -> list[str]:
    return [*action.configuration.values(), *action.commands, *(v.value for v in action.environment_variables)]
