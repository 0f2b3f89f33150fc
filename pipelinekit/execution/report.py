"""How a pipeline fared over a period: how often it succeeded, how long it took, what held it up."""

from __future__ import annotations

import datetime
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from pipelinekit.values import FrozenMap, timestamp

DAY = 86_400
_MOST_ROWS = 10
_MOST_BARS = 62
Key: TypeAlias = tuple[str, str, str]
"""Pipeline, stage and action."""


@frozen(kw_only=True)
class Run:
    """An execution. Times are seconds since 1970; ``end`` is None while it goes on."""

    pipeline: str
    execution: str
    status: str
    start: float
    end: float | None


@frozen(kw_only=True)
class Attempt:
    """An attempt at an action. ``attempt`` is that of its execution: 1, and one more with each retry of a stage.

    ``reused``: the outputs of an earlier execution were given again.
    """

    pipeline: str
    execution: str
    stage: str
    action: str
    attempt: int
    status: str
    start: float
    end: float | None
    error: str = ""
    approval: bool = False
    reused: bool = False


@frozen(kw_only=True)
class Spread:
    """Durations in seconds: their median, the 90th percentile (the least that 9 in 10 do not exceed), the longest."""

    count: int
    median: float
    p90: float
    longest: float


@frozen(kw_only=True)
class Bucket:
    """The executions that started within one part of the period; ``other`` were stopped, superseded or cancelled."""

    start: float
    succeeded: int
    failed: int
    other: int
    in_progress: int
    lead_time: Spread | None

    @property
    def count(self) -> int:
        """How many executions started."""
        return self.succeeded + self.failed + self.other + self.in_progress


@frozen(kw_only=True)
class Failing:
    """An action that failed, and its newest failure."""

    pipeline: str
    stage: str
    action: str
    failures: int
    attempts: int
    error: str
    execution: str
    at: float


@frozen(kw_only=True)
class Slow:
    """How long an action takes: attempts that succeeded or failed; what was reused does not count."""

    pipeline: str
    stage: str
    action: str
    took: Spread


@frozen(kw_only=True)
class Waiting:
    """How long approvals waited for an answer. ``open`` are those that wait still, counted until the period ends."""

    took: Spread
    total: float
    open: int


@frozen(kw_only=True)
class DeliveryReport:
    """A period of one pipeline, or of all (``pipeline`` None). ``bucket_days`` is how many days a bucket has.

    ``success_rate`` is of those that succeeded or failed; None where none did. ``removed_before``: older executions
    were removed by retention, so that the period is not whole before that time.
    """

    pipeline: str | None
    since: float
    until: float
    statuses: FrozenMap[int]
    success_rate: float | None
    lead_time: Spread | None
    approvals: Waiting | None
    retries: int
    failing: tuple[Failing, ...]
    slowest: tuple[Slow, ...]
    buckets: tuple[Bucket, ...]
    bucket_days: int
    removed_before: float | None = None

    @property
    def executions(self) -> int:
        """How many executions started in the period."""
        return sum(self.statuses.values())

    @property
    def days(self) -> float:
        """How long the period is."""
        return (self.until - self.since) / DAY

    @property
    def per_day(self) -> float:
        """Executions a day. A period of less than a day counts as one."""
        return self.executions / max(1.0, self.days)


def report_of(
    pipeline: str | None,
    runs: Iterable[Run],
    attempts: Iterable[Attempt],
    *,
    since: float,
    until: float,
    removed_before: float | None = None,
) -> DeliveryReport:
    """Sum up the executions of a period and the attempts at their actions, in any order.

    *until* is the end of the period, or the present.
    """
    ran = list(runs)
    since = min(since, until)
    width = _bucket_days(since, until)
    statuses = Counter(run.status for run in ran)
    ended = statuses["Succeeded"] + statuses["Failed"]
    tried = _Tried(until)
    for attempt in attempts:
        tried.add(attempt)
    return DeliveryReport(
        pipeline=pipeline,
        since=since,
        until=until,
        statuses=FrozenMap(dict(sorted(statuses.items()))),
        success_rate=statuses["Succeeded"] / ended if ended else None,
        lead_time=spread_of(_lead_times(ran)),
        approvals=tried.waiting(),
        retries=len(tried.retries),
        failing=tried.failing(),
        slowest=tried.slowest(),
        buckets=tuple(_buckets(ran, since, until, width)),
        bucket_days=width,
        removed_before=removed_before,
    )


def spread_of(durations: Iterable[float]) -> Spread | None:
    """Give how durations spread; None where there are none."""
    ordered = sorted(durations)
    if not ordered:
        return None
    rank = math.ceil(0.9 * len(ordered)) - 1
    return Spread(count=len(ordered), median=statistics.median(ordered), p90=ordered[rank], longest=ordered[-1])


def _lead_times(runs: Iterable[Run]) -> Iterator[float]:
    """Yield how long each execution took from its start to its success."""
    yield from (max(0.0, run.end - run.start) for run in runs if run.status == "Succeeded" and run.end is not None)


class _Tried:
    """Attempts at actions, added one after the other, so that a year of them need not be held at once."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._took: dict[Key, list[float]] = {}
        self._attempts: Counter[Key] = Counter()
        self._failures: Counter[Key] = Counter()
        self._newest: dict[Key, Attempt] = {}
        self._waits: list[float] = []
        self._open = 0
        self.retries: set[tuple[str, int]] = set()

    def add(self, attempt: Attempt) -> None:
        key = (attempt.pipeline, attempt.stage, attempt.action)
        took = max(0.0, (self._now if attempt.end is None else attempt.end) - attempt.start)
        self._attempts[key] += 1
        if attempt.attempt > 1:
            self.retries.add((attempt.execution, attempt.attempt))
        if attempt.status == "Failed":
            self._failures[key] += 1
            if key not in self._newest or _ended(attempt) >= _ended(self._newest[key]):
                self._newest[key] = attempt
        if attempt.approval:
            self._waits.append(took)
            self._open += attempt.end is None
        elif attempt.status in ("Succeeded", "Failed") and not attempt.reused:
            self._took.setdefault(key, []).append(took)

    def waiting(self) -> Waiting | None:
        took = spread_of(self._waits)
        return None if took is None else Waiting(took=took, total=sum(self._waits), open=self._open)

    def failing(self) -> tuple[Failing, ...]:
        ordered = sorted(self._failures, key=lambda key: (-self._failures[key], key))
        return tuple(self._failing(key, self._newest[key]) for key in ordered[:_MOST_ROWS])

    def _failing(self, key: Key, newest: Attempt) -> Failing:
        return Failing(
            pipeline=key[0],
            stage=key[1],
            action=key[2],
            failures=self._failures[key],
            attempts=self._attempts[key],
            error=newest.error,
            execution=newest.execution,
            at=_ended(newest),
        )

    def slowest(self) -> tuple[Slow, ...]:
        spreads = {key: spread for key, took in self._took.items() if (spread := spread_of(took)) is not None}
        ordered = sorted(spreads, key=lambda key: (-spreads[key].median, key))
        return tuple(
            Slow(pipeline=key[0], stage=key[1], action=key[2], took=spreads[key]) for key in ordered[:_MOST_ROWS]
        )


def _ended(attempt: Attempt) -> float:
    return attempt.start if attempt.end is None else attempt.end


# Parts of the period --------------------------------------------------------------------------------------------------


def _bucket_days(since: float, until: float) -> int:
    """Days, weeks or more, so that there are not more bars than can be told apart."""
    days = (until - since) / DAY
    return next((width for width in (1, 7, 30, 91) if days <= _MOST_BARS * width), math.ceil(days / _MOST_BARS))


def _buckets(runs: Iterable[Run], since: float, until: float, width: int) -> Iterator[Bucket]:
    """Yield every part of the period, the empty ones too; they begin at midnight in UTC."""
    seconds = width * DAY
    first = math.floor(since / DAY) * DAY
    parts: dict[int, list[Run]] = {}
    for run in runs:
        parts.setdefault(int((run.start - first) // seconds), []).append(run)
    whole = max(1, math.ceil((until - first) / seconds))
    for number in range(max(whole, 1 + max(parts, default=0))):  # one may start at the very end of the period
        yield _bucket(first + number * seconds, parts.get(number, ()))


def _bucket(start: float, runs: Sequence[Run]) -> Bucket:
    statuses = Counter(run.status for run in runs)
    ended = statuses["Succeeded"] + statuses["Failed"]
    going = statuses["InProgress"] + statuses["Stopping"]
    return Bucket(
        start=start,
        succeeded=statuses["Succeeded"],
        failed=statuses["Failed"],
        in_progress=going,
        other=len(runs) - ended - going,
        lead_time=spread_of(_lead_times(runs)),
    )


def date_of(at: float) -> str:
    """Give the day, in UTC, of a time: ``2026-11-25``."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).date().isoformat()


# As data --------------------------------------------------------------------------------------------------------------


def as_data(report: DeliveryReport) -> dict[str, Any]:
    """Give the report as JSON-able data; durations are in seconds."""
    waiting = report.approvals
    return {
        "pipelineName": report.pipeline,
        "since": timestamp(report.since),
        "until": timestamp(report.until),
        "removedBefore": None if report.removed_before is None else timestamp(report.removed_before),
        "executions": report.executions,
        "executionsPerDay": round(report.per_day, 3),
        "statuses": dict(report.statuses),
        "successRate": None if report.success_rate is None else round(report.success_rate, 4),
        "leadTime": _spread_data(report.lead_time),
        "approvals": None
        if waiting is None
        else {"waited": _spread_data(waiting.took), "total": round(waiting.total, 3), "open": waiting.open},
        "retries": report.retries,
        "failingActions": [
            {
                **_action_data(one),
                "failures": one.failures,
                "attempts": one.attempts,
                "newestError": {
                    "message": one.error,
                    "pipelineExecutionId": one.execution,
                    "time": timestamp(one.at),
                },
            }
            for one in report.failing
        ],
        "slowestActions": [{**_action_data(one), "took": _spread_data(one.took)} for one in report.slowest],
        "bucketDays": report.bucket_days,
        "buckets": [
            {
                "from": date_of(bucket.start),
                "succeeded": bucket.succeeded,
                "failed": bucket.failed,
                "other": bucket.other,
                "inProgress": bucket.in_progress,
                "leadTime": _spread_data(bucket.lead_time),
            }
            for bucket in report.buckets
        ],
    }


def _action_data(one: Failing | Slow) -> Mapping[str, str]:
    return {"pipelineName": one.pipeline, "stageName": one.stage, "actionName": one.action}


def _spread_data(spread: Spread | None) -> dict[str, float] | None:
    if spread is None:
        return None
    return {
        "count": spread.count,
        "median": round(spread.median, 3),
        "p90": round(spread.p90, 3),
        "longest": round(spread.longest, 3),
    }
