"""Where things are from the top: stages, cards, and each line in each level channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from pipelinekit.drawing.routes import Arrangement, Level, Upright, Wire, Wires
from pipelinekit.drawing.tower import LANE, Tower

_BELOW_BAND = 30


@frozen(kw_only=True)
class Heights:
    """Heights on the page; ``bottom`` is where the last band ends."""

    stages: Mapping[int, float] = field(hash=False)
    cards: Mapping[str, float] = field(hash=False)
    levels: Mapping[tuple[Level, Wire], float] = field(hash=False)
    bottom: float


def heights_of(
    arrangement: Arrangement,
    towers: Sequence[Tower],
    wires: Wires,
    levels: Mapping[Level, list[Wire]],
    top: float,
) -> Heights:
    """Stack the bands below *top*; *levels* tells which wires run through each level channel."""
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
    return Heights(stages=stages, cards=cards, levels=found, bottom=top - 8)


def _narrow_first(span: tuple[Wire, int, int]) -> tuple[int, int]:
    return span[2] - span[1], span[1]


def _spans(level: Level, users: list[Wire] | tuple[()], wires: Wires, stages: int) -> Iterator[tuple[Wire, int, int]]:
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
