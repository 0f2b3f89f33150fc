"""What a run says while it goes on, and at its end."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.markup import escape

from pipelinekit.execution import events as happened
from pipelinekit.values import in_words

if TYPE_CHECKING:
    from pipelinekit.local.engine import Engine
    from pipelinekit.local.verbs import Result

_COLOURS = {"Succeeded": "green", "Failed": "red", "InProgress": "cyan", "Stopped": "yellow", "Superseded": "yellow"}


def command_line(*words: str, state: Path | None) -> str:
    """Write a command that can be copied as it is."""
    return shlex.join(["pipelinekit", *words, *(["--state", str(state)] if state is not None else [])])


class Progress:
    """Prints a line for each thing that happens, with colours where there is a terminal; asks for approvals there."""

    def __init__(self, *, quiet: bool, state: Path | None, asks: bool) -> None:
        self.asks = asks
        self._quiet = quiet
        self._state = state
        self._console = Console(highlight=False, soft_wrap=True, quiet=quiet)
        self._engine: Engine | None = None
        self._execution = ""
        self._started: dict[str, float] = {}
        self._early: list[happened.Event] = []
        self._interrupts = 0

    def begin(self, engine: Engine, execution: str) -> None:
        """Take note of whose progress it is."""
        self._engine, self._execution = engine, execution
        early, self._early = self._early, []
        for event in early:
            self.listen(event)

    def interrupted(self) -> None:
        """Say what a Ctrl-C does."""
        self._interrupts += 1
        if self._interrupts == 1:
            self._line("stopping when the actions under way are over; press Ctrl-C again to abandon them", "yellow")

    def listen(self, event: happened.Event) -> None:
        """Print what happened."""
        if self._engine is None:
            self._early.append(event)
            return
        if isinstance(event, happened.ExecutionEvent) and event.execution != self._execution:
            return
        for text, colour in self._texts(event):
            self._line(text, colour)
        if isinstance(event, happened.ApprovalOpened) and self.asks:
            self._ask(event)

    def _line(self, text: str, colour: str = "") -> None:
        first, *more = text.splitlines() or [""]
        moment = time.strftime("%H:%M:%S")
        marked = f"[{colour}]{escape(first)}[/]" if colour else escape(first)
        self._console.print(f"[dim]{moment}[/] {marked}")
        for line in more:
            self._console.print(f"         {escape(line)}")

    def _texts(self, event: happened.Event) -> Iterator[tuple[str, str]]:
        match event:
            case happened.PipelineUpdated():
                yield f"the pipeline has changed: version {event.version}", ""
            case happened.ExecutionStarted():
                yield f"execution {event.execution} started", ""
            case happened.ExecutionArrived():
                yield f"waits in front of {event.stage}{self._why_closed(event.stage)}", "yellow"
            case happened.ExecutionSuperseded():
                yield f"superseded by {event.by[:8]} in front of {event.stage}", "yellow"
            case happened.StageEntered():
                yield f"{event.stage}", "bold"
            case happened.ActionStarted():
                self._started[event.job] = event.at
                yield f"  {event.action} started{' again' if event.tries else ''}", ""
            case happened.ApprovalOpened():
                yield f"  {event.action} waits for an answer: {event.message or 'no message'}", "yellow"
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

    def _why_closed(self, stage: str) -> str:
        assert self._engine is not None
        gate = self._engine.journal.state(self._engine.driven[self._execution].pipeline).gates.get(stage)
        if gate is not None and not gate.enabled:
            return f": the transition is disabled{f' ({gate.reason})' if gate.reason else ''}"
        return f": {gate.holder[:8]} is in it" if gate is not None and gate.holder else ""

    def _ask(self, event: happened.ApprovalOpened) -> None:
        from pipelinekit.local.verbs import put_answer

        engine = self._engine
        assert engine is not None

        def answered(answer: str) -> None:
            if answer.lower() in ("y", "yes", "n", "no"):
                put_answer(engine, event, answer.lower().startswith("y"), "answered at the terminal")

        def read() -> str:
            try:
                return input(f"         {event.stage}/{event.action}: approve? [y/n] ").strip()
            except EOFError:
                return ""

        engine.loop.in_thread(read).when_done(lambda done: answered(done.result()))

    def end(self, result: Result) -> None:
        """Tell how it ended, and what to do next."""
        colour = _COLOURS.get(result.status, "")
        short = result.execution[:8]
        if result.status == "InProgress":
            self._line(f"{short} waits for a person", "yellow")
        else:
            self._line(f"{short} {result.status}", colour)
        for key, action in _actions(result.shown):
            if action["status"] == "Failed":
                self._tell_failure(short, key, action)
        for line in next_steps(result.shown, state=self._state):
            self._console.print(f"  {escape(line)}")

    def _tell_failure(self, execution: str, key: str, action: Mapping[str, Any]) -> None:
        from pipelinekit.local.records import last_lines

        self._console.print(f"\n[red]{escape(key)} failed[/]: {escape(action['errorDetails']['message'])}")
        for line in last_lines(execution, key, state=self._state):
            self._console.print(f"  [dim]|[/] {escape(line)}")
        self._console.print(f"  the whole log: {escape(command_line('logs', execution, key, state=self._state))}")


def _actions(shown: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for stage in shown["stages"]:
        for action in stage["actions"]:
            yield f"{stage['name']}/{action['name']}", action


def next_steps(shown: Mapping[str, Any], *, state: Path | None, driven: bool = False) -> Iterator[str]:
    """Yield what a person can do to move an execution on."""
    short = shown["pipelineExecutionId"][:8]
    if shown["status"] not in ("InProgress", "Stopping"):
        return
    goes_on = "" if driven else f" && {command_line('resume', short, state=state)}"
    asked = False
    for key, action in _actions(shown):
        if "approval" in action:
            asked = True
            message = action["approval"]["customData"]
            yield f"{key} waits for an answer{f': {message}' if message else ''}"
            yield f"  {command_line('approve', short, key, state=state)}{goes_on}"
            yield f"  {command_line('reject', short, key, state=state)}{goes_on}"
    if not asked and not driven:
        if shown["statusSummary"]:
            yield f"{short} {shown['statusSummary']}"
        yield f"nobody drives it: {command_line('resume', short, state=state)}"


def shown_lines(shown: Mapping[str, Any], *, driven: bool, state: Path | None) -> Iterator[str]:
    """Write what `show` knows as text."""
    note = f" ({shown['statusSummary']})" if shown["statusSummary"] else ""
    yield f"{shown['pipelineName']} {shown['pipelineExecutionId']}: {click.style(shown['status'], bold=True)}{note}"
    for stage in shown["stages"]:
        yield f"{stage['name']}: {stage['status']}"
        for action in stage["actions"]:
            yield f"  {action['runOrder']}. {action['name']}: {action['status']}{_more(action)}"
    yield from next_steps(shown, state=state, driven=driven)


def _more(action: Mapping[str, Any]) -> str:
    if "errorDetails" in action:
        return f": {action['errorDetails']['message']}"
    return f": {action['summary']}" if action.get("summary") else ""
