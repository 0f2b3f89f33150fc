"""The rule VariableCheck: a variable compared with a value (User Guide, rule-reference-VariableCheck)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipelinekit.execution import assumptions

OPERATORS = ("EQ", "NE", "CONTAINS", "MATCHES")


class CheckError(Exception):
    """The comparison cannot be made: ``args[0]`` says why."""


def holds(configuration: Mapping[str, str]) -> bool:
    """Whether the comparison holds that a rule's configuration writes, with its variables filled in.

    Raises:
        CheckError: when its operator or its pattern is none.
    """
    variable, value = configuration.get("Variable", ""), configuration.get("Value", "")
    operator = configuration.get("Operator", "")
    match operator:
        case "EQ":
            return variable == value
        case "NE":
            return variable != value
        case "CONTAINS":
            return value in variable
        case "MATCHES":
            return _matches(value, variable)
        case _:
            raise CheckError(f"Operator is {operator!r}: AWS knows {', '.join(OPERATORS)}")


def _matches(pattern: str, text: str) -> bool:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise CheckError(f"Value {pattern!r} is no regular expression: {error}") from None
    found = compiled.fullmatch(text) if assumptions.MATCHES_THE_WHOLE_VALUE else compiled.search(text)
    return found is not None
