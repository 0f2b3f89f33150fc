"""SVG elements as text: rounded lines, card outlines, marks, lines of text. Everything in them is escaped."""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from pipelinekit.drawing import icons
from pipelinekit.drawing.face import Line
from pipelinekit.drawing.routes import Point
from pipelinekit.drawing.standing import NOT_STARTED, Standing
from pipelinekit.drawing.text import shown

MARK = 16
"""The side of a status mark."""
_ROUND = 10.0


def tag(name: str, *content: str, **attributes: str | float) -> str:
    """Write an element: ``class_`` is the attribute ``class``, ``font_size`` is ``font-size``; *content* is markup."""
    written = "".join(f" {key.rstrip('_').replace('_', '-')}={_value(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    return quoteattr(value if isinstance(value, str) else number(value))


def words(text: str) -> str:
    """Write text as markup; what cannot be seen is spelled out, for XML does not take all of it."""
    return escape("\n".join(shown(line) for line in text.split("\n")))


def number(value: float) -> str:
    """Write a number as short as it can be said, to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def point(at: Point) -> str:
    """Write a point for path data."""
    return f"{number(at[0])} {number(at[1])}"


def rounded(points: Sequence[Point]) -> str:
    """Give path data for a line through some corners, which are made round."""
    parts = [f"M{point(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_ROUND, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{point(start)}Q{point(corner)} {point(end)}")
    return "".join([*parts, f"L{point(points[-1])}"])


def _towards(start: Point, end: Point, distance: float) -> Point:
    whole = math.dist(start, end) or 1
    return start[0] + (end[0] - start[0]) * distance / whole, start[1] + (end[1] - start[1]) * distance / whole


def outline(x: float, y: float, width: float, height: float, *, cut: bool) -> str:
    """Give path data for a card: its corners are round, or *cut* off."""
    right, bottom, corner = x + width, y + height, _ROUND
    corners = [
        ((x, y + corner), (x, y), (x + corner, y)),
        ((right - corner, y), (right, y), (right, y + corner)),
        ((right, bottom - corner), (right, bottom), (right - corner, bottom)),
        ((x + corner, bottom), (x, bottom), (x, bottom - corner)),
    ]
    bends = [f"{point(start)}{'L' if cut else f'Q{point(peak)} '}{point(end)}" for start, peak, end in corners]
    return f"M{'L'.join(bends)}Z"


def arrowhead(tip: Point, length: float, half: float, *, down: bool = False) -> str:
    """Give path data for a triangle that points right, or down."""
    x, y = tip
    first, second = (
        ((x - half, y - length), (x + half, y - length)) if down else ((x - length, y - half), (x - length, y + half))
    )
    return f"M{point(first)}L{point(tip)}L{point(second)}Z"


def text(line: Line) -> str:
    """Write a line of text."""
    more: dict[str, str | float] = {}
    if line.bold:
        more["font_weight"] = "600"
    if line.slanted:
        more["font_style"] = "italic"
    if line.ends:
        more["text_anchor"] = "end"
    return tag("text", words(line.text), class_=f"t-{line.role}", x=line.x, y=line.y, font_size=line.size, **more)


def mark(standing: Standing, x: float, y: float) -> str:
    """Draw the symbol of a status into a square: a full circle with a sign, or an empty one for what does not run."""
    kind = standing.kind
    circle = {"cx": x + MARK / 2, "cy": y + MARK / 2}
    place = f"translate({point((x, y))})"
    if kind != "idle":
        sign = tag("path", class_="mark", transform=place, d=icons.STATUSES[kind])
        return tag("circle", class_=f"m-{kind}", r=MARK / 2, **circle) + sign
    sign = tag("path", class_="mark off", transform=place, d=icons.STATUSES[kind])
    return tag("circle", class_="ring", r=6.5, **circle) + ("" if standing.status == NOT_STARTED else sign)
