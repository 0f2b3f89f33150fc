"""What a screen shows of an execution: kept up to date by events, drawn as lines that fit a width and a height."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import CONDITION_NAMES
from pipelinekit.values import in_words

SYMBOLS = {
    "NotStarted": ("○", "dim"),
    "InProgress": ("●", "cyan"),
    "Waiting": ("◆", "yellow"),
    "Succeeded": ("✔", "green"),
    "Failed": ("✘", "red"),
    "Abandoned": ("▪", "yellow"),
    "Stopped": ("▪", "yellow"),
    "Stopping": ("▪", "yellow"),
    "Cancelled": ("▪", "yellow"),
    "Superseded": ("▪", "yellow"),
    "Skipped": ("▪", "yellow"),
}
"""A symbol and a colour for each status, so that nothing is told by colour alone."""


@define(kw_only=True)
class ActionView:
    """One action on the screen, or one rule of a condition, ``onSuccess/Rule``."""

    name: str = field(kw_only=False)
    run_order: int
    status: str = "NotStarted"
    job: str = ""
    started: float | None = None
    ended: float | None = None
    said: str = ""
    """What it says of itself: its progress, then its summary, its failure, or what it asks."""

    def seconds(self, now: float) -> float | None:
        """How long it ran, or runs."""
        return None if self.started is None else (self.ended or now) - self.started


@define(kw_only=True)
class StageView:
    """One stage on the screen. ``closed`` is why its entrance is closed, or whom it waits for.

    ``rules`` are those of its conditions that have started, by where they stand and what they are called.
    """

    name: str = field(kw_only=False)
    actions: list[ActionView]
    rules: dict[tuple[str, str], ActionView] = field(factory=dict)
    status: str = "NotStarted"
    closed: str = ""
    started: float | None = None
    ended: float | None = None

    @property
    def parts(self) -> list[ActionView]:
        """What is drawn below it, in the order it runs: rules before the entry, actions, rules after them."""
        before = [rule for (condition, _), rule in self.rules.items() if condition == "BEFORE_ENTRY"]
        behind = [rule for (condition, _), rule in self.rules.items() if condition != "BEFORE_ENTRY"]
        return [*before, *self.actions, *behind]


class View:
    """An execution on the screen."""

    def __init__(self, definition: Definition, execution: str) -> None:
        self.pipeline = definition.name
        self.execution = execution
        self.status = "InProgress"
        self.note = ""
        self.started: float | None = None
        self.ended: float | None = None
        self.approvals: dict[str, happened.ApprovalOpened] = {}
        self.stages = [
            StageView(stage.name, actions=[ActionView(a.name, run_order=a.run_order) for a in stage.actions])
            for stage in definition.pipeline.stages
        ]
        self._stages = {stage.name: stage for stage in self.stages}
        self._actions = {(s.name, a.name): a for s in self.stages for a in s.actions}

    def apply(self, event: happened.Event) -> None:
        """Take in what happened; events of other executions are passed over."""
        if isinstance(event, happened.ExecutionEvent) and event.execution == self.execution:
            self._apply(event)

    def _apply(self, event: happened.ExecutionEvent) -> None:
        match event:
            case happened.ExecutionStarted():
                self.started = event.at
            case happened.ExecutionArrived():
                self._stages[event.stage].closed = "waits in front of it"
            case happened.StageEntered() | happened.StageRetried():
                stage = self._stages[event.stage]
                stage.status, stage.closed, stage.started, stage.ended = "InProgress", "", event.at, None
                self.status, self.ended = "InProgress", None
            case happened.StageSucceeded():
                self._end_stage(event.stage, "Succeeded", event.at)
            case happened.StageFailed():
                self._end_stage(event.stage, "Failed", event.at)
            case happened.StageStopped():
                self._end_stage(event.stage, event.status, event.at)
            case happened.StageSkipped():
                self._end_stage(event.stage, "Skipped", event.at)
            case happened.RuleStarted():
                name = f"{CONDITION_NAMES[event.condition]}/{event.rule}"
                rule = ActionView(name, run_order=0, status="InProgress", job=event.job, started=event.at)
                self._stages[event.stage].rules[event.condition, event.rule] = rule
            case happened.RuleSucceeded():
                self._end_rule(event, "Succeeded", event.summary)
            case happened.RuleFailed():
                self._end_rule(event, "Failed", event.message)
            case happened.RuleAbandoned():
                self._end_rule(event, "Abandoned", "")
            case happened.ActionStarted():
                action = self._actions[event.stage, event.action]
                action.status, action.job, action.said = "InProgress", event.job, ""
                action.started, action.ended = event.at, None
            case happened.ApprovalOpened():
                action = self._actions[event.stage, event.action]
                action.status, action.said = "Waiting", event.message
                self.approvals[event.job] = event
            case happened.ActionProgressed():
                self._actions[event.stage, event.action].said = event.summary
            case happened.ActionSucceeded():
                self._began(event.stage, event.action, event.began)
                self._end_action(event.stage, event.action, event.job, "Succeeded", event.summary, event.at)
            case happened.ActionFailed():
                self._began(event.stage, event.action, event.began)
                self._end_action(event.stage, event.action, event.job, "Failed", event.message, event.at)
            case happened.ActionAbandoned():
                self._end_action(event.stage, event.action, event.job, "Abandoned", "", event.at)
            case happened.ExecutionStopping():
                self.status, self.note = "Stopping", event.reason
            case happened.ExecutionSuperseded():
                self._end("Superseded", event.at, f"by {event.by[:8]}")
            case happened.ExecutionSucceeded():
                self._end("Succeeded", event.at)
            case happened.ExecutionFailed():
                self._end("Failed", event.at)
            case happened.ExecutionStopped():
                self._end("Stopped", event.at)
            case happened.ExecutionCancelled():
                self._end("Cancelled", event.at, "the pipeline was updated")

    def _end(self, status: str, at: float, note: str = "") -> None:
        self.status, self.ended, self.note = status, at, note

    def _end_stage(self, name: str, status: str, at: float) -> None:
        self._stages[name].status, self._stages[name].ended = status, at

    def _began(self, stage: str, name: str, began: float | None) -> None:
        """Take it that an action started when its worker did: what it waited for others is not its time."""
        if began is not None:
            self._actions[stage, name].started = began

    def _end_action(self, stage: str, name: str, job: str, status: str, said: str, at: float) -> None:
        action = self._actions[stage, name]
        action.status, action.said, action.ended = status, said, at
        self.approvals.pop(job, None)

    def _end_rule(
        self, event: happened.RuleSucceeded | happened.RuleFailed | happened.RuleAbandoned, status: str, said: str
    ) -> None:
        rule = self._stages[event.stage].rules.get((event.condition, event.rule))
        if rule is not None:
            rule.status, rule.said, rule.ended = status, said, event.at

    def running(self) -> Iterator[ActionView]:
        """Yield the actions and the rules under way."""
        return (part for stage in self.stages for part in stage.parts if part.status == "InProgress")


QUEUED = "waits until another is over"


def lines(view: View, now: float, width: int, height: int, tails: Mapping[str, str]) -> list[Text]:
    """Draw a view in at most *height* lines of *width* cells.

    *tails* has the last line that each job wrote, or `QUEUED` where none of it runs yet.

    What is over and what has not begun is told in fewer words when there is not room for all of it.
    """
    name = max((cell_len(part.name) for stage in view.stages for part in stage.parts), default=0)
    name = min(name, max(12, width // 3))
    head = _head(view, now, width)
    for detail in (2, 1, 0):
        body = [line for stage in view.stages for line in _stage(stage, now, width, name, tails, detail)]
        if len(body) + 1 <= height:
            return [head, *body]
    return [head, *_cut(body, height - 1, width)]


def _head(view: View, now: float, width: int) -> Text:
    symbol, style = SYMBOLS.get(view.status, SYMBOLS["InProgress"])
    took = "" if view.started is None else in_words((view.ended or now) - view.started)
    note = f" ({view.note})" if view.note else ""
    return _fit(
        Text.assemble(
            (f"{symbol} ", style),
            (view.pipeline, "bold"),
            f" {view.execution[:8]} ",
            (view.status, style),
            note,
            " ",
            (took, "dim"),
        ),
        width,
    )


def _stage(
    stage: StageView, now: float, width: int, name: int, tails: Mapping[str, str], detail: int
) -> Iterator[Text]:
    """Draw a stage: with all its actions (2), with those that matter now (1), or with those that run or failed (0)."""
    shown = [part for part in stage.parts if _matters(stage, part, detail, tails)]
    hidden = len(stage.parts) - len(shown)
    symbol, style = SYMBOLS.get(stage.status, SYMBOLS["InProgress"])
    counts = f"  {_counts(stage.actions)}" if hidden else ""
    closed = f"  {stage.closed}" if stage.closed else ""
    yield _fit(Text.assemble((f"{symbol} ", style), (stage.name, "bold"), (counts, "dim"), (closed, "yellow")), width)
    for action in shown:
        yield _action(action, now, width, name, tails)


def _matters(stage: StageView, action: ActionView, detail: int, tails: Mapping[str, str]) -> bool:
    if detail == 2 or action.status in ("Waiting", "Failed"):
        return True
    if action.status == "InProgress" and tails.get(action.job) != QUEUED:
        return True
    return detail == 1 and stage.status == "InProgress"


def _counts(actions: Sequence[ActionView]) -> str:
    done = sum(action.status == "Succeeded" for action in actions)
    return f"{done} of {len(actions)}"


def _action(action: ActionView, now: float, width: int, name: int, tails: Mapping[str, str]) -> Text:
    tail = tails.get(action.job, "") if action.status == "InProgress" else ""
    queued = tail == QUEUED
    symbol, style = ("◌", "cyan") if queued else SYMBOLS[action.status]
    seconds = None if queued else action.seconds(now)
    took = "" if seconds is None else in_words(seconds)
    said = Text(
        action.said.partition("\n")[0],
        "red" if action.status == "Failed" else "yellow" if action.status == "Waiting" else "",
    )
    if queued:
        said = Text(QUEUED, "dim")
    elif tail:
        said = Text.assemble(said, ("  " if action.said else "", ""), (f"| {tail}", "dim"))
    return _fit(
        Text.assemble("  ", (f"{symbol} ", style), set_cell_size(action.name, name), f" {took:>9}  ", said), width
    )


def _fit(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis")
    text.no_wrap = True
    return text


def _cut(body: list[Text], room: int, width: int) -> list[Text]:
    """Keep the end of what is too much, where what runs is, and say how much is above it."""
    if room < 2:
        return body[-max(room, 0) :]
    more = Text(f"  … {len(body) - room + 1} lines more above", "dim")
    return [_fit(more, width), *body[-(room - 1) :]]


def durations(view: View, width: int) -> list[Text]:
    """Draw where the time went: each action's part of the whole, in the order they started."""
    if view.started is None:
        return []
    whole = max((view.ended or view.started) - view.started, 0.001)
    rows = [
        (f"{stage.name}/{part.name}", part, part.started, part.ended)
        for stage in view.stages
        for part in stage.parts
        if part.started is not None and part.ended is not None
    ]
    rows.sort(key=lambda row: row[2])
    name = min(max((cell_len(row[0]) for row in rows), default=0), max(16, width // 2))
    bar = max(10, min(40, width - name - 24))
    found = []
    for key, action, started, ended in rows:
        begins = round(bar * (started - view.started) / whole)
        length = max(1, round(bar * (ended - started) / whole))
        symbol, style = SYMBOLS[action.status]
        drawn = (" " * min(begins, bar - 1) + "━" * length)[:bar].ljust(bar)
        took = in_words(ended - started)
        part = f"{100 * (ended - started) / whole:3.0f} %"
        found.append(
            _fit(
                Text.assemble((f"{symbol} ", style), set_cell_size(key, name), f" {took:>10} {part} ", (drawn, style)),
                width,
            )
        )
    return found
