from __future__ import annotations

import pytest

from pipelinekit.codepipeline.window import is_time_zone, names_both_days, problems_with_cron


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
    ("text", "known"),
    [
        ("UTC", True),
        ("UTC+05:30", True),
        ("Europe/Berlin", True),
        ("America/Argentina/Buenos_Aires", True),
        ("Etc/GMT-3", True),
        ("CET", True),
        ("Berlin", False),
        ("UTC+5", False),
        ("UTC+19:00", False),
        ("", False),
        ("europe berlin", False),
    ],
)
def test_a_time_zone_is_a_region_an_offset_or_an_abbreviation(text: str, known: bool) -> None:
    assert is_time_zone(text) is known
