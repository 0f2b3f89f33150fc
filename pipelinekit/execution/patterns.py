"""Event patterns: which events somebody wants to hear of (EventBridge User Guide, eb-event-patterns).

A pattern has the form of the events it matches: a member for each field that is looked at, and at its end the list of
values it may have. A value is text, a number, true, false, null, or one comparison: ``prefix``, ``suffix``,
``equals-ignore-case``, ``wildcard``, ``anything-but``, ``numeric``, ``exists``, ``cidr``. ``$or`` takes several
patterns of which one is enough.
"""

from __future__ import annotations

import ipaddress
import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pipelinekit.diagnostics import PipelineKitError, did_you_mean

Pattern: TypeAlias = Mapping[str, Any]


class WrongPattern(PipelineKitError, ValueError):
    """An event pattern that EventBridge would refuse; says where and why."""


def read_pattern(given: Pattern | str) -> Pattern:
    """Take a pattern, or its JSON, and make sure that it is one.

    Raises:
        WrongPattern: with the place of what is wrong.
    """
    pattern: Any = given
    if isinstance(given, str):
        try:
            pattern = json.loads(given)
        except ValueError as error:
            raise WrongPattern(f"an event pattern is written in JSON: {error}") from None
    _check(pattern, "")
    found: Pattern = pattern
    return found


def matches(pattern: Pattern, event: Mapping[str, Any]) -> bool:
    """Whether an event is one that a pattern asks for."""
    return all(_field_matches(name, wanted, event) for name, wanted in pattern.items())


def _field_matches(name: str, wanted: Any, event: Mapping[str, Any]) -> bool:
    if name == "$or":
        return any(matches(alternative, event) for alternative in wanted)
    if isinstance(wanted, Mapping):
        return any(isinstance(inner, Mapping) and matches(wanted, inner) for inner in _each(event.get(name)))
    if name not in event or event[name] == []:
        return any(_asks(value, "exists") is False for value in wanted)
    return any(_value_matches(value, found) for value in wanted for found in _each(event[name]))


def _each(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _asks(value: Any, comparison: str) -> Any:
    return value.get(comparison) if isinstance(value, Mapping) else None


def _value_matches(wanted: Any, found: Any) -> bool:
    if isinstance(found, Mapping):
        return False  # only the ends of a pattern are compared, with the ends of an event
    if not isinstance(wanted, Mapping):
        return _is_same(wanted, found)
    ((comparison, argument),) = wanted.items()
    return _COMPARISONS[comparison](argument, found)


def _is_same(wanted: Any, found: Any) -> bool:
    """Whether two values of JSON are the same; true is no 1."""
    return isinstance(wanted, bool) is isinstance(found, bool) and bool(wanted == found)


def _prefix(argument: Any, found: Any) -> bool:
    return isinstance(found, str) and _folded(argument, found, str.startswith)


def _suffix(argument: Any, found: Any) -> bool:
    return isinstance(found, str) and _folded(argument, found, str.endswith)


def _folded(argument: Any, found: str, compare: Callable[[str, str], bool]) -> bool:
    if isinstance(argument, Mapping):
        return compare(found.casefold(), argument["equals-ignore-case"].casefold())
    return compare(found, argument)


def _equals_ignore_case(argument: Any, found: Any) -> bool:
    return isinstance(found, str) and any(found.casefold() == each.casefold() for each in _each(argument))


def _wildcard(argument: Any, found: Any) -> bool:
    return isinstance(found, str) and any(_glob(each).fullmatch(found) for each in _each(argument))


def _glob(pattern: str) -> re.Pattern[str]:
    parts = re.findall(r"\\[*\\]|\*|[^*\\]+|\\", pattern)
    return re.compile(
        "".join(".*" if p == "*" else re.escape(p[1] if len(p) > 1 and p[0] == "\\" else p) for p in parts), re.S
    )


def _anything_but(argument: Any, found: Any) -> bool:
    if isinstance(argument, Mapping):
        ((comparison, inner),) = argument.items()
        return not any(_COMPARISONS[comparison](each, found) for each in _each(inner))
    return not any(_is_same(each, found) for each in _each(argument))


_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _numeric(argument: Any, found: Any) -> bool:
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return False
    pairs = zip(argument[::2], argument[1::2], strict=True)
    return all(_OPERATORS[sign](found, bound) for sign, bound in pairs)


def _exists(argument: Any, found: Any) -> bool:
    return bool(argument)


def _cidr(argument: Any, found: Any) -> bool:
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(argument, strict=False)
    except ValueError:
        return False


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "prefix": _prefix,
    "suffix": _suffix,
    "equals-ignore-case": _equals_ignore_case,
    "wildcard": _wildcard,
    "anything-but": _anything_but,
    "numeric": _numeric,
    "exists": _exists,
    "cidr": _cidr,
}

# Is it a pattern? ----------------------------------------------------------------------------------------------------


def _check(given: Any, where: str) -> None:
    if not isinstance(given, Mapping) or not given:
        raise WrongPattern(f"{where or 'an event pattern'}: an object with at least one field is wanted")
    for name, wanted in given.items():
        place = f"{where}.{name}" if where else name
        if name == "$or":
            if not isinstance(wanted, list) or len(wanted) < 2:
                raise WrongPattern(f"{place}: a list of at least two patterns is wanted")
            for number, alternative in enumerate(wanted):
                _check(alternative, f"{place}[{number}]")
        elif isinstance(wanted, Mapping):
            _check(wanted, place)
        elif not isinstance(wanted, list) or not wanted:
            raise WrongPattern(f"{place}: a list of values is wanted, not {wanted!r}: write [{json.dumps(wanted)}]")
        else:
            for value in wanted:
                _check_value(value, place)


def _check_value(value: Any, place: str) -> None:
    if isinstance(value, list):
        raise WrongPattern(f"{place}: a value is wanted, not a list in a list")
    if not isinstance(value, Mapping):
        return
    if len(value) != 1:
        raise WrongPattern(f"{place}: one comparison is wanted in each object, not {len(value)}")
    ((comparison, argument),) = value.items()
    if comparison not in _COMPARISONS:
        hint = did_you_mean(comparison, _COMPARISONS) or f"there are {', '.join(_COMPARISONS)}"
        raise WrongPattern(f"{place}: there is no comparison {comparison!r}: {hint}")
    problem = _problem(comparison, argument)
    if problem:
        raise WrongPattern(f"{place}: {comparison}: {problem}")


def _problem(comparison: str, argument: Any) -> str:
    match comparison:
        case "prefix" | "suffix":
            inner = argument.get("equals-ignore-case") if isinstance(argument, Mapping) else argument
            return "" if isinstance(inner, str) else "text is wanted"
        case "equals-ignore-case" | "wildcard":
            return "" if _are_texts(argument) else "text is wanted"
        case "exists":
            return "" if isinstance(argument, bool) else "true or false is wanted"
        case "numeric":
            return _numeric_problem(argument)
        case "cidr":
            return _cidr_problem(argument)
        case _:
            return _anything_but_problem(argument)


def _are_texts(argument: Any) -> bool:
    return bool(_each(argument)) and all(isinstance(each, str) for each in _each(argument))


def _numeric_problem(argument: Any) -> str:
    wanted = 'a list such as [">", 0, "<=", 5] is wanted'
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        return wanted
    signs_known = all(isinstance(sign, str) and sign in _OPERATORS for sign in argument[::2])
    numbers = all(isinstance(bound, (int, float)) and not isinstance(bound, bool) for bound in argument[1::2])
    return "" if signs_known and numbers else wanted


def _cidr_problem(argument: Any) -> str:
    try:
        ipaddress.ip_network(argument, strict=False)
    except (ValueError, TypeError):
        return "a range of addresses such as 10.0.0.0/24 is wanted"
    return ""


def _anything_but_problem(argument: Any) -> str:
    if not isinstance(argument, Mapping):
        return "" if argument != [] and not isinstance(argument, bool) else "values are wanted"
    known = ("prefix", "suffix", "equals-ignore-case", "wildcard")
    if len(argument) != 1 or next(iter(argument)) not in known:
        return f"one of {', '.join(known)} is wanted"
    ((_, inner),) = argument.items()
    return "" if _are_texts(inner) else "text is wanted"
