"""The members of a pipeline document, as AWS's JSON has them: texts, numbers, lists, and those that are not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from pipelinekit.diagnostics import did_you_mean
from pipelinekit.documents import Entries, Node, Scalar, plain
from pipelinekit.reading import Path, Reading, is_empty, is_null

T = TypeVar("T")
D = TypeVar("D")


class Members(dict[str, Node]):
    """The members of one mapping that are known and say something; ``more`` are the others, as plain data."""

    def __init__(self, known: Mapping[str, Node], more: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.more = dict(more)

    def keep(self, name: str, more: Mapping[str, Any]) -> None:
        """Keep what is not known of the part *name*, which has no class that could keep it."""
        if more:
            self.more[name] = dict(more)


class PipelineReading(Reading):
    """A pipeline that is being read. Its findings name the member that is wrong, not only the place."""

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        """Refuse a value of another type."""
        self.refuse(f"{path[-1]} is {wanted}", node, path[:-1])

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        """Warn of a member that is kept, though nothing here understands it."""
        near = did_you_mean(path[-1], known) or f"known are {', '.join(known)}"
        message = f"has the unknown member {path[-1]!r}, which is kept as it is"
        self.warning("PK100", message, self.places[path], path[:-1], hint or near)

    def twice(self, key: Scalar, path: Path) -> None:
        """Refuse a member that stands twice."""
        self.refuse(f"{key.text!r} is written twice", key, path)

    def refuse(self, message: str, node: Node, path: Path = (), hint: str = "") -> None:
        """Note what a pipeline cannot be read from."""
        self.error("PK100", message, node, path, hint)

    def missing(self, name: str, node: Node, path: Path) -> None:
        """Note that a member is not there which has to be."""
        self.refuse(f"{name} is missing", node, path)

    def mapping(self, node: Node | None, path: Path) -> dict[str, Node]:
        """Take a mapping; what is something else may be an item of a list, which has no name."""
        if node is not None and not isinstance(node, Entries):
            self.refuse("a mapping is wanted here", node, path)
            return {}
        return super().mapping(node, path)

    def members(
        self, node: Node, path: Path, known: Sequence[str], ignored: Sequence[str] = (), reserved: Sequence[str] = ()
    ) -> Members:
        """Give the members of a mapping; those that are not *known* are kept, and warned of.

        What AWS has *reserved* is kept too, and warned of unless it is empty.
        """
        given = self.mapping(node, path)
        others = {name: value for name, value in given.items() if name not in (*known, *ignored)}
        self.known({name: value for name, value in others.items() if name not in reserved}, known, path)
        for name in reserved:
            if says_something(others.get(name)):
                message = f"{name!r} is reserved by AWS for future use; it is kept as it is"
                self.warning("PK100", message, others[name], (*path, name), "take it out: it has no effect")
        return Members(
            {name: value for name, value in given.items() if name in known and not is_null(value)},
            {name: plain(value) for name, value in others.items()},
        )

    def part(
        self, members: Members, name: str, path: Path, known: Sequence[str], required: Node | None = None
    ) -> tuple[Members, Path]:
        """Give the members of the part *name*, with its path; what is not known of it is kept with *members*.

        *required* is the node that has to have the part.
        """
        here = (*path, name)
        node = members.get(name)
        if node is None:
            if isinstance(required, Entries):
                self.missing(name, required, path)
            return Members({}, {}), here
        inside = self.members(node, here, known)
        members.keep(name, inside.more)
        return inside, here

    def parts(
        self, members: Members, name: str, path: Path, known: Sequence[str], read: Callable[[Node, Members, Path], T]
    ) -> tuple[T, ...]:
        """Read the items of a list of mappings; what is not known of them is kept with *members*, by position."""
        here = (*path, name)
        found, more = [], {}
        for index, node in enumerate(self.listed(members, name, path)):
            inside = self.members(node, here, known)
            found.append(read(node, inside, here))
            if inside.more:
                more[str(index)] = inside.more
        members.keep(name, more)
        return tuple(found)

    def member(self, members: Mapping[str, Node], name: str, path: Path) -> str | None:
        """Give a text as it is written, numbers too; None when it is not there or empty."""
        return self.text(members.get(name), (*path, name)) or None

    def required(self, members: Mapping[str, Node], name: str, path: Path, within: Node) -> str:
        """Give a text that has to be there."""
        if name not in members:
            if isinstance(within, Entries):
                self.missing(name, within, path)
            return ""
        return self.member(members, name, path) or ""

    def number(self, members: Mapping[str, Node], name: str, path: Path, default: D) -> int | D:
        """Give a whole number, in quotes or not."""
        node = members.get(name)
        if node is None:
            return default
        if isinstance(node, Scalar) and re.fullmatch(r"[+-]?[0-9]{1,9}", node.text):
            return int(node.text)
        self.wrong(node, "a whole number", (*path, name))
        return default

    def listed(
        self, members: Mapping[str, Node], name: str, path: Path, required: Node | None = None
    ) -> tuple[Node, ...]:
        """Give the items of a list; *required* is the node that has to have it."""
        if name not in members and isinstance(required, Entries):
            self.missing(name, required, path)
        return tuple(node for node, _ in self.items(members.get(name), (*path, name)))

    def each_text_of(self, members: Mapping[str, Node], name: str, path: Path) -> tuple[str, ...]:
        """Give the texts of the list *name*."""
        return self.texts(members.get(name), (*path, name))

    def configuration(self, members: Mapping[str, Node], path: Path) -> dict[str, str]:
        """Give the configuration of an action or a rule: texts, as they are written."""
        node = members.get("configuration")
        here = (*path, "configuration")
        values = {}
        for key, value in self.mapping(node, here).items():
            if not isinstance(value, Scalar):
                self.refuse("a configuration value is text, not a list or a mapping", value, (*here, key), _AS_JSON)
            elif is_null(value):
                self.warning("PK304", "has no value and is left out", value, (*here, key))
            else:
                if not value.quoted and value.tag != "str":
                    message = f"is not text: it is read as {value.text!r}"
                    self.warning("PK305", message, value, (*here, key), "AWS wants every configuration value in quotes")
                values[key] = value.text
        return values


_AS_JSON = "write it as one text that holds JSON"


def named(node: Node, path: Path) -> Path:
    """Give the path of a part by its name, where it has one."""
    name = node.get("name") if isinstance(node, Entries) else None
    return (*path, name.text) if isinstance(name, Scalar) else path


def says_something(node: Node | None) -> bool:
    """Whether a member is there and not empty."""
    return node is not None and not is_empty(node)
