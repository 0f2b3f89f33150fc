"""Values of any kind, compared as deep as they are of one shape; what is shown of them holds no secrets."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from pipelinekit.codebuild.checks.secrets import HIDDEN, without_secrets
from pipelinekit.codebuild.document import is_inline, read_buildspec, read_environment_variables
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.changes import (
    Added,
    Change,
    Changed,
    LinesChanged,
    Path,
    Removed,
    Reordered,
    Rewritten,
    RuleLost,
)
from pipelinekit.codepipeline.declaration import ConditionDeclaration, Declared, RuleDeclaration
from pipelinekit.diagnostics import InvalidDocument

T = TypeVar("T")


def parts(what: str, old: Sequence[T], new: Sequence[T], key: Callable[[T], Path]) -> Iterator[Change]:
    """Compare what has a key of its own: in which order it stands counts for nothing."""
    befores, afters = {key(one): one for one in old}, {key(one): one for one in new}
    if len(befores) != len(old) or len(afters) != len(new):
        yield from compared((what,), "", tuple(old), tuple(new))
        return
    for path in dict.fromkeys((*befores, *afters)):
        if path not in afters:
            yield Removed(path, what=what)
        elif path not in befores:
            yield Added(path, what=what)
        else:
            yield from members((what, *path), "", befores[path], afters[path])


def members(path: Path, member: str, old: Any, new: Any, leave: Iterable[str] = ()) -> Iterator[Change]:
    """Compare two values of one class, field by field."""
    left = set(leave)
    for attribute in attrs.fields(type(old)):
        if attribute.eq and attribute.name not in left:
            name = attribute.name
            inside = f"{member}.{_spelled(old, name)}" if member else _spelled(old, name)
            before, after = getattr(old, name), getattr(new, name)
            if name == "configuration":
                yield from configuration(path, inside, before, after)
            else:
                yield from compared(path, inside, before, after)


def _spelled(value: object, name: str) -> str:
    """Spell a field of a declaration as AWS does; the others are spelled as in Python."""
    if not isinstance(value, Declared):
        return name
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def compared(path: Path, member: str, old: Any, new: Any) -> Iterator[Change]:
    """Compare two values of any kind, as deep as they are of one shape."""
    if old == new:
        return
    match old, new:
        case EnvironmentVariable(), EnvironmentVariable():
            yield changed(path, member, _short(old, member), _short(new, member))
        case Mapping(), Mapping():
            for key in dict.fromkeys((*old, *new)):
                yield from compared(path, f"{member}.{key}", _of(old, key), _of(new, key))
        case ((tuple() | list()), (tuple() | list())):
            yield from _lists(path, member, tuple(old), tuple(new))
        case (RuleDeclaration() | ConditionDeclaration(), None):
            yield from _lost(path, member, old)
        case _ if attrs.has(type(old)) and type(old) is type(new):
            yield from members(path, member, old, new)
        case _:
            yield changed(path, member, old, new)


class Hidden(str):
    """A text that is compared and shown to nobody."""

    __slots__ = ()


class _Null:
    """The null of JSON: a member that has it is there, where None is a member that is missing."""

    def __str__(self) -> str:
        return "null"


_NULL = _Null()


def _of(several: Mapping[T, Any], key: T) -> Any:
    """Give what stands there: None where nothing does."""
    found = several.get(key)
    return _NULL if found is None and key in several else found


def _lost(path: Path, member: str, old: RuleDeclaration | ConditionDeclaration) -> Iterator[Change]:
    rules = (old,) if isinstance(old, RuleDeclaration) else old.rules
    if not rules:
        yield changed(path, member, old, None)
    for rule in rules:
        yield RuleLost(path, member=member.partition("[")[0], rule=rule.name, provider=rule.rule_type_id.provider)


def _lists(path: Path, member: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    if all(isinstance(one, str) for one in (*old, *new)):
        name = member.rpartition(".")[2]
        lines = tuple(f"{sign} {without_secrets(text, name)}" for sign, text in _edits(old, new))
        yield LinesChanged(path, member=member, lines=lines)
        return
    keys = [_keys(one) for one in (old, new)]
    if keys[0] is None or keys[1] is None:
        sides = [dict(enumerate(one)) for one in (old, new)]
        for position in range(max(len(old), len(new))):
            yield from compared(path, f"{member}[{position}]", *(_of(side, position) for side in sides))
        return
    before, after = dict(zip(keys[0], old, strict=True)), dict(zip(keys[1], new, strict=True))
    for key in dict.fromkeys((*before, *after)):
        yield from compared(path, f"{member}.{key}", before.get(key), after.get(key))
    if [key for key in before if key in after] != [key for key in after if key in before]:
        yield Reordered(path, what=member)


def _keys(values: tuple[Any, ...]) -> list[str] | None:
    """Give what names each value; None where they have no names, or not each its own."""
    names = [getattr(one, "name", None) or getattr(one, "source_action_name", None) for one in values]
    found = [name for name in names if isinstance(name, str)]
    return found if len(set(found)) == len(values) else None


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield from (("-", text) for text in old[old_start:old_end])
            yield from (("+", text) for text in new[new_start:new_end])


def changed(path: Path, member: str, old: Any, new: Any) -> Changed:
    """Say that a member has another value."""
    name = member.rpartition(".")[2]
    before, after = (None if value is None else _short(value, name) for value in (old, new))
    if before == after and type(old) is not type(new):  # 1 and "1", null and "null"
        before, after = (f"{before} ({_kind(value)})" for value in (old, new))
    return Changed(path, member=member, before=before, after=after)


def _kind(value: Any) -> str:
    match value:
        case str():
            return "text"
        case bool():
            return "truth value"
        case int() | float():
            return "number"
    return "nothing" if value is _NULL else "several"


def _short(value: Any, name: str = "") -> str:
    """Write a value in one text, without secrets."""
    match value:
        case Hidden():
            return HIDDEN
        case str():
            return without_secrets(value, name)
        case EnvironmentVariable(name=own, value=text, type="PLAINTEXT"):
            return without_secrets(text, own)
        case EnvironmentVariable(value=text, type=kind):
            return f"{text} ({kind})"
        case bool() | int() | float() | None:
            return str(value)
        case Mapping():
            return ", ".join(f"{key}={_short(one, key)}" for key, one in value.items())
        case tuple() | list():
            return ", ".join(_short(one, name) for one in value)
        case _ if attrs.has(type(value)):
            said = {a.name: getattr(value, a.name) for a in attrs.fields(type(value)) if a.eq}
            return ", ".join(
                f"{key}={_short(one, key)}"
                for key, one in said.items()
                if one is not False and one not in (None, (), {})
            )
    return str(value)


# Configuration: texts that hold more than a text ---------------------------------------------------------------------


def configuration(path: Path, member: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    """Compare configurations key by key, and texts that hold a buildspec, variables or JSON by what they hold."""
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        if before != after:
            yield from _texts(path, f"{member}.{key}", before, after)


def _texts(path: Path, member: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Compare two texts by what they hold, where both can be read: a buildspec, variables, JSON."""
    before, after = held(member, old), held(member, new)
    if before is None or after is None or type(before) is not type(after):
        yield changed(path, member, *(_readable(one, text) for one, text in ((before, old), (after, new))))
    elif before == after:
        yield Rewritten(path, member=member)
    else:
        yield from compared(path, member, before, after)


def _readable(read: Any, text: str | None) -> Any:
    """Give a text as what was read of it, in which secrets have names; a buildspec stays as it is written."""
    if isinstance(read, tuple) and all(isinstance(one, EnvironmentVariable) for one in read):
        return {one.name: one for one in read}
    return text if read is None or isinstance(read, BuildSpec) else read


def held(member: str, text: str | None) -> Any:
    """Give what a text of a configuration holds: a buildspec, variables or JSON; None where it holds none of them."""
    if text is None:
        return None
    try:
        if member.endswith(".BuildspecOverride"):
            return read_buildspec(text, member) if is_inline(text) else None
        if member.endswith(".EnvironmentVariables"):
            return read_environment_variables(text, member)
    except InvalidDocument:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _frozen(data) if isinstance(data, (dict, list)) else None


def _frozen(data: Any) -> Any:
    """Make lists tuples, and whatever is no text a text, so that all of it can be compared and shown."""
    match data:
        case dict():
            return {key: _frozen(value) for key, value in data.items()}
        case list():
            return tuple(map(_frozen, data))
        case str():
            return data
    return json.dumps(data)
