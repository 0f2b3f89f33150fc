"""What a commit of a git repository changed, for those who ask which pipelines it starts."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipelinekit.diagnostics import PipelineKitError


def changed_files(repository: Path, revision: str) -> list[str]:
    """List the paths that a commit changed against its first parent, or those between two (``A..B``).

    Raises:
        PipelineKitError: when git knows no such commit, or there is no git.
    """
    first, dots, last = revision.partition("..")
    if dots:
        ends = [_commit(repository, end or "HEAD") for end in (first, last)]
        answer = ask_git(repository, "diff", "--name-only", "-z", "--no-renames", *ends, "--")
    else:
        answer = ask_git(
            repository, "diff-tree", "--root", "-m", "--first-parent", "--no-commit-id", "--name-only", "-r", "-z",
            "--no-renames", "--end-of-options", _commit(repository, revision), "--",
        )  # fmt: skip
    return [os.fsdecode(name) for name in answer.split(b"\0") if name]


def files_in(directory: Path) -> list[str]:
    """List the files of a git repository from its top, or those below a directory that is none.

    Raises:
        PipelineKitError: when git refuses.
    """
    if _is_repository(directory):
        answer = ask_git(directory, "ls-files", "-z", "--full-name", ":/")
        return [os.fsdecode(name) for name in answer.split(b"\0") if name]
    found = (Path(parent, name) for parent, _, names in os.walk(directory) for name in names)
    return sorted(path.relative_to(directory).as_posix() for path in found)


def checked_out(repository: Path) -> str:
    """Name the branch that is checked out.

    Raises:
        PipelineKitError: when none is.
    """
    try:
        return os.fsdecode(ask_git(repository, "symbolic-ref", "--short", "-q", "HEAD")).strip()
    except PipelineKitError:
        _commit(repository, "HEAD")
        raise PipelineKitError(f"{repository}: no branch is checked out: name it with --push BRANCH") from None


def _commit(repository: Path, revision: str) -> str:
    try:
        found = ask_git(repository, "rev-parse", "--verify", "-q", "--end-of-options", f"{revision}^{{commit}}")
    except PipelineKitError as error:
        if _is_repository(repository):
            raise PipelineKitError(f"{repository}: git knows no commit {revision!r}") from None
        raise error from None
    return os.fsdecode(found).strip()


def _is_repository(directory: Path) -> bool:
    try:
        return bool(ask_git(directory, "rev-parse", "--git-dir"))
    except PipelineKitError:
        return False


def ask_git(repository: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Give what git answers, with *given* at its standard input. A Ctrl-C at the terminal does not reach it.

    Raises:
        PipelineKitError: when it refuses, with its own first line, or when there is no git.
    """
    if shutil.which("git") is None:
        raise PipelineKitError("there is no git on this machine")
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    command = ["git", "-C", str(repository), *arguments]
    done = subprocess.run(
        command, input=given, capture_output=True, env={**env, "LC_ALL": "C"}, check=False, process_group=0
    )
    if done.returncode != 0:
        said = os.fsdecode(done.stderr).strip().splitlines()
        raise PipelineKitError(f"{repository}: git says: {said[0] if said else 'nothing'}")
    return done.stdout
