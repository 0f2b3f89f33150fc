"""Source actions: what is bound to them on this machine, a directory or a git repository, becomes their artifact."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings, of_action
from pipelinekit.local.places import DEFAULT
from pipelinekit.local.worker import ActionResult, Context, succeeded

NOT_A_SOURCE = {".git", DEFAULT}
"""Directories that are no part of a plain directory's contents."""

_FORMAT = "%H%x00%an%x00%ae%x00%aI%x00%cI%x00%B"


@frozen
class Bound:
    """What stands for a source: a directory, and the commit of it that is meant (None: its files as they are)."""

    directory: Path
    ref: str | None


def bound(text: str) -> Bound:
    """Read ``path`` or ``path@ref``; a directory that is really called so wins."""
    path, at, ref = text.rpartition("@")
    if not at or os.path.isdir(text):
        return Bound(Path(text), None)
    return Bound(Path(path), ref)


@frozen
class _Commit:
    id: str
    author: str
    email: str
    author_date: str
    committer_date: str
    message: str
    branch: str | None


class SourceWorker:
    """Packs a working tree (what git tracks, and what it neither tracks nor ignores), one commit, or a directory."""

    repeatable = True
    leaves_processes = False

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Say which source has nothing bound to it, or something that is not there."""
        where = definition.location(stage, action.name)
        given = of_action(bindings.sources, stage, action.name)
        if given is None:
            hint = f"bind a directory or git repository: --source {action.name}=PATH[@REF], "
            hint += f'or sources={{"{action.name}": "."}} from Python'
            yield found("PK901", where, "nothing on this machine stands for this source", hint)
            return
        source = bound(given)
        if not source.directory.is_dir():
            message = f"is bound to {str(source.directory)!r}, which is no directory"
            yield found("PK902", where, message, "bind a directory or a git repository that is there")
        elif source.ref is not None and shutil.which("git") is None:
            message = f"is bound to {given!r}, but git is not installed"
            yield found("PK902", where, message, "install git, or bind the directory without @ref")

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Make the artifact; the output variables are what git knows of the commit."""
        source = bound(of_action(context.bindings.sources, job.stage, job.action.name) or "")
        git = Git(context, source.directory)
        commit = await git.commit(source.ref)
        if commit is None and source.ref is not None:
            raise PipelineKitError(
                f"{source.directory}: is no git repository, so it has no {source.ref!r}; bind it without @{source.ref}"
            )
        name = job.action.output_artifacts[0].name
        if source.ref is not None:
            tree = await git.tree(source.ref)
            packed = await context.output(name, tree)
        elif commit is not None:
            packed = await context.output(name, source.directory, await git.files())
        else:
            packed = await context.output(name, source.directory, list(_plain_files(source.directory)))
        return self._result(job, context, source, commit, packed)

    def _result(
        self, job: Job, context: Context, source: Bound, commit: _Commit | None, packed: artifacts.Packed
    ) -> ActionResult:
        what = f"{packed.files} files, {packed.size:,} bytes"
        if commit is None:
            context.revision = packed.sha256
            summary = f"the files of {source.directory}: {what}"
        else:
            context.revision = commit.id
            subject = commit.message.partition("\n")[0]
            kind = "commit" if source.ref is not None else "working tree at"
            summary = f"{kind} {commit.id[:12]} {subject!r}: {what}"
        context.log.line(summary)
        return succeeded(_variables(job.action, source, commit, packed), summary=summary)


def _plain_files(directory: Path) -> Iterator[str]:
    return (name for name in artifacts.walk(directory) if name.partition("/")[0] not in NOT_A_SOURCE)


class Git:
    """The few questions a source asks git."""

    def __init__(self, context: Context, directory: Path) -> None:
        self._context = context
        self._directory = directory
        self._env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}

    async def _ask(self, *arguments: str, errors: str = "/dev/null", **env: str) -> tuple[bool, bytes]:
        """Ask git; give whether it answered, and its answer."""
        output: list[bytes] = []
        end = await self._context.process(
            ["/bin/sh", "-c", f'exec git -C "$0" "$@" 2>{errors}', str(self._directory), *arguments],
            env={**self._env, "LC_ALL": "C", **env},
            output=output.append,
            wait_for_output=True,
        )
        return end.ok, b"".join(output)

    async def _must(self, *arguments: str, **env: str) -> bytes:
        answered, answer = await self._ask(*arguments, errors="&1", **env)
        if not answered:
            raise PipelineKitError(f"{self._directory}: `git {arguments[0]}` failed: {_last_line(answer)}")
        return answer

    async def _is_repository(self) -> bool:
        if shutil.which("git") is None:
            return False
        answered, answer = await self._ask("rev-parse", "--is-inside-work-tree", errors="&1")
        if not answered and b"not a git repository" not in answer:  # such as "dubious ownership"
            raise PipelineKitError(f"{self._directory}: git refuses it: {_last_line(answer)}")
        return answered and answer.strip() == b"true"

    async def commit(self, ref: str | None) -> _Commit | None:
        """Give the commit that *ref* (HEAD) names; None where the directory is in no git repository."""
        if not await self._is_repository():
            return None
        wanted = ref or "HEAD"
        found, answer = await self._ask("log", "-1", f"--format={_FORMAT}", "--end-of-options", wanted, "--")
        if not found:
            mend = (
                "commit something first" if ref is None else f"`git -C {self._directory} branch -a` lists its branches"
            )
            raise PipelineKitError(f"{self._directory}: git knows no commit {wanted!r}; {mend}")
        _, branch = await self._ask("symbolic-ref", "--short", "-q", "HEAD") if ref is None else (True, b"")
        id_, author, email, author_date, committer_date, message = answer.decode(errors="replace").split("\0", 5)
        return _Commit(
            id_, author, email, author_date, committer_date, message.rstrip("\n"), branch.decode().strip() or None
        )

    async def files(self) -> list[str]:
        """Give the files of the working tree that git tracks, or neither tracks nor ignores."""
        answered, answer = await self._ask(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"
        )
        if not answered:
            raise PipelineKitError(f"{self._directory}: `git ls-files` failed; does `git status` work there?")
        names = [os.fsdecode(name) for name in answer.split(b"\0") if name]
        return [name for name in names if _is_file(self._directory / name)]

    async def tree(self, ref: str) -> Path:
        """Lay the files of a commit below the bound directory into a directory of this attempt."""
        prefix = (await self._must("rev-parse", "--show-prefix")).decode().strip()
        target = self._context.directory / "tree"
        target.mkdir(parents=True)
        index = str(self._context.directory / "index")
        await self._must("read-tree", f"{ref}:{prefix}" if prefix else f"{ref}^{{tree}}", GIT_INDEX_FILE=index)
        await self._must("checkout-index", "--all", f"--prefix={target}/", GIT_INDEX_FILE=index)
        return target


def _last_line(output: bytes) -> str:
    return (output.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]


def _is_file(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def _variables(
    action: ActionDeclaration, source: Bound, commit: _Commit | None, packed: artifacts.Packed
) -> dict[str, str]:
    """Give the output variables of the action's type that are known here (User Guide, reference-variables)."""
    known: dict[str, Callable[[], dict[str, str]]] = {
        "CodeStarSourceConnection": lambda: {
            **_of_commit(commit),
            "FullRepositoryName": action.configuration.get("FullRepositoryId", ""),
            "ConnectionArn": action.configuration.get("ConnectionArn", ""),
            "BranchName": _branch(action, source, commit),
        },
        "CodeCommit": lambda: {
            **_of_commit(commit),
            "RepositoryName": action.configuration.get("RepositoryName", ""),
            "BranchName": _branch(action, source, commit),
        },
        "S3": lambda: {
            "BucketName": action.configuration.get("S3Bucket", ""),
            "ObjectKey": action.configuration.get("S3ObjectKey", ""),
            # A directory has neither; the hash of its files tells one state from another, which is what they are for.
            "ETag": packed.sha256[:32],
            "VersionId": packed.sha256[:32],
        },
        "ECR": lambda: _of_image(source.directory),
    }
    provider = action.action_type_id.provider
    return {key: value for key, value in known.get(provider, dict)().items() if value}


def _of_commit(commit: _Commit | None) -> dict[str, str]:
    if commit is None:
        return {}
    return {
        "CommitId": commit.id,
        "CommitMessage": commit.message,
        "AuthorDate": commit.author_date,
        "CommitterDate": commit.committer_date,
        "AuthorDisplayName": commit.author,
        "AuthorEmail": commit.email,
    }


def _branch(action: ActionDeclaration, source: Bound, commit: _Commit | None) -> str:
    own = commit.branch if commit is not None else None
    return own or source.ref or action.configuration.get("BranchName", "")


def _of_image(directory: Path) -> dict[str, str]:
    """Read ``imageDetail.json``, which is the artifact of an ECR source (User Guide, file-reference)."""
    place = directory / "imageDetail.json"
    try:
        detail = json.loads(place.read_text())
    except (OSError, ValueError):
        raise PipelineKitError(f"{place}: an ECR source is a directory with an imageDetail.json; write one") from None
    tags = detail.get("ImageTags") or []
    return {
        "ImageURI": str(detail.get("ImageURI", "")),
        "ImageDigest": str(detail.get("ImageDigest", "")),
        "RegistryId": str(detail.get("RegistryId", "")),
        "RepositoryName": str(detail.get("RepositoryName", "")),
        "ImageTag": str(tags[0]) if tags else "",
    }
