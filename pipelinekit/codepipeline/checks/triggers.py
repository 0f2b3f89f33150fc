"""What starts the pipeline: the sources of triggers, and filters that AWS refuses or that never match (PK50x)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelinekit.codepipeline.checks.facts import Facts, listing, setting
from pipelinekit.codepipeline.declaration import FilterCriteria, PullRequestFilter, PushFilter, TriggerDeclaration
from pipelinekit.codepipeline.globs import excludes_everything, matches_glob, why_no_path, why_no_ref
from pipelinekit.codepipeline.limits import (
    FILTERS_MAX,
    PATTERN_LENGTH_MAX,
    PATTERNS_MAX,
    PULL_REQUEST_EVENTS,
    TRIGGERS_MAX,
)
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Location, did_you_mean
from pipelinekit.values import is_settled

_CONNECTION = "CodeStarSourceConnection"


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with each trigger."""
    triggers = facts.definition.pipeline.triggers
    if len(triggers) > TRIGGERS_MAX:
        yield found(
            "PK503",
            facts.at("triggers"),
            f"has {len(triggers)} triggers, where AWS allows {TRIGGERS_MAX}",
            "leave some out, or split the pipeline",
        )
    seen: set[str] = set()
    for trigger in triggers:
        name = trigger.source_action_name
        where = facts.at("trigger", name)
        yield from _source(facts, where, trigger)
        if name in seen:
            yield found(
                "PK502",
                where,
                f"is the second trigger for the source {name}",
                "put its filters into the first one: push=[...], pull_request=[...]",
            )
        seen.add(name)
        yield from _filters(facts, trigger)
        if name in facts.files:
            yield from _waits_for_nothing(facts, trigger, facts.files[name])


def _waits_for_nothing(facts: Facts, trigger: TriggerDeclaration, files: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield each pattern of file paths that matches none of the files there are, and filters that let none pass."""
    given: tuple[tuple[str, tuple[PushFilter | PullRequestFilter, ...]], ...] = (
        ("push", trigger.push),
        ("pull_request", trigger.pull_request),
    )
    for kind, filters in given:
        for index, one in enumerate(filters):
            paths = one.file_paths
            if paths is None or not all(map(is_settled, (*paths.includes, *paths.excludes))):
                continue
            where = facts.at("trigger", trigger.source_action_name, f"{kind}[{index}]", "file_paths")
            missing = [pattern for pattern in paths.includes if not _matches_any(pattern, files)]
            for pattern in missing:
                if why_no_path(pattern) is None:  # else that has been said
                    yield _meets_nothing(where, f"the pattern {pattern!r} matches none of the {len(files)} files there")
            if not missing and paths.excludes and not excludes_everything(paths.includes, paths.excludes):
                left = (file for file in files if not any(matches_glob(p, file) for p in paths.excludes))
                if not any(any(matches_glob(p, file) for p in paths.includes or ("**",)) for file in left):
                    yield _meets_nothing(where, f"excludes each of the {len(files)} files there that it includes")


def _matches_any(pattern: str, files: frozenset[str]) -> bool:
    return pattern in files or any(matches_glob(pattern, file) for file in files)


def _meets_nothing(where: Location, message: str) -> Diagnostic:
    return found("PK506", where, message, "write a path from the top of the repository, such as src/**")


def _source(facts: Facts, where: Location, trigger: TriggerDeclaration) -> Iterator[Diagnostic]:
    name = trigger.source_action_name
    if trigger.provider_type != _CONNECTION:
        yield found(
            "PK501",
            where,
            f"has the provider type {trigger.provider_type!r}, and AWS knows only {_CONNECTION}",
            "leave provider_type out",
        )
    if not is_settled(name):
        return
    sources = {action.name: action for _, action in facts.actions if action.action_type_id.category == "Source"}
    connections = [each for each, action in sources.items() if action.action_type_id.provider == _CONNECTION]
    if name not in sources:
        yield found(
            "PK501",
            where,
            f"there is no source action {name!r}",
            did_you_mean(name, connections) or f"the connections among the sources are {listing(connections)}",
        )
    elif name not in connections:
        yield found(
            "PK501",
            where,
            f"the source {name} reads {sources[name].action_type_id.provider}, and triggers are for connections only",
            "write pk.source.CodeConnections(...), or leave the trigger out: other sources have their own events",
        )
    elif setting(sources[name], "DetectChanges") == "true":
        yield found(
            "PK507",
            where,
            f"{name} says DetectChanges true, and with a trigger only what passes its filters starts the pipeline",
            f"leave detect_changes out of {name}, or write detect_changes=False",
        )


def _filters(facts: Facts, trigger: TriggerDeclaration) -> Iterator[Diagnostic]:
    name = trigger.source_action_name
    given: tuple[tuple[str, tuple[PushFilter | PullRequestFilter, ...]], ...] = (
        ("push", trigger.push),
        ("pull_request", trigger.pull_request),
    )
    for kind, filters in given:
        if len(filters) > FILTERS_MAX:
            yield found(
                "PK503",
                facts.at("trigger", name, kind),
                f"has {len(filters)} filters for {_said(kind)}, where AWS allows {FILTERS_MAX}",
                "put patterns of several into one: an execution starts when any of them matches",
            )
        for index, one in enumerate(filters):
            where = facts.at("trigger", name, f"{kind}[{index}]")
            if one in filters[:index]:
                yield found(
                    "PK524",
                    where,
                    f"is the same filter for {_said(kind)} once more",
                    "leave one of them out",
                )
            yield from _combination(where, one)
            if isinstance(one, PullRequestFilter):
                yield from _events(where, one)
    for index, push in enumerate(trigger.push):
        for field, criteria, why in (
            ("tags", push.tags, why_no_ref),
            ("branches", push.branches, why_no_ref),
            ("file_paths", push.file_paths, why_no_path),
        ):
            yield from _criteria(facts.at("trigger", name, f"push[{index}]", field), field, criteria, why)
    for index, request in enumerate(trigger.pull_request):
        for field, criteria, why in (
            ("branches", request.branches, why_no_ref),
            ("file_paths", request.file_paths, why_no_path),
        ):
            yield from _criteria(facts.at("trigger", name, f"pull_request[{index}]", field), field, criteria, why)


def _said(kind: str) -> str:
    return "pushes" if kind == "push" else "pull requests"


def _combination(where: Location, one: PushFilter | PullRequestFilter) -> Iterator[Diagnostic]:
    if isinstance(one, PushFilter) and one.tags is not None and (one.branches or one.file_paths):
        yield found(
            "PK504",
            where,
            f"has tags together with {'branches' if one.branches else 'file paths'}, which AWS refuses",
            "write two filters: push=[pk.Push(tags=[...]), pk.Push(branches=[...])]",
        )
    elif one.file_paths is not None and one.branches is None:
        yield found(
            "PK516",
            where,
            "has file paths without branches, which the User Guide does not list among what can be combined",
            'say the branches too: branches=["**"] for all of them',
        )


def _events(where: Location, one: PullRequestFilter) -> Iterator[Diagnostic]:
    for event in dict.fromkeys(one.events):
        if event not in PULL_REQUEST_EVENTS:
            yield found(
                "PK503",
                where,
                f"there is no event {event!r}",
                did_you_mean(event, PULL_REQUEST_EVENTS) or f"there are {listing(PULL_REQUEST_EVENTS)}",
            )
        elif one.events.count(event) > 1:
            yield found("PK503", where, f"has the event {event} twice", "leave one of them out")


def _criteria(
    where: Location, field: str, criteria: FilterCriteria | None, why: Callable[[str], str | None]
) -> Iterator[Diagnostic]:
    if criteria is None:
        return
    for side, patterns in (("includes", criteria.includes), ("excludes", criteria.excludes)):
        if len(patterns) > PATTERNS_MAX:
            yield found(
                "PK503",
                where,
                f"{side} {len(patterns)} patterns, where AWS allows {PATTERNS_MAX}",
                "write wider ones, such as release/**, or {a,b} for several in one",
            )
        for pattern in patterns:
            yield from _pattern(where, pattern, why)
    settled = all(map(is_settled, (*criteria.includes, *criteria.excludes)))
    if settled and criteria.excludes and excludes_everything(criteria.includes, criteria.excludes):
        what = listing(map(repr, criteria.includes)) if criteria.includes else "everything"
        yield found(
            "PK505",
            where,
            f"excludes all it includes: {what} is excluded by {listing(map(repr, criteria.excludes))}",
            "take the exclude away: excludes win over includes",
        )


def _pattern(where: Location, pattern: str, why: Callable[[str], str | None]) -> Iterator[Diagnostic]:
    if not is_settled(pattern):
        return
    if not 1 <= len(pattern) <= PATTERN_LENGTH_MAX:
        yield found(
            "PK503",
            where,
            f"the pattern {pattern[:40]!r} has {len(pattern)} characters, not 1 to {PATTERN_LENGTH_MAX}",
            "write a shorter one, with * and **",
        )
        return
    reason = why(pattern)
    if reason is not None:
        yield found("PK505", where, f"the pattern {pattern!r} matches nothing: {reason}", "write a name or a glob")
