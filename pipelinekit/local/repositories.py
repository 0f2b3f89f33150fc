"""The repositories that stand for a pipeline's sources, and what was seen of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.triggers import knows_pushes
from pipelinekit.local.notices import directories_of_refs
from pipelinekit.local.refs import Movement, branch_of, full_name, git_directory, refs_of
from pipelinekit.local.verbs import Prepared
from pipelinekit.local.workers.source import bound

Notify = Callable[[str], None]
"""Says a line, or several, to whoever watches."""


@frozen(kw_only=True)
class WatchedSource:
    """A source action, and what stands for it: all branches and tags of a repository, or one *ref* of it.

    ``key`` is the action's key in the bindings, ``own_branch`` the branch that its configuration names.
    """

    key: str
    action: str
    directory: Path
    ref: str | None
    own_branch: str

    def at(self, movement: Movement) -> str:
        """Give what to bind to it for it to read the commit that was pushed."""
        branch = self.own_branch if movement.event is None or movement.event.branch is None else movement.event.branch
        return f"{self.directory}@{branch}@{movement.commit}"


@frozen(kw_only=True)
class Seen:
    """What was seen of a repository: commits by ref. ``fresh`` are branches without a commit of their own."""

    refs: Mapping[str, str]
    fresh: frozenset[str] = frozenset()

    def after(self, movement: Movement) -> Seen:
        """Give what has been seen with this too."""
        fresh = self.fresh | {movement.ref} if movement.is_fresh else self.fresh - {movement.ref}
        return Seen(refs={**self.refs, movement.ref: movement.commit}, fresh=fresh)


@frozen
class Repository:
    """A repository by its git directory, or one ref of it, and the sources that read it."""

    place: Path
    ref: str | None
    sources: tuple[WatchedSource, ...] = field(eq=False)

    @property
    def key(self) -> tuple[Path, str | None]:
        """What tells it from others."""
        return self.place, self.ref

    @property
    def directory(self) -> Path:
        """The directory that people know it by."""
        return self.sources[0].directory


class Repositories:
    """The repositories that are watched.

    ``seen`` is what was seen of each, ``troubled`` what keeps those from being looked at that are in trouble.
    """

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._all: list[Repository] = []
        self._told: set[str] = set()
        self.seen: dict[tuple[Path, str | None], Seen] = {}
        self.troubled: dict[tuple[Path, str | None], str] = {}

    def follow(self, ready: Prepared) -> None:
        """Watch the repositories of a pipeline's sources; those that were watched before are not seen anew.

        Raises:
            PipelineKitError: when there is none.
        """
        found: dict[tuple[Path, str | None], list[WatchedSource]] = {}
        why_not = []
        for source, place in _sources(ready):
            if isinstance(source, str):
                why_not.append(source)
            elif place is not None:
                found.setdefault((place, source.ref), []).append(source)
        if not found:
            raise PipelineKitError(f"there is no repository to watch: {'; '.join(why_not) or 'there is no source'}")
        self._all = [Repository(place, ref, tuple(sources)) for (place, ref), sources in found.items()]
        self.seen = {key: self.seen[key] for key in found if key in self.seen}
        self.troubled = {key: text for key, text in self.troubled.items() if key in found}
        for text in why_not:
            if text not in self._told:
                self._told.add(text)
                self._notify(text)
        for one in self._all:
            if one.key not in self.seen:
                self.seen[one.key] = Seen(refs=refs_of(one.place, one.ref))
                self._notify(_watched(one, self.seen[one.key]))

    def __iter__(self) -> Iterator[Repository]:
        return iter(self._all)

    def directories(self) -> Iterator[Path]:
        """Give the directories in which something changes when a branch moves."""
        for place in {one.place for one in self._all}:
            refs = [one.ref for one in self._all if one.place == place]
            has_remotes = any(ref is not None and ref.startswith("refs/remotes/") for ref in refs)
            yield from directories_of_refs(place, remotes=has_remotes)


def _sources(ready: Prepared) -> Iterator[tuple[WatchedSource | str, Path | None]]:
    """Yield each source with the git directory of its repository, or why it cannot be watched."""
    for stage, action in ready.definition.actions():
        if action.action_type_id.category != "Source":
            continue
        key = f"{stage.name}/{action.name}"
        key = key if key in ready.bindings.sources else action.name
        given = ready.bindings.sources.get(key)
        if not knows_pushes(action):
            yield f"{action.name} reads {action.action_type_id.provider}, which knows no pushes", None
            continue
        if given is None:
            yield f"{action.name} has a stand-in or a bucket, and no repository", None
            continue
        what = bound(given)
        try:
            place = git_directory(what.directory)
            ref = None if what.ref is None else full_name(what.directory, what.ref)
        except PipelineKitError as error:
            is_none = "not a git repository" in str(error)
            why = f"{what.directory}, which is no git repository" if is_none else f"what git does not read: {error}"
            yield f"{action.name} is bound to {why}", None
            continue
        if what.ref is not None and ref is None:
            yield f"{action.name} is bound to the commit {what.ref}, which never changes", None
            continue
        own = action.configuration.get("BranchName") or action.configuration.get("Branch") or "HEAD"
        yield WatchedSource(key=key, action=action.name, directory=what.directory, ref=ref, own_branch=own), place


def _watched(repository: Repository, seen: Seen) -> str:
    names = ", ".join(source.action for source in repository.sources)
    if repository.ref is not None:
        what = f"{branch_of(repository.ref)} of {repository.directory}"
    else:
        branches = sum(ref.startswith("refs/heads/") for ref in seen.refs)
        what = f"{repository.directory}, {branches} branch{'' if branches == 1 else 'es'}"
    return f"watching {what} ({names})"
