"""What starts executions: pushes and pull requests that a connection reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action
from pipelinekit.codepipeline.declaration import FilterCriteria
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, Text, all_of, frozen_members, text, texts

Event: TypeAlias = Literal["OPEN", "UPDATED", "CLOSED"]
CONNECTION = "CodeStarSourceConnection"


def _criteria(given: Iterable[Text] | FilterCriteria | None) -> FilterCriteria | None:
    """Take patterns to include, or a `FilterCriteria` where some are excluded."""
    return given if given is None or isinstance(given, FilterCriteria) else FilterCriteria(includes=texts(given))


def _events(given: Iterable[Event]) -> tuple[Event, ...]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(f"a list of events is wanted here, not {given!r}: write [{given!r}]")
    return tuple(given)


@frozen(kw_only=True)
class Push:
    """Pushes that meet every criterion that is there (CodePipeline API: GitPushFilter).

    Each is a list of globs, or a `FilterCriteria` to exclude some. AWS takes tags alone, branches, and branches with
    file paths.
    """

    branches: FilterCriteria | None = field(default=None, converter=_criteria)
    tags: FilterCriteria | None = field(default=None, converter=_criteria)
    file_paths: FilterCriteria | None = field(default=None, converter=_criteria)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)


@frozen(kw_only=True)
class PullRequest:
    """Pull requests that meet every criterion that is there (CodePipeline API: GitPullRequestFilter).

    ``events`` are OPEN, UPDATED and CLOSED; ``branches`` are those that a request wants to be merged into.
    """

    events: tuple[Event, ...] = field(default=(), converter=_events)
    branches: FilterCriteria | None = field(default=None, converter=_criteria)
    file_paths: FilterCriteria | None = field(default=None, converter=_criteria)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)


def _pushes(given: Push | Iterable[Push]) -> tuple[Push, ...]:
    if isinstance(given, Push):
        return (given,)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a trigger filters pushes by pk.Push(...), not by {given!r}")
    return all_of(Push, given, "a trigger filters pushes by pk.Push(...), not by {!r}")


def _pull_requests(given: PullRequest | Iterable[PullRequest]) -> tuple[PullRequest, ...]:
    if isinstance(given, PullRequest):
        return (given,)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a trigger filters pull requests by pk.PullRequest(...), not by {given!r}")
    return all_of(PullRequest, given, "a trigger filters pull requests by pk.PullRequest(...), not by {!r}")


def _source(given: Action | Text) -> str:
    return given.name if isinstance(given, Action) else text(given)


@frozen(kw_only=True)
class Trigger:
    """What starts an execution: any of its filters (CodePipeline API: PipelineTriggerDeclaration).

    ``source`` is the source action that reads the repository: a `CodeConnections`, or its name. Its ``more``, and those
    of its filters, are members that no parameter stands for, as AWS spells them.
    """

    source: str = field(converter=_source, kw_only=False)
    push: tuple[Push, ...] = field(default=(), converter=_pushes)
    pull_request: tuple[PullRequest, ...] = field(default=(), converter=_pull_requests)
    provider_type: str = CONNECTION
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    where: Place | None = field(factory=here, eq=False, repr=False)


def triggers(given: Iterable[Trigger]) -> tuple[Trigger, ...]:
    """Take the triggers of a pipeline."""
    if isinstance(given, (Trigger, str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a pipeline has a list of triggers, not {given!r}")
    return all_of(Trigger, given, "a pipeline is started by pk.Trigger(...), not by {!r}")
