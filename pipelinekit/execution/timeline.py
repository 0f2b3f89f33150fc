"""What of an execution ran when, what it had to wait for in the end, and what would make it shorter."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from pipelinekit.codepipeline.declaration import StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition
from pipelinekit.codepipeline.order import edges_of
from pipelinekit.values import in_words

_MOVABLE = ("Build", "Test", "Compute")
"""Categories of which two may trade places: nobody wants a deployment beside the tests that it waits for."""
_LEAST_SECONDS = 1.0
"""Less than this is not worth a word."""
_SAME_MOMENT = 0.001
_LEAST_SHARE = 0.2
"""An approval that took a smaller part of an execution is not worth a word either."""


@frozen(kw_only=True)
class Span:
    """One attempt at an action, or one evaluation of a rule, of which ``action`` is ``onSuccess/RULE``.

    Times are seconds since 1970; ``end`` is None while it goes on.
    """

    stage: str
    action: str
    attempt: int
    status: str
    start: float
    end: float | None

    @property
    def key(self) -> ActionKey:
        """Stage and action."""
        return self.stage, self.action

    def seconds(self, now: float) -> float:
        """How long it took, or has taken until *now*."""
        return max(0.0, (now if self.end is None else self.end) - self.start)


@frozen(kw_only=True)
class Timeline:
    """An execution in time. ``critical`` are the spans that the end waited for, each for the one before it."""

    pipeline: str
    execution: str
    status: str
    start: float
    end: float
    spans: tuple[Span, ...]
    critical: tuple[Span, ...]
    advice: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start


def timeline_of(
    definition: Definition, execution: str, status: str, start: float, spans: Iterable[Span], *, now: float
) -> Timeline:
    """Put the attempts of an execution in order, and find what its length comes from.

    *now* is when it ended, or the present while it goes on.
    """
    ordered = tuple(sorted(spans, key=lambda span: (span.start, now if span.end is None else span.end)))
    end = max(start, now)
    return Timeline(
        pipeline=definition.name,
        execution=execution,
        status=status,
        start=start,
        end=end,
        spans=ordered,
        critical=tuple(_critical(ordered, now)),
        advice=tuple(itertools.chain(_waits(definition, ordered, start, end), _shorter(definition, ordered, now))),
    )


def _critical(spans: Sequence[Span], now: float) -> list[Span]:
    """Walk back from the last end: each span waited for the one that ended last before it began."""
    path: list[Span] = []
    current = max(spans, key=lambda span: now if span.end is None else span.end, default=None)
    while current is not None:
        path.append(current)
        moment = current.start + _SAME_MOMENT
        before = [s for s in spans if s.end is not None and s.end <= moment and s.start < current.start]
        current = max(before, key=lambda span: span.end or 0.0, default=None)
    return path[::-1]


def _waits(definition: Definition, spans: Sequence[Span], start: float, end: float) -> Iterator[str]:
    """Tell of approvals that took a good part of the whole."""
    approvals = {
        (stage.name, action.name)
        for stage, action in definition.actions()
        if action.action_type_id.category == "Approval"
    }
    whole = max(end - start, _SAME_MOMENT)
    for span in spans:
        took = span.seconds(end)
        if span.key in approvals and took >= max(_LEAST_SECONDS, _LEAST_SHARE * whole):
            share = round(100 * took / whole)
            yield f"{span.stage}/{span.action} waited {in_words(took)} for an answer: {share} % of the whole"


# What would be shorter ------------------------------------------------------------------------------------------------


def _shorter(definition: Definition, spans: Sequence[Span], now: float) -> Iterator[str]:
    took = {span.key: span.seconds(now) for span in spans if span.status == "Succeeded"}  # the last attempt stands
    waits: dict[ActionKey, set[ActionKey]] = {}
    for edge in edges_of(definition):
        if edge.carried:  # what carries nothing is an order that somebody wished for
            waits.setdefault(edge.after, set()).add(edge.before)
    for stage in definition.pipeline.stages:
        for groups in _movable(stage):
            yield from _side_by_side(stage.name, groups, took, waits)


def _movable(stage: StageDeclaration) -> Iterator[list[list[str]]]:
    """Yield each row of groups, one after the other, in which everything may trade places."""
    orders = sorted({action.run_order for action in stage.actions})
    groups = [[action for action in stage.actions if action.run_order == order] for order in orders]
    for movable, row in itertools.groupby(
        groups, key=lambda group: all(action.action_type_id.category in _MOVABLE for action in group)
    ):
        names = [[action.name for action in group] for group in row]
        if movable and len(names) > 1:
            yield names


def _side_by_side(
    stage: str,
    groups: list[list[str]],
    took: Mapping[ActionKey, float],
    waits: Mapping[ActionKey, set[ActionKey]],
) -> Iterator[str]:
    """Tell what is saved when each action of a row of groups starts as soon as what it needs is there."""
    names = [name for group in groups for name in group]
    if any((stage, name) not in took for name in names):
        return  # only what ran through can be told
    level: dict[str, int] = {}
    for name in names:
        needed = [level[other] for other in level if (stage, other) in waits.get((stage, name), ())]
        level[name] = max(needed, default=-1) + 1
    was = sum(max(took[stage, name] for name in group) for group in groups)
    would = sum(max(took[stage, name] for name in names if level[name] == at) for at in sorted(set(level.values())))
    saved = was - would
    moved = [name for number, group in enumerate(groups) for name in group if level[name] < number]
    if saved < _LEAST_SECONDS or not moved:
        return
    beside = [name for name in names if level[name] == level[moved[0]] and name not in moved]
    pair = [*beside, *moved] if len(moved) == 1 else moved
    if len(moved) == 1 and beside:
        yield f"{stage}: {_listed(pair)} do not depend on each other; side by side they save {in_words(saved)}"
    else:
        yield f"{stage}: {_listed(moved)} could start earlier: what they need is there; that saves {in_words(saved)}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
