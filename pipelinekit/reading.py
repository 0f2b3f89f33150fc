"""From the nodes of a document to the values that are wanted of it, collecting everything that is wrong on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from pipelinekit.diagnostics import Diagnostic, Location, Place, Severity
from pipelinekit.documents import Entries, Items, Node, Scalar

Path = tuple[str, ...]
"""The way to a part of a document: keys, and positions in lists."""

YES = frozenset({"yes", "true", "on", "y"})
NO = frozenset({"no", "false", "off", "n"})
"""How YAML 1.1 writes yes and no, in any case."""


class Reading:
    """One document that is being read. A value of the wrong type is a finding, and reads as if it were not there.

    Each kind of document has a subclass, which says in its own words and codes what is `wrong`, `unknown` or there
    `twice`.
    """

    def __init__(self) -> None:
        self.findings: list[Diagnostic] = []
        self.places: dict[Path, Place] = {}
        """Where each key stands that was read, and each item of a list."""

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        """Note that something else stands where *wanted* (such as "a mapping") is wanted."""
        raise NotImplementedError

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        """Note that the last part of *path* is none of the keys *known*; *hint* may say what to do about it."""
        raise NotImplementedError

    def twice(self, key: Scalar, path: Path) -> None:
        """Note that a key of the mapping at *path* was there before."""
        raise NotImplementedError

    def error(self, code: str, message: str, at: Node | Place, path: Path = (), hint: str = "") -> None:
        """Note what keeps the document from being understood."""
        self._note(code, message, at, path, hint, Severity.ERROR)

    def warning(self, code: str, message: str, at: Node | Place, path: Path = (), hint: str = "") -> None:
        """Note what deserves a look."""
        self._note(code, message, at, path, hint, Severity.WARNING)

    def _note(self, code: str, message: str, at: Node | Place, path: Path, hint: str, severity: Severity) -> None:
        where = Location(path, at if isinstance(at, Place) else at.place)
        self.findings.append(Diagnostic(code=code, message=message, where=where, hint=hint, severity=severity))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that keep the document from being understood."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    def in_order(self) -> tuple[Diagnostic, ...]:
        """Give the findings in the order of their lines."""
        return tuple(sorted(self.findings, key=_position))

    def mapping(self, node: Node | None, path: Path) -> dict[str, Node]:
        """Take a mapping; nothing at all counts as an empty one. Of a key that stands twice, the last one counts."""
        if node is None or is_null(node):
            return {}
        if not isinstance(node, Entries):
            self.wrong(node, "a mapping", path)
            return {}
        found: dict[str, Node] = {}
        for key, value in _merged(node):
            if key.text in found:
                self.twice(key, path)
            found[key.text] = value
            self.places[(*path, key.text)] = key.place
        return found

    def place(self, path: Path, node: Node) -> Place:
        """Give the place of the key of *node*, where it has one."""
        return self.places.get(path, node.place)

    def known(
        self, given: Mapping[str, Node], known: Collection[str], path: Path, hints: Mapping[str, str] | None = None
    ) -> None:
        """Note each key that is not among those *known*; *hints* say what to do about some."""
        for key in given:
            if key not in known:
                self.unknown((*path, key), known, (hints or {}).get(key, ""))

    def text(self, node: Node | None, path: Path) -> str | None:
        """Take a lone value as the text that was written; null counts as nothing."""
        if node is None or is_null(node):
            return None
        if not isinstance(node, Scalar):
            self.wrong(node, "text", path)
            return None
        return node.text

    def items(self, node: Node | None, path: Path, wanted: str = "a list") -> Iterator[tuple[Node, Path]]:
        """Take a list, or what else is *wanted* that is one; yield each item with its path."""
        if node is None or is_null(node):
            return
        if not isinstance(node, Items):
            self.wrong(node, wanted, path)
            return
        for number, item in enumerate(node.items):
            at = self.item_path(path, number)
            self.places[at] = item.place
            yield item, at

    def item_path(self, path: Path, number: int) -> Path:
        """Give the path of an item of a list, counted from 0: ``commands[0]``."""
        return (*path[:-1], f"{path[-1]}[{number}]")

    def texts(self, node: Node | None, path: Path) -> tuple[str, ...]:
        """Take a list of texts."""
        return tuple(text for text, _ in self.each_text(node, path))

    def each_text(self, node: Node | None, path: Path) -> Iterator[tuple[str, Node]]:
        """Take a list of texts; yield each with its node."""
        for item, at in self.items(node, path, "a list of texts"):
            text = self.text(item, at)
            if text is not None:
                yield text, item
            elif is_null(item):
                self.wrong(item, "text", at)


def _position(finding: Diagnostic) -> tuple[int, int]:
    place = finding.where.place
    return (place.line, place.column) if place is not None else (0, 0)


def is_null(node: Node) -> bool:
    """Whether nothing was written there, or null."""
    return isinstance(node, Scalar) and node.tag == "null" and not node.quoted


def is_empty(node: Node) -> bool:
    """Whether nothing is there, or nothing is in it."""
    match node:
        case Items(items=()) | Entries(entries=()):
            return True
        case _:
            return is_null(node)


def described(node: Node) -> str:
    """Say what YAML takes a node for."""
    match node:
        case Entries():
            return "a mapping"
        case Items():
            return "a list"
        case Scalar(text, tag, quoted):
            if quoted or tag == "str":
                return f"the text {text!r}"
            if tag == "null":
                return "nothing (null)"
            name = {"bool": "the boolean", "int": "the number", "float": "the number", "timestamp": "the date"}
            return f"{name.get(tag, f'a {tag}')} {text}".strip()


def _merged(node: Entries) -> Iterator[tuple[Scalar, Node]]:
    """Yield the entries of a mapping with those it takes over by ``<<`` first, so that its own ones win."""
    taken = {key.text for key, _ in node.entries}
    for key, value in node.entries:
        for source in (value.items if isinstance(value, Items) else (value,)) if key.tag == "merge" else ():
            entries = tuple(_merged(source)) if isinstance(source, Entries) else ()
            yield from (entry for entry in entries if entry[0].text not in taken)
            taken |= {name.text for name, _ in entries}
    yield from ((key, value) for key, value in node.entries if key.tag != "merge")
