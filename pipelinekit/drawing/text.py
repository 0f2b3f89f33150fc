"""A picture as text, for a terminal of 80 columns: a frame for each stage, a line or a few for each action."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.drawing.picture import Box, Picture, StagePicture, picture_of
from pipelinekit.drawing.standing import Standings

WIDTH = 80
_INSIDE = WIDTH - 4
_LONGEST_NAME = 20
_LONGEST_ORDER = 5


@frozen
class _Columns:
    """How wide the run orders and the names are."""

    order: int
    name: int


def drawn(definition: Definition, execution: Mapping[str, Any] | None = None) -> str:
    """Draw a definition: run orders on the left, and at one bracket the actions that run side by side.

    ``←`` is what an action reads, ``→`` what it makes, ``◆`` an approval, ``◇`` a condition, ``▷`` what
    starts an execution, ``✕`` a closed entrance. How an execution
    stands is a symbol before each name, and words behind it.
    """
    return "\n".join(_lines(picture_of(definition, execution))) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    name = shown(picture.name)
    yield name + picture.subtitle.rjust(WIDTH - _width(name)) if _width(name) < WIDTH - 30 else name
    for beginning in picture.beginnings:
        yield from _wrapped(shown(beginning.told), WIDTH, "▷ ", "  ")
    if picture.variables:
        yield from _wrapped(shown(f"variables: {picture.variables}"), WIDTH, "", "  ")
    if picture.standings is not None:
        yield from _execution(picture.standings)
    columns = _columns(list(picture.boxes))
    for number, stage in enumerate(picture.stages):
        if stage.closed is not None:
            yield from _wrapped(f"closed: {shown(stage.closed)}", WIDTH, "    ✕ ", "      ")
        else:
            yield "    ▼" if number else ""
        yield from _stage(stage, columns)


def _execution(standings: Standings) -> Iterator[str]:
    facts = ", ".join((f"execution {shown(standings.execution)}", *map(shown, standings.facts)))
    yield from _wrapped(facts, WIDTH, "", "  ")
    yield from _wrapped(shown(standings.whole.sentence), WIDTH, f"{standings.whole.symbol} ", "  ")


def _columns(boxes: list[Box]) -> _Columns:
    names = [_width(_name(box)) for box in boxes]
    return _Columns(
        order=max((len(_order(box)) for box in boxes), default=1),
        name=max((width for width in names if width <= _LONGEST_NAME), default=_LONGEST_NAME),
    )


def _name(box: Box) -> str:
    return shown(box.name) if box.standing is None else f"{box.standing.symbol} {shown(box.name)}"


def _order(box: Box) -> str:
    return _cut(str(box.run_order), _LONGEST_ORDER)


def _stage(stage: StagePicture, columns: _Columns) -> Iterator[str]:
    title = f"┌─ {_cut(_title(stage), WIDTH - 8)} "
    yield f"{title}{'─' * (WIDTH - _width(title) - 1)}┐"
    yield from _conditions(stage.entrance)
    if not stage.groups:
        yield _framed("no actions")
    for number, group in enumerate(stage.groups):
        if number:
            yield _framed(f"{' ' * columns.order} ▼")
        for position, box in enumerate(group):
            yield from map(_framed, _box(box, _bracket(position, len(group)), columns))
    yield from _conditions(stage.exit)
    yield f"└{'─' * (WIDTH - 2)}┘"


def _conditions(told: tuple[str, ...]) -> Iterator[str]:
    for text in told:
        yield from map(_framed, _wrapped(shown(text), _INSIDE, "◇ ", "  "))


def _title(stage: StagePicture) -> str:
    name, standing = shown(stage.name), stage.standing
    return name if standing is None else f"{standing.symbol} {name}: {shown(standing.words)}"


def _bracket(position: int, size: int) -> str:
    """Give the mark before an action: alone, or at the top, in the middle or at the end of those beside it."""
    if size == 1:
        return " "
    return "┬" if position == 0 else "└" if position == size - 1 else "├"


def _box(box: Box, bracket: str, columns: _Columns) -> Iterator[str]:
    name = _name(box)
    order = _order(box) if bracket in " ┬" else ""
    head, tail = f"{order:>{columns.order}} {bracket} ", f"{'':{columns.order}} {'│' if bracket in '┬├' else ' '} "
    margin = f"{tail}{' ' * columns.name}  "
    first = f"{head}{name}{' ' * (columns.name - _width(name))}  "
    if _width(name) > columns.name:
        yield from _wrapped(name, _INSIDE, head, tail)
        first = margin
    for number, text in enumerate(_texts(box)):
        yield from _wrapped(text, _INSIDE, margin if number else first, margin)


def _texts(box: Box) -> Iterator[str]:
    """Yield what is said of an action: what it is, what it points at, what it reads and makes."""
    if box.standing is not None:
        yield shown(box.standing.words if box.asked else box.standing.sentence)
    if box.category == "Approval":
        yield f"◆ {box.kind}"
        if box.detail:
            yield f'"{shown(box.asked or box.detail)}"'
    else:
        yield shown(", ".join(filter(None, (box.kind, box.detail))))
    variables = [f"#{{{name}}}" for name in box.variables if f"#{{{name}}}" not in box.detail]
    reads, makes = shown(", ".join([*box.reads, *variables])), shown(", ".join(box.makes))
    if reads or makes:
        yield "  ".join([*([f"← {reads}"] if reads else []), *([f"→ {makes}"] if makes else [])])


def shown(text: str) -> str:
    """Give a text as a terminal may show it: a control character would move its cursor, so it is spelled out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _framed(line: str) -> str:
    return f"│ {line}{' ' * (_INSIDE - _width(line))} │"


def _wrapped(text: str, width: int, first: str, later: str) -> Iterator[str]:
    """Break a text at its blanks, and a word that is longer than a line wherever it has to."""
    margin, line = first, ""
    for word in text.split(" "):
        room = width - _width(margin)
        joined = f"{line} {word}" if line else word
        if _width(joined) <= room:
            line = joined
            continue
        if line:
            yield (margin + line).rstrip()
            margin, line = later, ""
            room = width - _width(margin)
        while _width(word) > room:
            piece = _cut(word, room, end="")
            yield margin + piece
            margin, word = later, word[len(piece) :]
            room = width - _width(margin)
        line = word
    yield (margin + line).rstrip()


def _cut(text: str, width: int, end: str = "…") -> str:
    if _width(text) <= width:
        return text
    kept, room = "", width - _width(end)
    for character in text:
        room -= _width(character)
        if room < 0:
            break
        kept += character
    return kept + end


def _width(text: str) -> int:
    """Give how many columns a text takes: East Asian characters take two, combining ones none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
