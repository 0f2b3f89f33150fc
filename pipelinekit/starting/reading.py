"""Looking at the disk: names and texts of files, what git knows of them, which programs are on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import evolve

from pipelinekit.codebuild.globs import matches
from pipelinekit.starting import delivery
from pipelinekit.starting.languages import LANGUAGES, python, scripted
from pipelinekit.starting.tree import Git, Tree, is_plain

FILES_MAX = 20_000
TEXT_MAX = 256 * 1024
"""Bytes of one file that are read; what tells how a tree is built is never larger."""
TESTS_MAX = 5

_NOT_SOURCES = {".git", ".pipelinekit", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", "target"}
_PROGRAMS = {"git", "docker", "hugo"}
_GIT_SECONDS = 30


def read_tree(directory: Path, leave_out: Iterable[Path] = ()) -> Tree:
    """Look at a directory. *leave_out* are files that are not a part of what is looked at.

    Raises:
        OSError: when the directory cannot be listed.
    """
    root = directory.resolve()
    git, notes = _git(root)
    names = _of_git(root) if git is not None else None
    files = sorted(_usable(names if names is not None else _walk(root), {*map(os.path.abspath, leave_out)}, root))
    if len(files) > FILES_MAX:
        notes.append(f"there are more than {FILES_MAX:,} files: only the first of them were looked at")
    tree = Tree(name=root.name, files=files[:FILES_MAX], git=git, programs=frozenset(_programs()))
    tree = _with_texts(tree, root, _of_interest(tree), notes)
    tree = _with_texts(tree, root, delivery.scripts_of(tree), notes)
    return evolve(tree, notes=tuple(notes))


def _usable(names: Iterable[str], leave_out: set[str], root: Path) -> Iterator[str]:
    """Leave out what is no file, and names that no command and no comment could hold as they are."""
    for name in names:
        if is_plain(name):
            place = os.path.join(root, name)
            if place not in leave_out and os.path.isfile(place):
                yield name


def _walk(root: Path) -> Iterator[str]:
    """Yield the files of a directory that is in no git repository, without those that tools put there."""

    def refused(error: OSError) -> None:
        if error.filename == os.fspath(root):
            raise error  # one below it that may not be read is no part of what can be built

    found = 0
    for place, directories, files in os.walk(root, onerror=refused):
        directories[:] = sorted(name for name in directories if name not in _NOT_SOURCES)
        for name in sorted(files):
            yield os.path.relpath(os.path.join(place, name), root).replace(os.sep, "/")
            found += 1
            if found > FILES_MAX:
                return


def _of_interest(tree: Tree) -> Iterator[str]:
    """Yield the files whose texts are wanted."""
    patterns = [pattern for language in LANGUAGES for pattern in language.manifests]
    patterns += [*scripted.MAKE_MANIFESTS, *delivery.BUILDSPECS, *delivery.APPSPECS, *delivery.TEMPLATES]
    for pattern in patterns:
        yield from [file for file in tree.files if matches(pattern, file)][:20]
    yield from tree.matching(*python.TESTS)[:TESTS_MAX]


def _with_texts(tree: Tree, root: Path, paths: Iterable[str], notes: list[str]) -> Tree:
    texts, executables = dict(tree.texts), set(tree.executables)
    for path in dict.fromkeys(paths):
        try:
            with open(root / path, "rb") as file:
                texts[path] = file.read(TEXT_MAX).decode("utf-8-sig", errors="replace")
        except OSError as error:
            notes.append(f"{path} cannot be read: {error.strerror or error}")
        if os.access(root / path, os.X_OK):
            executables.add(path)
    return evolve(tree, texts=texts, executables=frozenset(executables))


def _programs() -> Iterator[str]:
    wanted = {*_PROGRAMS, "python3", "node", "npm", "go", "java", "mvn", "gradle", "cargo", "dotnet", "ruby", "bundle"}
    return (name for name in sorted({*wanted, "php", "composer", "make"}) if shutil.which(name) is not None)


# git


def _git(root: Path) -> tuple[Git | None, list[str]]:
    """Ask git for what it knows of a directory; None outside of a repository."""
    if shutil.which("git") is None:
        return None, ["git is not installed, so nothing is known of the repository"] if (root / ".git").exists() else []
    found, prefix = _ask(root, "rev-parse", "--show-prefix")
    if not found:
        refused = prefix.strip().splitlines()[-1:] if "not a git repository (or any" not in prefix else []
        return None, [f"git refuses the directory: {line}" for line in refused]
    return (
        Git(
            prefix=prefix.rstrip("\n").rstrip("/"),
            remote=_remote(root),
            branch=_branch(root),
            has_commit=_ask(root, "rev-parse", "--verify", "--quiet", "HEAD")[0],
        ),
        [],
    )


def _remote(root: Path) -> str | None:
    """Give the URL of origin, else of the first remote there is."""
    names = _ask(root, "remote")[1].split()
    name = "origin" if "origin" in names else next(iter(names), None)
    found, url = _ask(root, "config", "--get", f"remote.{name}.url") if name is not None else (False, "")
    return url.strip() if found else None


def _branch(root: Path) -> str | None:
    """Give the default branch of origin, else the current one."""
    for reference in ("refs/remotes/origin/HEAD", "HEAD"):
        found, name = _ask(root, "symbolic-ref", "--quiet", "--short", reference)
        if found:
            return name.strip().removeprefix("origin/") if "/" in reference else name.strip()
    return None


def _of_git(root: Path) -> list[str]:
    """Give the files that a source takes here: those git tracks, or neither tracks nor ignores."""
    arguments = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
    return _ask(root, *arguments)[1].split("\0")


def _ask(root: Path, *arguments: str) -> tuple[bool, str]:
    """Ask git; give whether it answered, and its answer (or why not)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(
            ["git", "-C", os.fspath(root), *arguments],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_GIT_SECONDS,
            env={**environment, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return False, f"git {arguments[0]} did not answer for {_GIT_SECONDS} seconds"
    answer = done.stdout if done.returncode == 0 else done.stderr
    return done.returncode == 0, answer.decode(errors="surrogateescape")
