"""Journals that are not as this version left them: older, locked, full, truncated, damaged."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.execution.jobs import Job
from pipelinekit.local.journal import Journal, JournalError
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.standins import Work

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "journals"
checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
work = pk.CustomAction("Work", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
go_live = pk.approval.Manual("GoLive", message="Ship it?")
SITE = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Test", work), pk.Stage("Live", go_live)])


def nothing(job: Job, work: Work) -> None:
    return None


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source/page").write_text("page")
    return tmp_path / "state"


def run(state: Path, **options: object) -> pk.local.Result:
    given = {"sources": {"Checkout": state.parent / "source"}, "workers": {"Work": nothing}, "state": state}
    return pk.run(SITE, **{**given, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("*.sql")), ids=lambda place: place.stem)
def test_a_journal_of_an_earlier_release_is_read_and_gone_on_with(state: Path, golden: Path) -> None:
    state.mkdir()
    with closing(sqlite3.connect(state / "journal.db")) as database:
        database.executescript(golden.read_text())

    with closing(Journal(state)) as journal:
        statuses = [row["status"] for row in journal.query("SELECT status FROM executions ORDER BY started")]
        shown = show(journal, find_execution(journal, "latest"))
    pk.local.approve("latest", "Live/GoLive", state=state)

    assert statuses == ["Succeeded", "Failed", "InProgress"]
    assert shown["stages"][2]["actions"][0]["approval"]["customData"] == "Ship it?"
    assert pk.local.resume("latest", state=state).succeeded


def test_this_release_has_a_golden_journal() -> None:
    assert (GOLDEN / f"{pk.__version__}.sql").exists(), "run: python tests/golden/journals/write.py"


def test_the_projections_of_an_earlier_release_can_be_made_again(state: Path) -> None:
    state.mkdir()
    for golden in GOLDEN.glob("*.sql"):
        with closing(sqlite3.connect(state / "journal.db")) as database:
            database.executescript(golden.read_text())
        with closing(Journal(state)) as journal:
            before = [tuple(row) for row in journal.query("SELECT id, status, live FROM executions")]
            journal.rebuild()
            assert [tuple(row) for row in journal.query("SELECT id, status, live FROM executions")] == before
        (state / "journal.db").unlink()


def test_projections_of_another_shape_are_made_again_when_a_journal_is_opened(state: Path) -> None:
    run(state)
    with closing(sqlite3.connect(state / "journal.db")) as database:
        database.execute("ALTER TABLE actions DROP COLUMN reused")
        database.execute("UPDATE meta SET value = 'older' WHERE key = 'projections'")
        database.commit()

    with closing(Journal(state)) as journal:
        shown = show(journal, find_execution(journal, "latest"))

    assert shown["stages"][1]["actions"][0]["status"] == "Succeeded"


def test_a_journal_that_is_locked_for_a_moment_is_waited_for(state: Path) -> None:
    run(state)
    other = sqlite3.connect(state / "journal.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()

    pk.local.approve("latest", "Live/GoLive", state=state)

    assert pk.local.history(state=state)[0]["status"] == "Succeeded"
    other.close()


def test_a_journal_that_stays_locked_is_named(state: Path) -> None:
    run(state)
    with closing(sqlite3.connect(state / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with closing(Journal(state, patience=0.1)) as journal, pytest.raises(JournalError, match="kept it locked"):
            journal.submit("site", [], 0.0)


@contextmanager
def no_file_may_grow_beyond(size: int) -> Iterator[None]:
    """What a full disk does, without a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_fills_up_in_a_run_is_named_and_the_run_goes_on_later(state: Path) -> None:
    limits: list[object] = []

    def fill_the_disk(job: Job, work: Work) -> None:
        limit = no_file_may_grow_beyond(1024)
        limits.append(limit)
        limit.__enter__()

    try:
        with pytest.raises(JournalError, match=r"journal\.db"):
            run(state, workers={"Work": fill_the_disk})
    finally:
        for limit in limits:
            limit.__exit__(None, None, None)  # type: ignore[attr-defined]

    execution = pk.local.history(state=state)[0]
    with closing(Journal(state)) as journal:
        succeeded = journal.query("SELECT action FROM actions WHERE status = 'Succeeded'")
    resumed = pk.local.resume(state=state)
    retried = pk.local.retry("latest", "Test", state=state, workers={"Work": nothing})

    assert execution["status"] == "InProgress"
    assert [row["action"] for row in succeeded] == ["Checkout"]
    assert "may not be repeated unasked" in resumed.action("Test/Work")["errorDetails"]["message"]
    assert retried.action("Test/Work")["status"] == "Succeeded"


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_truncated_journal_is_named_and_left_as_it_is(state: Path, part: float) -> None:
    run(state)
    place = state / "journal.db"
    with closing(sqlite3.connect(place)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = place.read_bytes()
    kept = data[: int(len(data) * part) // 512 * 512 + 100]
    place.write_bytes(kept)

    with pytest.raises(JournalError, match=r"journal\.db"):
        read_everything(state)

    assert place.read_bytes()[: len(kept)][100:] == kept[100:]


def read_everything(state: Path) -> None:
    pk.local.history(state=state)
    with closing(Journal(state)) as journal:
        journal.state("site")
        journal.rebuild()


def test_a_lost_write_ahead_log_loses_only_what_was_in_it(state: Path) -> None:
    """Somebody copied journal.db alone: what had been moved into it is whole."""
    run(state)
    with closing(sqlite3.connect(state / "journal.db")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other = state.parent / "other"
    other.mkdir()
    shutil.copy(state / "journal.db", other)

    assert pk.local.history(state=other) == pk.local.history(state=state)
