from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codepipeline.window import Cron, CronError, UnknownZone, names_both_days, problems_with_cron, time_zone


@pytest.mark.parametrize(
    "text",
    [
        "* * 9-17 ? * MON-FRI",
        "0 0/15 8,12 ? * 2-6",
        "0 0 12 1W * ?",
        "0 0 12 L-3 JAN-MAR ? 2026-2030",
        "0 15 10 ? * 6#3",
        "0 15 10 ? * 6L 2026/2",
        "0 0 0 LW 12 ?",
        "* * 22-6 ? * fri-mon",
    ],
)
def test_what_quartz_reads_is_no_problem(text: str) -> None:
    assert list(problems_with_cron(text)) == []
    assert not names_both_days(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("* * * * *", "has 5 fields"),
        ("", "has 0 fields"),
        ("60 * * ? * *", "has '60' as seconds"),
        ("* * * L,15 * ?", "stand alone"),
        ("* * * ? * MON#1,TUE", "stand alone"),
        ("* * * 32W * ?", "has '32W' as day of the month"),
        ("* * * L-31 * ?", "has 'L-31' as day of the month"),
        ("* * * ? * MON#6", "has 'MON#6' as day of the week"),
        ("* * ? ? * *", "has '?' as hours"),
        ("* * * ? * * 2030-2020", "has '2030-2020' as year"),
        ("* * 24 ? * *", "has '24' as hours"),
        ("* * * 0 * ?", "has '0' as day of the month"),
        ("* * * ? 13 *", "has '13' as month"),
        ("* * * ? * 0", "has '0' as day of the week"),
        ("* * * ? * 8", "has '8' as day of the week"),
        ("* * * ? * MONDAY", "has 'MONDAY' as day of the week"),
        ("? * * ? * *", "has '?' as seconds"),
        ("*/0 * * ? * *", "'0' is no step"),
        ("*/x * * ? * *", "'x' is no step"),
        ("1-2-3 * * ? * *", "has '1-2-3' as seconds"),
        (", * * ? * *", "has '' as seconds"),
        ("* * * ? * * 1969", "has '1969' as year"),
    ],
)
def test_what_quartz_does_not_read_is_told(text: str, problem: str) -> None:
    assert any(problem in one for one in problems_with_cron(text))


@pytest.mark.parametrize(("text", "both"), [("* * * * * *", True), ("* * * ? * ?", True), ("* * * ? * *", False)])
def test_exactly_one_of_the_two_days_is_open(text: str, both: bool) -> None:
    assert names_both_days(text) is both


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("UTC", 0),
        ("GMT", 0),
        ("UTC+05:30", 5.5),
        ("-03:00", -3),
        ("Europe/Berlin", 1),
        ("America/Argentina/Buenos_Aires", -3),
        ("Etc/GMT-3", 3),
        ("CET", 1),
        ("PST", -8),
    ],
)
def test_a_time_zone_is_a_region_an_offset_or_an_abbreviation(text: str, hours: float) -> None:
    winter = datetime.datetime(2026, 1, 5, tzinfo=time_zone(text))

    assert winter.utcoffset() == datetime.timedelta(hours=hours)


@pytest.mark.parametrize(
    "text", ["Berlin", "UTC+5", "UTC+19:00", "", "europe berlin", "Mars/Base", "America/Argentina", "../etc/passwd"]
)
def test_what_is_no_time_zone_is_refused(text: str) -> None:
    with pytest.raises(CronError) as refused:
        time_zone(text)

    assert not isinstance(refused.value, UnknownZone)


def test_an_abbreviation_that_nobody_explains_is_told_apart() -> None:
    with pytest.raises(UnknownZone, match="'XYZ' is not known"):
        time_zone("XYZ")


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
        ("0 0 12 ? * fri#3", "2026-01-16T12:00"),
        ("0 0 12 ? * FRIL", "2026-01-30T12:00"),
        ("0 0 12 ? * L", "2026-01-03T12:00"),
        ("0 0 12 L-2W * ?", "2026-01-29T12:00"),
        ("0 /20 11 * * ?", "2026-01-03T11:00"),
        ("0 0 12 29-2 * ?", "2026-01-29T12:00"),
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
        ("0 12 * * ?", "UTC", "not 6 or 7"),
        ("0 0 25 * * ?", "UTC", "has '25' as hours"),
        ("0 0 12 * XYZ ?", "UTC", "has 'XYZ' as month"),
        ("0 0 12 ? * 8", "UTC", "has '8' as day of the week"),
        ("0 0 12 * * ?", "Mars/Base", "TimeZone 'Mars/Base' is no time zone"),
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


_NUMBER = st.integers(0, 23)


@given(_NUMBER, _NUMBER, st.integers(1, 23))
def test_a_range_with_steps_goes_on_over_midnight_as_if_there_were_none(first: int, last: int, step: int) -> None:
    length = (last - first) % 24

    hours = Cron.read(f"0 0 {first}-{last}/{step} * * ?").hours

    assert hours == {(first + later) % 24 for later in range(0, length + 1, step)}


_ITEMS = st.one_of(
    st.sampled_from(["*", "?", "L", "LW", "L-3", "L-31", "15W", "32W", "FRI#3", "6#6", "FRIL", "L,1", "W", "", "1,,2"]),
    st.from_regex(r"\A([0-9]{1,2}|MON|jan|\*)?([-/#][0-9]{1,2})?(,[0-9]{1,2})?\Z"),
)


@given(st.lists(_ITEMS, min_size=5, max_size=8))
def test_the_machine_reads_what_has_no_problem_and_nothing_else(fields: list[str]) -> None:
    expression = " ".join(fields)
    problems = list(problems_with_cron(expression))

    if problems:
        with pytest.raises(CronError, match="Cron"):
            Cron.read(expression)
    else:
        assert Cron.read(expression).hours <= set(range(24))


@given(st.integers(0, 400), st.sampled_from(["L", "LW", "L-3", "15W", "1W", "31W", "L-2W"]))
def test_a_special_day_of_the_month_comes_once_a_month(later: int, form: str) -> None:
    first = (datetime.date(2026, 1, 1) + datetime.timedelta(days=later)).replace(day=1)
    days = Cron.read(f"0 0 12 {form} * ?").days
    month = [first + datetime.timedelta(days=n) for n in range(31)]

    assert sum(days(day) for day in month if day.month == first.month) == 1
