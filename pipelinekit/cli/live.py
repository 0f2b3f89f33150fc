"""The live view of a terminal: an execution drawn as its pipeline is, approvals asked below it."""

from __future__ import annotations

import os
import sys
import termios
import time
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from pipelinekit.cli.ending import harmless
from pipelinekit.cli.view import QUEUED, View, lines
from pipelinekit.execution import events as happened
from pipelinekit.local import places
from pipelinekit.local.tasks import Loop

REFRESH_SECONDS = 0.1
_TAIL_BYTES = 4096
_MOST_TAILS = 40

Answer = Callable[[happened.ApprovalOpened, bool], None]
IsQueued = Callable[[str], bool]
"""Tells of a job whether it waits for another one to be over."""


class LiveView:
    """Draws a view again and again, on the loop of whoever drives or watches the execution."""

    def __init__(
        self, view: View, loop: Loop, state: Path, console: Console, answer: Answer | None, is_queued: IsQueued
    ) -> None:
        self._view = view
        self._loop = loop
        self._state = state
        self._answer = answer
        self._is_queued = is_queued
        self._console = console
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._typed = ""
        self._notice = ""
        self._keys: _Keys | None = None
        self._open = False

    def __enter__(self) -> LiveView:
        self._open = True
        self._live.start()
        if self._answer is not None:
            self._keys = _Keys(self._loop, self._type)
        self._loop.task(self._refresh())
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        if self._keys is not None:
            self._keys.close()
        self._live.stop()

    def notice(self, text: str) -> None:
        """Say something below the view, such as what a Ctrl-C does."""
        self._notice = text

    @property
    def view(self) -> View:
        """What is drawn."""
        return self._view

    def turn_to(self, view: View) -> None:
        """Draw another execution from now on, and ask its approvals."""
        if view is not self._view:
            self._view = view
            self._typed = ""

    def draw(self) -> None:
        """Draw now."""
        width, height = self._console.size
        below = list(self._below(width))
        drawn = lines(self._view, time.time(), width, max(3, height - len(below) - 1), self._tails())
        self._live.update(Group(*drawn, *below), refresh=True)

    async def _refresh(self) -> None:
        while self._open:
            self.draw()
            await self._loop.sleep(REFRESH_SECONDS)

    def _below(self, width: int) -> list[Text]:
        below = [Text(self._notice, "yellow")] if self._notice else []
        if self._answer is not None:
            for opened in list(self._view.approvals.values())[:1]:
                said = " ↵ ".join(harmless(line) for line in opened.message.splitlines())
                asked = f"{opened.stage}/{opened.action}{f': {said}' if said else ''}"
                below += [
                    Text(asked, "bold yellow"),
                    Text.assemble("approve? [y/n, then Enter] ", (self._typed, "bold"), "▏"),
                ]
        return below

    def _type(self, typed: str) -> None:
        for character in typed:
            if character in "\r\n":
                self._enter(self._typed.strip().lower())
                self._typed = ""
            elif character in "\x7f\b":
                self._typed = self._typed[:-1]
            elif character.isprintable():
                self._typed += character
        self.draw()

    def _enter(self, answer: str) -> None:
        opened = next(iter(self._view.approvals.values()), None)
        if self._answer is None or opened is None:
            return
        if answer in ("y", "yes", "n", "no"):
            self._notice = ""
            self._answer(opened, answer.startswith("y"))
        elif answer:
            self._notice = f"{answer!r} is no answer: y approves, n rejects"

    def _tails(self) -> Mapping[str, str]:
        jobs = [action.job for action in self._view.running()]
        queued = {job: QUEUED for job in jobs if self._is_queued(job)}
        runs = [job for job in jobs if job not in queued][:_MOST_TAILS]
        return {**queued, **{job: self._last_line(job) for job in runs}}

    def _last_line(self, job: str) -> str:
        return last_line(places.log(self._state, self._view.execution, job))


def last_line(place: Path) -> str:
    """Give the last line of a log that says something."""
    try:
        with open(place, "rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    return harmless(said[-1]) if said else ""


class _Keys:
    """The keyboard, key by key, without stopping the loop; as it was when it is closed."""

    def __init__(self, loop: Loop, typed: Callable[[str], None]) -> None:
        self._loop = loop
        self._typed = typed
        self._descriptor = sys.stdin.fileno()
        self._before: list[Any] = termios.tcgetattr(self._descriptor)
        tty.setcbreak(self._descriptor)
        loop.watch(self._descriptor, self._read)
        self._watching = True

    def _read(self) -> None:
        data = os.read(self._descriptor, 1024)
        if not data:
            self._unwatch()
        else:
            self._typed(data.decode(errors="ignore"))

    def _unwatch(self) -> None:
        if self._watching:
            self._watching = False
            self._loop.unwatch(self._descriptor)

    def close(self) -> None:
        self._unwatch()
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
