"""Moments as people write them: a date, or how long ago."""

from __future__ import annotations

import datetime
from typing import TypeAlias

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.values import duration, timestamp

Moment: TypeAlias = str | datetime.datetime | datetime.timedelta
"""``2026-11-25``, ``2026-11-25T14:00``, ``2026-11-25T14:00+01:00``, or how long ago: ``7d``, ``1h30m``."""


def moment(given: Moment, now: float) -> float:
    """Give the moment in seconds since 1970. What names no time zone is in UTC, as all times that are printed.

    Raises:
        PipelineKitError: when it is neither a date nor a duration.
    """
    try:
        return max(0.0, _moment(given, now))  # nothing ran here before 1970
    except (ValueError, OverflowError):
        raise PipelineKitError(
            f"{given!r} is no time: write a date, such as 2026-11-25 or 2026-11-25T14:00, or how long ago, such as 7d"
        ) from None


def bounds(since: Moment | None, until: Moment | None, now: float) -> tuple[float | None, float | None]:
    """Give the two ends of a period in seconds since 1970; None where it is open.

    Raises:
        PipelineKitError: when one is no time, or it ends before it begins.
    """
    start = moment(since, now) if since is not None else None
    end = moment(until, now) if until is not None else None
    if start is not None and end is not None and start > end:
        raise PipelineKitError(f"since {timestamp(start)} is later than until {timestamp(end)}: change one of them")
    return start, end


def _moment(given: Moment, now: float) -> float:
    if isinstance(given, datetime.timedelta):
        return now - given.total_seconds()
    if isinstance(given, datetime.datetime):
        return _in_utc(given).timestamp()
    try:
        return now - duration(given).total_seconds()
    except ValueError:
        return _in_utc(datetime.datetime.fromisoformat(given)).timestamp()


def _in_utc(given: datetime.datetime) -> datetime.datetime:
    return given if given.tzinfo is not None else given.replace(tzinfo=datetime.UTC)
