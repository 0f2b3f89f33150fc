"""Through which channels between the cards each line goes.

Stages stand in bands, one below the other, and in a band side by side; a stage's groups stand one below the other,
and a group of many actions in several columns. Upright and level channels run between all these, lines only in them:

* ``gutter (band, i)`` is before the stage at position *i* of a band, and the last one is behind the last stage;
* ``left (stage)`` and ``right (stage)`` are at the edges of a stage, for lines that stay in it;
* ``inner (stage, group, i)`` is between the columns *i* and *i + 1* of a group; ``spine`` is left of everything;
* ``gap (stage, group)`` is the level one above a group, ``under (band)`` that below a band.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from pipelinekit.drawing.picture import Picture


@frozen
class Upright:
    """A channel from top to bottom."""

    kind: Literal["gutter", "left", "right", "inner", "spine"]
    place: tuple[int, ...] = ()


@frozen
class Level:
    """A channel from left to right."""

    kind: Literal["gap", "under"]
    place: tuple[int, ...]


@frozen
class Route:
    """The channels of a line: it begins and ends in an upright one, and between each two there is a level one."""

    uprights: tuple[Upright, ...]
    levels: tuple[Level, ...] = ()

    def then(self, level: Level, route: Route) -> Route:
        """Go on through a level channel into another route."""
        return Route((*self.uprights, *route.uprights), (*self.levels, level, *route.levels))


Point: TypeAlias = tuple[float, float]
Wire: TypeAlias = int
"""A line that has lanes of its own: a net by its place in the picture, or ``-s`` for the transition into stage *s*."""
Wires: TypeAlias = Mapping[Wire, Mapping[str, Route]]
"""Every wire, with the route to each of its ends: a box, or for a transition the stage's id."""

SPINE = Upright("spine")
_COLUMNS_IN_A_BAND = 5
_CARDS_IN_A_COLUMN = 12


@frozen(kw_only=True)
class Place:
    """Where a card stands: its stage, its group there, its column in that, and whether that is the last column."""

    stage: int
    group: int
    column: int
    last: bool


@frozen(kw_only=True)
class Arrangement:
    """What stands beside and below what, without any measure."""

    bands: tuple[tuple[int, ...], ...]
    """The stages of each band, counted from 0."""
    columns: tuple[tuple[tuple[tuple[str, ...], ...], ...], ...]
    """For each stage, each group, each column of it: the ids of the boxes."""
    places: Mapping[str, Place] = field(hash=False)

    def band(self, stage: int) -> tuple[int, int]:
        """Give a stage's band, and its position there."""
        return next((b, band.index(stage)) for b, band in enumerate(self.bands) if stage in band)


def arrange(picture: Picture) -> Arrangement:
    """Decide how many columns each group has, and which stages stand in one band."""
    columns = tuple(tuple(_in_columns([box.id for box in group]) for group in stage.groups) for stage in picture.stages)
    places = {
        box: Place(stage=s, group=g, column=c, last=c == len(group) - 1)
        for s, stage in enumerate(columns)
        for g, group in enumerate(stage)
        for c, column in enumerate(group)
        for box in column
    }
    widths = [max((len(group) for group in stage), default=1) for stage in columns]
    return Arrangement(bands=tuple(_bands(widths)), columns=columns, places=places)


def _in_columns(boxes: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    number = 1 if len(boxes) <= _CARDS_IN_A_COLUMN else math.ceil(math.sqrt(len(boxes)) / 2)
    rows = math.ceil(len(boxes) / number)
    return tuple(tuple(boxes[start : start + rows]) for start in range(0, len(boxes), rows))


def _bands(widths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the stages of each band: as few bands as there have to be, and those about equally wide."""
    least = max(_COLUMNS_IN_A_BAND, *widths, 0)
    fewest = len(_filled(widths, least))
    room = next(room for room in range(max(widths, default=0), least + 1) if len(_filled(widths, room)) <= fewest)
    yield from _filled(widths, room)


def _filled(widths: Sequence[int], room: int) -> list[tuple[int, ...]]:
    bands: list[list[int]] = [[]]
    for stage, width in enumerate(widths):
        if bands[-1] and sum(widths[other] for other in bands[-1]) + width > room:
            bands.append([])
        bands[-1].append(stage)
    return [tuple(band) for band in bands]


def route(arrangement: Arrangement, tail: str, head: str) -> Route:
    """Give the channels from the right side of one card to the left side of another."""
    start, end = arrangement.places[tail], arrangement.places[head]
    if start.stage == end.stage:
        return _inside(start, end)
    band, position = arrangement.band(start.stage)
    last, target = arrangement.band(end.stage)
    leave, enter = Upright("gutter", (band, position + 1)), Upright("gutter", (last, target))
    way = Route((leave,)) if leave == enter else _between(Route((leave,)), Route((enter,)), band, last)
    if not start.last:
        way = Route((_inner(start),)).then(_gap(start), way)
    return way if end.column == 0 else way.then(_gap(end), Route((_before(end),)))


def _inside(start: Place, end: Place) -> Route:
    right = Route((Upright("right", (start.stage,)),))
    into = Route((_before(end),))
    if start.last:
        return right.then(_gap(end), into)
    own = Route((_inner(start),))
    if own == into:
        return own
    if end.group in (start.group, start.group + 1):  # the gap is at one end of the inner channel
        return own.then(_gap(end), into)
    return own.then(_gap(start), right.then(_gap(end), into))


def _between(leave: Route, enter: Route, band: int, last: int) -> Route:
    """Join a gutter of one band to a gutter of the same or of another one."""
    above = max(last - 1, 0)
    if band in (last, above):
        return leave.then(Level("under", (band,)), enter)
    return leave.then(Level("under", (band,)), Route((SPINE,)).then(Level("under", (above,)), enter))


def _inner(place: Place) -> Upright:
    return Upright("inner", (place.stage, place.group, place.column))


def _before(place: Place) -> Upright:
    if place.column == 0:
        return Upright("left", (place.stage,))
    return Upright("inner", (place.stage, place.group, place.column - 1))


def _gap(place: Place) -> Level:
    return Level("gap", (place.stage, place.group))


def transition_route(arrangement: Arrangement, stage: int) -> Route:
    """Give the channels of the transition into a stage that begins a band."""
    band, _ = arrangement.band(stage)
    behind, before = Upright("gutter", (band - 1, len(arrangement.bands[band - 1]))), Upright("gutter", (band, 0))
    return Route((behind,)).then(Level("under", (band - 1,)), Route((before,)))


def wires_of(picture: Picture, arrangement: Arrangement) -> Iterator[tuple[Wire, Mapping[str, Route]]]:
    """Yield every wire with the route to each of its ends: a box, or for a transition the stage's id."""
    for number, net in enumerate(picture.nets):
        yield number, {head: route(arrangement, net.tail, head) for head in net.heads}
    for band in arrangement.bands[1:]:
        yield -band[0], {picture.stages[band[0]].id: transition_route(arrangement, band[0])}


def users_of(wires: Wires) -> dict[Level, list[Wire]]:
    """Tell which wires run through each level channel, each once."""
    users: dict[Level, dict[Wire, None]] = {}
    for wire, routes in wires.items():
        for level in itertools.chain.from_iterable(way.levels for way in routes.values()):
            users.setdefault(level, {})[wire] = None
    return {level: list(own) for level, own in users.items()}
