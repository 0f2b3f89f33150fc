"""Small values that every wing speaks in: parameters, immutable maps, durations, and the names AWS allows."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar, cast

from attrs import field, frozen

V = TypeVar("V")

PARAMETER = re.compile(r"\$\{Parameter\.([A-Za-z0-9]+)\}")
"""How a `Parameter` reads in text. The name follows CloudFormation's rule: letters and digits."""


def _check_parameter_name(_: object, __: object, name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{1,255}", name):
        raise ValueError(f"a parameter's name is made of letters and digits (1-255), not {name!r}")


@frozen
class Parameter:
    """A value that is given when the pipeline is emitted: it reads as ``${Parameter.NAME}`` in text.

    ``emit`` replaces it (``parameters={"NAME": ...}``, ``--parameter NAME=...``); a CloudFormation
    template keeps it as a template parameter. Names are letters and digits, as CloudFormation has it.
    """

    name: str = field(validator=_check_parameter_name)

    def __str__(self) -> str:
        return f"${{Parameter.{self.name}}}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def parameters_in(text: str) -> Iterator[str]:
    """Yield the name of each parameter that *text* mentions."""
    return (match[1] for match in PARAMETER.finditer(text))


def is_settled(text: str) -> bool:
    """Whether *text* is known as it will be: patterns and lengths of one that mentions a parameter must wait."""
    return PARAMETER.search(text) is None


class FrozenMap(Mapping[str, V], Generic[V]):
    """A mapping that cannot change, so that the values which hold it stay frozen and hashable."""

    __slots__ = ("_items",)

    def __init__(self, given: Mapping[str, V] | Iterable[tuple[str, V]] = ()) -> None:
        self._items: dict[str, V] = dict(given._items if type(given) is FrozenMap else given)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # What Mapping makes of the three above is right, and several times slower.

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def keys(self) -> KeysView[str]:
        """Give the keys, in their order."""
        return self._items.keys()

    def values(self) -> ValuesView[V]:
        """Give the values, in the order of the keys."""
        return self._items.values()

    def items(self) -> ItemsView[str, V]:
        """Give keys and values."""
        return self._items.items()

    def __eq__(self, other: object) -> bool:
        return self._items == (other._items if isinstance(other, FrozenMap) else other)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


def frozen_map(given: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> FrozenMap[Any]:
    """Make a `FrozenMap`; as a converter, where a type checker cannot follow the generic class itself."""
    return given if type(given) is FrozenMap else FrozenMap(given)


Json: TypeAlias = "str | int | float | bool | tuple[Json, ...] | FrozenMap[Json] | None"
"""What JSON can say, as a value that cannot change."""


def frozen_json(given: Any) -> Json:
    """Make the lists and mappings of JSON unchangeable, however deep; a `Parameter` or `Variable` is how it reads."""
    match given:
        case Mapping():
            return FrozenMap({text(key): frozen_json(inner) for key, inner in given.items()})
        case list() | tuple():
            return tuple(frozen_json(inner) for inner in given)
        case Parameter() | Variable():
            return str(given)
        case None | str() | bool() | int() | float():
            return given
    raise TypeError(f"what JSON can say is wanted here (texts, numbers, lists, mappings), not {given!r}")


def frozen_members(given: Mapping[str, Any] = MappingProxyType({})) -> FrozenMap[Any]:
    """Make a mapping of members of JSON unchangeable, as a converter."""
    if type(given) is FrozenMap and not given:
        return given
    if not isinstance(given, Mapping):
        raise TypeError(f"a mapping of members, as AWS spells them, is wanted here, not {given!r}")
    return FrozenMap({text(name): frozen_json(value) for name, value in given.items()})


def thawed_json(given: Json) -> Any:
    """Give plain lists and dicts again: the inverse of `frozen_json`."""
    match given:
        case Mapping():
            return {key: thawed_json(inner) for key, inner in given.items()}
        case tuple():
            return [thawed_json(inner) for inner in given]
    return given


VARIABLE = re.compile(r"#\{([^{}.\s]+)\.([^{}\s]+)\}")
"""How a reference to an output variable reads in text: ``#{Namespace.KEY}`` (User Guide, reference-variables)."""


@frozen
class Variable:
    """An output variable of an action: it reads as ``#{Namespace.KEY}``, so it works inside f-strings."""

    namespace: str
    key: str

    def __str__(self) -> str:
        return f"#{{{self.namespace}.{self.key}}}"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


def variables_in(text: str) -> Iterator[Variable]:
    """Yield each well-formed variable reference in *text*, in order."""
    return (Variable(match[1], match[2]) for match in VARIABLE.finditer(text))


Text: TypeAlias = str | Parameter | Variable
"""What a text field takes: it keeps how the value reads."""


def text(given: Text) -> str:
    """Take text, a `Parameter` or a `Variable`, and keep how it reads."""
    if not isinstance(given, (str, Parameter, Variable)):
        raise TypeError(f"text is wanted here, not {given!r}")
    return str(given)


def optional_text(given: Text | None) -> str | None:
    """Take text or None."""
    return None if given is None else text(given)


def said_text(given: str | None) -> str | None:
    """Take what a declaration says, or None: to AWS an empty text is nothing, too."""
    return given or None


def texts(given: Iterable[Text] | None) -> tuple[str, ...]:
    """Take several texts and keep a tuple; a lone string is refused, since it is iterable too."""
    if given is None or given == ():
        return ()
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a list of texts is wanted here, not {given!r}: write [{given!r}]")
    return tuple(text(item) for item in given)


def optional_texts(given: Iterable[Text] | None) -> tuple[str, ...] | None:
    """Take several texts, or None for "nothing was said"."""
    return None if given is None else texts(given)


def all_of(kind: type[V], given: Iterable[object], sentence: str) -> tuple[V, ...]:
    """Keep several values of one *kind*; for one of another kind, *sentence* says at ``{!r}`` what it is."""
    several = tuple(given)
    for value in several:
        if not isinstance(value, kind):
            raise TypeError(sentence.format(value))
    return cast("tuple[V, ...]", several)


def text_map(given: Mapping[str, Any] | None) -> FrozenMap[str]:
    """Take a mapping of names to texts; whole numbers are written out, since AWS knows only text."""
    if given is None:
        return FrozenMap()
    if type(given) is FrozenMap and not given:
        return given
    if not isinstance(given, Mapping):
        raise TypeError(f"a mapping of names to texts is wanted here, not {given!r}")
    return FrozenMap({text(key): written_out(value) for key, value in given.items()})


def reasons(given: Mapping[str, str] | None) -> FrozenMap[str]:
    """Take ``{"PK601": "why it may stay"}``: the findings to ignore on one object, each with its reason."""
    if given is not None and not isinstance(given, Mapping):
        raise TypeError(f'ignore is a mapping of codes to reasons, such as {{"PK601": "..."}}, not {given!r}')
    return FrozenMap({code: str(reason) for code, reason in (given or {}).items()})


def written_out(value: Text | int) -> str:
    """Take text, or a whole number and write it out."""
    if isinstance(value, bool):
        raise TypeError(f"AWS knows only text here: write 'true' or 'false' instead of {value!r}")
    return str(value) if isinstance(value, int) else text(value)


_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration(given: str | float | datetime.timedelta) -> datetime.timedelta:
    """Read a duration: a timedelta, a number of seconds, or text such as ``90s``, ``3m`` or ``1h30m``."""
    if isinstance(given, datetime.timedelta):
        return given
    if isinstance(given, str):
        parts = _DURATION.findall(given)
        if not parts or _DURATION.sub("", given).strip():
            raise ValueError(f"{given!r} is not a duration: write it as 90s, 3m, 1h30m or 7d")
        return datetime.timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
    return datetime.timedelta(seconds=given)


def in_words(seconds: float) -> str:
    """Write a duration for people: ``0.3 s``, ``12 s``, ``3 min 20 s``, ``1 h``, ``7 days``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    parts = []
    rest = round(seconds)
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number:
            parts.append(f"{number} {'day' if unit == 'days' and number == 1 else unit}")
    return " ".join(parts[:2])


def timestamp(at: float, timespec: str = "milliseconds") -> str:
    """Write a time, in seconds since 1970, as ISO 8601 in UTC: ``2026-11-24T21:54:11.250Z``, as EventBridge does."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


# Name patterns and lengths, as the service models print them; tests/test_limits.py holds them against botocore.
# (CodePipeline: PipelineName, StageName, ActionName, ArtifactName, ActionNamespace ...)
NAME_PATTERN, NAME_MAX = r"[A-Za-z0-9.@\-_]+", 100
ARTIFACT_NAME_PATTERN, ARTIFACT_NAME_MAX = r"[a-zA-Z0-9_\-]+", 100
NAMESPACE_PATTERN, NAMESPACE_MAX = r"[A-Za-z0-9@\-_]+", 100
ROLE_ARN_PATTERN, ROLE_ARN_MAX = r"arn:aws(-[\w]+)*:iam::[0-9]{12}:role/.*", 1024


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of *value* is of the form *pattern*."""
    return re.fullmatch(pattern, value) is not None


def problem_with(value: str, pattern: str, longest: int, shortest: int = 1) -> str | None:
    """Say what AWS has against a name, as the end of a sentence; None when nothing, or when a parameter is in it."""
    if not is_settled(value):
        return None
    if not value:
        return "is empty"
    if not shortest <= len(value) <= longest:
        return f"is {len(value)} characters long, where AWS allows {shortest} to {longest}"
    if matches(pattern, value):
        return None
    wrong = dict.fromkeys(c for c in value if not matches(pattern, f"a{c}a"))
    if not wrong:
        return f"begins with {value[0]!r}, which AWS does not allow there"
    return f"holds {' '.join(map(repr, wrong))}, which AWS does not allow there"


HOW_TO_NAME_A_ROLE = (
    'write role="arn:aws:iam::111122223333:role/NAME", or leave it to a parameter: role=pk.Parameter("RoleArn")'
)


def problem_with_tag(key: str, value: str, key_most: int, value_most: int) -> str | None:
    """Say what a service has against a tag; None when nothing, or when a parameter is in it."""
    if not is_settled(key) or not is_settled(value):
        return None
    if key.lower().startswith("aws:"):
        return f"the tag {key[:40]!r} begins with aws:, which AWS keeps for itself"
    if not 1 <= len(key) <= key_most:
        return f"the key of the tag {key[:40]!r} has {len(key)} characters, not 1 to {key_most}"
    if len(value) > value_most:
        return f"the value of the tag {key[:40]!r} has {len(value)} characters, where {value_most} are allowed"
    return None


def problem_with_role(arn: str) -> str | None:
    """Say what is wrong with the ARN of an IAM role; None when nothing, or when a parameter is in it."""
    if not is_settled(arn) or (matches(ROLE_ARN_PATTERN, arn) and len(arn) <= ROLE_ARN_MAX):
        return None
    return f"the role {arn[:100]!r} is not the ARN of an IAM role"


def sanitised(name: str, allowed: Callable[[str], bool]) -> str:
    """Replace each character that *allowed* refuses by ``_``."""
    return "".join(c if allowed(c) else "_" for c in name)
