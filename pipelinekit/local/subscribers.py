"""Those who want to hear what happens: Python functions, files, commands; each in a thread of its own.

A subscriber that fails, or takes its time, is reported and never harms the run.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import field, frozen
from attrs.converters import optional

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import events as happened
from pipelinekit.execution.eventbridge import Notifier
from pipelinekit.execution.notifications import approval_document
from pipelinekit.execution.patterns import Pattern, matches, read_pattern
from pipelinekit.local.journal import Journal
from pipelinekit.local.show import definition_of, find_execution

_log = logging.getLogger("pipelinekit")

Notice: TypeAlias = Mapping[str, Any]
Receiver: TypeAlias = Callable[[Notice], object] | str | os.PathLike[str] | Sequence[str]

_LONGEST_COMMAND_SECONDS = 60

PATIENCE_SECONDS = 10.0
"""How long the end of a run waits for subscribers to take what is left for them."""


def _receiver(given: Receiver) -> Receiver:
    if callable(given) or isinstance(given, (str, os.PathLike)):
        return given
    words = tuple(given)
    if not words or not all(isinstance(word, str) for word in words):
        raise TypeError(f"a subscriber is a function, a file, or a command as a list of words, not {given!r}")
    return words


@frozen
class Subscriber:
    """Someone who hears of every change, as EventBridge tells it, and of approvals, as SNS does.

    ``to`` is a function, called with each document; a file, to which each is appended as a line of JSON; or a command
    as a list of words, started for each with its JSON at standard input. ``pattern`` is an event pattern of
    EventBridge (`pipelinekit.execution.patterns`), as a mapping or as JSON; without one it hears of everything.

        >>> failures = Subscriber(print, {"detail": {"state": ["FAILED"]}})
    """

    to: Receiver = field(converter=_receiver)
    pattern: Pattern | None = field(default=None, converter=optional(read_pattern), hash=False)

    @property
    def name(self) -> str:
        """What it is called in a complaint."""
        if callable(self.to):
            return getattr(self.to, "__qualname__", repr(self.to))
        return os.fspath(self.to) if isinstance(self.to, (str, os.PathLike)) else shlex.join(self.to)

    def wants(self, notice: Notice) -> bool:
        """Whether a document is one that it asks for."""
        return self.pattern is None or matches(self.pattern, notice)

    def check(self) -> None:
        """See before a run whether a file could be written to.

        Raises:
            PipelineKitError: when its directory is not there.
        """
        if isinstance(self.to, (str, os.PathLike)):
            place = os.path.abspath(self.to)
            if os.path.isdir(place) or not os.path.isdir(os.path.dirname(place)):
                raise PipelineKitError(f"{self.name}: events cannot be written there: name a file in a directory")

    def take(self, notice: Notice, under_way: list[subprocess.Popen[str]]) -> None:
        """Hand a document over; a command that runs is in *under_way* as long as it does.

        Raises:
            Exception: whatever went wrong.
        """
        if callable(self.to):
            self.to(notice)
        elif isinstance(self.to, (str, os.PathLike)):
            with open(self.to, "a", encoding="utf-8") as file:
                file.write(json.dumps(notice) + "\n")
        else:
            _run(list(self.to), json.dumps(notice), under_way)


def _run(command: list[str], notice: str, under_way: list[subprocess.Popen[str]]) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, errors="replace", start_new_session=True
    ) as process:
        under_way.append(process)
        try:
            out, errors = process.communicate(notice, timeout=_LONGEST_COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            _end(process)
            raise PipelineKitError(f"did not end in {_LONGEST_COMMAND_SECONDS} s, and was ended") from None
        finally:
            under_way.remove(process)
    if process.returncode != 0:
        said = (errors or out).strip().splitlines()
        raise PipelineKitError(f"ended with status {process.returncode}{f': {said[-1]}' if said else ''}")


def _end(process: subprocess.Popen[str]) -> None:
    """End a command with all that it started in its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


class Publisher:
    """Tells subscribers what happens to the executions that an engine drives."""

    def __init__(self, subscribers: Iterable[Subscriber]) -> None:
        self._lines = [_Line(subscriber) for subscriber in subscribers]
        for line in self._lines:
            line.subscriber.check()
        self._notifiers: dict[str, Notifier] = {}

    def publish(self, journal: Journal, event: happened.Event) -> None:
        """Tell of one event, if it is one of an execution."""
        if not self._lines or not isinstance(event, happened.ExecutionEvent):
            return
        for notice in self._notifier(journal, event).notices(event):
            self._tell(notice)
        if isinstance(event, happened.ApprovalOpened):
            definition = definition_of(journal, find_execution(journal, event.execution))
            self._tell(approval_document(definition, event))

    def _notifier(self, journal: Journal, event: happened.ExecutionEvent) -> Notifier:
        """Give the notifier of an execution; one that is gone on with has heard of all that was recorded before."""
        found = self._notifiers.get(event.execution)
        if found is None:
            found = Notifier(definition_of(journal, find_execution(journal, event.execution)))
            for earlier in journal.events(event.execution):
                if earlier == event:
                    break
                found.notices(earlier)
            self._notifiers[event.execution] = found
        return found

    def forget(self, execution: str) -> None:
        """Keep nothing in mind of an execution of which nothing more is to be told."""
        self._notifiers.pop(execution, None)

    def _tell(self, notice: Notice) -> None:
        for line in self._lines:
            if line.subscriber.wants(notice):
                line.put(notice)

    def close(self, patience: float = PATIENCE_SECONDS) -> None:
        """Let subscribers take what is left for them, as long as patience lasts."""
        for line in self._lines:
            line.close(patience)


class _Line:
    """What waits for one subscriber, and the thread that hands it over."""

    def __init__(self, subscriber: Subscriber) -> None:
        self.subscriber = subscriber
        self._waiting: queue.SimpleQueue[Notice | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._under_way: list[subprocess.Popen[str]] = []
        self._is_given_up = False

    def put(self, notice: Notice) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._hand_over, name=self.subscriber.name, daemon=True)
            self._thread.start()
        self._waiting.put(notice)

    def _hand_over(self) -> None:
        while (notice := self._waiting.get()) is not None and not self._is_given_up:
            try:
                self.subscriber.take(notice, self._under_way)
            except PipelineKitError as error:
                _log.warning("subscriber %s %s", self.subscriber.name, error)
            except Exception as error:  # its fault must not be that of the run
                _log.warning("subscriber %s: %s: %s", self.subscriber.name, type(error).__name__, error)

    def close(self, patience: float) -> None:
        if self._thread is None:
            return
        self._waiting.put(None)
        self._thread.join(patience)
        if self._thread.is_alive():
            left = max(1, self._waiting.qsize() - 1)
            _log.warning("subscriber %s did not take %d events in %g s", self.subscriber.name, left, patience)
            self._is_given_up = True  # first: nothing more is to be started
            for process in list(self._under_way):
                _end(process)
