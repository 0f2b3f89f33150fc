"""A new file onto the disk: whole or not at all, and never over another one unless that is wanted."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

from pipelinekit.files import CannotWrite


def refuse_place(target: Path, *, over: bool = False) -> None:
    """Refuse a place where nothing can be written, before anybody is asked anything.

    Raises:
        CannotWrite: when something is there already, a broken link included; or its directory is not there.
    """
    if not target.parent.is_dir():
        raise CannotWrite(f"{target}: there is no directory {target.parent}; make it first")
    if not over and os.path.lexists(target):
        raise _taken(target)


def _taken(target: Path) -> CannotWrite:
    hint = "  hint: write another file with -o FILE, or let it be replaced with --force"
    return CannotWrite(f"{target}: is there already; nothing was changed", hint)


def write_new(target: Path, text: str, *, over: bool = False) -> None:
    """Write a text into a new file; *over* says that it may take the place of one that is there.

    Raises:
        CannotWrite: when a file is there already, or the directory cannot be written.
    """
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with open(part, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if over:
            part.replace(target)
        else:
            _put(part, target)
    except FileExistsError:
        raise _taken(target) from None
    except OSError as error:
        raise CannotWrite(f"{target}: cannot be written: {error.strerror or error}; nothing was changed") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _put(part: Path, target: Path) -> None:
    """Give a finished file its name, unless that is taken: a link fails where a rename would replace.

    Where the file system has no links, look first.
    """
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            raise FileExistsError(target) from None
        part.replace(target)


def keep_git_away(directory: Path) -> bool:
    """Make a directory whose contents git ignores; tell whether it was made so now."""
    ignore = directory / ".gitignore"
    if ignore.exists():
        return False
    directory.mkdir(exist_ok=True)
    ignore.write_text("*\n")
    return True
