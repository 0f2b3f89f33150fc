"""When a deployment window is written as AWS reads it: Quartz's cron expressions, and time zones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen


@frozen
class _Field:
    """One field of a cron expression: its name, its least and greatest number, its words, and what else it may be."""

    name: str
    least: int
    most: int
    words: tuple[str, ...] = ()
    special: str | None = None


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (
    _Field("seconds", 0, 59),
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of the month", 1, 31, special=r"\?|L|L-\d{1,2}|LW|\d{1,2}W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 1, 7, _DAYS, special=r"\?|L|[1-7]L|[1-7]#[1-5]"),
    _Field("year", 1970, 2199),
)
_DAY_OF_MONTH, _DAY_OF_WEEK = 3, 5

_ZONE = re.compile(r"UTC|GMT|(UTC|GMT)?[+-](0\d|1[0-8]):[0-5]\d|[A-Z]{3,5}|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+\-]+)+")


def problems_with_cron(text: str) -> Iterator[str]:
    """Say, one sentence's end each, what keeps Quartz from reading a cron expression (6 or 7 fields)."""
    fields = text.split()
    if len(fields) not in (6, 7):
        yield (
            f"has {len(fields)} field{'' if len(fields) == 1 else 's'}, not 6 or 7: "
            "seconds minutes hours day-of-month month day-of-week [year]"
        )
        return
    for field, given in zip(_FIELDS, fields, strict=False):
        for item in given.split(","):
            problem = _problem_with_item(field, item)
            if problem is not None:
                yield f"has {item!r} as {field.name}, {problem}"


def names_both_days(text: str) -> bool:
    """Whether a cron expression says neither day, or both: Quartz wants ``?`` for exactly one of the two."""
    fields = text.split()
    if len(fields) not in (6, 7):
        return False
    return (fields[_DAY_OF_MONTH] == "?") == (fields[_DAY_OF_WEEK] == "?")


def _problem_with_item(field: _Field, item: str) -> str | None:
    if field.special is not None and re.fullmatch(field.special, item.upper()):
        return None
    base, slash, step = item.partition("/")
    if slash and not (step.isdecimal() and 1 <= int(step) <= field.most):
        return f"and {step!r} is no step from 1 to {field.most}"
    if base in ("*", "") and (base or slash):
        return None
    ends = base.split("-")
    if len(ends) > 2 or not all(_is_value(field, end) for end in ends):
        words = f" or {field.words[0]} to {field.words[-1]}" if field.words else ""
        return f"which is not {field.least} to {field.most}{words}"
    return None


def _is_value(field: _Field, text: str) -> bool:
    if text.upper() in field.words:
        return True
    return text.isdecimal() and len(text) <= 4 and field.least <= int(text) <= field.most


def is_time_zone(text: str) -> bool:
    """Whether a time zone is written as AWS wants it: Region/City, UTC, UTC+05:30, or an abbreviation."""
    return _ZONE.fullmatch(text) is not None
