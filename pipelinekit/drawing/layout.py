"""Everything that is drawn, and where: stages, cards, the lines between them, title and legend."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from attrs import evolve, frozen

from pipelinekit.drawing.across import EDGE, MARGIN
from pipelinekit.drawing.face import WIDTH as CARD
from pipelinekit.drawing.face import Face, Line
from pipelinekit.drawing.metrics import cut
from pipelinekit.drawing.picture import Box, Net, Picture, StagePicture
from pipelinekit.drawing.routes import Point, Upright
from pipelinekit.drawing.site import Site, site_of
from pipelinekit.drawing.text import shown
from pipelinekit.drawing.tower import FRAME, HEAD, LANE, is_framed

_LEAST_WIDTH = 480


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
    """Lay a picture out, in pixels."""
    lines = tuple(_title(picture))
    site = site_of(picture, top=lines[-1].y + 24)
    width = max(_LEAST_WIDTH, site.across.width)
    legend = tuple(_legend(picture, site.heights.bottom + 20, width))
    return Layout(
        picture=picture,
        width=width,
        height=max([sign.line.y for sign in legend], default=site.heights.bottom) + 20,
        lines=tuple(_fitted(line, width) for line in lines),
        panels=tuple(_panels(site)),
        cards=tuple(_cards(site)),
        nets=tuple(_nets(site)),
        passages=tuple(_passages(site)),
        legend=legend,
    )


def _panels(site: Site) -> Iterator[Panel]:
    for number, (stage, tower) in enumerate(zip(site.picture.stages, site.towers, strict=True)):
        (x, width), y = site.across.stages[number], site.heights.stages[number]
        left = x + EDGE + LANE * site.count(Upright("left", (number,)))
        inside = width - (left - x) - EDGE - LANE * site.count(Upright("right", (number,)))
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
            frames=tuple(_frames(site, number, groups)),
            steps=tuple((middle, before[1], after[0]) for before, after in itertools.pairwise(groups)),
        )


def _frames(site: Site, stage: int, groups: list[tuple[float, float]]) -> Iterator[Rectangle]:
    for g, (columns, (top, bottom)) in enumerate(zip(site.arrangement.columns[stage], groups, strict=True)):
        if is_framed(columns):
            left = site.across.columns[stage, g, 0]
            right = site.across.columns[stage, g, len(columns) - 1] + CARD
            yield Rectangle(x=left - FRAME, y=top, width=right - left + 2 * FRAME, height=bottom - top)


def _cards(site: Site) -> Iterator[Card]:
    for box in site.picture.boxes:
        face = site.faces[box.id]
        yield Card(
            x=site.card(box.id), y=site.heights.cards[box.id], width=CARD, height=face.height, box=box, face=face
        )


def _nets(site: Site) -> Iterator[Runs]:
    for number, net in enumerate(site.picture.nets):
        left = site.card(net.tail) + CARD
        yield Runs(net=net, runs=tuple(site.run(number, head, left, site.card(head)) for head in net.heads))


def _passages(site: Site) -> Iterator[Passage]:
    for number, stage in enumerate(site.picture.stages[1:], start=1):
        before, width = site.across.stages[number - 1]
        start, end = before + width, site.across.stages[number][0]
        if -number in site.wires:
            yield Passage(stage=stage, run=site.run(-number, stage.id, start, end))
        else:
            height = site.heights.stages[number] + HEAD
            yield Passage(stage=stage, run=((start, height), (end, height)))


def _title(picture: Picture) -> Iterator[Line]:
    yield Line(shown(picture.name), x=MARGIN, y=40, size=20, role="strong", bold=True)
    yield Line(shown(picture.subtitle), x=MARGIN, y=60, size=12, role="quiet")
    standings, y = picture.standings, 60
    if standings is not None:
        whole = standings.whole
        yield Line(shown(whole.words), x=MARGIN + 24, y=86, size=13, role=whole.kind, bold=True)
        facts = ", ".join(filter(None, (f"execution {standings.execution}", *standings.facts)))
        yield Line(shown(facts), x=MARGIN, y=106, size=12, role="quiet")
        y = 124 if whole.message else 106
        if whole.message:
            yield Line(shown(whole.message), x=MARGIN, y=y, size=12, role=whole.kind)
    told = [f"▷ {beginning.told}" for beginning in picture.beginnings]
    told += [f"variables: {picture.variables}"] if picture.variables else []
    for number, text in enumerate(told, start=1):
        yield Line(shown(text), x=MARGIN, y=y + 18 * number, size=12, role="plain")


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
