"""What happens, a time-stamped line each, where there is no terminal to draw on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.markup import escape

from pipelinekit.cli.ending import harmless
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import CONDITION_NAMES
from pipelinekit.values import in_words

WhyWaiting = Callable[[str], str]
"""Tells why an execution waits in front of a stage."""


class PlainLines:
    """Prints a line for each thing that happens to one execution; *label* tells it from others."""

    def __init__(self, console: Console, why_waiting: WhyWaiting, label: str = "") -> None:
        self._console = console
        self._label = f"{label} " if label else ""
        self._why_waiting = why_waiting
        self._started: dict[str, float] = {}

    def show(self, event: happened.Event) -> None:
        """Print what happened, with the time it happened."""
        for text, colour in self._texts(event):
            self.line(text, colour, event.at)

    def line(self, text: str, colour: str = "", at: float | None = None) -> None:
        """Print a line, the first of several with the time."""
        first, *more = [harmless(line) for line in text.splitlines()] or [""]
        moment = time.strftime("%H:%M:%S", time.localtime(at))
        marked = f"[{colour}]{escape(first)}[/]" if colour else escape(first)
        self._console.print(f"[dim]{moment} {self._label}[/]{marked}")
        for line in more:
            self._console.print(f"         {escape(line)}")

    def _texts(self, event: happened.Event) -> Iterator[tuple[str, str]]:
        match event:
            case happened.PipelineUpdated():
                yield f"the pipeline has changed: version {event.version}", ""
            case happened.ExecutionStarted():
                back = f" to roll {event.stage} back to {event.target[:8]}" if event.target else ""
                yield f"execution {event.execution} started{back}", ""
            case happened.ExecutionArrived():
                yield f"waits in front of {event.stage}{self._why_waiting(event.stage)}", "yellow"
            case happened.ExecutionSuperseded():
                yield f"superseded by {event.by[:8]} in front of {event.stage}", "yellow"
            case happened.ExecutionStopping():
                yield "stopping" + (f": {event.reason}" if event.reason else ""), "yellow"
            case happened.StageEntered():
                yield f"{event.stage}", "bold"
            case happened.StageRetried():
                yield f"{event.stage} again, attempt {event.attempt}", "bold"
            case happened.ActionStarted():
                self._started[event.job] = event.at
                yield f"  {event.action} started{' again' if event.tries else ''}", ""
            case happened.ApprovalOpened():
                yield f"  {event.action} waits for an answer: {event.message or 'no message'}", "yellow"
            case happened.StageSkipped():
                yield f"  {event.stage} is skipped", "yellow"
            case happened.RuleSucceeded():
                yield f"  {CONDITION_NAMES[event.condition]}: {event.rule} holds", "green"
            case happened.RuleFailed():
                yield f"  {CONDITION_NAMES[event.condition]}: {event.rule} does not hold: {event.message}", "yellow"
            case happened.ConditionOverridden():
                yield f"  {CONDITION_NAMES[event.condition]} of {event.stage} was overridden", "yellow"
            case happened.InboundExpired():
                yield f"waited for too long in front of {event.stage}", "red"
            case happened.ActionProgressed():
                yield f"  {event.action}: {event.summary}", ""
            case happened.ActionSucceeded():
                summary = f": {event.summary}" if event.summary else ""
                yield f"  {event.action} succeeded{self._took(event.job, event.at)}{summary}", "green"
            case happened.ActionFailed():
                yield f"  {event.action} failed{self._took(event.job, event.at)}: {event.message}", "red"
            case happened.ActionAbandoned():
                yield f"  {event.action} abandoned", "yellow"
            case _:
                return

    def _took(self, job: str, at: float) -> str:
        return f" after {in_words(at - self._started[job])}" if job in self._started else ""
