"""Where everything is, and where each line runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from attrs import evolve, field, frozen

from pipelinekit.drawing.across import INNER, Across, across_of
from pipelinekit.drawing.face import WIDTH as CARD
from pipelinekit.drawing.face import Face, face_of
from pipelinekit.drawing.heights import Heights, heights_of
from pipelinekit.drawing.lanes import Taps, laid_on_another, lanes
from pipelinekit.drawing.picture import Net, NetKey, Picture
from pipelinekit.drawing.routes import Arrangement, Level, Point, Upright, Wire, Wires, arrange, users_of, wires_of
from pipelinekit.drawing.tower import HEAD, LANE, Tower, tower_of

COMPACT = 30
"""A picture of more actions than this leaves out what tells little."""
_NUDGE = 4
_TRIES = 2


@frozen
class Site:
    """Everything that is known of places."""

    picture: Picture
    arrangement: Arrangement
    wires: Wires = field(hash=False)
    faces: Mapping[str, Face] = field(hash=False)
    towers: tuple[Tower, ...]
    heights: Heights
    across: Across
    lanes: Mapping[Upright, Mapping[Wire, int]] = field(hash=False)

    def card(self, box: str) -> float:
        """Give where a card begins."""
        place = self.arrangement.places[box]
        return self.across.columns[place.stage, place.group, place.column]

    def lane(self, upright: Upright, wire: Wire) -> float:
        """Give where a wire runs in an upright channel."""
        return self.across.uprights[upright] + self.lanes[upright].get(wire, 0) * LANE

    def count(self, upright: Upright) -> int:
        """Tell how many lanes an upright channel has."""
        return max(self.lanes.get(upright, {}).values(), default=-1) + 1

    def run(self, wire: Wire, head: str, left: float, right: float) -> tuple[Point, ...]:
        """Give the corners of a line that begins at *left* and ends at *right*."""
        way = self.wires[wire][head]
        out, into = ends_of(self.picture, wire, head, self.faces, self.heights)
        start, end = (left, out), (right, into)
        points, y = [start], start[1]
        for upright, level in itertools.zip_longest(way.uprights, way.levels):
            x = self.lane(upright, wire)
            points.append((x, y))
            y = end[1] if level is None else self.heights.levels[level, wire]
            points.append((x, y))
        return tuple(_corners([*points, end]))


def _corners(points: list[Point]) -> Iterator[Point]:
    """Leave out the points between which a line goes on as before."""
    kept: list[Point] = []
    for point in points:
        if len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == point[axis] for axis in (0, 1)):
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    yield from kept


def site_of(picture: Picture, top: float) -> Site:
    """Find a place for everything that stands below *top*."""
    arrangement = arrange(picture)
    wires = dict(wires_of(picture, arrangement))
    levels = users_of(wires)
    faces = _faces(picture)
    towers = tuple(_towers(picture, arrangement, faces, levels))
    heights = heights_of(arrangement, towers, wires, levels, top)
    nominal = across_of(arrangement, {})
    taps, own = _laned(picture, wires, faces, heights, nominal)
    for _ in range(_TRIES):
        tangled = _tangled(wires, taps, own)
        if not tangled:
            break
        faces = _nudged(picture, faces, tangled)
        taps, own = _laned(picture, wires, faces, heights, nominal)
    counts = {upright: max(found.values(), default=-1) + 1 for upright, found in own.items()}
    return Site(picture, arrangement, wires, faces, towers, heights, across_of(arrangement, counts), own)


def _faces(picture: Picture) -> dict[str, Face]:
    exits: dict[str, dict[NetKey, Net]] = {}
    for net in picture.nets:
        exits.setdefault(net.tail, {})[net.key] = net
    boxes = list(picture.boxes)
    return {box.id: face_of(box, exits.get(box.id, {}), compact=len(boxes) > COMPACT) for box in boxes}


def _towers(
    picture: Picture, arrangement: Arrangement, faces: Mapping[str, Face], levels: Mapping[Level, list[Wire]]
) -> Iterator[Tower]:
    for number, (stage, columns) in enumerate(zip(picture.stages, arrangement.columns, strict=True)):
        above = [len(levels.get(Level("gap", (number, group)), ())) for group in range(len(columns))]
        yield tower_of(stage, columns, faces, above, _inner_width(columns))


def _inner_width(columns: tuple[tuple[tuple[str, ...], ...], ...]) -> float:
    """Give how wide the cards of a stage are together, without lines between them."""
    many = max((len(group) for group in columns), default=1)
    return many * CARD + (many - 1) * INNER


def _laned(
    picture: Picture, wires: Wires, faces: Mapping[str, Face], heights: Heights, across: Across
) -> tuple[dict[Upright, dict[Wire, Taps]], dict[Upright, dict[Wire, int]]]:
    taps = _taps(picture, wires, faces, heights, across)
    return taps, {upright: lanes(wired) for upright, wired in taps.items()}


def _taps(
    picture: Picture, wires: Wires, faces: Mapping[str, Face], heights: Heights, across: Across
) -> dict[Upright, dict[Wire, Taps]]:
    """Tell for each upright channel at which heights each wire comes in from the left and goes out to the right."""
    found: dict[Upright, dict[Wire, tuple[set[float], set[float]]]] = {}

    def tap(upright: Upright, wire: Wire, side: int, y: float) -> None:
        found.setdefault(upright, {}).setdefault(wire, (set(), set()))[side].add(y)

    for wire, routes in wires.items():
        for head, way in routes.items():
            out, into = ends_of(picture, wire, head, faces, heights)
            tap(way.uprights[0], wire, 0, out)
            tap(way.uprights[-1], wire, 1, into)
            for level, (before, after) in zip(way.levels, itertools.pairwise(way.uprights), strict=True):
                rightward = across.uprights[before] < across.uprights[after]
                y = heights.levels[level, wire]
                tap(before, wire, 1 if rightward else 0, y)
                tap(after, wire, 0 if rightward else 1, y)
    return {
        upright: {wire: Taps(tuple(sorted(before)), tuple(sorted(after))) for wire, (before, after) in own.items()}
        for upright, own in found.items()
    }


def ends_of(
    picture: Picture, wire: Wire, head: str, faces: Mapping[str, Face], heights: Heights
) -> tuple[float, float]:
    """Give the heights at which a wire begins and ends."""
    if wire < 0:
        return heights.stages[-wire - 1] + HEAD, heights.stages[-wire] + HEAD
    net = picture.nets[wire]
    out, into = faces[net.tail].exits[net.key], faces[head].entries[net.key]
    return heights.cards[net.tail] + out, heights.cards[head] + into


def _tangled(
    wires: Wires, taps: Mapping[Upright, Mapping[Wire, Taps]], own: Mapping[Upright, Mapping[Wire, int]]
) -> set[Wire]:
    """Find nets that begin on another line, whatever the order of the lanes."""
    firsts = {wire: {way.uprights[0] for way in routes.values()} for wire, routes in wires.items() if wire >= 0}
    return {
        wire
        for upright, wired in taps.items()
        for wire in laid_on_another(wired, own[upright])
        if upright in firsts.get(wire, ())
    }


def _nudged(picture: Picture, faces: Mapping[str, Face], tangled: set[Wire]) -> dict[str, Face]:
    """Let some nets begin a little lower."""
    moved = dict(faces)
    for wire in sorted(tangled):
        net = picture.nets[wire]
        face = moved[net.tail]
        moved[net.tail] = evolve(face, exits={**face.exits, net.key: face.exits[net.key] + _NUDGE})
    return moved
