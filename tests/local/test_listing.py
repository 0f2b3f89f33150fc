from __future__ import annotations

import datetime
from pathlib import Path

import pytest

import pipelinekit as pk
from local.past import DAY, past
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import commands as asked

NOON = 1_795_000_000.0


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Ten executions, one a day: the third and the sixth fail at their tests; and one of another pipeline."""
    with past(tmp_path, "site", "other") as made:
        for day in range(10):
            happens = made.fails if day in (3, 6) else made.succeeds
            happens(f"E{day}", NOON + day * DAY)
        made.start("P0", NOON + 4.5 * DAY, "other", trigger="Webhook")
    return tmp_path


def ids(page: pk.local.Page) -> list[str]:
    return [one["pipelineExecutionId"] for one in page]


def test_executions_of_all_pipelines_come_the_newest_first(state: Path) -> None:
    assert ids(pk.local.history(state=state)) == ["E9", "E8", "E7", "E6", "E5", "P0", "E4", "E3", "E2", "E1", "E0"]


def test_executions_are_picked_by_status_trigger_and_stage(state: Path) -> None:
    assert ids(pk.local.history("site", status="Failed", state=state)) == ["E6", "E3"]
    assert ids(pk.local.history(trigger=["Webhook", "WebhookV2"], state=state)) == ["P0"]
    assert ids(pk.local.history("site", succeeded_in_stage="Test", limit=5, state=state)) == [
        "E9",
        "E8",
        "E7",
        "E5",
        "E4",
    ]
    assert ids(pk.local.history("site", succeeded_in_stage="Source", status="Failed", state=state)) == ["E6", "E3"]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (datetime.datetime.fromtimestamp(NOON + 2 * DAY, datetime.UTC).isoformat(), "2026-11-22T00:00"),
        (datetime.datetime.fromtimestamp(NOON + 2 * DAY, datetime.UTC), datetime.datetime(2026, 11, 22)),
    ],
)
def test_executions_are_picked_by_when_they_started(
    state: Path, since: str | datetime.datetime, until: str | datetime.datetime
) -> None:
    assert ids(pk.local.history("site", since=since, until=until, state=state)) == ["E3", "E2"]


def test_a_time_may_be_how_long_ago(state: Path) -> None:
    everything = pk.local.history("site", since="20000d", state=state)
    recent = pk.local.history("site", until=datetime.timedelta(days=20_000), state=state)

    assert (len(everything), len(recent)) == (10, 0)


def test_pages_follow_each_other_while_new_executions_come(state: Path) -> None:
    first = pk.local.history("site", limit=4, state=state)
    with past(state) as made:
        made.succeeds("E10", NOON + 20 * DAY)
    second = pk.local.history("site", limit=4, next_token=first.next_token, state=state)
    third = pk.local.history("site", limit=4, next_token=second.next_token, state=state)

    assert ids(first) + ids(second) + ids(third) == [f"E{number}" for number in reversed(range(10))]
    assert third.next_token is None


def test_executions_that_started_at_the_same_moment_are_not_lost_between_pages(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for number in range(5):
            made.fails(f"E{number}", NOON)
    found, token = [], None
    for _ in range(5):
        page = pk.local.history(limit=1, next_token=token, state=tmp_path)
        found += ids(page)
        token = page.next_token

    assert (found, token) == (["E4", "E3", "E2", "E1", "E0"], None)


def test_a_page_that_ends_with_the_last_row_has_no_next_one(state: Path) -> None:
    assert pk.local.history("site", limit=10, state=state).next_token is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"status": "Lost"}, "no status 'Lost'"),
        ({"trigger": "Cron"}, "no trigger type 'Cron': there are CreatePipeline, StartPipelineExecution"),
        ({"since": "yesterday"}, "'yesterday' is no time: write a date"),
        ({"since": "9" * 30 + "d"}, "is no time"),
        ({"since": "2026-11-25", "until": "2026-11-24"}, "since 2026-11-25T00:00:00.000Z is later than until"),
        (
            {"succeeded_in_stage": "Prod"},
            "no execution has entered a stage 'Prod'; they have entered Live, Source, Test",
        ),
        ({"next_token": "%%%"}, "InvalidNextTokenException"),
        ({"next_token": "WzEsMl0"}, "InvalidNextTokenException"),
        ({"next_token": "bnVsbA"}, "InvalidNextTokenException"),
        ({"limit": 0}, "at least 1"),
        ({"pipeline": "sites"}, "no pipeline 'sites' was run here; there are other, site"),
    ],
)
def test_what_does_not_exist_is_named(state: Path, arguments: dict[str, object], said: str) -> None:
    with pytest.raises(PipelineKitError, match=said):
        pk.local.history(**arguments, state=state)  # type: ignore[arg-type]


def test_a_token_goes_on_with_the_list_it_came_from_only(state: Path) -> None:
    token = pk.local.history("site", limit=2, state=state).next_token

    with pytest.raises(PipelineKitError, match="InvalidNextTokenException: the token goes on with another list"):
        pk.local.history("other", next_token=token, state=state)
    with pytest.raises(PipelineKitError, match="InvalidNextTokenException"):
        pk.local.action_history("site", next_token=token, state=state)


def test_every_attempt_at_an_action_of_an_execution_is_listed(state: Path) -> None:
    attempts = pk.local.action_history(execution="E6", state=state)

    assert [(one["stageName"], one["actionName"], one["status"], one["durationInSeconds"]) for one in attempts] == [
        ("Test", "Work", "Failed", 5.0),
        ("Source", "Checkout", "Succeeded", 10.0),
    ]
    assert attempts[0]["output"]["executionResult"]["errorDetails"] == {
        "code": "JobFailed",
        "message": "1 test failed\nof 3",
    }
    assert attempts[0]["pipelineExecutionId"] == "E6"


def test_attempts_of_a_pipeline_are_picked_by_status_and_paged(state: Path) -> None:
    failed = pk.local.action_history("site", status="Failed", state=state)
    first = pk.local.action_history("site", limit=20, state=state)
    second = pk.local.action_history("site", limit=20, next_token=first.next_token, state=state)

    assert ids(failed) == ["E6", "E3"]
    assert (len(first), len(second), second.next_token) == (20, 8, None)
    assert len({one["actionExecutionId"] for one in [*first, *second]}) == 28


def test_the_status_of_an_action_is_none_of_an_execution(state: Path) -> None:
    with pytest.raises(PipelineKitError, match="no status of an action 'Superseded': there are InProgress, Abandoned"):
        pk.local.action_history("site", status="Superseded", state=state)
    with pytest.raises(PipelineKitError, match="there is no execution 'X'"):
        pk.local.action_history(execution="X", state=state)


def test_attempts_of_a_retried_stage_are_told_apart(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        made.fails("E0", NOON)
        made.journal.submit("site", [asked.RetryStage(execution="E0", stage="Test", mode="FAILED_ACTIONS")], NOON + 60)
        made.report("E0", "Work", NOON + 90)

    attempts = pk.local.action_history(execution="E0", state=tmp_path)

    assert [(one["actionName"], one["attempt"], one["status"]) for one in attempts] == [
        ("GoLive", 2, "InProgress"),
        ("Work", 2, "Succeeded"),
        ("Work", 1, "Failed"),
        ("Checkout", 1, "Succeeded"),
    ]
