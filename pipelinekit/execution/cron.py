"""Cron expressions of deployment windows, in the manner of Quartz (User Guide, rule-reference-DeploymentWindow).

Six or seven fields: seconds minutes hours day-of-month month day-of-week [year]. Not EventBridge's, which has no
seconds. Windows are judged by the minute: the guide's table wants ``*`` for the seconds where its examples write ``0``.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), start=1)}
_OFFSET = re.compile(r"(?:UTC|GMT)([+-])(\d{1,2})(?::?(\d{2}))?")


class CronError(Exception):
    """A cron expression or a time zone that cannot be read: ``args[0]`` says why."""


@frozen
class Cron:
    """When a deployment window is open."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: Callable[[datetime.date], bool]
    years: frozenset[int] | None
    zone: datetime.tzinfo

    @classmethod
    def read(cls, expression: str, zone: str = "UTC") -> Cron:
        """Read an expression and its time zone.

        Raises:
            CronError: when one of them is none.
        """
        fields = expression.upper().split()
        if len(fields) not in (6, 7):
            raise CronError(f"Cron is {expression!r}: it has 6 or 7 fields, seconds first: 0 * 9-17 ? * MON-FRI")
        _numbers("seconds", fields[0], 0, 59)
        months = _numbers("month", fields[4], 1, 12, _MONTHS)
        of_month, of_week = _days_of_month(fields[3]), _days_of_week(fields[5])
        years = _numbers("year", fields[6], 1970, 2199) if len(fields) == 7 and fields[6] != "*" else None

        def days(day: datetime.date) -> bool:
            return day.month in months and of_month(day) and of_week(day)

        return cls(
            minutes=_numbers("minutes", fields[1], 0, 59),
            hours=_numbers("hours", fields[2], 0, 23),
            days=days,
            years=years,
            zone=_zone(zone),
        )

    def opens(self, now: float, until: float) -> float | None:
        """Give when the window is open next: *now*, or later; None when not before *until* (seconds since 1970)."""
        if self._is_open(now):
            return now
        at = (now // 60 + 1) * 60
        while at < until:
            local = datetime.datetime.fromtimestamp(at, self.zone)
            if not self._is_day(local.date()):
                at += 60 * (60 - local.minute) + 3600 * max(0, 22 - local.hour)
            elif local.hour not in self.hours:
                at += 60 * (60 - local.minute)
            elif local.minute not in self.minutes:
                at += 60
            else:
                return at
        return None

    def _is_open(self, at: float) -> bool:
        local = datetime.datetime.fromtimestamp(at, self.zone)
        return self._is_day(local.date()) and local.hour in self.hours and local.minute in self.minutes

    def _is_day(self, day: datetime.date) -> bool:
        return (self.years is None or day.year in self.years) and self.days(day)


def _numbers(what: str, field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    """Read a field of numbers, ranges (``1-5``), steps (``0/15``, ``*/2``) and names, separated by commas."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span in ("*", "?"):
            start, end = low, high
        else:
            start = _number(what, first, low, high, names)
            end = _number(what, last, low, high, names) if dash else (high if step else start)
        width = 1 if not step else _number(what, step, 1, high, None)
        if end < start:  # over the end of the week or the day: FRI-MON, 22-4
            found.update(range(start, high + 1, width))
            found.update(range(low, end + 1, width))
        else:
            found.update(range(start, end + 1, width))
    return frozenset(found)


def _number(what: str, text: str, low: int, high: int, names: dict[str, int] | None) -> int:
    if names is not None and text in names:
        return names[text]
    if not text.isdecimal() or not low <= int(text) <= high:
        raise CronError(f"Cron: {text!r} is not of the {what}, {low} to {high}")
    return int(text)


def _days_of_month(field: str) -> Callable[[datetime.date], bool]:
    if field == "L":
        return lambda day: day.day == _length(day)
    if field == "LW":
        return lambda day: day.day == _nearest_weekday(day, _length(day))
    if field.startswith("L-"):
        before = _number("day of the month", field[2:], 0, 30, None)
        return lambda day: day.day == _length(day) - before
    if field.endswith("W"):
        wanted = _number("day of the month", field[:-1], 1, 31, None)
        return lambda day: day.day == _nearest_weekday(day, min(wanted, _length(day)))
    several = _numbers("day of the month", field, 1, 31)
    return lambda day: day.day in several


def _days_of_week(field: str) -> Callable[[datetime.date], bool]:
    if field == "L":
        return lambda day: _weekday(day) == 7
    name, sharp, which = field.partition("#")
    if sharp:
        wanted, nth = _number("day of the week", name, 1, 7, _DAYS), _number("week of the month", which, 1, 5, None)
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == nth
    if field.endswith("L"):
        last = _number("day of the week", field[:-1], 1, 7, _DAYS)
        return lambda day: _weekday(day) == last and day.day + 7 > _length(day)
    several = _numbers("day of the week", field, 1, 7, _DAYS)
    return lambda day: _weekday(day) in several


def _weekday(day: datetime.date) -> int:
    """Count from Sunday, which is 1, as Quartz does."""
    return day.isoweekday() % 7 + 1


def _length(day: datetime.date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: datetime.date, wanted: int) -> int:
    """Give the weekday nearest to a day of the same month."""
    weekday = day.replace(day=wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < _length(day) else wanted - 2
    return wanted


def _zone(name: str) -> datetime.tzinfo:
    match = _OFFSET.fullmatch(name)
    try:
        if match is not None:
            minutes = int(match[2]) * 60 + int(match[3] or 0)
            return datetime.timezone(datetime.timedelta(minutes=-minutes if match[1] == "-" else minutes))
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CronError(f"TimeZone is {name!r}: write Region/City, UTC or UTC+05:30") from None
