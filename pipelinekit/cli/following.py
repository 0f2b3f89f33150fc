"""Following an execution while it goes on: as a live view, as plain lines, or as EventBridge's events in JSON."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from rich.console import Console

from pipelinekit.cli.ending import COLOURS, tell_end
from pipelinekit.cli.live import IsQueued, LiveView
from pipelinekit.cli.plain import PlainLines
from pipelinekit.cli.view import View, durations, lines
from pipelinekit.execution import events as happened
from pipelinekit.execution.eventbridge import Notifier

if TYPE_CHECKING:
    from pipelinekit.local.engine import Engine
    from pipelinekit.local.journal import Journal
    from pipelinekit.local.tasks import Loop
    from pipelinekit.local.verbs import OnEngine, Result

WAITS_FOR_A_PERSON = 3
STOPPING = "stopping when the actions under way are over; press Ctrl-C again to abandon them"


def exit_status(status: str) -> int:
    """Give the exit status that belongs to an execution's status."""
    return {"Succeeded": 0, "InProgress": WAITS_FOR_A_PERSON}.get(status, 1)


def is_terminal() -> bool:
    """Whether a person sits in front of it, and can be asked."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


class Screen(Console):
    """A console that tells of a reader who has gone instead of ending the program."""

    def on_broken_pipe(self) -> None:
        """Do not end the program."""
        raise BrokenPipeError


class Output:
    """What falls silent when it cannot be written (any more): no execution depends on being seen."""

    def __init__(self) -> None:
        self._silent = self._is_alone = False

    @contextmanager
    def _if_somebody_reads(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # the reader has gone (`| head`), or what it writes to is full
            self._silent = True
            self._is_alone = isinstance(error, BrokenPipeError)


class Follower(Output):
    """Shows one execution, in the way that suits where the output goes."""

    def __init__(self, *, as_json: bool, state: Path | None) -> None:
        super().__init__()
        self.asks = is_terminal() and not as_json
        self._as_json = as_json
        self._state = state
        self._console = Screen(highlight=False, soft_wrap=True)
        self._early: list[happened.Event] = []
        self._view: View | None = None
        self._live: LiveView | None = None
        self._plain: PlainLines | None = None
        self._notifier: Notifier | None = None
        self._execution = ""
        self._stack = ExitStack()

    def begin(
        self,
        journal: Journal,
        execution: str,
        loop: Loop,
        state: Path,
        answer: Callable[[happened.ApprovalOpened, bool], None],
        why_waiting: Callable[[str], str],
        is_queued: IsQueued = lambda job: False,
    ) -> None:
        """Begin to show an execution: what was recorded of it already, then what comes."""
        from pipelinekit.local.show import definition_of, find_execution

        definition = definition_of(journal, find_execution(journal, execution))
        recorded = journal.events(execution)
        early, self._early, self._execution = self._early, [], execution
        known = recorded[: max(0, len(recorded) - sum(_is_of(event, execution) for event in early))]
        self._view = View(definition, execution)
        for event in recorded:
            self._view.apply(event)
        if self._as_json:
            self._notifier = Notifier(definition)
            for event in known:
                self._notifier.notices(event)
        elif self.asks:
            self._live = self._stack.enter_context(LiveView(self._view, loop, state, self._console, answer, is_queued))
        else:
            self._plain = PlainLines(self._console, why_waiting)
        for event in early:
            self._show(event)

    def listen(self, event: happened.Event) -> None:
        """Show what happened, if it concerns the execution."""
        if self._view is None:
            self._early.append(event)
        elif not isinstance(event, happened.ExecutionEvent) or event.execution == self._execution:
            self._view.apply(event)
            self._show(event)

    def _show(self, event: happened.Event) -> None:
        with self._if_somebody_reads():
            if self._plain is not None and not self._silent:
                self._plain.show(event)
            if self._notifier is not None:
                for notice in self._notifier.notices(event) if not self._silent else ():
                    click.echo(json.dumps(notice))

    def interrupted(self) -> None:
        """Say what a Ctrl-C does."""
        with self._if_somebody_reads():
            if self._live is not None:
                self._live.notice(STOPPING)
            elif self._plain is not None:
                self._plain.line(STOPPING, "yellow")

    def close(self) -> None:
        """Give the terminal back."""
        self._stack.close()

    def end(self, result: Result) -> None:
        """Tell how it ended, and what to do next."""
        self.close()
        if self._silent:
            return
        with self._if_somebody_reads():
            self._tell_end(result)

    def _tell_end(self, result: Result) -> None:
        if self._as_json:
            click.echo(json.dumps(result.shown))
            return
        if self._live is not None and self._view is not None:
            tell_whole(self._console, self._view)
        elif self._plain is not None:
            waits = result.status == "InProgress"
            text = f"{result.execution[:8]} {'waits for a person' if waits else result.status}"
            self._plain.line(text, "yellow" if waits else COLOURS.get(result.status, "yellow"))
        else:  # it was over before there was anything to show
            self._console.print(f"{result.execution[:8]} {result.status}")
        tell_end(self._console, result.shown, self._state)


def tell_whole(console: Console, view: View) -> None:
    """Show how an execution ended, and where the time went."""
    now = view.ended or max((a.ended or 0 for s in view.stages for a in s.actions), default=0)
    width = console.width
    for line in lines(view, now, width, 200, {}):
        console.print(line)
    table = durations(view, width)
    if table:
        console.print()
    for line in table:
        console.print(line)


def _is_of(event: happened.Event, execution: str) -> bool:
    return isinstance(event, happened.ExecutionEvent) and event.execution == execution


def follow(go: Callable[[Follower, OnEngine], Result], *, as_json: bool, state: Path | None) -> int:
    """Run or resume while it is shown, with Ctrl-C as a wish to stop; give the exit status."""
    from pipelinekit.local.verbs import put_answer

    follower = Follower(as_json=as_json, state=state)
    with ExitStack() as stack:

        def begin(engine: Engine, execution: str) -> None:
            pipeline = engine.driven[execution].pipeline
            follower.begin(
                engine.journal,
                execution,
                engine.loop,
                engine.directory,
                lambda event, yes: put_answer(engine, event, yes, "answered at the terminal"),
                lambda stage: why_waiting(engine.journal, pipeline, stage),
                engine.is_queued,
            )
            engine.before_close(follower.close)
            stack.enter_context(_interrupts(engine, follower))

        try:
            result = go(follower, begin)
        finally:
            follower.close()
    follower.end(result)
    return exit_status(result.status)


@contextmanager
def _interrupts(engine: Engine, follower: Follower) -> Iterator[None]:
    def interrupt() -> None:
        follower.interrupted()
        engine.interrupt()

    def interrupted(number: int, frame: FrameType | None) -> None:
        engine.loop.from_thread(interrupt)  # a signal may come in the middle of a print

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def why_waiting(journal: Journal, pipeline: str, stage: str) -> str:
    """Tell why an execution waits in front of a stage."""
    gate = journal.state(pipeline).gates.get(stage)
    if gate is None:
        return ""
    if not gate.enabled:
        return f": the transition is disabled{f' ({gate.reason})' if gate.reason else ''}"
    return f": {gate.holder[:8]} is in it" if gate.holder else ""
