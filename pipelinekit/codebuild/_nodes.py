"""From the nodes of a document to the types a buildspec wants, collecting everything that is wrong on the way."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from pipelinekit.diagnostics import Diagnostic, Location, Place, Severity
from pipelinekit.documents import Entries, Items, Node, Scalar

Path = tuple[str, ...]

_YES = frozenset({"yes", "true", "on", "y"})
_NO = frozenset({"no", "false", "off", "n"})


class Reading:
    """One document that is being read. A value of the wrong type is a finding, and reads as if it were not there."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.findings: list[Diagnostic] = []
        self._keys: dict[Path, Place] = {}
        self._lines = text.split("\n")

    def error(self, code: str, message: str, path: Path, place: Place, hint: str = "") -> None:
        """Note what keeps the document from being understood."""
        self.findings.append(Diagnostic(code=code, message=message, where=Location(path, place), hint=hint))

    def warning(self, code: str, message: str, path: Path, place: Place, hint: str = "") -> None:
        """Note what deserves a look."""
        where = Location(path, place)
        self.findings.append(Diagnostic(code=code, message=message, where=where, hint=hint, severity=Severity.WARNING))

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        """Note that something else stands where *wanted* (such as "a mapping") is wanted."""
        self.error("PK623", f"is {described(node)}, where {wanted} is wanted", path, node.place)

    def mapping(self, node: Node | None, path: Path) -> dict[str, Node]:
        """Take a mapping; nothing at all counts as an empty one. Of a key that stands twice, the last one counts."""
        if node is None or is_null(node):
            return {}
        if not isinstance(node, Entries):
            self.wrong(node, "a mapping", path)
            return {}
        found: dict[str, Node] = {}
        for key, value in merged(node):
            if key.text in found:
                self.warning("PK624", "stands here twice: the last one counts", (*path, key.text), key.place)
            found[key.text] = value
            self._keys[(*path, key.text)] = key.place
        return found

    def place(self, path: Path, node: Node) -> Place:
        """Give the place of the key of *node*, where it has one."""
        return self._keys.get(path, node.place)

    def known(
        self, given: Mapping[str, Node], known: Collection[str], path: Path, hints: Mapping[str, str] | None = None
    ) -> None:
        """Warn of each key that is not among those *known*; *hints* say what to do about some."""
        for key, node in given.items():
            if key not in known:
                at = (*path, key)
                hint = (hints or {}).get(key) or like(key, known)
                self.warning("PK602", "is not a key that CodeBuild knows here", at, self.place(at, node), hint)

    def text(self, node: Node | None, path: Path) -> str | None:
        """Take a lone value as the text that was written; null counts as nothing."""
        if node is None or is_null(node):
            return None
        if not isinstance(node, Scalar):
            self.wrong(node, "a text", path)
            return None
        if node.tag.startswith("!"):
            self.error("PK623", f"has the tag {node.tag}, which only a CloudFormation template knows", path, node.place)
            return None
        if "\0" in node.text:
            self.error("PK623", "holds a NUL character", path, node.place)
            return None
        return node.text

    def items(self, node: Node | None, path: Path) -> Iterator[tuple[Node, Path]]:
        """Take a list, or a lone value for a list of one; yield each item with its path."""
        if node is None or is_null(node):
            return
        if isinstance(node, Entries):
            self.wrong(node, "a list", path)
            return
        if isinstance(node, Scalar):
            yield node, path
            return
        for number, item in enumerate(node.items):
            yield item, (*path[:-1], f"{path[-1]}[{number}]")

    def texts(self, node: Node | None, path: Path) -> tuple[str, ...]:
        """Take a list of texts, or a lone text."""
        found = []
        for item, at in self.items(node, path):
            text = self.text(item, at)
            if text is not None:
                found.append(text)
            elif is_null(item):
                self.wrong(item, "a text", at)
        return tuple(found)

    def commands(self, node: Node | None, path: Path) -> tuple[str, ...]:
        """Take a list of commands: each must be text for YAML too, as CodeBuild decodes it."""
        found = []
        for item, at in self.items(node, path):
            if isinstance(item, Scalar) and (item.quoted or item.tag == "str"):
                text = self.text(item, at)
                found += [text] if text is not None else []
            else:
                self.error("PK619", f"YAML reads this command as {described(item)}", at, item.place, self._quoted(item))
        return tuple(found)

    def _quoted(self, node: Node) -> str:
        """How to write the line so that it is text."""
        line = self._lines[node.place.line - 1] if 0 < node.place.line <= len(self._lines) else ""
        raw = line[node.place.column - 1 :].strip()
        if isinstance(node, Scalar) and not node.tag.startswith("!"):
            raw = node.text
        if is_null(node):
            return "give it a command, or take the line out"
        if isinstance(node, Entries) and len(node.entries) > 1:
            return "write it as a block: put | after the dash and the command on the next lines"
        escaped = raw.replace("'", "''")
        return f"quote it: - '{escaped}'"

    def text_map(self, node: Node | None, path: Path) -> dict[str, str]:
        """Take a mapping of names to texts; null is the empty text."""
        return {name: self.text(value, (*path, name)) or "" for name, value in self.mapping(node, path).items()}

    def yes_no(self, node: Node | None, path: Path) -> bool | None:
        """Take yes or no, in any of the ways YAML 1.1 writes them, quoted or not."""
        text = self.text(node, path)
        if node is None or text is None:
            return None
        if text.lower() not in _YES | _NO:
            self.error("PK623", f"is {text!r}, where yes or no is wanted", path, node.place)
            return None
        return text.lower() in _YES


def is_null(node: Node) -> bool:
    """Whether nothing was written there, or null."""
    return isinstance(node, Scalar) and node.tag == "null" and not node.quoted


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


def merged(node: Entries) -> Iterator[tuple[Scalar, Node]]:
    """Yield the entries of a mapping with those it takes over by ``<<`` first, so that its own ones win."""
    taken = {key.text for key, _ in node.entries}
    for key, value in node.entries:
        for source in (value.items if isinstance(value, Items) else (value,)) if key.tag == "merge" else ():
            entries = tuple(merged(source)) if isinstance(source, Entries) else ()
            yield from (entry for entry in entries if entry[0].text not in taken)
            taken |= {name.text for name, _ in entries}
    yield from ((key, value) for key, value in node.entries if key.tag != "merge")


def like(key: str, known: Collection[str]) -> str:
    """Suggest the known key that is written almost like it."""
    shapes = {_shape(name): name for name in known}
    close = difflib.get_close_matches(_shape(key), list(shapes), n=1, cutoff=0.7)
    return f"is {shapes[close[0]]} meant?" if close else ""


def _shape(key: str) -> str:
    return key.lower().replace("_", "-")
