from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.execution.report import DAY, Attempt, DeliveryReport, Run, as_data, report_of, spread_of

START = 1_795_046_400.0  # 2026-11-19, midnight in UTC
HOUR = 3_600.0


def run(execution: str, status: str, at: float, took: float | None = None, pipeline: str = "site") -> Run:
    return Run(pipeline=pipeline, execution=execution, status=status, start=at, end=None if took is None else at + took)


def attempt(
    execution: str,
    action: str,
    status: str,
    took: float | None,
    *,
    attempt: int = 1,
    at: float = START,
    error: str = "",
    approval: bool = False,
    reused: bool = False,
) -> Attempt:
    return Attempt(
        pipeline="site",
        execution=execution,
        stage="Build",
        action=action,
        attempt=attempt,
        status=status,
        start=at,
        end=None if took is None else at + took,
        error=error,
        approval=approval,
        reused=reused,
    )


def report(runs: list[Run], attempts: list[Attempt] | None = None, days: float = 10) -> DeliveryReport:
    return report_of("site", runs, attempts or [], since=START, until=START + days * DAY)


def test_only_executions_that_succeeded_or_failed_count_for_the_success_rate() -> None:
    statuses = ["Succeeded", "Succeeded", "Succeeded", "Failed", "Superseded", "Stopped", "Cancelled"]
    runs = [run(f"E{n}", status, START, 60) for n, status in enumerate(statuses)] + [run("E9", "InProgress", START)]

    found = report(runs)

    assert (found.success_rate, found.executions, found.per_day) == (0.75, 8, 0.8)
    assert found.statuses["InProgress"] == 1


def test_lead_time_is_that_of_successes() -> None:
    runs = [run(f"E{n}", "Succeeded", START, n * 60.0) for n in range(1, 11)] + [run("F", "Failed", START, 9_999)]

    lead = report(runs).lead_time

    assert lead is not None
    assert (lead.count, lead.median, lead.p90, lead.longest) == (10, 330.0, 540.0, 600.0)


def test_a_period_without_executions_has_no_rates() -> None:
    found = report([])

    assert (found.executions, found.success_rate, found.lead_time, found.approvals) == (0, None, None, None)
    assert (found.failing, found.slowest, found.retries, found.per_day) == ((), (), 0, 0.0)
    assert len(found.buckets) == 10


def test_a_period_of_no_length_is_a_report_all_the_same() -> None:
    found = report_of(None, [], [], since=START + DAY, until=START)

    assert (found.since, found.until, found.executions, len(found.buckets)) == (START, START, 0, 1)


def test_approvals_that_wait_still_count_until_the_end_of_the_period() -> None:
    attempts = [
        attempt("E1", "GoLive", "Succeeded", 2 * HOUR, approval=True),
        attempt("E2", "GoLive", "InProgress", None, approval=True, at=START + DAY - HOUR),
    ]

    waiting = report([], attempts, days=1).approvals

    assert waiting is not None
    assert (waiting.open, waiting.total, waiting.took.median) == (1, 3 * HOUR, 1.5 * HOUR)
    assert report([], attempts, days=1).slowest == ()


def test_failing_actions_come_with_their_newest_error() -> None:
    attempts = [
        attempt("E1", "Unit", "Failed", 5, error="old"),
        attempt("E2", "Unit", "Failed", 5, at=START + HOUR, error="new"),
        attempt("E3", "Unit", "Succeeded", 5, at=START + 2 * HOUR),
        attempt("E1", "Lint", "Failed", 5, error="style"),
    ]

    unit, lint = report([], attempts).failing

    assert (unit.action, unit.failures, unit.attempts, unit.error, unit.execution) == ("Unit", 2, 3, "new", "E2")
    assert (lint.action, lint.failures) == ("Lint", 1)


def test_what_was_reused_or_goes_on_says_nothing_about_how_long_an_action_takes() -> None:
    attempts = [
        attempt("E1", "Package", "Succeeded", 100),
        attempt("E2", "Package", "Succeeded", 0, reused=True),
        attempt("E3", "Package", "InProgress", None),
        attempt("E4", "Package", "Abandoned", 900),
    ]

    (package,) = report([], attempts).slowest

    assert (package.took.count, package.took.median) == (1, 100.0)


def test_a_retry_counts_once_however_many_actions_it_runs() -> None:
    attempts = [
        attempt("E1", "Unit", "Failed", 5),
        attempt("E1", "Unit", "Failed", 5, attempt=2),
        attempt("E1", "Lint", "Succeeded", 5, attempt=2),
        attempt("E1", "Unit", "Succeeded", 5, attempt=3),
    ]

    assert report([], attempts).retries == 2


@pytest.mark.parametrize(("days", "width"), [(0.5, 1), (62, 1), (63, 7), (365, 7), (1_000, 30), (20_000, 323)])
def test_there_are_never_more_parts_of_a_period_than_can_be_told_apart(days: float, width: int) -> None:
    found = report([], days=days)

    assert found.bucket_days == width
    assert 1 <= len(found.buckets) <= 63


_STATUSES = st.sampled_from(["Succeeded", "Failed", "InProgress", "Stopping", "Stopped", "Superseded", "Cancelled"])


@given(
    st.lists(st.tuples(_STATUSES, st.floats(0, 100)), max_size=40),
    st.floats(0, DAY - 1),
)
def test_every_execution_is_in_one_part_of_the_period(given: list[tuple[str, float]], late: float) -> None:
    since = START + late
    runs = [run(f"E{n}", status, since + at * DAY, 60.0) for n, (status, at) in enumerate(given)]

    found = report_of("site", runs, [], since=since, until=since + 100 * DAY)

    assert sum(bucket.count for bucket in found.buckets) == found.executions == len(runs)
    assert sum(bucket.succeeded for bucket in found.buckets) == found.statuses.get("Succeeded", 0)


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_nine_in_ten_do_not_exceed_the_90th_percentile(durations: list[float]) -> None:
    spread = spread_of(durations)

    assert spread is not None
    assert sum(duration <= spread.p90 for duration in durations) >= 0.9 * len(durations) - 1e-9
    assert min(durations) <= spread.median <= spread.longest == max(durations)


def test_the_report_is_json_able_data() -> None:
    runs = [run("E1", "Succeeded", START, 60), run("E2", "Failed", START + DAY, 5)]
    attempts = [
        attempt("E2", "Unit", "Failed", 5, error="1 failed"),
        attempt("E1", "GoLive", "Succeeded", 9, approval=True),
    ]

    data = json.loads(json.dumps(as_data(report(runs, attempts))))

    assert (data["pipelineName"], data["successRate"], data["executionsPerDay"]) == ("site", 0.5, 0.2)
    assert data["failingActions"][0]["newestError"]["message"] == "1 failed"
    assert data["approvals"] == {
        "waited": {"count": 1, "median": 9.0, "p90": 9.0, "longest": 9.0},
        "total": 9.0,
        "open": 0,
    }
    assert data["buckets"][1] == {
        "from": "2026-11-20",
        "succeeded": 0,
        "failed": 1,
        "other": 0,
        "inProgress": 0,
        "leadTime": None,
    }
