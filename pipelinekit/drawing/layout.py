"""Where everything stands in a drawn picture, in pixels: stages, cards, and the lines between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import evolve, field, frozen

from pipelinekit.drawing.face import WIDTH as CARD
from pipelinekit.drawing.face import Face, Line, face_of
from pipelinekit.drawing.lanes import Taps, lanes
from pipelinekit.drawing.metrics import cut
from pipelinekit.drawing.picture import Box, Net, NetKey, Picture, StagePicture
from pipelinekit.drawing.routes import (
    SPINE,
    Arrangement,
    Level,
    Route,
    Upright,
    arrange,
    route,
    transition_route,
)
from pipelinekit.drawing.text import shown
from pipelinekit.drawing.tower import FRAME, HEAD, LANE, Tower, is_framed, tower_of

Point: TypeAlias = tuple[float, float]
Wire: TypeAlias = int
"""A line that has lanes of its own: a net by its place in the picture, or ``-s`` for the transition into stage *s*."""

MARGIN = 24
COMPACT = 30
"""A picture of more actions than this leaves out what tells little."""
_GUTTER, _EDGE, _INNER = 48, 18, 26
_SIDE = 16
_LEAST_WIDTH = 480
_BELOW_BAND = 30


@frozen(kw_only=True)
class Rectangle:
    """A part of the picture."""

    x: float
    y: float
    width: float
    height: float


@frozen(kw_only=True)
class Card(Rectangle):
    """An action."""

    box: Box
    face: Face


@frozen(kw_only=True)
class Panel(Rectangle):
    """A stage. ``frames`` are around actions side by side, ``steps`` lead from group to group (x, from y, to y)."""

    stage: StagePicture
    lines: tuple[Line, ...]
    head: float
    banner: Rectangle | None
    frames: tuple[Rectangle, ...]
    steps: tuple[tuple[float, float, float], ...]


@frozen(kw_only=True)
class Runs:
    """A net's lines: one from its beginning to each of its ends."""

    net: Net
    runs: tuple[tuple[Point, ...], ...]


@frozen(kw_only=True)
class Passage:
    """The transition into a stage."""

    stage: StagePicture
    run: tuple[Point, ...]


@frozen(kw_only=True)
class Sign:
    """A line of the legend, behind an icon (``category``) or a piece of a line (``net``)."""

    line: Line
    category: str = ""
    net: str | None = None


@frozen(kw_only=True)
class Layout:
    """A whole picture."""

    picture: Picture
    width: float
    height: float
    lines: tuple[Line, ...]
    panels: tuple[Panel, ...]
    cards: tuple[Card, ...]
    nets: tuple[Runs, ...]
    passages: tuple[Passage, ...]
    legend: tuple[Sign, ...]


def layout_of(picture: Picture) -> Layout:
    """Find a place for everything."""
    arrangement = arrange(picture)
    wires = dict(_wires(picture, arrangement))
    levels = _users(wires)
    faces = _faces(picture)
    towers = _towers(picture, arrangement, faces, levels)
    lines = tuple(_title(picture))
    heights = _heights(arrangement, towers, wires, levels, top=lines[-1].y + 24)
    ends = {box: (heights.cards[box], face) for box, face in faces.items()}
    taps = _taps(picture, wires, ends, heights, _across(arrangement, {}))
    own_lanes = {upright: lanes(own) for upright, own in taps.items()}
    counts = {upright: max(own.values(), default=-1) + 1 for upright, own in own_lanes.items()}
    across = _across(arrangement, counts)
    site = _Site(arrangement, heights, across, own_lanes, ends)
    width = max(_LEAST_WIDTH, across.width)
    legend = tuple(_legend(picture, heights.bottom + 20, width))
    return Layout(
        picture=picture,
        width=width,
        height=max([sign.line.y for sign in legend], default=heights.bottom) + 20,
        lines=tuple(_fitted(line, width) for line in lines),
        panels=tuple(_panels(picture, arrangement, towers, site)),
        cards=tuple(_cards(picture, faces, site)),
        nets=tuple(_nets(picture, wires, site)),
        passages=tuple(_passages(picture, arrangement, site)),
        legend=legend,
    )


# What runs where


def _wires(picture: Picture, arrangement: Arrangement) -> Iterator[tuple[Wire, dict[str, Route]]]:
    """Yield every wire with the route to each of its ends: a box, or for a transition the stage's id."""
    for number, net in enumerate(picture.nets):
        yield number, {head: route(arrangement, net.tail, head) for head in net.heads}
    for band in arrangement.bands[1:]:
        yield -band[0], {picture.stages[band[0]].id: transition_route(arrangement, band[0])}


def _users(wires: Mapping[Wire, Mapping[str, Route]]) -> dict[Level, list[Wire]]:
    """Tell which wires run through each level channel, each once."""
    users: dict[Level, dict[Wire, None]] = {}
    for wire, routes in wires.items():
        for level in itertools.chain.from_iterable(way.levels for way in routes.values()):
            users.setdefault(level, {})[wire] = None
    return {level: list(own) for level, own in users.items()}


# Heights


@frozen(kw_only=True)
class _Heights:
    """Where things are from the top: stages, cards, and each wire in each level channel."""

    stages: Mapping[int, float] = field(hash=False)
    cards: Mapping[str, float] = field(hash=False)
    levels: Mapping[tuple[Level, Wire], float] = field(hash=False)
    bottom: float


def _faces(picture: Picture) -> dict[str, Face]:
    exits: dict[str, dict[NetKey, Net]] = {}
    for net in picture.nets:
        exits.setdefault(net.tail, {})[net.key] = net
    boxes = list(picture.boxes)
    return {box.id: face_of(box, exits.get(box.id, {}), compact=len(boxes) > COMPACT) for box in boxes}


def _towers(
    picture: Picture, arrangement: Arrangement, faces: Mapping[str, Face], levels: Mapping[Level, list[Wire]]
) -> list[Tower]:
    return [
        tower_of(
            stage,
            columns,
            faces,
            [len(levels.get(Level("gap", (number, group)), ())) for group in range(len(columns))],
            _inner_width(columns),
        )
        for number, (stage, columns) in enumerate(zip(picture.stages, arrangement.columns, strict=True))
    ]


def _inner_width(columns: tuple[tuple[tuple[str, ...], ...], ...]) -> float:
    """Give how wide the cards of a stage are together, without lines between them."""
    many = max((len(group) for group in columns), default=1)
    return many * CARD + (many - 1) * _INNER


def _heights(
    arrangement: Arrangement,
    towers: list[Tower],
    wires: Mapping[Wire, Mapping[str, Route]],
    levels: Mapping[Level, list[Wire]],
    top: float,
) -> _Heights:
    stages: dict[int, float] = {}
    cards: dict[str, float] = {}
    found: dict[tuple[Level, Wire], float] = {}
    for number, band in enumerate(arrangement.bands):
        for stage in band:
            stages[stage] = top
            cards |= {box: top + y for box, y in towers[stage].cards.items()}
            for group, y in enumerate(towers[stage].gaps):
                level = Level("gap", (stage, group))
                found |= {(level, wire): top + y + n * LANE for n, wire in enumerate(levels.get(level, ()))}
        level = Level("under", (number,))
        floors = [top + towers[stage].height for stage in band]
        for wire, first, last in sorted(_spans(level, levels.get(level, ()), wires, len(band)), key=_narrow_first):
            found[level, wire] = y = max(floors[first:last], default=top) + LANE + 2
            floors[first:last] = [y] * (last - first)
        top = max(floors, default=top) + _BELOW_BAND
    return _Heights(stages=stages, cards=cards, levels=found, bottom=top - 8)


def _narrow_first(span: tuple[Wire, int, int]) -> tuple[int, int]:
    return span[2] - span[1], span[1]


def _spans(
    level: Level, users: list[Wire] | tuple[()], wires: Mapping[Wire, Mapping[str, Route]], stages: int
) -> Iterator[tuple[Wire, int, int]]:
    """Yield for each wire below a band which stages it passes under: from the first to before the last."""
    (band,) = level.place
    for wire in users:
        gutters: list[Upright] = []
        for way in wires[wire].values():
            for index, own in enumerate(way.levels):
                if own == level:
                    gutters += way.uprights[index : index + 2]
        if all(upright.kind == "gutter" and upright.place[0] == band for upright in gutters):
            positions = [upright.place[1] for upright in gutters]
            yield wire, min(positions), max(positions)
        else:
            yield wire, 0, stages


# Widths


@frozen(kw_only=True)
class _Across:
    """Where things are from the left: stages (and how wide), columns of cards, and the first lane of each channel."""

    stages: Mapping[int, tuple[float, float]] = field(hash=False)
    columns: Mapping[tuple[int, int, int], float] = field(hash=False)
    uprights: Mapping[Upright, float] = field(hash=False)
    width: float


def _across(arrangement: Arrangement, counts: Mapping[Upright, int]) -> _Across:
    """Stand everything side by side; *counts* tells how many lanes each channel has."""
    stages: dict[int, tuple[float, float]] = {}
    columns: dict[tuple[int, int, int], float] = {}
    uprights = {SPINE: float(MARGIN)}
    start = MARGIN + counts.get(SPINE, 0) * LANE
    widest = 0.0
    for number, band in enumerate(arrangement.bands):
        x = float(start)
        for position in range(len(band) + 1):
            gutter = Upright("gutter", (number, position))
            count = counts.get(gutter, 0)
            outside = position in (0, len(band))
            width = _gutter(count) if not outside else float(count * LANE + _SIDE if count else 0)
            uprights[gutter] = x + (width - (count - 1) * LANE) / 2
            x += width
            if position < len(band):
                stage = band[position]
                width = _stage_across(stage, arrangement, counts, x, columns, uprights)
                stages[stage] = x, width
                x += width
        widest = max(widest, x)
    return _Across(stages=stages, columns=columns, uprights=uprights, width=widest + MARGIN)


def _gutter(count: int) -> float:
    return max(_GUTTER, 2 * _SIDE + (count - 1) * LANE + 8)


def _stage_across(
    stage: int,
    arrangement: Arrangement,
    counts: Mapping[Upright, int],
    x: float,
    columns: dict[tuple[int, int, int], float],
    uprights: dict[Upright, float],
) -> float:
    """Stand the columns of a stage that begins at *x* into *columns* and *uprights*; give how wide it is."""
    groups = arrangement.columns[stage]
    left, right = Upright("left", (stage,)), Upright("right", (stage,))
    before, behind = (_EDGE + counts.get(side, 0) * LANE for side in (left, right))
    gaps = [
        [_inner(counts.get(Upright("inner", (stage, g, c)), 0)) for c in range(len(own) - 1)]
        for g, own in enumerate(groups)
    ]
    widths = [len(own) * CARD + sum(gap) for own, gap in zip(groups, gaps, strict=True)]
    inside = max(widths, default=CARD)
    for g, own in enumerate(groups):
        at = x + before + (inside - widths[g]) / 2
        for c in range(len(own)):
            columns[stage, g, c] = at
            at += CARD
            if c < len(own) - 1:
                channel = Upright("inner", (stage, g, c))
                uprights[channel] = at + (gaps[g][c] - (counts.get(channel, 0) - 1) * LANE) / 2
                at += gaps[g][c]
    width = before + inside + behind
    uprights[left] = x + _EDGE / 2
    uprights[right] = x + width - _EDGE / 2 - max(0, counts.get(right, 0) - 1) * LANE
    return width


def _inner(count: int) -> float:
    return max(_INNER, 2 * _SIDE + (count - 1) * LANE)


# Lanes


def _taps(
    picture: Picture,
    wires: Mapping[Wire, Mapping[str, Route]],
    ends: Mapping[str, tuple[float, Face]],
    heights: _Heights,
    across: _Across,
) -> dict[Upright, dict[Wire, Taps]]:
    """Tell for each upright channel at which heights each wire comes in from the left and goes out to the right."""
    found: dict[Upright, dict[Wire, tuple[set[float], set[float]]]] = {}

    def tap(upright: Upright, wire: Wire, side: int, y: float) -> None:
        found.setdefault(upright, {}).setdefault(wire, (set(), set()))[side].add(y)

    for wire, routes in wires.items():
        for head, way in routes.items():
            out, into = _end_heights(picture, wire, head, ends, heights)
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


def _end_heights(
    picture: Picture, wire: Wire, head: str, ends: Mapping[str, tuple[float, Face]], heights: _Heights
) -> tuple[float, float]:
    """Give the heights at which a wire begins and ends."""
    if wire < 0:
        return heights.stages[-wire - 1] + HEAD, heights.stages[-wire] + HEAD
    net = picture.nets[wire]
    (top, tail_face), (bottom, head_face) = ends[net.tail], ends[head]
    return top + tail_face.exits[net.key], bottom + head_face.entries[net.key]


# Together


@frozen
class _Site:
    """Everything that is known of places."""

    arrangement: Arrangement
    heights: _Heights
    across: _Across
    lanes: Mapping[Upright, Mapping[Wire, int]] = field(hash=False)
    ends: Mapping[str, tuple[float, Face]] = field(hash=False)

    def card(self, box: str) -> float:
        """Give where a card begins."""
        place = self.arrangement.places[box]
        return self.across.columns[place.stage, place.group, place.column]

    def lane(self, upright: Upright, wire: Wire) -> float:
        """Give where a wire runs in an upright channel."""
        return self.across.uprights[upright] + self.lanes[upright].get(wire, 0) * LANE

    def run(self, wire: Wire, way: Route, start: Point, end: Point) -> tuple[Point, ...]:
        """Give the corners of a line."""
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


def _panels(picture: Picture, arrangement: Arrangement, towers: list[Tower], site: _Site) -> Iterator[Panel]:
    for number, (stage, tower) in enumerate(zip(picture.stages, towers, strict=True)):
        (x, width), y = site.across.stages[number], site.heights.stages[number]
        left = x + _EDGE + _lanes_at(site, Upright("left", (number,)))
        inside = width - (left - x) - _EDGE - _lanes_at(site, Upright("right", (number,)))
        groups = [(y + top, y + bottom) for top, bottom in tower.groups]
        middle = left + inside / 2
        yield Panel(
            stage=stage,
            x=x,
            y=y,
            width=width,
            height=tower.height,
            lines=tuple(line.moved(left, y) for line in tower.lines),
            head=tower.head,
            banner=tower.banner
            and Rectangle(x=left, y=y + tower.banner[0], width=inside, height=tower.banner[1] - tower.banner[0]),
            frames=tuple(_frames(number, arrangement, groups, site)),
            steps=tuple((middle, before[1], after[0]) for before, after in itertools.pairwise(groups)),
        )


def _lanes_at(site: _Site, upright: Upright) -> float:
    return LANE * (max(site.lanes.get(upright, {}).values(), default=-1) + 1)


def _frames(
    stage: int, arrangement: Arrangement, groups: list[tuple[float, float]], site: _Site
) -> Iterator[Rectangle]:
    for g, (columns, (top, bottom)) in enumerate(zip(arrangement.columns[stage], groups, strict=True)):
        if is_framed(columns):
            left = site.across.columns[stage, g, 0]
            right = site.across.columns[stage, g, len(columns) - 1] + CARD
            yield Rectangle(x=left - FRAME, y=top, width=right - left + 2 * FRAME, height=bottom - top)


def _cards(picture: Picture, faces: Mapping[str, Face], site: _Site) -> Iterator[Card]:
    for box in picture.boxes:
        face = faces[box.id]
        yield Card(
            x=site.card(box.id), y=site.heights.cards[box.id], width=CARD, height=face.height, box=box, face=face
        )


def _nets(picture: Picture, wires: Mapping[Wire, Mapping[str, Route]], site: _Site) -> Iterator[Runs]:
    for number, net in enumerate(picture.nets):
        runs = []
        for head, way in wires[number].items():
            out, into = _end_heights(picture, number, head, site.ends, site.heights)
            runs.append(site.run(number, way, (site.card(net.tail) + CARD, out), (site.card(head), into)))
        yield Runs(net=net, runs=tuple(runs))


def _passages(picture: Picture, arrangement: Arrangement, site: _Site) -> Iterator[Passage]:
    for number, stage in enumerate(picture.stages[1:], start=1):
        before, width = site.across.stages[number - 1]
        start = before + width, site.heights.stages[number - 1] + HEAD
        end = site.across.stages[number][0], site.heights.stages[number] + HEAD
        if arrangement.band(number)[1] == 0:
            yield Passage(stage=stage, run=site.run(-number, transition_route(arrangement, number), start, end))
        else:
            yield Passage(stage=stage, run=(start, end))


# Words


def _title(picture: Picture) -> Iterator[Line]:
    yield Line(shown(picture.name), x=MARGIN, y=40, size=20, role="strong", bold=True)
    yield Line(shown(picture.subtitle), x=MARGIN, y=60, size=12, role="quiet")
    standings = picture.standings
    if standings is None:
        return
    whole = standings.whole
    yield Line(shown(whole.words), x=MARGIN + 24, y=86, size=13, role=whole.kind, bold=True)
    facts = ", ".join(filter(None, (f"execution {standings.execution}", *standings.facts)))
    yield Line(shown(facts), x=MARGIN, y=106, size=12, role="quiet")
    if whole.message:
        yield Line(shown(whole.message), x=MARGIN, y=124, size=12, role=whole.kind)


def _fitted(line: Line, width: float) -> Line:
    return evolve(line, text=cut(line.text, width - line.x - MARGIN, line.size, line.bold))


def _legend(picture: Picture, top: float, width: float) -> Iterator[Sign]:
    """Yield the signs that are used, from left to right and in as many rows as it takes."""
    x, y = float(MARGIN), top
    signs = [(shown(name), 22, {"category": name}) for name in dict.fromkeys(box.category for box in picture.boxes)]
    signs += [(f"{kind}s", 34, {"net": kind}) for kind in dict.fromkeys(net.key[0] for net in picture.nets)]
    for name, room, what in signs:
        word = Line(cut(name, width - 2 * MARGIN - room, 11), x=x + room, y=y, size=11, role="quiet")
        if x > MARGIN and word.x + word.width > width - MARGIN:
            x, y = float(MARGIN), y + 22
            word = word.moved(MARGIN + room - word.x, 22)
        yield Sign(line=word, **what)
        x = word.x + word.width + 16
