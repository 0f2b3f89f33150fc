"""YAML and JSON with the place of every node, read within bounds and written in stable bytes.

The one home of PyYAML and of cattrs' helper. Scalars keep the text that was written, so that ``0755``, ``3.10``
and ``yes`` mean what their reader decides, not what YAML 1.1 makes of them.
"""

from __future__ import annotations

import functools
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs
import yaml
from attrs import field, frozen

from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place
from pipelinekit.values import FrozenMap

if TYPE_CHECKING:
    from cattrs import Converter

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 100
MAX_NODES = 200_000
"""Counted after aliases are expanded, so that a small document cannot become a huge one."""


@frozen
class Scalar:
    """A lone value: its text as written (quotes and escapes undone), and what YAML 1.1 would take it for.

    ``tag`` is str, int, float, bool, null, timestamp or a local tag such as ``!Ref``; ``quoted`` tells
    whether it was written in quotes or as a block.
    """

    text: str
    tag: str
    quoted: bool
    place: Place = field(eq=False)


@frozen
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place = field(eq=False)
    tag: str = "seq"


@frozen
class Entries:
    """A mapping, in the order written; a key may stand in it twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place = field(eq=False)
    tag: str = "map"

    def get(self, key: str) -> Node | None:
        """Give the value of a key (the last one, where it stands twice), or None."""
        return next((value for name, value in reversed(self.entries) if name.text == key), None)

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        return ((key.text, value) for key, value in self.entries)


Node: TypeAlias = Scalar | Items | Entries


def read(text: str, file: str) -> Node:
    """Read one YAML (or JSON) document; *file* is its name in the messages.

    Raises:
        InvalidDocument: ``PK600`` with line and column: not YAML, more than one document, or beyond the bounds.
    """
    if len(text) > MAX_CHARACTERS:
        raise _invalid(f"is larger than {MAX_CHARACTERS:,} characters", Place(file))
    try:
        text = _joined_surrogates(text)
        _check_depth(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, file) from None
    if root is None:
        raise _invalid("is empty", Place(file, 1))
    return _node(root, file, [0])


_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


def _joined_surrogates(text: str) -> str:
    """Write the character that JSON spells as two escapes, ``\\ud83d\\ude80``: YAML has no such pairs."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    return _SURROGATES.sub(lambda m: m[1] + (bytes.fromhex(m[2] + m[3]).decode("utf-16-be")), text)


_LEADING = re.compile(r"^[ \t-]*", re.MULTILINE)


def _is_flat(text: str) -> bool:
    """Whether a glance tells that it cannot be too deep: most documents need not be parsed twice for it.

    A bracket opens one level, a column before the first word of a line two at most. Where anchors, tags or ``?`` may
    open more, it is looked at closely.
    """
    if any(mark in text for mark in "&!?"):
        return False
    brackets = text.count("[") + text.count("{")
    return brackets < MAX_DEPTH and brackets + 2 * max(map(len, _LEADING.findall(text))) + 4 <= MAX_DEPTH


def _check_depth(text: str, file: str) -> None:
    if _is_flat(text):
        return
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Loader):
        nodes += isinstance(event, yaml.NodeEvent)
        if nodes > 2 * MAX_NODES:  # as many names of keys as values
            raise _invalid(f"grows beyond {MAX_NODES:,} values", _place(event.start_mark, file))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _invalid(f"is nested more than {MAX_DEPTH} deep", _place(event.start_mark, file))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _node(node: yaml.Node, file: str, count: list[int], depth: int = 0) -> Node:
    count[0] += 1
    place = _place(node.start_mark, file)
    if count[0] > MAX_NODES or depth > MAX_DEPTH:
        raise _invalid(f"grows beyond {MAX_NODES:,} values when its aliases are expanded", place)
    tag = node.tag.removeprefix("tag:yaml.org,2002:")
    match node:
        case yaml.ScalarNode():
            return Scalar(node.value, tag, bool(node.style), place)
        case yaml.SequenceNode():
            return Items(tuple(_node(item, file, count, depth + 1) for item in node.value), place, tag)
        case yaml.MappingNode():
            pairs = [(_key(key, file), _node(value, file, count, depth + 1)) for key, value in node.value]
            return Entries(tuple(pairs), place, tag)
    raise AssertionError(node)


def _key(node: yaml.Node, file: str) -> Scalar:
    if not isinstance(node, yaml.ScalarNode):
        raise _invalid("has a list or a mapping as the name of a key", _place(node.start_mark, file))
    return Scalar(
        node.value, node.tag.removeprefix("tag:yaml.org,2002:"), bool(node.style), _place(node.start_mark, file)
    )


def _place(mark: Any, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _not_yaml(error: yaml.YAMLError, text: str, file: str) -> InvalidDocument:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None)))) or str(error)
    hint = "indent with spaces: YAML allows no tab there" if mark and _is_indented_by_tab(text, mark.line) else ""
    return _invalid(f"is not YAML: {problem}", _place(mark, file) if mark else Place(file), hint)


def _is_indented_by_tab(text: str, line: int) -> bool:
    found = text.splitlines()[line : line + 1]
    return bool(found) and "\t" in found[0][: len(found[0]) - len(found[0].lstrip())]


def _invalid(message: str, place: Place, hint: str = "") -> InvalidDocument:
    return InvalidDocument(Diagnostic(code="PK600", message=message, where=Location((), place), hint=hint))


def plain(node: Node) -> Any:
    """Give a node as plain Python data: texts, lists, dicts; unquoted numbers, booleans and null as such.

    A number that would not come back as it was written (``3.10``, ``0755``, ``1:30``) stays text.
    """
    match node:
        case Items(items):
            return [plain(item) for item in items]
        case Entries():
            return {key: plain(value) for key, value in node}
        case Scalar(text, tag, quoted):
            return text if quoted else _plain_scalar(text, tag)


def _plain_scalar(text: str, tag: str) -> Any:
    if tag == "null":
        return None
    if tag == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        if tag == kind.__name__:
            try:
                return kind(text) if str(kind(text)) == text else text
            except ValueError:
                return text
    return text


class _Text(_Dumper):  # type: ignore[misc, valid-type]
    """Writes several lines as a block, so that people can read them, and quotes what YAML would misread."""


def _write_text(dumper: Any, text: str) -> Any:
    lines = text.splitlines()
    block = "\n" in text and all(line == line.rstrip() for line in lines) and text.isprintable() is False
    if block and all(c.isprintable() or c == "\n" for c in text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
    if text.isdigit() or _looks_numeric(text):
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    return dumper.represent_scalar("tag:yaml.org,2002:str", text)


def _looks_numeric(text: str) -> bool:
    return bool(text) and text[0] in "+-.0123456789" and not set(text) - set("+-.:_0123456789eExXabcdefABCDEF")


_Text.add_representer(str, _write_text)


class Bare(str):
    """A text that is written without quotes although YAML takes it for a number: ``version: 0.2``."""

    __slots__ = ()


_Text.add_representer(
    Bare, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:float", str(text), style=None)
)


@frozen
class Tagged:
    """A text under a tag of its own: ``Tagged("!Ref", "Bucket")`` is written ``!Ref Bucket``."""

    tag: str
    text: str


def _write_tagged(dumper: Any, value: Tagged) -> Any:
    node = _write_text(dumper, value.text)
    return dumper.represent_scalar(value.tag, value.text, style=node.style)


_Text.add_representer(Tagged, _write_tagged)


def to_yaml(data: Mapping[str, Any]) -> str:
    """Write YAML: keys in the order given, several lines as a block, stable bytes."""
    written: str = yaml.dump(data, Dumper=_Text, sort_keys=False, allow_unicode=True, width=4096, indent=2)
    return written


def said(data: Mapping[str, Any], nothing: Sequence[object] = (None, [], {})) -> dict[str, Any]:
    """Leave out what nobody said: the values among *nothing*."""
    return {key: value for key, value in data.items() if value not in nothing}


_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def to_json(data: Any) -> str:
    """Write JSON: keys in the order given, two spaces deep, one newline at the end.

    What YAML refuses or takes for a line break is escaped, so that `read` gives every text back as it was.
    """
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


T = TypeVar("T")


_BESIDE = ("where", "ignore")
"""Fields that say something beside the value, and are not part of it."""


@functools.cache
def converter() -> Converter:
    """Give the one converter between our values and plain data, by the names of our fields.

    For what only we read, such as the journal; AWS's own spellings are in each wing's ``document.py``.
    """
    from cattrs import Converter
    from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

    made = Converter(forbid_extra_keys=True)

    def left_out(cls: Any) -> dict[str, Any]:
        attrs.resolve_types(cls)
        return {a.name: override(omit=True) for a in attrs.fields(cls) if a.name in _BESIDE}

    def unstructured(cls: type) -> Callable[[Any], Any]:
        return make_dict_unstructure_fn(cls, made, _cattrs_omit_if_default=True, **left_out(cls))

    def structured(cls: type) -> Callable[[Any, Any], Any]:
        return make_dict_structure_fn(cls, made, **left_out(cls))

    made.register_unstructure_hook_factory(attrs.has, unstructured)
    made.register_structure_hook_factory(attrs.has, structured)
    made.register_unstructure_hook_func(
        _is_frozen_map, lambda value: {k: made.unstructure(v) for k, v in value.items()}
    )
    made.register_structure_hook_func(_is_frozen_map, lambda data, kind: _structure_map(made, data, kind))
    made.register_structure_hook_func(_is_value_or_text, lambda data, kind: _structure_value_or_text(made, data, kind))
    return made


def _is_frozen_map(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is FrozenMap


def _structure_map(made: Converter, data: Mapping[str, Any], kind: Any) -> FrozenMap[Any]:
    (inside,) = getattr(kind, "__args__", (Any,))
    return FrozenMap({key: value if inside is Any else made.structure(value, inside) for key, value in data.items()})


def _is_value_or_text(kind: Any) -> bool:
    """Whether it is one of our values, or text instead of it, such as ``BuildSpec | str | None``."""
    members = [m for m in typing.get_args(kind) if m is not type(None)]
    return len(members) == 2 and str in members and any(map(attrs.has, members))


def _structure_value_or_text(made: Converter, data: Any, kind: Any) -> Any:
    if data is None or isinstance(data, str):
        return data
    return made.structure(data, next(member for member in typing.get_args(kind) if attrs.has(member)))


def unstructure(value: Any) -> Any:
    """Turn one of our values into plain JSON-able data."""
    return converter().unstructure(value)


def structure(data: Any, kind: type[T]) -> T:
    """Turn plain data back into the value that `unstructure` was given."""
    return converter().structure(data, kind)
