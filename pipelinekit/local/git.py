"""The few questions that a source asks git."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.worker import Context

_FORMAT = "%H%x00%an%x00%ae%x00%aI%x00%cI%x00%B"


@frozen
class Commit:
    """A commit, as far as a source's output variables tell of it. ``branch`` is the one that is checked out."""

    id: str
    author: str
    email: str
    author_date: str
    committer_date: str
    message: str
    branch: str | None


def in_git(directory: Path) -> bool:
    """Whether a directory looks like part of a git working tree, also where there is no git to ask."""
    return any((parent / ".git").exists() for parent in (directory.resolve(), *directory.resolve().parents))


class Repository:
    """A git repository, seen from a directory: its working tree, a directory below its top, or a bare repository."""

    def __init__(self, context: Context, directory: Path) -> None:
        self._context = context
        self._directory = directory
        self._env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.is_bare = False
        self._git_directory = ""
        self._prefix = ""

    @classmethod
    async def find(cls, context: Context, directory: Path) -> Repository | None:
        """Give the repository that a directory belongs to, or None.

        Raises:
            PipelineKitError: when git refuses it, such as one that belongs to somebody else.
        """
        if shutil.which("git") is None:
            return None
        found = cls(context, directory)
        answered, answer = await found._ask("rev-parse", "--absolute-git-dir", "--is-bare-repository", errors="&1")
        if not answered and b"not a git repository" not in answer:  # such as "dubious ownership"
            raise PipelineKitError(f"{directory}: git refuses it: {_first_line(answer)}")
        if not answered:
            return None
        *_, git_directory, bare = _text(answer).splitlines()
        found._git_directory, found.is_bare = git_directory, bare == "true"
        if not found.is_bare:
            inside = _text(await found._must("rev-parse", "--is-inside-work-tree")).strip()
            if inside != "true":  # the directory .git itself, or one inside it
                return None
            found._prefix = _text(await found._must("rev-parse", "--show-prefix")).strip("\n")
        return found

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
        answered, answer = await self._ask(*arguments, **env)
        if not answered:
            command = f"git -C {self._directory} {' '.join(arguments)}"
            raise PipelineKitError(f"{self._directory}: git gave no answer; see what `{command}` says")
        return answer

    async def commit(self, ref: str | None) -> Commit:
        """Give the commit that *ref* (HEAD) names.

        Raises:
            PipelineKitError: when it names none.
        """
        wanted = ref or "HEAD"
        answered, answer = await self._ask("log", "-1", f"--format={_FORMAT}", "--end-of-options", wanted, "--")
        if not answered:
            mend = (
                "commit something first" if ref is None else f"`git -C {self._directory} branch -a` lists its branches"
            )
            raise PipelineKitError(f"{self._directory}: git knows no commit {wanted!r}; {mend}")
        _, branch = await self._ask("symbolic-ref", "--short", "-q", "HEAD") if ref is None else (True, b"")
        id_, author, email, author_date, committer_date, message = _text(answer).split("\0", 5)
        return Commit(
            id_, author, email, author_date, committer_date, message.rstrip("\n"), _text(branch).strip() or None
        )

    async def files(self) -> list[str]:
        """Give the files below the directory that git tracks, or neither tracks nor ignores."""
        answer = await self._must("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        names = [os.fsdecode(name).rstrip("/") for name in answer.split(b"\0") if name]
        kept = []
        for name in names:
            place = self._directory / name
            if place.is_symlink() or place.is_file():
                kept.append(name)
            elif place.is_dir():
                self._context.log.line(
                    f"{name} is a repository of its own (a submodule, say) and is left out, as at AWS"
                )
        return kept

    async def tree(self, commit: str) -> Path:
        """Lay the files of a commit below the directory into a directory of this attempt."""
        target = self._context.directory / "tree"
        target.mkdir(parents=True)
        places = {
            "GIT_DIR": self._git_directory,
            "GIT_WORK_TREE": str(target),
            "GIT_INDEX_FILE": str(self._context.directory / "index"),
        }
        inside = self._prefix.rstrip("/")
        wanted = f"{commit}:{inside}" if inside else f"{commit}^{{tree}}"
        laying = Repository(self._context, target)
        answered, _ = await laying._ask("read-tree", wanted, **places)
        if not answered:
            raise PipelineKitError(f"{self._directory}: there is no {inside!r} in commit {commit[:12]}")
        await laying._must("checkout-index", "--all", **places)
        return target


def _text(output: bytes) -> str:
    return output.decode(errors="replace")


def _first_line(output: bytes) -> str:
    return next((line for line in _text(output).splitlines() if line.strip()), "it said nothing")
