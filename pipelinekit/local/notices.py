"""Being told when something in a directory changes: inotify, spoken to by ctypes, since Python has no word for it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pipelinekit.local.tasks import Future, Loop, first

# <sys/inotify.h>; the descriptor's flags are those of open(2).
_CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x008, 0x040, 0x080, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _ONLYDIR = 0x400, 0x800, 0x0100_0000
_MASK = _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF | _ONLYDIR


class CannotWatch(OSError):
    """This system tells nobody of changes, or has no room for one more who asks."""


class Notices:
    """Rings when an entry of one of several directories is made, written, renamed or removed."""

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise CannotWatch("there is no inotify")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self._must(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._watches: set[int] = set()

    def watch(self, directories: Iterable[Path]) -> None:
        """Watch these directories and no others; one that is not there is left out.

        Raises:
            CannotWatch: when the system has no room for so many.
        """
        watches = set()
        for directory in directories:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                added = self._libc.inotify_add_watch(self.descriptor, os.fsencode(directory), _MASK)
                watches.add(self._must(added))
        for gone in self._watches - watches:
            self._libc.inotify_rm_watch(self.descriptor, gone)
        self._watches = watches

    def _must(self, answer: int) -> int:
        if answer >= 0:
            return answer
        error = OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))  # of the class that fits the number
        if isinstance(error, (FileNotFoundError, NotADirectoryError, PermissionError)):
            raise error
        raise CannotWatch(error.errno, error.strerror)

    def drain(self) -> None:
        """Take what there is: that something changed is all that matters, for whoever is told looks himself."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.descriptor, 1 << 16):
                pass

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self.descriptor)


class Alarm:
    """Wakes a task of a loop when directories change, or when time is up.

    Changes close together ring once: it waits until nothing has changed for *calm* seconds, but ten times that at most.
    """

    def __init__(self, loop: Loop, directories: Callable[[], Iterable[Path]], *, calm: float = 0.1) -> None:
        self._loop = loop
        self._directories = directories
        self._calm = calm
        self._rung: Future[None] = Future()
        self._notices: Notices | None = None
        self.trouble = ""
        """Why nobody tells of changes, where that is so."""
        try:
            self._notices = Notices()
        except OSError as error:
            self.trouble = error.strerror or str(error)
        else:
            loop.watch(self._notices.descriptor, self._ring)
            self.attend()

    def _ring(self) -> None:
        if self._notices is not None:
            self._notices.drain()
            self._rung.set(None)

    def attend(self) -> None:
        """Watch what is to be watched now."""
        if self._notices is None:
            return
        try:
            self._notices.watch(self._directories())
        except CannotWatch as error:
            self.trouble = error.strerror or str(error)
            self.close()

    async def ring(self, seconds: float) -> None:
        """Wait for a change, at most *seconds*."""
        await first([self._rung, self._loop.sleep(seconds)])
        for _ in range(10):
            if not self._rung.done:
                break
            self._rung = Future()
            await first([self._rung, self._loop.sleep(self._calm)])
        self._rung = Future()
        self.attend()  # before anybody looks: what changes in a new directory after that rings

    def close(self) -> None:
        """Be told of nothing any more."""
        if self._notices is not None:
            self._loop.unwatch(self._notices.descriptor)
            self._notices.close()
            self._notices = None


def directories_of_refs(git_directory: Path, *, remotes: bool = False) -> list[Path]:
    """Give the directories in which something changes when a branch or tag of a repository moves."""
    found = [git_directory, git_directory / "refs", git_directory / "reftable"]
    for kind in ("heads", "tags", *(["remotes"] if remotes else [])):
        found += [Path(parent) for parent, _, _ in os.walk(git_directory / "refs" / kind)]
    return found
