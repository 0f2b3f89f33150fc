"""The branches and tags of a git repository, and which of their movements are pushes.

Here nobody pushes into a working repository: a branch that got commits is what a push of them would be. All commits
that a branch got between two looks are one push.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.triggers import PushEvent
from pipelinekit.local.changes import ask_git, changed_files

_HEADS, _TAGS, _REMOTES = "refs/heads/", "refs/tags/", "refs/remotes/"
_FIELDS = ("refname", "symref", "objecttype", "objectname", "*objecttype", "*objectname")
_FORMAT = "%00".join(f"%({name})" for name in _FIELDS)


@frozen(kw_only=True)
class Movement:
    """A branch or tag that names another commit than when it was looked at before, and the push that this is.

    ``event`` is None where it is no push; ``note`` says why, or what is unusual about it. ``is_fresh``: a branch that
    has no commit of its own yet.
    """

    ref: str
    commit: str
    event: PushEvent | None
    note: str = ""
    is_fresh: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return f"tag {self.ref.removeprefix(_TAGS)}" if self.ref.startswith(_TAGS) else branch_of(self.ref)


def git_directory(directory: Path) -> Path:
    """Give the directory in which the repository of a directory keeps its branches.

    Raises:
        PipelineKitError: when it belongs to none, or git refuses it.
    """
    answer = ask_git(directory, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(os.fsdecode(answer.removesuffix(b"\n")))


def full_name(directory: Path, ref: str) -> str | None:
    """Give the full name of a branch or tag; None for a commit, which never moves.

    A name that git does not know is that of a branch that may yet come.
    """
    try:
        answer = ask_git(directory, "rev-parse", "--verify", "-q", "--symbolic-full-name", "--end-of-options", ref)
    except PipelineKitError:
        return _HEADS + ref
    return os.fsdecode(answer).strip() or None


def branch_of(ref: str) -> str:
    """Name the branch that a ref is, or that a remote has under it."""
    if ref.startswith(_REMOTES):
        return ref.removeprefix(_REMOTES).partition("/")[2]
    return ref.removeprefix(_HEADS)


def refs_of(directory: Path, only: str | None = None) -> dict[str, str]:
    """Map the full name of each branch and tag to its commit; *only* that of one ref.

    Raises:
        PipelineKitError: when git cannot tell.
    """
    patterns = [_HEADS.rstrip("/"), _TAGS.rstrip("/")] if only is None else [only]
    refs = {}
    for line in ask_git(directory, "for-each-ref", f"--format={_FORMAT}", "--", *patterns).splitlines():
        fields = (field.decode(errors="replace") for field in line.split(b"\0"))
        ref, points_to, kind, name, peeled_kind, peeled = fields
        commit = {kind: name, peeled_kind: peeled}.get("commit")
        if not points_to and commit is not None and only in (None, ref):  # another name of a branch would count twice
            refs[ref] = commit
    return refs


def movements(
    directory: Path, before: Mapping[str, str], fresh: Collection[str], only: str | None = None
) -> tuple[Movement, ...]:
    """Look what has moved since *before*. *fresh* are the branches that had no commit of their own yet.

    Raises:
        PipelineKitError: when git cannot tell, such as of a repository that is gone.
    """
    return tuple(_movements(directory, before, fresh, refs_of(directory, only)))


def _movements(
    directory: Path, before: Mapping[str, str], fresh: Collection[str], after: Mapping[str, str]
) -> Iterator[Movement]:
    for ref, commit in after.items():
        old = before.get(ref)
        if old == commit:
            continue
        if ref.startswith(_TAGS):
            yield Movement(ref=ref, commit=commit, event=PushEvent(tag=ref, files=changed_files(directory, commit)))
        elif old is None or ref in fresh:
            yield _first_push(directory, ref, commit, before)
        else:
            yield _push(directory, ref, old, commit)


def _first_push(directory: Path, ref: str, commit: str, before: Mapping[str, str]) -> Movement:
    if not _has_more(directory, commit, before.values()):
        return Movement(ref=ref, commit=commit, event=None, note="has no commit of its own yet", is_fresh=True)
    return Movement(ref=ref, commit=commit, event=PushEvent(branch=branch_of(ref), is_new=True))


def _push(directory: Path, ref: str, old: str, commit: str) -> Movement:
    branch = branch_of(ref)
    if not _is_there(directory, old):
        note = "its commit of before is gone, so the files of the newest commit alone count as changed"
        event = PushEvent(branch=branch, files=changed_files(directory, commit))
        return Movement(ref=ref, commit=commit, event=event, note=note)
    if not _has_more(directory, commit, [old]):
        return Movement(ref=ref, commit=commit, event=None, note="went back, and has no new commit")
    note = "" if not _has_more(directory, old, [commit]) else "was rewritten"
    files = changed_files(directory, f"{old}..{commit}")
    return Movement(ref=ref, commit=commit, event=PushEvent(branch=branch, files=files), note=note)


def _has_more(directory: Path, commit: str, known: Collection[str]) -> bool:
    """Whether a commit brings any that the *known* ones do not bring; those that are gone bring nothing."""
    lines = "".join(f"{name}\n" for name in (commit, *(f"^{one}" for one in known)))
    return bool(ask_git(directory, "rev-list", "--ignore-missing", "-n1", "--stdin", given=lines.encode()))


def _is_there(directory: Path, commit: str) -> bool:
    try:
        ask_git(directory, "cat-file", "-e", f"{commit}^{{commit}}")
    except PipelineKitError:
        return False
    return True
