from __future__ import annotations

import datetime
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from local.past import DAY, Past, past
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import commands as asked
from pipelinekit.local.journal import Journal, JournalError
from pipelinekit.local.ownership import Ownership

LONG_AGO = 1_700_000_000.0
NOW = "0s"


def ids(state: Path) -> list[str]:
    return [one["pipelineExecutionId"] for one in reversed(pk.local.history(limit=1_000, state=state))]


def directories(state: Path) -> list[str]:
    return sorted(place.name for place in (state / "executions").iterdir())


def what_is_live(state: Path) -> list[str]:
    with closing(Journal(state)) as journal:
        return [row["id"] for row in journal.query("SELECT id FROM executions WHERE live ORDER BY id")]


def rebuilt(state: Path) -> None:
    with closing(Journal(state)) as journal:
        journal.rebuild()


def whole(state: Path) -> None:
    """What is in the journal is on disk, and the other way round; nothing is left to be removed."""
    with closing(sqlite3.connect(state / "journal.db")) as database:
        executions = {row[0] for row in database.execute("SELECT id FROM executions")}
        jobs = {row[0] for row in database.execute("SELECT job FROM actions")}
        for table in ("events", "stages", "actions"):
            found = database.execute(f"SELECT DISTINCT execution FROM {table} WHERE execution IS NOT NULL")
            assert {row[0] for row in found} == executions, table
        assert database.execute("SELECT count(*) FROM removing").fetchone() == (0,)
    assert set(directories(state)) == executions
    assert {place.name for place in (state / "work").iterdir()} <= jobs


def test_executions_that_ended_long_ago_are_removed_as_a_whole(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(20):
            made.succeeds(f"E{day:02}", LONG_AGO + day * DAY)
        before = made.journal.state("site")
        size = made.journal.query("SELECT count(*) AS n FROM events")[0]["n"]

    done = pk.local.gc(older_than=NOW, state=tmp_path)

    assert ids(tmp_path) == ["E18", "E19"]  # what each stage has, and had before it
    assert done.executions == 18
    assert done.bytes > 18 * 1_000
    whole(tmp_path)
    with closing(Journal(tmp_path)) as journal:
        assert journal.state("site") == before
        assert journal.query("SELECT count(*) AS n FROM events")[0]["n"] < size / 5


def test_what_is_younger_stays(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(10):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)

    pk.local.gc(older_than="2023-11-20", state=tmp_path)  # E5 ended two hours before

    assert ids(tmp_path) == ["E6", "E7", "E8", "E9"]


def test_the_journal_gets_smaller_on_disk(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(60):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
    before = (tmp_path / "journal.db").stat().st_size

    done = pk.local.gc(older_than=NOW, state=tmp_path)

    assert done.shrunk
    assert (tmp_path / "journal.db").stat().st_size < before / 2


def test_a_journal_keeps_its_size_while_something_runs(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(60):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        made.start("live", LONG_AGO + 100 * DAY)
    owner = Ownership(tmp_path, "live")
    first = pk.local.gc(older_than=NOW, state=tmp_path)
    owner.release()
    second = pk.local.gc(older_than=NOW, state=tmp_path)

    assert (first.executions, first.shrunk, first.unshrunk) == (58, False, "execution live runs")
    assert (second.executions, second.shrunk) == (0, True)
    assert second.bytes > 10_000


def test_what_keeps_the_journal_from_shrinking_is_told_and_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(journal: Journal) -> None:
        raise JournalError("journal.db: the disk is full")

    with past(tmp_path) as made:
        for day in range(60):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
    monkeypatch.setattr(Journal, "shrink", no_space)

    done = pk.local.gc(older_than=NOW, state=tmp_path)

    assert (done.executions, done.unshrunk) == (58, "journal.db: the disk is full")
    whole(tmp_path)


def test_what_can_go_on_or_be_retried_stays(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        made.fails("retryable", LONG_AGO)
        made.start("in-source", LONG_AGO + DAY)

    done = pk.local.gc(older_than=NOW, state=tmp_path)

    assert (done.executions, ids(tmp_path)) == (0, ["retryable", "in-source"])
    with past(tmp_path) as made:
        made.journal.submit(
            "site", [asked.RetryStage(execution="retryable", stage="Test", mode="FAILED_ACTIONS")], LONG_AGO + 2 * DAY
        )
        assert made.journal.state("site").executions["retryable"].status == "InProgress"


def test_the_newest_of_each_pipeline_stay_when_asked_for(tmp_path: Path) -> None:
    with past(tmp_path, "site", "other") as made:
        for day in range(6):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
            made.succeeds(f"P{day}", LONG_AGO + day * DAY + 1, "other")

    pk.local.gc(older_than=NOW, keep=4, state=tmp_path)

    assert ids(tmp_path) == ["E2", "P2", "E3", "P3", "E4", "P4", "E5", "P5"]


def test_only_the_named_pipeline_is_touched(tmp_path: Path) -> None:
    with past(tmp_path, "site", "other") as made:
        for day in range(4):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
            made.succeeds(f"P{day}", LONG_AGO + day * DAY + 1, "other")

    pk.local.gc(older_than=NOW, pipeline="site", state=tmp_path)

    assert ids(tmp_path) == ["P0", "P1", "E2", "P2", "E3", "P3"]
    assert pk.local.history("other", state=tmp_path).removed_before is None


def test_what_a_rollback_goes_back_to_is_none_itself(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(4):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        for day in range(4, 7):
            made.start(f"R{day}", LONG_AGO + day * DAY, trigger="ManualRollback")
            made.report(f"R{day}", "Checkout", LONG_AGO + day * DAY + 10)
            made.report(f"R{day}", "Work", LONG_AGO + day * DAY + 30)
            made.approve(f"R{day}", LONG_AGO + day * DAY + 40)

    pk.local.gc(older_than=NOW, state=tmp_path)

    assert ids(tmp_path) == ["E2", "E3", "R6"]


def test_an_execution_that_was_replaced_does_not_come_back_to_life(tmp_path: Path) -> None:
    """That it was replaced stands in an event of the execution after it."""
    with past(tmp_path) as made:
        made.fails("driven", LONG_AGO)
        made.fails("after-it", LONG_AGO + DAY)
        made.fails("after-that", LONG_AGO + 2 * DAY)
        for day in range(3, 7):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
    before = what_is_live(tmp_path)
    owner = Ownership(tmp_path, "driven")

    pk.local.gc(older_than=NOW, state=tmp_path)
    owner.release()
    rebuilt(tmp_path)

    assert "driven" not in before
    assert what_is_live(tmp_path) == before
    assert ids(tmp_path) == ["driven", "after-it", "after-that", "E3", "E5", "E6"]


def test_nothing_of_a_driven_execution_is_removed(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(5):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
    owner = Ownership(tmp_path, "E1")

    pk.local.gc(older_than=NOW, state=tmp_path)
    owner.release()

    assert ids(tmp_path) == ["E1", "E3", "E4"]
    assert (tmp_path / "executions/E1/artifacts/CheckoutOutput.pack").exists()


def test_an_execution_whose_processes_still_run_stays(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(5):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        job = made.journal.query("SELECT job FROM actions WHERE execution = 'E0' AND action = 'Work'")[0]["job"]
    server = subprocess.Popen(["sleep", "60"], env={"PIPELINEKIT_TAG": f"{job}.server", "PATH": os.environ["PATH"]})
    try:
        pk.local.gc(older_than=NOW, state=tmp_path)
    finally:
        server.kill()
        server.wait()

    assert ids(tmp_path) == ["E0", "E3", "E4"]


def test_the_execution_that_a_live_one_takes_outputs_from_stays(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(5):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        made.start("live", LONG_AGO + 6 * DAY)
        bindings = {"reuse": {"unchanged": False, "given": ["Source/Checkout"], "of": "E1"}}
        made.journal.submit("site", [asked.BindExecution(execution="live", bindings=bindings)], LONG_AGO + 6 * DAY)

    pk.local.gc(older_than=NOW, state=tmp_path)

    assert ids(tmp_path) == ["E1", "E3", "E4", "live"]


def test_who_has_read_so_far_hears_of_what_comes_after_it(tmp_path: Path) -> None:
    """The number of the last event is not given again."""
    with past(tmp_path) as made, closing(Journal(tmp_path)) as other:
        for day in range(3):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        made.start("a", LONG_AGO + 4 * DAY)
        made.start("b", LONG_AGO + 4 * DAY)
        made.journal.submit("site", [asked.StopExecution(execution="b", abandon=True)], LONG_AGO + 4 * DAY)
        other.state("site")
        pk.local.gc(older_than=NOW, state=tmp_path)
        made.report("a", "Checkout", LONG_AGO + 5 * DAY)

        assert ids(tmp_path) == ["E1", "E2", "a", "b"]
        assert other.state("site") == made.journal.state("site")
        assert other.catch_up("site") != ()


def test_history_and_report_tell_from_when_on_they_are_whole(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(5):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
    before = pk.local.history(state=tmp_path)

    pk.local.gc(older_than="2023-11-18T12:00", state=tmp_path)
    pk.local.gc(older_than="2023-11-15", state=tmp_path)  # what is known to be missing stays known

    after = pk.local.history(state=tmp_path)
    assert (before.removed_before, after.removed_before) == (None, "2023-11-18T12:00:00.000Z")
    assert pk.local.report(since="2023-01-01", state=tmp_path).removed_before == 1_700_308_800.0
    assert pk.local.report(since="2023-12-01", state=tmp_path).removed_before is None
    rebuilt(tmp_path)
    assert pk.local.history(state=tmp_path).removed_before == "2023-11-18T12:00:00.000Z"


def test_a_plan_changes_nothing_and_is_what_is_done(tmp_path: Path) -> None:
    with past(tmp_path) as made:
        for day in range(6):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        made.fails("failed", LONG_AGO + 10 * DAY)
    before = (ids(tmp_path), directories(tmp_path))

    planned = pk.local.plan_gc(older_than=NOW, state=tmp_path)
    unchanged = (ids(tmp_path), directories(tmp_path)) == before
    done = pk.local.gc(older_than=NOW, state=tmp_path)

    assert unchanged
    assert [old.execution for old in planned.executions] == ["E0", "E1", "E2", "E3"]
    assert sum(planned.kept.values()) == 3
    assert done.executions == len(planned.executions)
    assert 0 < planned.bytes <= done.bytes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"older_than": "long"}, "'long' is no time"),
        ({"older_than": NOW, "pipeline": "shop"}, "no pipeline 'shop' was run here; there are site"),
        ({"older_than": NOW, "keep": -1}, "0 or more, not -1"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_removed(
    tmp_path: Path, arguments: dict[str, object], said: str
) -> None:
    with past(tmp_path) as made:
        for day in range(4):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)

    with pytest.raises(PipelineKitError, match=said):
        pk.local.gc(**arguments, state=tmp_path)  # type: ignore[arg-type]

    assert len(ids(tmp_path)) == 4


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pipelinekit.local import retention

    state, function, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    calls, there = [], getattr(retention, function)

    def die_at_the_last(*arguments):
        calls.append(arguments)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return there(*arguments)

    setattr(retention, function, die_at_the_last)
    retention._AT_ONCE = 3
    retention.gc(older_than="0s", state=state)
""")


@pytest.mark.parametrize(
    ("function", "number"),
    [("note_removal", 1), ("note_removal", 2), ("remove_directory", 1), ("remove_directory", 5), ("_shrink", 1)],
)
def test_retention_that_was_killed_is_finished_by_the_next_one(tmp_path: Path, function: str, number: int) -> None:
    with past(tmp_path) as made:
        for day in range(10):
            made.succeeds(f"E{day}", LONG_AGO + day * DAY)
        before = made.journal.state("site")

    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), function, str(number)], timeout=60)
    with closing(Journal(tmp_path)) as journal:
        in_between = journal.state("site")
    rebuilt(tmp_path)
    pk.local.gc(older_than=NOW, state=tmp_path)

    assert killed.returncode == -signal.SIGKILL
    assert in_between == before
    assert ids(tmp_path) == ["E8", "E9"]
    whole(tmp_path)


def happens(made: Past, kinds: list[str]) -> None:
    """Let executions happen one after the other, as far as each kind says."""
    for number, kind in enumerate(kinds):
        name, at = f"E{number:02}", LONG_AGO + number * DAY
        match kind:
            case "succeeds":
                made.start(name, at)
                if "Checkout" in made.journal.state("site").executions[name].running:
                    made.report(name, "Checkout", at + 1)
                if (found := made.journal.state("site").executions.get(name)) and "Work" in found.running:
                    made.report(name, "Work", at + 2)
                if (found := made.journal.state("site").executions.get(name)) and "GoLive" in found.running:
                    made.approve(name, at + 3)
            case "fails":
                made.start(name, at)
                if "Checkout" in made.journal.state("site").executions[name].running:
                    made.report(name, "Checkout", at + 1, succeeded=False)
            case "waits":
                made.start(name, at)
                if "Checkout" in made.journal.state("site").executions[name].running:
                    made.report(name, "Checkout", at + 1)
            case _:
                made.start(name, at)
                made.journal.submit("site", [asked.StopExecution(execution=name, abandon=True)], at + 1)


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["succeeds", "fails", "waits", "stops"]), max_size=14), st.integers(0, 14))
def test_whatever_happened_the_state_and_what_can_be_retried_are_the_same_after_it(kinds: list[str], old: int) -> None:
    with tempfile.TemporaryDirectory() as text:
        state = Path(text)
        with past(state) as made:
            happens(made, kinds)
            before, live = made.journal.state("site"), what_is_live(state)

        pk.local.gc(older_than=datetime.datetime.fromtimestamp(LONG_AGO + old * DAY, datetime.UTC), state=state)

        with closing(Journal(state)) as journal:
            assert journal.state("site") == before
            journal.rebuild()
        assert what_is_live(state) == live
        with closing(Journal(state)) as journal:
            assert journal.state("site") == before
