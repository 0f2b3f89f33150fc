"""What stands on the card of an action, line by line, and how high the card is for that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from attrs import evolve, field, frozen

from pipelinekit.drawing.metrics import cut, width_of, wrapped
from pipelinekit.drawing.picture import Box, Net, NetKey
from pipelinekit.drawing.text import shown

Role: TypeAlias = Literal["strong", "plain", "quiet", "good", "bad", "busy", "waiting", "halted", "idle", "closed"]
"""What a text is for: themes have a colour for each."""

WIDTH = 236
PADDING = 12
ICON = 28
_NAME_LEFT = PADDING + ICON + 10
_NAME_SIZE, _SIZE, _PORT_SIZE = 13.5, 11.5, 11.0
_LINE, _ROW, _STEP = 16, 20, 4
_MARK = 24


@frozen(kw_only=True)
class Line:
    """One line of text: ``y`` is its baseline, ``x`` its left end, or its right one where ``ends`` is set."""

    text: str = field(kw_only=False)
    x: float
    y: float
    size: float
    role: Role = "plain"
    bold: bool = False
    slanted: bool = False
    ends: bool = False

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.x - self.width if self.ends else self.x

    @property
    def width(self) -> float:
        """How wide it is at most."""
        return width_of(self.text, self.size, self.bold)

    def moved(self, x: float, y: float) -> Line:
        """Give the same line elsewhere."""
        return evolve(self, x=self.x + x, y=self.y + y)


@frozen(kw_only=True)
class Face:
    """A card's inside, measured from its top left corner.

    ``entries`` and ``exits`` are the heights at which what the action reads comes in, and what it makes goes out;
    ``fold`` is the height of the line above them, or None where there are none.
    """

    height: float
    lines: tuple[Line, ...]
    entries: Mapping[NetKey, float] = field(hash=False)
    exits: Mapping[NetKey, float] = field(hash=False)
    fold: float | None


def face_of(box: Box, exits: Mapping[NetKey, Net], *, compact: bool) -> Face:
    """Lay out an action's card. *exits* are the nets that begin at it; *compact* cards keep to the most important."""
    lines = list(_head(box))
    y = lines[-1].y + 9
    for line in (*_state(box, compact), *_detail(box, compact)):
        y += _LINE
        lines.append(evolve(line, y=y - 3))
    reads = [(key, ", ".join(things)) for key, things in box.needs.items()]
    makes = list(_makes(box, exits))
    if not reads and not makes:
        return Face(height=_stepped(y + 9), lines=tuple(lines), entries={}, exits={}, fold=None)
    fold = _stepped(y + 3)
    entries, outs, y = {}, {}, fold + 2
    for read, make in itertools.zip_longest(reads, makes):
        rooms = _share(read[1] if read else "", make[1] if make else "")
        middle = y + _ROW / 2
        if read is not None:
            entries[read[0]] = middle
            lines.append(_port(read, rooms[0], middle, out=False))
        if make is not None:
            outs[make[0]] = middle
            lines.append(_port(make, rooms[1], middle, out=True))
        y += _ROW
    return Face(height=_stepped(y + 4), lines=tuple(lines), entries=entries, exits=outs, fold=fold)


def _stepped(height: float) -> float:
    """Round up to whole steps, so that lines between cards are straight or turn visibly."""
    return -(-height // _STEP) * _STEP


def _head(box: Box) -> Iterator[Line]:
    room = WIDTH - _NAME_LEFT - PADDING - (_MARK if box.standing is not None else 0)
    names = wrapped(shown(box.name), room, _NAME_SIZE, lines=2, bold=True)
    y = 25 if len(names) == 1 else 24
    for number, name in enumerate(names):
        yield Line(name, x=_NAME_LEFT, y=y + number * _LINE, size=_NAME_SIZE, role="strong", bold=True)
    attempt = f", {box.standing.attempted}" if box.standing is not None and box.standing.attempted else ""
    provider = cut(shown(box.provider), WIDTH - _NAME_LEFT - PADDING - width_of(attempt, _SIZE), _SIZE)
    yield Line(provider + attempt, x=_NAME_LEFT, y=y + len(names) * _LINE, size=_SIZE, role="quiet")


def _state(box: Box, compact: bool) -> Iterator[Line]:
    standing = box.standing
    if standing is None:
        return
    role: Role = standing.kind
    room = WIDTH - 2 * PADDING
    yield Line(cut(shown(standing.brief), room, _SIZE, bold=True), x=PADDING, y=0, size=_SIZE, role=role, bold=True)
    if standing.origin:
        yield Line(cut(shown(standing.origin), room, _SIZE), x=PADDING, y=0, size=_SIZE, role=role)
    if standing.message and standing.kind in ("bad", "halted", "idle"):
        for text in wrapped(shown(standing.message), room, _SIZE, lines=2 if compact else 6):
            yield Line(text, x=PADDING, y=0, size=_SIZE, role=role)


def _detail(box: Box, compact: bool) -> Iterator[Line]:
    asks = box.category == "Approval"
    if not box.detail or (compact and not (asks and box.standing is not None and box.standing.kind == "waiting")):
        return
    text = f"“{shown(box.asked or box.detail)}”" if asks else shown(box.detail)
    for line in wrapped(text, WIDTH - 2 * PADDING, _SIZE, lines=3 if asks else 2):
        yield Line(line, x=PADDING, y=0, size=_SIZE, role="plain" if asks else "quiet", slanted=asks)


def _makes(box: Box, exits: Mapping[NetKey, Net]) -> Iterator[tuple[NetKey, str]]:
    for artifact in dict.fromkeys(box.makes):
        yield ("artifact", artifact), artifact
    for key, net in exits.items():
        if key[0] == "variable":
            yield key, ", ".join(thing.partition(".")[2] for thing in net.things)


def _share(left: str, right: str) -> tuple[float, float]:
    """Divide a row between what comes in and what goes out: each as it needs, or half each."""
    room = WIDTH - 2 * PADDING - (10 if left and right else 0)
    wants = width_of(shown(left), _PORT_SIZE), width_of(shown(right), _PORT_SIZE)
    if sum(wants) <= room:
        return wants[0] + 1, wants[1] + 1
    first = min(wants[0], max(room / 2, room - wants[1]))
    return first, room - first


def _port(named: tuple[NetKey, str], room: float, middle: float, *, out: bool) -> Line:
    (kind, _), name = named
    return Line(
        cut(shown(name), room, _PORT_SIZE),
        x=WIDTH - PADDING if out else PADDING,
        y=middle + 4,
        size=_PORT_SIZE,
        role="plain",
        slanted=kind == "variable",
        ends=out,
    )
