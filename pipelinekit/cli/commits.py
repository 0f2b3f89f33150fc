"""`pipelinekit run --watch` on the screen: pushes, what they start, and the executions that go on side by side."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click
from attrs import define

from pipelinekit.cli.ending import COLOURS, command_line, harmless, tell_end
from pipelinekit.cli.following import STOPPING, Output, Screen, is_terminal, tell_whole, why_waiting
from pipelinekit.cli.live import LiveView
from pipelinekit.cli.plain import PlainLines
from pipelinekit.cli.triggers import as_data
from pipelinekit.cli.view import View
from pipelinekit.execution import events as happened
from pipelinekit.execution.eventbridge import Notifier

if TYPE_CHECKING:
    from pipelinekit.local.engine import Engine
    from pipelinekit.local.verbs import Result
    from pipelinekit.local.watching import Judged

_MOST_LEFT = 5
"""How many pushes that start nothing are told of one by one when they come all at once, such as by a fetch."""
_AT_ONCE_SECONDS = 1.0


@define
class _Shown:
    """An execution that goes on, in the form that it is shown in."""

    view: View
    lines: PlainLines | None = None
    notifier: Notifier | None = None


class Watcher(Output):
    """Shows what a watch does: as a live view of one execution at a time, as plain lines, or as JSON."""

    def __init__(self, *, as_json: bool, state: Path | None) -> None:
        super().__init__()
        self.interrupts = 0
        self._as_json = as_json
        self._asks = is_terminal() and not as_json
        self._state = state
        self._console = Screen(highlight=False, soft_wrap=True)
        self._plain = PlainLines(self._console, lambda stage: "")
        self._shown: dict[str, _Shown] = {}
        self._live: LiveView | None = None
        self._stack = ExitStack()
        self._engine: Engine | None = None
        self._left = 0
        self._told_at = 0.0

    @property
    def wants_to_end(self) -> bool:
        """Whether somebody pressed Ctrl-C, or the reader of what it prints has gone: who would it watch for?"""
        return self.interrupts > 0 or self._is_alone

    def begin(self, engine: Engine) -> None:
        """Get to know the engine that will drive what is shown."""
        self._engine = engine
        engine.before_close(self.close)

    def close(self) -> None:
        """Give the terminal back."""
        self._stack.close()
        self._live = None

    # What is told

    def notice(self, text: str) -> None:
        """Say something about the watching itself."""
        with self._if_somebody_reads():
            if self._silent:
                return
            if self._as_json:
                click.echo(json.dumps({"notice": text}))
            else:
                self._plain.line(text, "dim")

    def pushed(self, judged: Judged) -> None:
        """Tell of a push, and begin to show the execution that it starts, if any."""
        if judged.execution is not None:
            self._begin_to_show(judged.execution, judged.pipeline)
        with self._if_somebody_reads():
            if not self._silent:
                self._tell_push(judged)

    def _tell_push(self, judged: Judged) -> None:
        if self._as_json:
            click.echo(json.dumps(_push_as_data(judged)))
            return
        now = time.monotonic()
        if judged.execution is not None or now - self._told_at > _AT_ONCE_SECONDS:
            self._left = 0
        self._told_at = now
        self._left += judged.execution is None
        if self._left > _MOST_LEFT:
            if self._left == _MOST_LEFT + 1:
                self._plain.line("more pushes start nothing; they are not told one by one", "dim")
            return
        what = f"{judged.name} is now {judged.commit[:12]}"
        if judged.execution is not None:
            text, colour = f"{what}: starts {judged.pipeline} {judged.execution[:8]}", "green"
        else:
            text, colour = f"{what}: starts nothing", "yellow"
        self._plain.line("\n".join([text, *map(harmless, judged.reasons)]), colour)

    def listen(self, event: happened.Event) -> None:
        """Show what happened, if it concerns an execution that is shown."""
        if isinstance(event, happened.PipelineUpdated) and not self._asks and not self._as_json:
            with self._if_somebody_reads():
                self._plain.show(event)
        if isinstance(event, happened.ExecutionStarted) and event.execution not in self._shown:
            self._adopt(event)
        shown = self._shown.get(event.execution) if isinstance(event, happened.ExecutionEvent) else None
        if shown is None:
            return
        shown.view.apply(event)
        with self._if_somebody_reads():
            if shown.lines is not None and not self._silent:
                shown.lines.show(event)
            if shown.notifier is not None:
                for notice in shown.notifier.notices(event) if not self._silent else ():
                    click.echo(json.dumps(notice))
        self._turn()
        if isinstance(event, happened.ExecutionArrived):
            self._tell_who_goes_on(event)

    def _tell_who_goes_on(self, event: happened.ExecutionArrived) -> None:
        """Say what to do where an execution waits for one that nobody drives: it would wait for ever."""
        from pipelinekit.local.ownership import is_driven

        engine = self._engine
        driven = None if engine is None else engine.driven.get(event.execution)
        if engine is None or driven is None:
            return
        gate = engine.journal.known(driven.pipeline).gates.get(event.stage)
        if gate is not None and gate.holder is not None and not is_driven(engine.directory, gate.holder):
            holder = gate.holder[:8]
            mend = command_line("resume", holder, state=self._state)
            self.notice(f"{event.execution[:8]} waits for {holder}, which nobody drives; go on with it: {mend}")

    def _adopt(self, event: happened.ExecutionStarted) -> None:
        """Show one too that the engine drives of itself, such as an automatic rollback."""
        driven = None if self._engine is None else self._engine.driven.get(event.execution)
        if driven is not None:
            self._begin_to_show(event.execution, driven.pipeline)

    def ended(self, result: Result) -> None:
        """Tell how an execution ended, and what to do next."""
        shown = self._shown.pop(result.execution, None)
        self._turn()
        with self._if_somebody_reads():
            if self._silent:
                return
            if self._as_json:
                click.echo(json.dumps(result.shown))
                return
            if self._asks and shown is not None:
                tell_whole(self._console, shown.view)
            self._plain.line(f"{result.execution[:8]} {result.status}", COLOURS.get(result.status, "yellow"))
            tell_end(self._console, result.shown, self._state)

    # What is shown

    def _begin_to_show(self, execution: str, pipeline: str) -> None:
        from pipelinekit.local.show import definition_of, find_execution

        engine = self._engine
        if engine is None:
            raise RuntimeError("there is no engine yet")
        definition = definition_of(engine.journal, find_execution(engine.journal, execution))
        shown = _Shown(View(definition, execution))
        if self._as_json:
            shown.notifier = Notifier(definition)
        elif not self._asks:
            journal = engine.journal
            shown.lines = PlainLines(
                self._console, lambda stage: why_waiting(journal, pipeline, stage), label=execution[:8]
            )
        self._shown[execution] = shown
        self._turn()

    def _turn(self) -> None:
        """Turn the live view to the execution that asks something, else to the newest; end it where there is none."""
        if not self._asks or self._engine is None:
            return
        views = [shown.view for shown in self._shown.values()]
        asking = [view for view in views if view.approvals]
        if not views:
            self.close()
        elif self._live is None:
            self._live = self._stack.enter_context(self._open(self._engine, views[-1]))
        elif not (asking and self._live.view in asking):  # what somebody is answering stays where it is
            self._live.turn_to((asking or views[-1:])[0])

    def _open(self, engine: Engine, view: View) -> LiveView:
        from pipelinekit.local.verbs import put_answer

        def answer(event: happened.ApprovalOpened, yes: bool) -> None:
            put_answer(engine, event, yes, "answered at the terminal")

        return LiveView(view, engine.loop, engine.directory, self._console, answer, engine.is_queued)

    # Ctrl-C

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Take a Ctrl-C for the wish to end: once when what runs is over, twice at once."""

        def interrupted(number: int, frame: FrameType | None) -> None:
            if self._engine is not None:
                self._engine.loop.from_thread(self._interrupt)  # a signal may come in the middle of a print
            elif self.interrupts:
                raise KeyboardInterrupt
            else:  # it ends as soon as it has begun
                self.interrupts = 1

        before = signal.signal(signal.SIGINT, interrupted)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def _interrupt(self) -> None:
        self.interrupts += 1
        if self.interrupts > 1 and self._engine is not None:
            self._engine.interrupt()
        elif self._live is not None:
            self._live.notice(STOPPING)
        elif self._shown and not self._as_json:
            with self._if_somebody_reads():
                self._plain.line(STOPPING, "yellow")


def _push_as_data(judged: Judged) -> dict[str, object]:
    return {
        "pipelineName": judged.pipeline,
        "pushed": judged.name,
        "commit": judged.commit,
        "pipelineExecutionId": judged.execution,
        "reasons": list(judged.reasons),
        "verdicts": [as_data(verdict) for verdict in judged.verdicts],
    }


def watch_commits(go: Callable[[Watcher], None], *, as_json: bool, state: Path | None) -> int:
    """Watch until a Ctrl-C, which is the way to end it."""
    watcher = Watcher(as_json=as_json, state=state)
    try:
        with watcher.interruptible():
            go(watcher)
    finally:
        watcher.close()
    return 0
