"""Source actions: what is bound to them on this machine, a directory or a git repository, becomes their artifact."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.revisions import VARIABLES
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings, of_action
from pipelinekit.local.git import Commit, Repository, in_git
from pipelinekit.local.places import DEFAULT
from pipelinekit.local.worker import ActionResult, Context, succeeded

NOT_A_SOURCE = {".git", DEFAULT}
"""Directories that are no part of a plain directory's contents."""


@frozen
class Bound:
    """What stands for a source: a directory, and the commit of it that is meant (None: its files as they are).

    ``branch`` is the one that a commit is meant to be of, where somebody says so.
    """

    directory: Path
    ref: str | None
    branch: str | None = None


_OF_A_BRANCH = re.compile(r"(.+)@([0-9a-f]{40}|[0-9a-f]{64})")


def bound(text: str) -> Bound:
    """Read ``path``, ``path@ref``, or ``path@branch@commit`` with the whole id of one commit of a branch.

    All may hold an ``@``: the longest beginning that is a directory is the path.
    """
    places = [index for index, character in enumerate(text) if character == "@"]
    for at in (len(text), *reversed(places)):
        if os.path.isdir(text[:at]):
            return _bound(text[:at], text[at + 1 :])
    path, _, ref = text.partition("@")
    return _bound(path, ref)


def _bound(path: str, ref: str) -> Bound:
    of_a_branch = _OF_A_BRANCH.fullmatch(ref)
    if of_a_branch is not None:
        return Bound(Path(path), of_a_branch[2], of_a_branch[1])
    return Bound(Path(path), ref or None)


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
        elif shutil.which("git") is None and (source.ref is not None or in_git(source.directory)):
            message = f"is bound to {given!r}, but git is not installed"
            yield found("PK902", where, message, "install git: without it nobody knows which files are a source's own")

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Make the artifact; the output variables are what git knows of the commit."""
        source = bound(of_action(context.bindings.sources, job.stage, job.action.name) or "")
        chosen = job.source_revision.get("COMMIT_ID")
        if chosen is not None:
            source = evolve(source, ref=chosen)
        name = job.action.output_artifacts[0].name
        repository = await Repository.find(context, source.directory)
        if repository is None and source.ref is not None:
            raise PipelineKitError(
                f"{source.directory}: is no git repository, so it has no {source.ref!r}; bind it without @{source.ref}"
            )
        commit = None if repository is None else await repository.commit(source.ref)
        if repository is None or commit is None:
            left_out = _surroundings(context, source.directory)
            files = [file for file in artifacts.walk(source.directory) if not _is_below(file, left_out)]
            packed = await context.output(name, source.directory, files)
        elif source.ref is not None or repository.is_bare:
            packed = await context.output(name, await repository.tree(commit.id))
        else:
            left_out = _surroundings(context, source.directory)
            files = [file for file in await repository.files() if not _is_below(file, left_out)]
            packed = await context.output(name, source.directory, files)
        if not packed.files:
            raise PipelineKitError(f"{source.directory}: there is no file in it; a source without files is none")
        return self._result(job, context, source, commit, packed)

    def _result(
        self, job: Job, context: Context, source: Bound, commit: Commit | None, packed: artifacts.Packed
    ) -> ActionResult:
        what = f"{packed.files} file{'' if packed.files == 1 else 's'}, {packed.size:,} bytes"
        if commit is None:
            context.revision = packed.sha256
            summary = f"the files of {source.directory}: {what}"
        else:
            context.revision = commit.id
            subject = commit.message.partition("\n")[0]
            kind = "commit" if source.ref is not None else "working tree at"
            summary = f"{kind} {commit.id[:12]} {subject!r}: {what}"
        context.log.line(summary)
        variables = _variables(job.action, source, commit, packed)
        need_chosen(job, variables)
        return succeeded(variables, summary=summary)


def need_chosen(job: Job, variables: Mapping[str, str]) -> None:
    """Make sure that a source took the revision that its start chose; of a commit's id a beginning is enough.

    Raises:
        PipelineKitError: what stands for the source here is another one.
    """
    for kind, wanted in job.source_revision.items():
        taken = variables.get(VARIABLES[kind], "")
        if taken != wanted and not (kind == "COMMIT_ID" and taken.startswith(wanted)):
            here = f"is {taken}" if taken else "has none"
            chosen = f"the start chose the {kind} {wanted} of {job.key}"
            raise PipelineKitError(f"{chosen}, and what stands for it here {here}: bind what has it")


def _surroundings(context: Context, directory: Path) -> list[str]:
    """Give what lies in a source's directory but belongs to the run: its state, and the hosts that it deploys to."""
    root = directory.resolve()
    ours = [context.state, *(Path(host) for hosts in context.bindings.hosts.values() for host in hosts)]
    inside = [place.resolve() for place in ours]
    return [*NOT_A_SOURCE, *(str(place.relative_to(root)) for place in inside if place.is_relative_to(root))]


def _is_below(file: str, directories: list[str]) -> bool:
    return any(file == directory or file.startswith(f"{directory}/") for directory in directories)


def _variables(
    action: ActionDeclaration, source: Bound, commit: Commit | None, packed: artifacts.Packed
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


def _of_commit(commit: Commit | None) -> dict[str, str]:
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


def _branch(action: ActionDeclaration, source: Bound, commit: Commit | None) -> str:
    own = commit.branch if commit is not None else None
    return own or source.branch or source.ref or action.configuration.get("BranchName", "")


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
