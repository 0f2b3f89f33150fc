"""Values of a buildspec, as CodeBuild takes them from YAML."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelinekit.diagnostics import closest
from pipelinekit.documents import Entries, Node, Scalar
from pipelinekit.reading import NO, YES, Path, Reading, described, is_null

_HOW_TO_WRITE = {
    "a mapping": "write it as key: value",
    "a mapping with version and phases": "begin it with version: 0.2",
    "a list": "begin each entry with a dash",
    "a list of texts": "begin each entry with a dash",
    "text": "write one value",
}


class BuildspecReading(Reading):
    """A buildspec that is being read."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._lines = text.split("\n")

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        """Note a value of another type."""
        self.error(
            "PK623", f"is {described(node)}, where {wanted} is wanted", node, path, _HOW_TO_WRITE.get(wanted, "")
        )

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        """Warn of a key that is not among those *known*."""
        message = "is not a key that CodeBuild knows here"
        self.warning("PK602", message, self.places[path], path, hint or like(path[-1], known) or "leave it out")

    def twice(self, key: Scalar, path: Path) -> None:
        """Warn of a key that stands twice."""
        message = "stands here twice: the last one counts"
        self.warning("PK624", message, key, (*path, key.text), "take one of them out")

    def text(self, node: Node | None, path: Path) -> str | None:
        """Take a lone value as the text that was written; null counts as nothing."""
        text = super().text(node, path)
        if node is None or text is None:
            return None
        if node.tag.startswith("!"):
            message = f"has the tag {node.tag}, which only a CloudFormation template knows"
            self.error("PK623", message, node, path, "write the value itself")
            return None
        if "\0" in text:
            self.error("PK623", "holds a NUL character", node, path, "take it out")
            return None
        return text

    def items(self, node: Node | None, path: Path, wanted: str = "a list") -> Iterator[tuple[Node, Path]]:
        """Take a list, or a lone value for a list of one; yield each item with its path."""
        if isinstance(node, Scalar) and not is_null(node):
            yield node, path
        else:
            yield from super().items(node, path, wanted)

    def commands(self, node: Node | None, path: Path) -> tuple[str, ...]:
        """Take a list of commands: each must be text for YAML too, as CodeBuild decodes it."""
        found = []
        for item, at in self.items(node, path):
            if isinstance(item, Scalar) and (item.quoted or item.tag == "str"):
                text = self.text(item, at)
                found += [text] if text is not None else []
            else:
                self.error("PK619", f"YAML reads this command as {described(item)}", item, at, self._quoted(item))
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
        if text.lower() not in YES | NO:
            self.error("PK623", f"is {text!r}, where yes or no is wanted", node, path, "write yes or no")
            return None
        return text.lower() in YES


def like(key: str, known: Collection[str]) -> str:
    """Suggest the known key that is written almost like it."""
    near = closest(key, known)
    return "" if near is None else f"is {near} meant?"
