"""Deployment windows: Quartz's cron expressions, and time zones (User Guide, rule-reference-DeploymentWindow).

Six or seven fields: seconds minutes hours day-of-month month day-of-week [year]. Not EventBridge's, which has no
seconds. Windows are judged by the minute: the guide's table wants ``*`` for the seconds where its examples write ``0``.
Checks and the machine read them here, so that what a check lets pass is what opens.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator

from attrs import frozen

DayTest = Callable[[datetime.date], bool]


class CronError(Exception):
    """A cron expression or a time zone that cannot be read: ``args[0]`` says why."""


class UnknownZone(CronError):
    """A time zone that may be one: an abbreviation that nobody explains, or a machine without the database."""


@frozen
class _Field:
    """One field of a cron expression: its name, its least and greatest number, and its words."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int | None:
        """Read one value, as a number or a word; None when it is none."""
        if text.upper() in self.words:
            return self.words.index(text.upper()) + self.least
        number = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else -1
        return number if self.least <= number <= self.most else None

    def wrong(self, item: str) -> CronError:
        """Say that an item is none of this field."""
        words = f" or {self.words[0]} to {self.words[-1]}" if self.words else ""
        return CronError(f"has {item!r} as {self.name}, which is not {self.least} to {self.most}{words}")


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_SECONDS, _MINUTES, _HOURS = _Field("seconds", 0, 59), _Field("minutes", 0, 59), _Field("hours", 0, 23)
_DAY_OF_MONTH, _DAY_OF_WEEK = _Field("day of the month", 1, 31), _Field("day of the week", 1, 7, _DAYS)
_MONTH, _YEAR = _Field("month", 1, 12, _MONTHS), _Field("year", 1970, 2199)
_FIELDS = (_SECONDS, _MINUTES, _HOURS, _DAY_OF_MONTH, _MONTH, _DAY_OF_WEEK, _YEAR)


@frozen
class Cron:
    """When a deployment window is open."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: DayTest
    years: frozenset[int]
    zone: datetime.tzinfo

    @classmethod
    def read(cls, expression: str, zone: str = "UTC") -> Cron:
        """Read an expression and its time zone.

        Raises:
            CronError: when one of them is none.
        """
        problem = next(problems_with_cron(expression), None)
        if problem is not None:
            raise CronError(f"Cron {expression!r} {problem}")
        _, minutes, hours, of_month, month, of_week, *year = expression.split()
        months = _numbers(_MONTH, month)
        tests = _days_of_month(of_month), _days_of_week(of_week)

        def days(day: datetime.date) -> bool:
            return day.month in months and all(test(day) for test in tests)

        return cls(
            minutes=_numbers(_MINUTES, minutes),
            hours=_numbers(_HOURS, hours),
            days=days,
            years=_numbers(_YEAR, year[0] if year else "*"),
            zone=time_zone(zone),
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
        return day.year in self.years and self.days(day)


def problems_with_cron(text: str) -> Iterator[str]:
    """Say, one sentence's end a field, what keeps Quartz from reading a cron expression (6 or 7 fields)."""
    fields = text.split()
    if len(fields) not in (6, 7):
        yield (
            f"has {len(fields)} field{'' if len(fields) == 1 else 's'}, not 6 or 7: "
            "seconds minutes hours day-of-month month day-of-week [year]"
        )
        return
    for field, given in zip(_FIELDS, fields, strict=False):
        try:
            _READERS.get(field.name, _numbers_of(field))(given)
        except CronError as error:
            yield str(error)


def names_both_days(text: str) -> bool:
    """Whether a cron expression says neither day, or both: Quartz wants ``?`` for exactly one of the two."""
    fields = text.split()
    return len(fields) in (6, 7) and (fields[3] == "?") == (fields[5] == "?")


# Fields --------------------------------------------------------------------------------------------------------------


def _numbers(field: _Field, text: str) -> frozenset[int]:
    """Read numbers, ranges (``1-5``), steps (``0/15``, ``*/2``) and words, separated by commas."""
    return frozenset(number for item in text.split(",") for number in _item(field, item))


def _numbers_of(field: _Field) -> Callable[[str], object]:
    return lambda text: _numbers(field, text)


def _item(field: _Field, item: str) -> Iterator[int]:
    span, slash, step = item.partition("/")
    width = int(step) if re.fullmatch(r"[0-9]{1,4}", step) else 0
    if slash and not 1 <= width <= field.most:
        raise CronError(f"has {item!r} as {field.name}, and {step!r} is no step from 1 to {field.most}")
    first, dash, last = span.partition("-")
    if span == "*" or (slash and not span):
        start, end = field.least, field.most
    else:
        one, other = field.number(first), field.number(last if dash else first)
        if one is None or other is None or (field is _YEAR and other < one):
            raise field.wrong(item)
        start, end = one, other if dash or not slash else field.most
    size = field.most - field.least + 1
    # Over the end of the week or the day (FRI-MON, 22-4) the steps go on as if it had none.
    for number in range(start, (end if end >= start else end + size) + 1, width or 1):
        yield field.least + (number - field.least) % size


def _days_of_month(text: str) -> DayTest:
    if text == "?":
        return _any_day
    last = re.fullmatch(r"L(?:-([0-9]{1,2}))?(W)?", text.upper())
    if last is not None and int(last[1] or 0) < _DAY_OF_MONTH.most:
        before = int(last[1] or 0)
        if last[2]:
            return lambda day: _length(day) > before and day.day == _nearest_weekday(day, _length(day) - before)
        return lambda day: day.day == _length(day) - before
    if text.upper().endswith("W"):
        wanted = _DAY_OF_MONTH.number(text[:-1])
        if wanted is None:
            raise _alone(_DAY_OF_MONTH, text)
        return lambda day: day.day == _nearest_weekday(day, min(wanted, _length(day)))
    if "," in text and re.search("[LW?]", text.upper()):
        raise _alone(_DAY_OF_MONTH, text)
    several = _numbers(_DAY_OF_MONTH, text)
    return lambda day: day.day in several


def _days_of_week(text: str) -> DayTest:
    if text == "?":
        return _any_day
    if text.upper() == "L":
        return lambda day: _weekday(day) == _DAY_OF_WEEK.most
    name, sharp, which = text.partition("#")
    if sharp:
        wanted = _DAY_OF_WEEK.number(name)
        if wanted is None or re.fullmatch("[1-5]", which) is None:
            raise _alone(_DAY_OF_WEEK, text)
        nth = int(which)
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == nth
    if text.upper().endswith("L"):
        last = _DAY_OF_WEEK.number(text[:-1])
        if last is None:
            raise _alone(_DAY_OF_WEEK, text)
        return lambda day: _weekday(day) == last and day.day + 7 > _length(day)
    several = _numbers(_DAY_OF_WEEK, text)
    return lambda day: _weekday(day) in several


_READERS: dict[str, Callable[[str], object]] = {
    _DAY_OF_MONTH.name: _days_of_month,
    _DAY_OF_WEEK.name: _days_of_week,
}
"""The fields that are more than numbers."""


def _alone(field: _Field, text: str) -> CronError:
    if "," not in text:
        return field.wrong(text)
    return CronError(f"has {text!r} as {field.name}, where ?, L, W and # stand alone and in no list")


def _any_day(_: datetime.date) -> bool:
    return True


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


# Time zones ----------------------------------------------------------------------------------------------------------

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(0[0-9]|1[0-8]):([0-5][0-9])")
_REGION = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+\-]+)+")
_ABBREVIATION = re.compile(r"[A-Z]{3,5}")
_ABBREVIATIONS = {  # some of java.time.ZoneId.SHORT_IDS; EST, MST, HST and CET are names of the database itself
    "CST": "America/Chicago",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "PST": "America/Los_Angeles",
}


def time_zone(name: str) -> datetime.tzinfo:
    """Read a time zone: Region/City, UTC, UTC+05:30, or an abbreviation.

    Raises:
        CronError: when it is none, or (`UnknownZone`) one of which nobody here knows what it means.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return datetime.timezone(datetime.timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if name in ("UTC", "GMT"):
        return datetime.UTC
    short = _ABBREVIATION.fullmatch(name) is not None
    if not short and _REGION.fullmatch(name) is None:
        raise CronError(f"TimeZone {name!r} is no time zone: write Region/City, UTC or UTC+05:30")
    try:
        return ZoneInfo(_ABBREVIATIONS.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a part of the world, such as America/Argentina
        pass
    if short or not available_timezones():
        raise UnknownZone(f"TimeZone {name!r} is not known on this machine: write Region/City, UTC or UTC+05:30")
    raise CronError(f"TimeZone {name!r} is no time zone: write Region/City, UTC or UTC+05:30")
