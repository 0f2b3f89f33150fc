"""A pipeline that is read again when the files it was made from change."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.files.opening import open_pipeline
from pipelinekit.local.bindings import Bindings, relative_to

_Stamp: TypeAlias = tuple[int, int, int] | None
"""Time, size and number of a file; None where there is none."""


@frozen
class Origin:
    """A pipeline as it is read, and the bindings that its file has beside it."""

    value: Pipeline | Definition
    bindings: Bindings


class Reopened:
    """A pipeline by its name (`open_pipeline`), or one that was given and never changes.

    Of a Python file, what it imports from its own directory counts as part of it.
    """

    def __init__(self, given: Pipeline | Definition | str | os.PathLike[str]) -> None:
        self._given = given
        self._stamps: dict[Path, _Stamp] = {}
        self._modules: set[str] = set()
        self._others = set(sys.modules)
        if isinstance(given, (str, os.PathLike)):
            self._stamps = _stamps(self._named())

    def _named(self) -> list[Path]:
        """Give the file that the name is of; of a module, nothing is known before it was imported."""
        reference = os.fspath(self._given)  # type: ignore[arg-type]
        names = [reference, reference.rpartition(":")[0], reference.partition("#")[0]]
        return [Path(name).absolute() for name in names if name and os.path.exists(name)][:1]

    def read(self) -> Origin:
        """Read it anew.

        Raises:
            PipelineKitError: when it cannot be read, as `open_pipeline`.
        """
        given = self._given
        if isinstance(given, (Pipeline, Definition)):
            return Origin(given, Bindings())
        for name in self._modules:
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        stamps = _stamps(self._named())
        try:
            with _without_bytecode():
                opened = open_pipeline(os.fspath(given))
        finally:
            self._remember(stamps)
        own = opened.local
        if own is not None and not isinstance(own, Bindings):
            raise PipelineKitError(f"LOCAL in {given} is to be a pk.local.Bindings(...), not {type(own).__name__}")
        return Origin(opened.value, relative_to(own or Bindings(), opened.directory.absolute()))

    def _remember(self, stamps: dict[Path, _Stamp]) -> None:
        """Note the files that it was read from, so that a change of one of them is seen; *stamps* are of before."""
        named = self._named()
        roots = tuple(os.path.join(path.resolve().parent, "") for path in named) or (os.path.join(os.getcwd(), ""),)
        self._modules = {name for name in set(sys.modules) - self._others if _is_own(name, roots)}
        files = {*named, *(Path(file).absolute() for file in map(_file_of, self._modules) if file is not None)}
        gone = {path: None for path in self._stamps if path not in files and not path.exists()}
        self._stamps = {**gone, **_stamps(files), **stamps}

    @property
    def changed(self) -> bool:
        """Whether one of its files is another than when it was read."""
        return _stamps(self._stamps) != self._stamps

    def directories(self) -> set[Path]:
        """Give the directories in which something changes when it does."""
        found = set()
        for path in self._stamps:
            found |= {Path(parent) for parent, _, _ in os.walk(path)} if path.is_dir() else {path.parent}
        return found


def _file_of(module: str) -> str | None:
    return getattr(sys.modules.get(module), "__file__", None)


def _is_own(module: str, roots: tuple[str, ...]) -> bool:
    """Whether a module belongs to the user's pipeline: it lies beside it, and is neither a library nor ourselves."""
    file = _file_of(module)
    if file is None or module.partition(".")[0] == "pipelinekit" or "site-packages" in Path(file).parts:
        return False
    return os.path.realpath(file).startswith(roots)


def _stamps(files: Iterable[Path]) -> dict[Path, _Stamp]:
    return {path: _stamp(path) for path in files}


def _stamp(path: Path) -> _Stamp:
    """Tell the state of a file; a directory, such as an emitted one, is told by the newest of its files."""
    try:
        known = [(one.stat().st_mtime_ns, one.stat().st_size, one.stat().st_ino) for one in _files(path)]
    except OSError:
        return None
    return max(known, default=None)


def _files(path: Path) -> Iterator[Path]:
    yield path
    for parent, directories, files in os.walk(path):
        yield from (Path(parent, name) for name in (*directories, *files))


@contextmanager
def _without_bytecode() -> Iterator[None]:
    """Keep Python from taking an edited module for the one it compiled before: it tells them apart by the second."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
