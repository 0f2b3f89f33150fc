from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.execution.cron import Cron, CronError
from pipelinekit.execution.variable_check import CheckError, holds


def at(text: str) -> float:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.UTC).timestamp()


def opens(cron: str, now: str, zone: str = "UTC") -> str | None:
    found = Cron.read(cron, zone).opens(at(now), at(now) + 400 * 86400)
    if found is None:
        return None
    return datetime.datetime.fromtimestamp(found, datetime.UTC).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("cron", "first"),
    [
        ("* * 9-17 ? * MON-FRI", "2026-01-05T09:00"),
        ("0 0/15 12 * * ?", "2026-01-03T12:00"),
        ("* 30 22-4 * * ?", "2026-01-03T22:30"),
        ("0 0 12 L * ?", "2026-01-31T12:00"),
        ("0 0 12 LW * ?", "2026-01-30T12:00"),
        ("0 0 12 L-2 * ?", "2026-01-29T12:00"),
        ("0 0 12 15W * ?", "2026-01-15T12:00"),
        ("0 0 12 1W FEB ?", "2026-02-02T12:00"),
        ("0 0 12 ? * 6L", "2026-01-30T12:00"),
        ("0 0 12 ? * MON#2", "2026-01-12T12:00"),
        ("0 0 12 ? * SAT,SUN", "2026-01-03T12:00"),
        ("0 0 12 ? * 1", "2026-01-04T12:00"),
        ("0 0 0 1 JAN ? 2027", "2027-01-01T00:00"),
    ],
)
def test_a_window_opens_at_the_first_time_that_fits(cron: str, first: str) -> None:
    assert opens(cron, "2026-01-03T10:20") == first  # a Saturday


def test_an_open_window_is_open_now() -> None:
    assert opens("* * 9-17 ? * MON-FRI", "2026-01-05T10:20") == "2026-01-05T10:20"


def test_a_window_that_is_past_never_opens() -> None:
    assert opens("0 0 0 1 JAN ? 2020", "2026-01-03T10:20") is None


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Europe/Berlin", "2026-07-06T07:00"), ("UTC+05:30", "2026-07-06T03:30"), ("UTC-03:00", "2026-07-06T12:00")],
)
def test_a_window_is_in_its_time_zone(zone: str, first: str) -> None:
    assert opens("* * 9-17 ? * MON-FRI", "2026-07-05T10:20", zone) == first


@pytest.mark.parametrize(
    ("cron", "zone", "problem"),
    [
        ("0 12 * * ?", "UTC", "6 or 7 fields"),
        ("0 0 25 * * ?", "UTC", "'25' is not of the hours"),
        ("0 0 12 * XYZ ?", "UTC", "'XYZ' is not of the month"),
        ("0 0 12 ? * 8", "UTC", "'8' is not of the day of the week"),
        ("0 0 12 * * ?", "Mars/Base", "TimeZone is 'Mars/Base'"),
    ],
)
def test_what_cannot_be_read_is_named(cron: str, zone: str, problem: str) -> None:
    with pytest.raises(CronError, match=problem):
        Cron.read(cron, zone)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(0, 40 * 86400))
def test_a_daily_window_opens_within_a_day(minute: int, hour: int, later: int) -> None:
    now = at("2026-01-03T10:20") + later
    found = Cron.read(f"0 {minute} {hour} * * ?").opens(now, now + 90000)

    assert found is not None
    assert found - now <= 86400
    opened = datetime.datetime.fromtimestamp(found, datetime.UTC)
    assert (opened.hour, opened.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("variable", "operator", "value", "expected"),
    [
        ("main", "EQ", "main", True),
        ("main", "EQ", "mai", False),
        ("main", "NE", "dev", True),
        ("main", "NE", "main", False),
        ("release/1", "CONTAINS", "lease", True),
        ("release/1", "CONTAINS", "x", False),
        ("release/1", "MATCHES", r"release/\d+", True),
        ("a release/1", "MATCHES", r"release/\d+", False),
    ],
)
def test_a_variable_is_compared(variable: str, operator: str, value: str, expected: bool) -> None:
    assert holds({"Variable": variable, "Operator": operator, "Value": value}) is expected


@pytest.mark.parametrize(("operator", "value"), [("LIKE", "x"), ("MATCHES", "(")])
def test_a_comparison_that_cannot_be_made_is_an_error(operator: str, value: str) -> None:
    with pytest.raises(CheckError):
        holds({"Variable": "x", "Operator": operator, "Value": value})
