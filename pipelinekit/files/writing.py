"""Texts onto the disk: each file whole or not at all, unchanged ones untouched, other people's never."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError


class CannotWrite(PipelineKitError):
    """The files cannot be written where they were wanted; says which one and what is left."""


@frozen(kw_only=True)
class Written:
    """What changed on the disk, as paths relative to the directory."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def write_files(
    directory: Path, texts: Mapping[str, str], ours: Collection[str], last: str, while_removing: str
) -> Written:
    """Make a directory hold *texts* (path -> text) and nothing else of *ours*, the files of an earlier time.

    All texts are on the disk under other names before the first takes its place, and *last* takes it last. While
    files of an earlier time are still there, *last* holds *while_removing*, so that nothing is forgotten
    when the removing is cut short.

    Raises:
        CannotWrite: when a file is in the way that is not ours, or the directory cannot be written.
    """
    contents = {path: _encoded(path, text) for path, text in texts.items()}
    changed = {path: content for path, content in contents.items() if not _holds(below(directory, path), content)}
    stale = [path for path in ours if path not in texts and below(directory, path).is_file()]
    _refuse_others(directory, [path for path in changed if path not in {*ours, last}])
    if stale:
        _replace(directory, {**changed, last: while_removing.encode()}, last)
        _remove(directory, stale)
        _replace(directory, {last: contents[last]}, last)
    else:
        _replace(directory, changed, last)
    return Written(written=tuple(changed), removed=tuple(stale))


def below(directory: Path, path: str) -> Path:
    """Give the file of a relative path; one that would lead out of the directory is refused."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise CannotWrite(f"{directory}: {path!r} is no path inside it; empty the directory and emit again")
    root = directory.resolve()
    target = directory.joinpath(*parts)
    if not target.parent.resolve().is_relative_to(root):
        raise CannotWrite(f"{target}: leads out of {directory} by a symbolic link; remove the link")
    return target


def _encoded(path: str, text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        wrong = text[error.start : error.end]
        raise CannotWrite(f"{path}: would hold {wrong!r}, which is no character; nothing was changed") from None


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.is_file() and not file.is_symlink() and file.read_bytes() == content
    except OSError:
        return False


def _refuse_others(directory: Path, paths: Iterable[str]) -> None:
    foreign = [path for path in paths if os.path.lexists(below(directory, path))]
    if foreign:
        raise CannotWrite(
            *(f"{directory / path}: is there already, and pipelinekit did not write it" for path in foreign),
            "  hint: nothing was changed; move it away, or emit into a directory of its own",
        )


def _replace(directory: Path, contents: Mapping[str, bytes], last: str) -> None:
    """Write every content beside its place, then move all into place."""
    parts: dict[Path, Path] = {}
    made: list[Path] = []
    try:
        for path in sorted(contents, key=lambda path: path == last):
            target = below(directory, path)
            made += _missing(target.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            parts[part] = target
            part.write_bytes(contents[path])
    except OSError as error:
        _clear_away(parts, made)
        raise _cannot("write", error, directory, "nothing was changed") from error
    except BaseException:
        _clear_away(parts, made)
        raise
    try:
        for part, target in parts.items():
            part.replace(target)
    except OSError as error:
        _clear_away(parts, [])
        raise _cannot("replace", error, directory, "every file is whole, some are old; emit again") from error


def _missing(wanted: Path) -> list[Path]:
    """Give the directories that are not there: this one and those above it."""
    return [directory for directory in (wanted, *wanted.parents) if not directory.exists()]


def _clear_away(files: Iterable[Path], directories: Iterable[Path]) -> None:
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:  # what cannot be written cannot always be cleared either; the first error is the one to tell
            continue
    _remove_empty(sorted(directories, key=lambda directory: len(directory.parts), reverse=True))


def _remove(directory: Path, paths: Iterable[str]) -> None:
    for path in paths:
        file = below(directory, path)
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot("remove", error, directory, "emit again when it can be") from error
        root = len(directory.parts)
        _remove_empty(parent for parent in file.parents if len(parent.parts) > root)


def _remove_empty(directories: Iterable[Path]) -> None:
    """Remove directories, the innermost first, as far as nothing is in them."""
    for directory in directories:
        try:
            directory.rmdir()
        except OSError:  # somebody else's file is in it: it stays
            return


def _cannot(verb: str, error: OSError, directory: Path, left: str) -> CannotWrite:
    what = error.filename2 or error.filename or directory
    return CannotWrite(f"{os.fsdecode(what)}: cannot {verb} it: {error.strerror or error}; {left}")
