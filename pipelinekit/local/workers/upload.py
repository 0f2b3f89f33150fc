"""From the files a build left to its output artifact: globs over the disk, and what they may not lead to."""

from __future__ import annotations

import os
import shutil
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from pipelinekit.codebuild import globs
from pipelinekit.codebuild.assumptions import ASSUMED, Assumptions
from pipelinekit.codebuild.environment import expanded
from pipelinekit.codebuild.spec import Artifacts
from pipelinekit.local import artifacts
from pipelinekit.local.worker import Context


class NoArtifact(Exception):
    """An artifact cannot be made; the text is the message of the phase's context (code CLIENT_ERROR)."""


@frozen(kw_only=True)
class Collected:
    """The files of an artifact, relative to *directory*."""

    directory: Path
    files: tuple[str, ...]


async def upload(
    context: Context,
    artifact: str,
    given: Artifacts,
    sources: Sequence[Path],
    variables: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    """Make the output artifact that *given* describes, of what lies in *sources*, the first the primary one.

    *variables* are those that ``base-directory`` and the globs may mention; *say* takes lines for the log.

    Raises:
        NoArtifact: nothing is there to take, or it lies elsewhere.
    """
    lines: list[str] = []
    collector = Collector(given, sources, variables, lines.append)
    staging = context.directory / "artifacts" / f"{urllib.parse.quote(artifact, safe='')}.files"
    try:
        collected = await context.loop.in_thread(lambda: collector.collect(staging))
    finally:
        for line in lines:
            say(line)
    await context.output(artifact, collected.directory, collected.files)


class Collector:
    """Finds the files of one artifact. Nothing is taken that does not lie, links followed, in one of *sources*."""

    def __init__(
        self,
        given: Artifacts,
        sources: Sequence[Path],
        variables: Mapping[str, str],
        say: Callable[[str], None],
        assumptions: Assumptions = ASSUMED,
    ) -> None:
        expand = assumptions.globs_expand_variables
        self._given = given
        self._sources = sources
        self._source = os.fspath(sources[0])
        self._within = os.fspath(sources[0].parent)
        self._base = expanded(given.base_directory or "", variables) or "."
        self._patterns = [expanded(p, variables) if expand else p for p in given.files]
        self._excluded = [expanded(p, variables) if expand else p for p in given.exclude_paths]
        self._say = say
        self._assumptions = assumptions

    def collect(self, staging: Path) -> Collected:
        """Find the files. They are laid into *staging* where they cannot be taken from where they are.

        Raises:
            NoArtifact: nothing is there to take, or it lies elsewhere.
        """
        bases = self._bases()
        selections = [(base, self._select(base)) for base in bases]
        placed = globs.place(selections, discard_paths=self._given.discard_paths)
        self._say(f"Found {len(placed.files)} file(s)")
        for name in placed.clashes:
            self._say(f"Several files are called {name} in the artifact: the last one is taken")
        if not placed.files:
            raise NoArtifact("no matching artifact paths found: " + "; ".join(self._nothing(bases)))
        follow = not self._given.enable_symlinks
        links = follow and any(os.path.islink(os.path.join(base, path)) for _, base, path in placed.files)
        if len(bases) > 1 or self._given.discard_paths or links:
            _stage(placed.files, staging, follow=follow)
            return Collected(directory=staging, files=tuple(name for name, _, _ in placed.files))
        return Collected(directory=Path(bases[0]), files=tuple(name for name, _, _ in placed.files))

    def _nothing(self, bases: Sequence[str]) -> Iterator[str]:
        where = self._given.base_directory or "the source directory"
        yield f"none of {', '.join(self._patterns)} is in {where}" if self._patterns else "files names none"
        for pattern in self._patterns:
            if _is_directory(pattern, bases):
                yield f"{pattern} is a directory, write {globs.normal(pattern)}/**/* for all that is in it"

    def _bases(self) -> list[str]:
        self._say(f"Expanding base directory path: {self._base}")
        self._say("Assembling file list")
        self._say(f"Expanding {self._base}")
        relative = os.path.relpath(os.path.join(self._source, self._base), self._within)
        elsewhere = relative == ".." or relative.startswith("../")
        names = [] if elsewhere else globs.base_directories(relative, self._directories(relative))
        found = [os.path.normpath(os.path.join(self._within, name)) for name in names]
        inside = [base for base in found if self._is_ours(base)]
        if inside:
            return inside
        if elsewhere or found:
            raise NoArtifact(
                f"base-directory {self._base} lies outside of the sources: "
                "copy what the artifact needs below $CODEBUILD_SRC_DIR"
            )
        raise NoArtifact(f"no matching base directory path found for {self._base}")

    def _directories(self, pattern: str) -> Iterator[str]:
        """Yield the directories that a pattern may mean; both are relative to the place of the sources."""
        prefix = globs.static_prefix(pattern)
        start = os.path.join(self._within, prefix)
        if os.path.isdir(start):
            yield prefix or "."
        if globs.is_pattern(pattern):
            for place, names, _ in os.walk(start):
                yield from (os.path.relpath(os.path.join(place, name), self._within) for name in names)

    def _is_ours(self, path: str) -> bool:
        return any(is_within(path, source) for source in self._sources)

    def _select(self, base: str) -> list[str]:
        self._say(f"Expanding file paths for base directory {os.path.relpath(base, self._source)}")
        self._say("Assembling file list")
        patterns = [pattern.removeprefix(f"{base}/") for pattern in self._patterns]  # absolute is allowed, not needed
        if self._assumptions.directory_name_takes_its_files:
            patterns = [f"{globs.normal(p)}/**/*" if _is_directory(p, [base]) else p for p in patterns]
        there = list(self._files(base, patterns))
        selection = globs.select(there, patterns, self._excluded)
        for pattern in patterns:
            self._say(f"Expanding {pattern}")
            if pattern in selection.unmatched:
                self._say(f"Skipping invalid file path {pattern}")
            deeper = globs.left_out_below(pattern, there, [*patterns, *self._excluded])
            if deeper:
                wider = f"{globs.normal(pattern)[:-1]}**/*"
                self._say(f"{pattern} leaves out {deeper} file(s) of the directories below, which {wider} takes too")
        return [file for file in selection.files if self._given.enable_symlinks or self._can_follow(base, file)]

    def _files(self, base: str, patterns: Iterable[str]) -> Iterator[str]:
        """Yield what the patterns may mean, without looking where none of them leads."""
        for root in globs.roots(pattern for pattern in patterns if not pattern.startswith("/")):
            start = os.path.join(base, root)
            if ".." in root.split("/") or not self._is_ours(os.path.dirname(start)):
                continue
            if os.path.isdir(start) and not os.path.islink(start):
                yield from (f"{root}/{inside}" if root else inside for inside in artifacts.walk(start))
            elif os.path.lexists(start):
                yield root

    def _can_follow(self, base: str, file: str) -> bool:
        """Whether it is no link, or one that becomes the file it leads to."""
        place = os.path.join(base, file)
        if not os.path.islink(place):
            return True
        if self._assumptions.links_are_followed and os.path.isfile(place) and self._is_ours(place):
            return True
        self._say(f"Skipping symbolic link {file}")
        return False


def is_within(path: str | Path, directory: Path) -> bool:
    """Whether a path leads, links followed, to a directory or to something below it."""
    real, root = os.path.realpath(path), os.path.realpath(directory)
    return real == root or real.startswith(root + os.sep)


def _is_directory(pattern: str, bases: Iterable[str]) -> bool:
    name = globs.normal(pattern).lstrip("/")
    return bool(name) and any(os.path.isdir(os.path.join(base, name)) for base in bases)


def _stage(files: Iterable[tuple[str, str, str]], staging: Path, *, follow: bool) -> None:
    for name, base, path in files:
        here, there = os.path.join(base, path), os.path.join(staging, name)
        try:
            os.makedirs(os.path.dirname(there), exist_ok=True)
            if follow and os.path.islink(here):
                shutil.copy2(here, there)
            else:
                os.link(here, there, follow_symlinks=False)
        except (FileExistsError, NotADirectoryError):
            message = f"{name} is a file in one of the base directories and a directory in another"
            raise NoArtifact(message) from None
