"""Where things are from the left: stages, columns of cards, and the upright channels between them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pipelinekit.drawing.face import WIDTH as CARD
from pipelinekit.drawing.routes import SPINE, Arrangement, Upright
from pipelinekit.drawing.tower import LANE

MARGIN = 24
EDGE = 18
"""How far the cards of a stage are from its edge, without the lines that run there."""
INNER = 26
"""How far columns of cards are apart, at least."""
_GUTTER, _SIDE = 48, 16


@frozen(kw_only=True)
class Across:
    """Stages (where, and how wide), columns of cards (stage, group, column), and the first lane of each channel."""

    stages: Mapping[int, tuple[float, float]] = field(hash=False)
    columns: Mapping[tuple[int, int, int], float] = field(hash=False)
    uprights: Mapping[Upright, float] = field(hash=False)
    width: float


def across_of(arrangement: Arrangement, counts: Mapping[Upright, int]) -> Across:
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
    return Across(stages=stages, columns=columns, uprights=uprights, width=widest + MARGIN)


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
    before, behind = (EDGE + counts.get(side, 0) * LANE for side in (left, right))
    gaps = [
        [_between(counts.get(Upright("inner", (stage, g, c)), 0)) for c in range(len(own) - 1)]
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
    uprights[left] = x + EDGE / 2
    uprights[right] = x + width - EDGE / 2 - max(0, counts.get(right, 0) - 1) * LANE
    return width


def _between(count: int) -> float:
    return max(INNER, 2 * _SIDE + (count - 1) * LANE)
