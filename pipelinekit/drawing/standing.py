"""How an execution, its stages and its actions stand: what a picture says of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

from attrs import field, frozen

from pipelinekit.codepipeline.definition import ActionKey
from pipelinekit.values import FrozenMap, frozen_map, in_words

Kind: TypeAlias = Literal["good", "bad", "busy", "waiting", "halted", "idle"]
"""What a status means to someone who looks: pictures have a colour for each, and never the colour alone."""
KINDS: tuple[Kind, ...] = get_args(Kind)

WAITING = "Waiting"
NOT_STARTED = "NotStarted"

_KINDS: Mapping[str, Kind] = {
    "Succeeded": "good",
    "Failed": "bad",
    "InProgress": "busy",
    WAITING: "waiting",
    "Stopping": "halted",
    "Stopped": "halted",
    "Abandoned": "halted",
    "Cancelled": "halted",
    "Superseded": "halted",
    "Skipped": "idle",
    NOT_STARTED: "idle",
}
"""The statuses of executions, stages and actions (API: PipelineExecutionStatus, StageExecutionStatus,
ActionExecutionStatus), the one of what has no record yet, and the one in which an approval waits."""

SYMBOLS = {
    "Succeeded": "✔",
    "Failed": "✘",
    "InProgress": "●",
    WAITING: "◆",
    "Stopping": "▪",
    "Stopped": "▪",
    "Abandoned": "▪",
    "Cancelled": "▪",
    "Superseded": "▪",
    "Skipped": "–",
    NOT_STARTED: "○",
}
"""A character for each status, the same as on the screen while it runs."""
UNKNOWN = "~"
"""The symbol of a status that this version does not know."""


@frozen(kw_only=True)
class Standing:
    """How one thing stands. ``note`` goes on after the status: how long it took, or since when it lasts.

    ``message`` is why it failed, what it asks, or what it says of itself; ``attempt`` is counted from 1; ``reused``
    is the execution whose outputs were given again.
    """

    status: str = field(kw_only=False)
    note: str = ""
    attempt: int = 1
    reused: str = ""
    message: str = ""

    @property
    def kind(self) -> Kind:
        """What the status means."""
        return _KINDS.get(self.status, "idle")

    @property
    def symbol(self) -> str:
        """One character, so that no status is told by its colour alone."""
        return SYMBOLS.get(self.status, UNKNOWN)

    @property
    def brief(self) -> str:
        """The status and the note: ``Failed after 3.2 s``."""
        return f"{self.status} {self.note}" if self.note else self.status

    @property
    def words(self) -> str:
        """The same, with the attempt when it is not the first, and where it was reused from."""
        return " ".join([self.brief, *(f"({more})" for more in (self.attempted, self.origin) if more)])

    @property
    def attempted(self) -> str:
        """Which attempt it is, when it is not the first."""
        return f"attempt {self.attempt}" if self.attempt > 1 else ""

    @property
    def origin(self) -> str:
        """Where it was reused from."""
        return f"reused from {self.reused[:8]}" if self.reused else ""

    @property
    def sentence(self) -> str:
        """Everything that is known."""
        return f"{self.words}: {self.message}" if self.message else self.words


@frozen(kw_only=True)
class Standings:
    """How a whole execution stands; ``stages`` and ``actions`` have no entry for what the execution does not know."""

    execution: str
    whole: Standing
    facts: tuple[str, ...]
    """When it started, what triggered it."""
    stages: FrozenMap[Standing] = field(converter=frozen_map)
    actions: Mapping[ActionKey, Standing] = field(hash=False)

    def stage(self, name: str) -> Standing:
        """Tell how a stage stands."""
        return self.stages.get(name, Standing(NOT_STARTED))

    def action(self, stage: str, name: str) -> Standing:
        """Tell how an action stands."""
        return self.actions.get((stage, name), Standing(NOT_STARTED))


def standings_of(shown: Mapping[str, Any]) -> Standings:
    """Read what ``pipelinekit show --json`` prints. Only the names and statuses have to be there."""
    stages: list[Mapping[str, Any]] = list(shown.get("stages") or ())
    rows: dict[str, list[Mapping[str, Any]]] = {stage["name"]: list(stage.get("actions") or ()) for stage in stages}
    actions: dict[ActionKey, Standing] = {
        (stage, row["name"]): _action(row) for stage, own in rows.items() for row in own
    }
    return Standings(
        execution=str(shown.get("pipelineExecutionId") or ""),
        whole=_whole(shown, [row for own in rows.values() for row in own]),
        facts=tuple(_facts(shown)),
        stages={stage["name"]: _stage(str(stage["status"]), rows[stage["name"]]) for stage in stages},
        actions=actions,
    )


def _whole(shown: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Standing:
    status, message = str(shown["status"]), _text(shown, "statusSummary")
    if status == "InProgress" and _only_waits(rows):
        return Standing(WAITING, note=_since(rows), message=message)
    return Standing(status, note=_took(shown, status, "lastUpdateTime"), message=message)


def _facts(shown: Mapping[str, Any]) -> Iterable[str]:
    started = _moment(shown.get("startTime"))
    if started is not None:
        yield f"started {started:%Y-%m-%d %H:%M:%S} UTC"
    trigger = shown.get("trigger") or {}
    if trigger.get("triggerType"):
        yield f"by {trigger['triggerType']}"


def _stage(status: str, rows: Sequence[Mapping[str, Any]]) -> Standing:
    if status == "InProgress":
        return Standing(WAITING, note=_since(rows)) if _only_waits(rows) else Standing(status)
    starts = [moment for row in rows if (moment := _moment(row.get("startTime"))) is not None]
    ends = [moment for row in rows if (moment := _moment(row.get("lastStatusChange"))) is not None]
    if status == NOT_STARTED or not starts or not ends:
        return Standing(status)
    return Standing(status, note=_duration(status, min(starts), max(ends)))


def _only_waits(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether nothing but approvals is under way."""
    return {_status(row) for row in rows if row["status"] == "InProgress"} == {WAITING}


def _since(rows: Iterable[Mapping[str, Any]]) -> str:
    """Tell how long a person has been waited for."""
    return min((_took(row, WAITING, "") for row in rows if _status(row) == WAITING), default="")


def _status(row: Mapping[str, Any]) -> str:
    return WAITING if row.get("approval") and row["status"] == "InProgress" else str(row["status"])


def _action(row: Mapping[str, Any]) -> Standing:
    status, attempt = _status(row), row.get("attempt")
    message = _text(row.get("errorDetails") or {}, "message") or _text(row, "summary")
    if status == WAITING:
        message = _text(row["approval"], "customData")
    reused = _text(row, "reusedFrom")
    if reused:  # its summary begins with that
        message = message.removeprefix(f"reused from {reused[:8]}").removeprefix(": ")
    return Standing(
        status,
        note="" if reused else _took(row, status, "lastStatusChange"),
        attempt=attempt if isinstance(attempt, int) else 1,
        reused=reused,
        message=message,
    )


def _took(row: Mapping[str, Any], status: str, end: str) -> str:
    started, ended = _moment(row.get("startTime")), _moment(row.get(end))
    if started is None:
        return ""
    if status in ("InProgress", "Stopping", WAITING):
        return f"since {started:%H:%M:%S} UTC"
    return _duration(status, started, ended) if ended is not None else ""


def _duration(status: str, start: datetime.datetime, end: datetime.datetime) -> str:
    return f"{'in' if status == 'Succeeded' else 'after'} {in_words(max(0.0, (end - start).total_seconds()))}"


def _moment(given: object) -> datetime.datetime | None:
    """Read a time as ``show`` writes it; what is no time is not told."""
    if not isinstance(given, str):
        return None
    try:
        return datetime.datetime.fromisoformat(given).astimezone(datetime.UTC)
    except ValueError:
        return None


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
