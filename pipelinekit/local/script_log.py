"""What the scripts of a deployment write: cut into lines, and kept where CodeDeploy's agent keeps it."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable

from pipelinekit.local.masking import Hidden, Mask

_LOG_KEPT = 2048
_LONGEST_LINE = 1 << 16


class ScriptLog:
    """What the scripts of an event write: in the deployment's ``logs/scripts.log``, the host's log, the action's."""

    def __init__(self, places: tuple[str, str], deployment: str, hidden: Hidden, show: Callable[[str], None]) -> None:
        self._places = places
        self._deployment = deployment
        self.hidden = hidden
        self._show = show
        self._open: list[int] = []
        self._closed = False
        self.tail = ""
        """The last 2,048 characters, for the event's diagnostics."""

    def line(self, text: str) -> None:
        """Add a line; what a process in the background still writes after the event goes nowhere."""
        if self._closed:
            return
        if not self._open:
            self._open = [_append_to(place) for place in self._places]
        text = self.hidden.text(text)
        now = datetime.datetime.now()
        scripts, deployments = self._open
        write_line(scripts, f"{now:%Y-%m-%d %H:%M:%S} {text}")
        write_line(deployments, f"[{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03d}] [{self._deployment}]{text}")
        self._show(text)
        self.tail = f"{self.tail}{text}\n"[-_LOG_KEPT:]

    def close(self) -> None:
        """Close the files."""
        self._closed = True
        for descriptor in self._open:
            os.close(descriptor)


class Lines:
    """Cuts what a process writes into lines, and gives each with *mark* before it.

    It is masked first: a secret may go over several lines, or over the place where a very long line is cut.
    """

    def __init__(self, mark: str, line: Callable[[str], None], hidden: Hidden) -> None:
        self._mark = mark
        self._line = line
        self._mask = Mask(hidden)
        self._partial = b""

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        self._take(self._mask.feed(data))
        if len(self._partial) > _LONGEST_LINE:
            self._cut()

    def end(self) -> None:
        """Give the last line, though nobody ended it."""
        self._take(self._mask.end())
        self._cut()

    def _take(self, data: bytes) -> None:
        *whole, self._partial = (self._partial + data).split(b"\n")
        for line in whole:
            self._give(line)

    def _cut(self) -> None:
        if self._partial:
            self._give(self._partial)
            self._partial = b""

    def _give(self, line: bytes) -> None:
        self._line(f"{self._mark}{line.decode(errors='replace')}")


def _append_to(place: str) -> int:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    return os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)


def write_line(descriptor: int, text: str) -> None:
    """Write a line at once, so that it is there whatever happens next."""
    data = f"{text}\n".encode(errors="surrogateescape")
    while data:
        data = data[os.write(descriptor, data) :]
