"""How high things stand in a stage: its head, its groups one below the other, and the gaps between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from pipelinekit.drawing.face import Face, Line
from pipelinekit.drawing.metrics import cut, wrapped
from pipelinekit.drawing.picture import StagePicture
from pipelinekit.drawing.text import shown

LANE = 8
"""How far lines that run side by side are from each other."""
FRAME = 8
"""How far the frame around actions that run side by side stands from their cards."""
HEAD = 22
"""The height at which a transition enters a stage, from its top."""
_NAME_SIZE, _SIZE = 14.5, 11.5
_LINE = 16
_ABOVE_FIRST, _BETWEEN = 12, 36
_CAPTION = 16
_BETWEEN_CARDS = 12
_EMPTY = 36
_ABOVE_EXIT = 6
_MARK = 16


@frozen(kw_only=True)
class Tower:
    """Heights in a stage, counted from its top."""

    height: float
    head: float
    lines: tuple[Line, ...]
    banner: tuple[float, float] | None
    """From where to where the reason of a closed entrance stands."""
    gaps: tuple[float, ...]
    """For each group the height of the first line that runs above it."""
    groups: tuple[tuple[float, float], ...]
    """From where to where each group is, with its frame if it has one."""
    cards: Mapping[str, float] = field(hash=False)


def tower_of(
    stage: StagePicture,
    columns: Sequence[Sequence[Sequence[str]]],
    faces: Mapping[str, Face],
    lines_above: Sequence[int],
    width: float,
) -> Tower:
    """Stack a stage of that inner width. *lines_above* tells for each group how many lines run in the gap above it."""
    lines, y = _head(stage, width)
    head, banner = y, None
    if stage.closed is not None:
        reason = wrapped(f"Closed: {shown(stage.closed)}", width - 20, _SIZE, lines=3, bold=True)
        lines += [
            Line(t, x=10, y=y + 16 + n * _LINE, size=_SIZE, role="closed", bold=True) for n, t in enumerate(reason)
        ]
        banner = (y, y + 8 + len(reason) * _LINE)
        y = banner[1]
    for condition in stage.entrance:
        y = _condition(condition, width, y, lines)
    gaps, groups = [], []
    cards: dict[str, float] = {}
    for number, (group, above) in enumerate(zip(columns, lines_above, strict=True)):
        room = _BETWEEN if number else _ABOVE_FIRST
        gaps.append(y + room / 2)
        y += room + above * LANE
        top, framed = y, is_framed(group)
        if framed:
            many = sum(map(len, group))
            caption = cut(f"{many} side by side", width, 10.5)
            lines.append(Line(caption, x=0, y=y + 15, size=10.5, role="quiet"))
            y += FRAME + _CAPTION
        y = _stack(group, faces, y, cards) + (FRAME if framed else 0)
        groups.append((top, y))
    if not groups:
        lines.append(Line("no actions", x=0, y=y + 24, size=_SIZE, role="quiet"))
        y += _EMPTY
    if stage.exit:
        y += _ABOVE_EXIT
    for condition in stage.exit:
        y = _condition(condition, width, y, lines)
    return Tower(
        height=y + 16,
        head=head,
        lines=tuple(lines),
        banner=banner,
        gaps=tuple(gaps),
        groups=tuple(groups),
        cards=cards,
    )


def is_framed(group: Sequence[Sequence[str]]) -> bool:
    """Whether several actions of a group run side by side."""
    return sum(map(len, group)) > 1


def _stack(group: Sequence[Sequence[str]], faces: Mapping[str, Face], top: float, cards: dict[str, float]) -> float:
    """Stand the cards of a group below each other, column by column, into *cards*; give where the longest ends."""
    lowest = top
    for column in group:
        y = top
        for box in column:
            cards[box] = y
            y += faces[box].height + _BETWEEN_CARDS
        lowest = max(lowest, y - _BETWEEN_CARDS)
    return lowest


def _condition(told: str, width: float, y: float, lines: list[Line]) -> float:
    """Add what a condition says to the lines, below *y*; give where it ends."""
    for number, text in enumerate(wrapped(shown(told), width - _MARK, _SIZE, lines=4)):
        y += _LINE
        if number == 0:
            lines.append(Line("◇", x=0, y=y, size=_SIZE, role="waiting", bold=True))
        lines.append(Line(text, x=_MARK, y=y, size=_SIZE, role="plain"))
    return y + 2


def _head(stage: StagePicture, width: float) -> tuple[list[Line], float]:
    room = width if stage.standing is None else width - 26
    name = Line(
        cut(shown(stage.name), room, _NAME_SIZE, bold=True), x=0, y=27, size=_NAME_SIZE, role="strong", bold=True
    )
    if stage.standing is None:
        return [name], 40
    words = cut(shown(stage.standing.words), room, _SIZE, bold=True)
    return [name, Line(words, x=0, y=44, size=_SIZE, role=stage.standing.kind, bold=True)], 56
