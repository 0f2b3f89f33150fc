"""Buildspecs that stand in a definition as text: whether YAML reads them as their author means it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Locate, Location
from pipelinekit.documents import Entries, Items, Node, Scalar, read

_HINT = "quotes and brackets come in pairs, and what belongs together is indented alike"
_LISTS = ("commands", "finally")


def check_inline(text: str, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what YAML makes of a buildspec that is given as text; one without a line break is the path of a file."""
    if "\n" not in text.strip():
        return
    try:
        root = read(text, "buildspec")
    except InvalidDocument as error:
        for diagnostic in error.diagnostics:
            yield evolve(diagnostic, where=locate(_line(diagnostic.where)), hint=diagnostic.hint or _HINT)
        return
    phases = root.get("phases") if isinstance(root, Entries) else None
    if not isinstance(phases, Entries):
        return
    for name, phase in phases:
        for key in _LISTS:
            commands = phase.get(key) if isinstance(phase, Entries) else None
            for index, command in enumerate(commands.items if isinstance(commands, Items) else ()):
                if not _is_text(command):
                    yield _not_text(command, locate(f"{name}.{key}[{index}]"))


def _line(where: Location) -> str:
    return f"line {where.place.line}" if where.place is not None and where.place.line else "text"


def _is_text(command: Node) -> bool:
    return isinstance(command, Scalar) and (command.quoted or command.tag == "str")


def _not_text(command: Node, where: Location) -> Diagnostic:
    return found(
        "PK619",
        where,
        f"line {command.place.line}: YAML reads {_as_read(command)}, and a command is text",
        "write the command in quotes, or as a block that begins with |",
    )


def _as_read(command: Node) -> str:
    match command:
        case Scalar(text, tag):
            return f"{text!r} as {tag}" if text else "nothing"
        case Entries(entries):
            return f"{entries[0][0].text!r} as the key of a mapping" if entries else "an empty mapping"
        case Items():
            return "a list"
