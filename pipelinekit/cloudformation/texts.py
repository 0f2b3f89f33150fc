"""How a text of a definition reads in a template: as it is, as ``Ref`` or ``Fn::GetAtt``, or inside ``Fn::Sub``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from pipelinekit.values import PARAMETER, FrozenMap, frozen_map, parameters_in

_LISTS = ("ComputeTypesAllowed", "FleetsAllowed", "Modes", "SecurityGroupIds", "Subnets")
"""Properties of a project that are lists of texts."""


class Intrinsic(dict[str, Any]):
    """An intrinsic function of the template itself, which nobody's text takes part in."""

    __slots__ = ()


def ref(name: str) -> Intrinsic:
    """Refer to a resource, or to a pseudo parameter."""
    return Intrinsic({"Ref": name})


def get_att(resource: str, attribute: str = "Arn") -> Intrinsic:
    """Refer to an attribute of a resource."""
    return Intrinsic({"Fn::GetAtt": [resource, attribute]})


def sub(text: str) -> Intrinsic:
    """Write a text in which ``${NAME}`` refers to a resource or a pseudo parameter."""
    return Intrinsic({"Fn::Sub": text})


class Later(str):
    """A text in which ``${AWS::Region}`` and its like are CloudFormation's, and not what somebody wrote."""

    __slots__ = ()


def later(data: Any) -> Any:
    """Make every text of plain data a `Later`."""
    match data:
        case str():
            return Later(data)
        case Mapping():
            return {key: later(value) for key, value in data.items()}
        case list():
            return [later(value) for value in data]
    return data


_REFERENCE = re.compile(rf"{PARAMETER.pattern}|\$\{{(AWS::[A-Za-z]+)\}}")
_NAMED = re.compile(r"\$\{([A-Za-z0-9_:.]+)\}")
_BRACE = re.compile(r"\$\{(?:([^{}$]*)\})?")


@frozen
class References:
    """What stands for a parameter in a template: itself, unless a resource of the template gives its value.

    ``parts`` maps a parameter to ``Resource`` (its ``Ref``) or to ``Resource.Attribute``.
    """

    parts: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    names: frozenset[str] = frozenset()
    """The parameters and resources of the template: ``${NAME}`` in a command looks as if it meant one of them."""
    lists: frozenset[str] = frozenset()
    """The parameters and pseudo parameters whose value is a list; in a text its items have commas between them."""

    def resolved(self, data: Any) -> Any:
        """Give plain data with its texts as a template has them; keys stay."""
        match data:
            case Intrinsic():
                return dict(data)
            case str():
                return self.value(data)
            case Mapping():
                return {key: self._member(key, value) for key, value in data.items()}
            case list() | tuple():
                return [self.resolved(value) for value in data]
        return data

    def _member(self, key: str, value: Any) -> Any:
        """Give a member; where a list is wanted, a parameter that is one stays one."""
        if key in _LISTS and isinstance(value, str):
            whole = PARAMETER.fullmatch(value)
            if whole is not None and self._part(whole) in self.lists:
                return dict(ref(self._part(whole)))
        return self.resolved(value)

    def value(self, text: str) -> Any:
        """Give a text as a template has it."""
        found = list(self._found(text))
        if not found and not self._looks_like_a_reference(text):
            return str(text)
        if len(found) == 1 and found[0].span() == (0, len(text)):
            return self._reference(self._part(found[0]))
        dollar = self._free_name("Dollar")
        written = "".join(self._substituted(text, found, dollar))
        parts = dict.fromkeys(map(self._part, found))
        more: dict[str, Any] = {_variable(part): self._reference(part) for part in parts if part in self.lists}
        more |= {dollar: "$"} if f"${{{dollar}}}" in written else {}
        return {"Fn::Sub": [written, more] if more else written}

    def _reference(self, part: str) -> dict[str, Any]:
        if part in self.lists:
            return {"Fn::Join": [",", dict(ref(part))]}
        resource, dot, attribute = part.partition(".")
        return dict(get_att(resource, attribute) if dot else ref(resource))

    def _looks_like_a_reference(self, text: str) -> bool:
        """Whether cfn-lint (E1029) takes a part of the text for a forgotten ``Fn::Sub``."""
        names = _NAMED.findall(text)
        return any(name.startswith("AWS::") or name.partition(".")[0] in self.names for name in names)

    def _free_name(self, wanted: str) -> str:
        taken = {*self.names, *self.parts.values()}
        return next(name for name in itertools.accumulate(itertools.repeat("X"), initial=wanted) if name not in taken)

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        """Find what CloudFormation is to replace."""
        return (match for match in _REFERENCE.finditer(text) if match[1] or isinstance(text, Later))

    def _part(self, match: re.Match[str]) -> str:
        return self.parts.get(match[1], match[1]) if match[1] else match[2]

    def _substituted(self, text: str, found: list[re.Match[str]], dollar: str) -> Iterator[str]:
        start = 0
        for match in found:
            yield _as_it_is(text[start : match.start()], dollar, alone=False)
            part = self._part(match)
            yield f"${{{_variable(part) if part in self.lists else part}}}"
            start = match.end()
        yield _as_it_is(text[start:], dollar, alone=not found)


def _as_it_is(text: str, dollar: str, *, alone: bool) -> str:
    """Write a text inside ``Fn::Sub`` so that it stays what it is: ``${NAME}`` as ``${!NAME}``.

    The ``$`` comes from a variable of its own in front of a brace that nothing plain is in, and in a text *alone*, of
    which cfn-lint (W1020) would say that it has no variable.
    """
    return _BRACE.sub(lambda m: f"${{!{m[1]}}}" if m[1] is not None and not alone else f"${{{dollar}}}{m[0][1:]}", text)


def _variable(part: str) -> str:
    """Name a variable of ``Fn::Sub`` after what it holds."""
    return part.replace(":", "")


def put_in(data: Any, values: Mapping[str, str]) -> Any:
    """Put texts in for ``${Parameter.NAME}``, however deep; what CloudFormation is to replace in a text stays that."""
    match data:
        case Intrinsic():
            return data
        case str():
            return type(data)(PARAMETER.sub(lambda match: values.get(match[1], match[0]), data))
        case Mapping():
            return {key: put_in(value, values) for key, value in data.items()}
        case list() | tuple():
            return [put_in(value, values) for value in data]
    return data


def parameters_used(data: Any) -> Iterator[str]:
    """Yield each parameter that the texts of plain data mention, again and again."""
    match data:
        case str():
            yield from parameters_in(data)
        case Mapping():
            for value in data.values():
                yield from parameters_used(value)
        case list() | tuple():
            for value in data:
                yield from parameters_used(value)
