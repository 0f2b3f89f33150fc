"""A picture as SVG: one file that needs nothing else, light or dark as the reader's system is."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from typing import Any

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.drawing import icons, theme
from pipelinekit.drawing.across import MARGIN
from pipelinekit.drawing.face import ICON, PADDING
from pipelinekit.drawing.layout import Card, Layout, Panel, Passage, Rectangle, Runs, Sign, layout_of
from pipelinekit.drawing.picture import Box, NetKey, Picture, StagePicture, picture_of
from pipelinekit.drawing.shapes import MARK, arrowhead, mark, number, outline, point, rounded, tag, text, words
from pipelinekit.drawing.standing import Standing
from pipelinekit.drawing.tower import HEAD

_FONT = "-apple-system,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif"
_SHAPES = (
    ("text", f"font-family:{_FONT};white-space:pre"),
    (".status", "stroke-width:1.5"),
    (".b-idle", "stroke-dasharray:4 3"),
    (".frame", "fill:none;stroke-dasharray:2 4;stroke-linecap:round"),
    (".fold", "stroke-width:.75"),
    (".net", "fill:none;stroke-width:1.75"),
    (".l-pending", "stroke-width:1.25"),
    (".variable", "stroke-dasharray:5 3"),
    (".step", "fill:none;stroke-width:1.5"),
    (".passage", "fill:none;stroke-width:3"),
    (".gate", "stroke-width:2"),
    (".shut", "stroke-width:2.5;stroke-linecap:round"),
    (".glyph", "fill:none;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round"),
    (".mark", "fill:none;stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round"),
    (".ring", "fill:none;stroke-width:1.75"),
    (".flow:hover .net", "stroke-width:3.5"),
)
"""What the classes look like but for their colours."""

_LEGEND_ICON = 0.6

Linked = Mapping[tuple[str, NetKey], str]
"""The colour of the line that joins a box, for what it carries."""


def drawn(definition: Definition, execution: Mapping[str, Any] | None = None) -> str:
    """Draw a definition as SVG, and how an execution of it stands.

    It holds no script, no link and no font; what is cut short is whole in a tooltip, and the whole is told in its
    description. Stages stand side by side, in several rows when there are many; solid lines carry artifacts, dashed
    ones variables. The same picture is always the same text.
    """
    layout = layout_of(picture_of(definition, execution))
    body = list(_body(layout))
    scope = f"pk{hashlib.sha256(''.join(body).encode()).hexdigest()[:8]}"  # several may stand in one page
    width, height = math.ceil(layout.width), math.ceil(layout.height)
    return (
        tag(
            "svg",
            "\n",
            *(f"{line}\n" for line in (*_head(layout.picture, scope), *body)),
            xmlns="http://www.w3.org/2000/svg",
            id=scope,
            role="img",
            aria_labelledby=f"{scope}-title {scope}-desc",
            width=width,
            height=height,
            viewBox=f"0 0 {width} {height}",
        )
        + "\n"
    )


def _head(picture: Picture, scope: str) -> Iterator[str]:
    yield tag("title", words(picture.title), id=f"{scope}-title")
    yield tag("desc", words(" ".join(_description(picture))), id=f"{scope}-desc")
    shapes = "".join(f"#{scope} {selector}{{{look}}}\n" for selector, look in _SHAPES)
    yield tag("style", f"\n{shapes}{theme.style(f'#{scope}')}")


def _description(picture: Picture) -> Iterator[str]:
    """Tell the picture in sentences, for those who cannot see it."""
    yield from (f"Started by {beginning.told}." for beginning in picture.beginnings)
    for stage in picture.stages:
        groups = [" and ".join(_told(box) for box in group) for group in stage.groups]
        yield f"Stage {' '.join(_facts(stage))}: {', then '.join(groups) or 'no actions'}."
        yield from (f"{told[0].upper()}{told[1:]}." for told in (*stage.entrance, *stage.exit))


def _told(box: Box) -> str:
    return box.name if box.standing is None else f"{box.name} ({box.standing.words})"


def _facts(stage: StagePicture) -> Iterator[str]:
    yield stage.name
    if stage.closed is not None:
        yield f"(closed: {stage.closed})"
    if stage.standing is not None:
        yield f"({stage.standing.sentence})"


def _body(layout: Layout) -> Iterator[str]:
    yield tag("rect", class_="page", width=math.ceil(layout.width), height=math.ceil(layout.height))
    yield from map(text, layout.lines)
    if layout.picture.standings is not None:
        yield mark(layout.picture.standings.whole, MARGIN, layout.lines[2].y - 13)
    for passage in layout.passages:
        yield from _passage(passage)
    for panel in layout.panels:
        yield tag("g", *_panel(panel))
    colours = _colours(layout)
    linked: dict[tuple[str, NetKey], str] = {}
    for runs, colour in zip(layout.nets, colours, strict=True):
        yield tag("g", *_net(runs, colour, layout.picture), class_="flow")
        linked |= {(box, runs.net.key): colour for box in (runs.net.tail, *runs.net.heads)}
    for card in layout.cards:
        yield tag("g", *_card(card), *_ports(card, linked), data_action=card.box.id)
    for sign in layout.legend:
        yield from _sign(sign)


# Lines


def _colours(layout: Layout) -> list[str]:
    """Give each net a colour: those that begin at one action share it; what has not flowed yet is grey."""
    boxes = {box.id: box for box in layout.picture.boxes}
    tails = {tail: order for order, tail in enumerate(dict.fromkeys(runs.net.tail for runs in layout.nets))}
    return [_colour(boxes[runs.net.tail].standing, tails[runs.net.tail]) for runs in layout.nets]


def _colour(standing: Standing | None, order: int) -> str:
    return "pending" if standing is not None and standing.kind != "good" else theme.NETS[order % len(theme.NETS)]


def _net(runs: Runs, colour: str, picture: Picture) -> Iterator[str]:
    names = {box.id: box.name for box in picture.boxes}
    kind, heads = runs.net.key[0], ", ".join(names[head] for head in runs.net.heads)
    yield tag("title", words(f"{kind} {', '.join(runs.net.things)}: {names[runs.net.tail]} to {heads}"))
    yield tag("path", class_=f"net {kind} l-{colour}", d="".join(map(rounded, runs.runs)))


def _passage(passage: Passage) -> Iterator[str]:
    (x, y), closed = passage.run[-1], passage.stage.closed is not None
    yield tag("path", class_="passage", d=rounded([*passage.run[:-1], (x - (10 if closed else 8), y)]))
    if not closed:
        yield tag("path", class_="tip", d=arrowhead((x - 1, y), 10, 6))


# Stages


def _panel(panel: Panel) -> Iterator[str]:
    stage = panel.stage
    yield tag("title", words("\n".join(_facts(stage))))
    yield _rectangle(panel, _panel_look(stage.standing), 12)
    if panel.banner is not None:
        yield _rectangle(panel.banner, "banner", 6)
    yield from (_rectangle(frame, "frame", 10) for frame in panel.frames)
    for x, top, bottom in panel.steps:
        yield tag("path", class_="step", d=f"M{point((x, top + 3))}V{number(bottom - 8)}")
        yield tag("path", class_="tip", d=arrowhead((x, bottom - 2), 8, 5, down=True))
    yield from map(text, panel.lines)
    if stage.standing is not None:
        yield mark(stage.standing, panel.x + panel.width - 18 - MARK, panel.y + 14)
    if stage.closed is not None:
        yield tag("circle", class_="gate", cx=panel.x, cy=panel.y + HEAD, r=10)
        yield tag("path", class_="shut", d=f"M{point((panel.x - 5, panel.y + HEAD))}h10")


def _panel_look(standing: Standing | None) -> str:
    """Only what wants to be looked at gets an edge of its own."""
    return "panel" if standing is None or standing.kind in ("idle", "good") else f"panel status e-{standing.kind}"


def _rectangle(area: Rectangle, look: str, corner: float) -> str:
    return tag("rect", class_=look, x=area.x, y=area.y, width=area.width, height=area.height, rx=corner)


# Actions


def _card(card: Card) -> Iterator[str]:
    box, face = card.box, card.face
    shape = outline(card.x, card.y, card.width, card.height, cut=box.category == "Approval")
    category = theme.category_of(box.category)
    corner = card.x + PADDING, card.y + PADDING
    yield tag("title", words("\n".join(_whole(box))))
    yield tag("path", class_=_card_look(box), d=shape)
    yield tag("rect", class_=f"c-{category}", x=corner[0], y=corner[1], width=ICON, height=ICON, rx=7)
    yield tag("path", class_="glyph", transform=f"translate({point(corner)})", d=icons.CATEGORIES[category])
    if face.fold is not None:
        fold = f"M{point((corner[0], card.y + face.fold))}h{number(card.width - 2 * PADDING)}"
        yield tag("path", class_="fold", d=fold)
    yield from (text(line.moved(card.x, card.y)) for line in face.lines)
    if box.standing is not None:
        yield mark(box.standing, card.x + card.width - PADDING - MARK, corner[1])


def _card_look(box: Box) -> str:
    if box.standing is not None:
        return f"status b-{box.standing.kind}"
    return "asking status" if box.category == "Approval" else "card"


def _ports(card: Card, linked: Linked) -> Iterator[str]:
    for key, height in card.face.entries.items():
        if (card.box.id, key) in linked:
            tip = card.x, card.y + height
            yield tag("path", class_=f"p-{linked[card.box.id, key]}", d=arrowhead(tip, 8, 4.5))
    for key, height in card.face.exits.items():
        if (card.box.id, key) in linked:
            centre = {"cx": card.x + card.width, "cy": card.y + height}
            yield tag("circle", class_=f"p-{linked[card.box.id, key]}", r=3.5, **centre)


def _whole(box: Box) -> Iterator[str]:
    """Tell everything of an action: its card may have cut some of it short."""
    yield box.name
    if box.standing is not None:
        yield box.standing.words if box.asked else box.standing.sentence
    yield box.kind
    if box.detail:
        yield box.asked or box.detail
    if box.reads or box.variables:
        yield f"reads {', '.join([*box.reads, *box.variables])}"
    if box.makes:
        yield f"makes {', '.join(box.makes)}"


# Legend


def _sign(sign: Sign) -> Iterator[str]:
    """Explain an icon, or a kind of line."""
    x, y = sign.line.x, sign.line.y
    if sign.net is not None:
        yield tag("path", class_=f"net {sign.net} l-order", d=f"M{point((x - 34, y - 4))}h28")
    else:
        look = theme.category_of(sign.category)
        icon = tag("rect", class_=f"c-{look}", width=ICON, height=ICON, rx=7)
        glyph = tag("path", class_="glyph", d=icons.CATEGORIES[look])
        yield tag("g", icon, glyph, transform=f"translate({point((x - 22, y - 12.5))}) scale({_LEGEND_ICON})")
    yield text(sign.line)
