"""Which of the lines that run through a channel side by side runs where, so that few of them cross."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from attrs import frozen

Name = TypeVar("Name", bound=Hashable)

_NEAR = 3.0
"""Lines nearer to each other than this many pixels are taken for one."""
_OVERLAP = 50
"""How many crossings are better than two lines that lie on each other."""
_ROUNDS = 10


@frozen
class Taps:
    """Where lines join the one in the channel: positions along it, of those from before it and of those after it.

    In an upright channel *before* is the left side and positions are heights.
    """

    before: tuple[float, ...]
    after: tuple[float, ...]

    @property
    def span(self) -> tuple[float, float]:
        """From where to where the line runs."""
        both = (*self.before, *self.after)
        return min(both), max(both)

    @property
    def straight(self) -> bool:
        """Whether it passes right through, so that it needs no lane."""
        first, last = self.span
        return last - first < _NEAR


def lanes(taps: Mapping[Name, Taps]) -> dict[Name, int]:
    """Give each line its lane, counted from 0; lines that do not meet may share one."""
    names = _in_order({name: own for name, own in taps.items() if not own.straight})
    found: dict[Name, int] = {}
    for index, name in enumerate(names):
        earlier = (found[other] for other in names[:index] if _meet(taps[name].span, taps[other].span))
        found[name] = max(earlier, default=-1) + 1
    return found


def laid_on_another(taps: Mapping[Name, Taps], found: Mapping[Name, int]) -> set[Name]:
    """Tell which lines come in on one that goes out at the same place, where no order of the lanes could help."""
    return {
        name for name in found for other in found if found[other] < found[name] and _overlaps(taps[other], taps[name])
    }


def _in_order(taps: Mapping[Name, Taps]) -> list[Name]:
    """Put each line, one after the other, where it costs least, until none gets better elsewhere."""
    costs = {(one, other): _cost(taps[one], taps[other]) for one in taps for other in taps if one != other}
    names: list[Name] = []
    for name in taps:
        names.insert(_best_position(name, names, costs), name)
    for _ in range(_ROUNDS):
        before = list(names)
        for name in before:
            names.remove(name)
            names.insert(_best_position(name, names, costs), name)
        if names == before:
            break
    return names


def _best_position(name: Name, names: list[Name], costs: Mapping[tuple[Name, Name], int]) -> int:
    """Find where in a row a line costs least, as far to the front as possible."""
    cost = best = sum(costs[name, other] for other in names)
    position = 0
    for index, other in enumerate(names, start=1):  # step behind one after the other
        cost += costs[other, name] - costs[name, other]
        if cost < best:
            best, position = cost, index
    return position


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] + 2 * _NEAR and other[0] < one[1] + 2 * _NEAR


def _cost(first: Taps, second: Taps) -> int:
    """Count the crossings there are when *first* runs before *second*."""
    crossings = sum(_within(position, first.span) for position in second.before)
    crossings += sum(_within(position, second.span) for position in first.after)
    return crossings + _OVERLAP * _overlaps(first, second)


def _overlaps(first: Taps, second: Taps) -> int:
    """Count where a line that goes out of *first* lies on one that comes into *second*, further on."""
    return sum(abs(one - other) < _NEAR for one in first.after for other in second.before)


def _within(position: float, span: tuple[float, float]) -> bool:
    return span[0] < position < span[1]
