"""Which pipelines a push or a pull request starts, and why the others do not (User Guide, pipelines-triggers).

An entry of a trigger matches when all criteria in it do, a trigger when any of its entries does. Excludes beat
includes. Each changed file is judged alone, and one that passes is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pipelinekit.codepipeline.declaration import ActionDeclaration, FilterCriteria, TriggerDeclaration
from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.globs import matches_glob
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import assumptions

MOST_FILES = 100
"""How many changed files AWS looks at (User Guide, troubleshooting); which ones, it does not say."""

PullRequestAction: TypeAlias = Literal["OPEN", "UPDATED", "CLOSED"]


def _files(given: Iterable[str] | None) -> tuple[str, ...] | None:
    if isinstance(given, str):
        raise TypeError(f"a list of changed files is wanted, not {given!r}: write [{given!r}]")
    return None if given is None else tuple(given)


def _branch(given: str) -> str:
    return given.removeprefix("refs/heads/")


def _tag(given: str) -> str:
    return given.removeprefix("refs/tags/")


@frozen(kw_only=True)
class PushEvent:
    """A push: of commits to a branch, or of a tag.

    ``files`` are the paths that changed, from the top of the repository; None where nobody knows. ``is_new`` is the
    first push of a branch, which starts nothing that filters by file paths (User Guide, troubleshooting).
    ``repository`` is the one that was pushed to, as its source action names it; None means the one of each pipeline.
    """

    branch: str | None = field(default=None, converter=optional(_branch))
    tag: str | None = field(default=None, converter=optional(_tag))
    files: tuple[str, ...] | None = field(default=None, converter=_files)
    is_new: bool = False
    repository: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.branch is None) == (self.tag is None):
            raise ValueError("a push is one to a branch, or of a tag: say branch= or tag=")


@frozen(kw_only=True)
class PullRequestEvent:
    """A pull request that was opened, updated or closed. ``branch`` is the one it wants to be merged into."""

    branch: str = field(converter=_branch)
    action: PullRequestAction = "OPEN"
    files: tuple[str, ...] | None = field(default=None, converter=_files)
    repository: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.action not in ("OPEN", "UPDATED", "CLOSED"):
            raise ValueError(f"a pull request is OPEN, UPDATED or CLOSED, not {self.action!r}")


RepositoryEvent: TypeAlias = PushEvent | PullRequestEvent


@frozen(kw_only=True)
class Verdict:
    """Whether an event starts a pipeline through one of its source actions.

    ``trigger_type`` is that of the execution (API: ExecutionTrigger) and None when nothing starts; ``reasons`` say
    why, a line for each filter that was looked at.
    """

    pipeline: str
    source: str
    trigger_type: str | None
    reasons: tuple[str, ...]

    @property
    def starts(self) -> bool:
        """Whether an execution starts."""
        return self.trigger_type is not None


class FilesNeeded(PipelineKitError):
    """A filter asks for the files that changed, and nobody said which."""


def judge(given: Pipeline | Definition, event: RepositoryEvent) -> tuple[Verdict, ...]:
    """Judge an event by each source action of a pipeline, in their order.

    Raises:
        FilesNeeded: when it depends on the files that changed, and the event does not say which.
    """
    definition = define(given)
    first = {trigger.source_action_name: trigger for trigger in reversed(definition.pipeline.triggers)}
    sources = [action for _, action in definition.actions() if action.action_type_id.category == "Source"]
    return tuple(_judged(definition.name, action, first.get(action.name), event) for action in sources)


def starts(given: Pipeline | Definition, event: RepositoryEvent) -> bool:
    """Whether an event starts a pipeline.

    Raises:
        FilesNeeded: as `judge`.
    """
    return any(verdict.starts for verdict in judge(given, event))


def _judged(
    pipeline: str, action: ActionDeclaration, trigger: TriggerDeclaration | None, event: RepositoryEvent
) -> Verdict:
    if trigger is not None:
        trigger_type, reasons = _by_trigger(action, trigger, event, pipeline)
    else:
        trigger_type, reason = _by_itself(action, event)
        reasons = (reason,)
    return Verdict(pipeline=pipeline, source=action.name, trigger_type=trigger_type, reasons=reasons)


# Sources without a trigger ------------------------------------------------------------------------------------------


def _by_itself(action: ActionDeclaration, event: RepositoryEvent) -> tuple[str | None, str]:
    """Tell how a source without a trigger notices an event, and why."""
    repository, branch = _reads(action)
    if repository is None:
        return None, f"reads {action.action_type_id.provider}, which knows no pushes"
    if event.repository not in (None, repository):
        return None, f"reads the repository {repository}, not {event.repository}"
    if isinstance(event, PullRequestEvent):
        return None, "has no trigger, and a pull request starts only what has one that asks for it"
    if event.branch is None:
        return None, "has no trigger, and a tag starts only what has one that asks for it"
    if event.branch != branch:
        return None, f"reads the branch {branch}, not {event.branch}"
    return _noticed(action)


def knows_pushes(action: ActionDeclaration) -> bool:
    """Whether a source action reads a repository, to which somebody can push."""
    return _reads(action)[0] is not None


def branch_of(action: ActionDeclaration) -> str | None:
    """Give the branch that a source action reads; None where it reads none."""
    return _reads(action)[1]


def _reads(action: ActionDeclaration) -> tuple[str | None, str | None]:
    """Give the repository and the branch that a source action reads; no repository where it reads something else."""
    configuration = action.configuration
    match action.action_type_id.provider:
        case "CodeStarSourceConnection":
            return configuration.get("FullRepositoryId", ""), configuration.get("BranchName")
        case "CodeCommit":
            return configuration.get("RepositoryName", ""), configuration.get("BranchName")
        case "GitHub":
            return f"{configuration.get('Owner', '')}/{configuration.get('Repo', '')}", configuration.get("Branch")
    return None, None


def _noticed(action: ActionDeclaration) -> tuple[str | None, str]:
    """Tell how a source notices a push to its own branch (User Guide, how executions start)."""
    if action.action_type_id.provider == "CodeStarSourceConnection":
        if action.configuration.get("DetectChanges", "true") == "true":
            return "Webhook", "the connection reports each push to its branch"
        return None, "DetectChanges is false, and it has no trigger"
    if action.configuration.get("PollForSourceChanges", "true") == "true":
        return "PollForSourceChanges", "its branch is polled"
    if action.action_type_id.provider == "CodeCommit":
        return "CloudWatchEvent", "PollForSourceChanges is false: where an EventBridge rule for the branch exists"
    return "Webhook", "PollForSourceChanges is false: where a webhook for the branch exists"


# Triggers -----------------------------------------------------------------------------------------------------------

_Criterion: TypeAlias = tuple[str, FilterCriteria, tuple[str, ...] | None]
"""What is compared, the globs, and the names it is compared with: None where nobody knows them."""


def _by_trigger(
    action: ActionDeclaration, trigger: TriggerDeclaration, event: RepositoryEvent, pipeline: str
) -> tuple[str | None, tuple[str, ...]]:
    repository, _ = _reads(action)
    if event.repository is not None and event.repository != repository:
        return None, (f"reads the repository {repository}, not {event.repository}",)
    entries = list(_entries(trigger, event))
    if not entries:
        return None, (f"its trigger has no filter for {_kind(event)}",)
    tried = [(name, *_all_pass(criteria, event)) for name, criteria in entries]
    reasons = tuple(f"{name}: {why}" for name, _, why in tried)
    if any(matches for _, matches, _ in tried):
        return "WebhookV2", reasons
    unknown = next((name for name, matches, _ in tried if matches is None), None)
    if unknown is not None:
        raise FilesNeeded(f"{pipeline}: {unknown} of its trigger filters by file paths: say which files changed")
    return None, reasons


def _kind(event: RepositoryEvent) -> str:
    return "pull requests" if isinstance(event, PullRequestEvent) else "pushes"


def _entries(trigger: TriggerDeclaration, event: RepositoryEvent) -> Iterator[tuple[str, list[_Criterion]]]:
    """Yield each entry that is about such events, with its criteria."""
    if isinstance(event, PullRequestEvent):
        for number, request in enumerate(trigger.pull_request, start=1):
            events = FilterCriteria(includes=request.events) if request.events else None
            criteria = _said(("event", events, (event.action,)), ("branch", request.branches, (event.branch,)))
            yield f"pull request filter {number}", [*criteria, *_said(("file", request.file_paths, event.files))]
        return
    for number, push in enumerate(trigger.push, start=1):
        names = _said(("branch", push.branches, _all(event.branch)), ("tag", push.tags, _all(event.tag)))
        yield f"push filter {number}", [*names, *_said(("file", push.file_paths, event.files))]


def _all(name: str | None) -> tuple[str, ...]:
    return () if name is None else (name,)


def _said(*criteria: tuple[str, FilterCriteria | None, tuple[str, ...] | None]) -> list[_Criterion]:
    """Leave out the criteria that are not there."""
    return [(what, globs, names) for what, globs, names in criteria if globs is not None]


def _all_pass(criteria: list[_Criterion], event: RepositoryEvent) -> tuple[bool | None, str]:
    """Whether all criteria of an entry are met, and why: of several reasons against it, the first.

    None where that depends on the files that changed, and nobody said which.
    """
    reasons = []
    for what, globs, names in criteria:
        if what == "file" and isinstance(event, PushEvent) and event.is_new:
            return False, "it filters by file paths, and this is the first push of the branch"
        if names is None:
            return None, "it filters by file paths, and nobody said which files changed"
        passed, why = _passes(what, globs, names)
        if not passed:
            return False, why
        reasons.append(why)
    if isinstance(event, PushEvent) and event.tag is not None and not any(what == "tag" for what, _, _ in criteria):
        return False, "a tag was pushed, and it asks for none"
    return True, "; ".join(reasons) or "it asks for nothing in particular"


def _passes(what: str, globs: FilterCriteria, names: tuple[str, ...]) -> tuple[bool, str]:
    """Whether one of the names is included and not excluded, and why."""
    if not names:
        return False, f"it asks for a {what}, and there is none"
    refused = []
    for name in names[:MOST_FILES]:
        included = next((glob for glob in globs.includes if matches_glob(glob, name)), None)
        excluded = next((glob for glob in globs.excludes if matches_glob(glob, name)), None)
        takes_all = not globs.includes and assumptions.EXCLUDES_ALONE_INCLUDE_ALL
        if excluded is None and (takes_all or included is not None):
            return True, f"{what} {name} is like {included}" if included else f"{what} {name} is not excluded"
        if excluded is not None:
            refused.append(f"{what} {name} is excluded by {excluded}")
        else:
            refused.append(f"{what} {name} is like none of {', '.join(globs.includes)}")
    why = refused[0] if len(refused) == 1 else f"none of {len(refused)} {what}s passes: {refused[0]}, ..."
    unseen = len(names) - len(refused)
    return False, f"{why} ({unseen} more are not looked at: AWS sees {MOST_FILES})" if unseen else why
