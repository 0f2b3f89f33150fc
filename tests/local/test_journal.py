from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

import pipelinekit as pk
from execution.machine import shop
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.refusals import Refused
from pipelinekit.local.journal import Journal, JournalError
from pipelinekit.local.show import UnknownExecution, find_execution


def create(journal: Journal) -> None:
    journal.submit("shop", [asked.CreatePipeline(definition=pk.define(shop()))], 1.0)


def start(journal: Journal, execution: str) -> None:
    journal.submit("shop", [asked.StartExecution(execution=execution)], 2.0)


def finish(journal: Journal, execution: str, action: str, *, succeeded: bool = True, now: float = 3.0) -> None:
    job = journal.state("shop").executions[execution].running[action].job
    report = asked.ReportAction(job=job, execution=execution, action=action, succeeded=succeeded)
    journal.submit("shop", [report], now)


def test_another_process_finds_the_state_as_it_was_left(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    start(journal, "E1")
    finish(journal, "E1", "Checkout")

    assert Journal(tmp_path).state("shop") == journal.state("shop")


def test_a_decision_builds_on_what_others_appended(tmp_path: Path) -> None:
    one, two = Journal(tmp_path), Journal(tmp_path)
    create(one)
    two.state("shop")
    start(one, "E1")

    recorded = two.submit("shop", [asked.StartExecution(execution="E2")], 4.0)

    assert any(isinstance(e, happened.ExecutionStarted) and e.execution == "E1" for e in recorded.others)
    assert [type(e).__name__ for e in recorded.own] == ["ExecutionStarted", "ExecutionArrived"]


def test_what_another_process_appended_is_noticed(tmp_path: Path) -> None:
    one, two = Journal(tmp_path), Journal(tmp_path)
    before = two.changed()

    create(one)

    assert (before, two.changed(), two.changed()) == (False, True, False)


def test_looking_at_the_state_does_not_swallow_what_others_appended(tmp_path: Path) -> None:
    one, two = Journal(tmp_path), Journal(tmp_path)
    create(one)
    one.state("shop")
    two.state("shop")
    start(two, "E1")

    one.state("shop")

    assert any(isinstance(event, happened.ActionStarted) for event in one.catch_up("shop"))
    assert one.catch_up("shop") == ()


def test_what_is_known_is_the_state_of_the_last_look(tmp_path: Path) -> None:
    one, two = Journal(tmp_path), Journal(tmp_path)
    create(one)
    before = one.known("shop")
    start(two, "E1")

    assert one.known("shop") is before
    assert one.state("shop") is one.known("shop")
    assert "E1" in one.known("shop").executions


def test_a_refused_command_leaves_what_others_appended_to_be_heard(tmp_path: Path) -> None:
    one, two = Journal(tmp_path), Journal(tmp_path)
    create(one)
    one.state("shop")
    start(two, "E1")

    with pytest.raises(Refused):
        one.submit("shop", [asked.EnableTransition(stage="No")], 2.0)

    assert any(isinstance(event, happened.ActionStarted) for event in one.catch_up("shop"))


def test_a_refused_command_appends_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)

    with pytest.raises(Refused):
        journal.submit("shop", [asked.StartExecution(execution="E1"), asked.EnableTransition(stage="No")], 2.0)

    assert "E1" not in journal.state("shop").executions
    assert journal.query("SELECT * FROM executions") == []


def test_ended_executions_are_not_read_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    for number in range(3):
        start(journal, f"E{number}")
        finish(journal, f"E{number}", "Checkout", succeeded=False)

    live = [row["id"] for row in journal.query("SELECT id FROM executions WHERE live")]

    assert live == ["E2"]  # the last failed one can still be retried
    assert Journal(tmp_path).state("shop") == journal.state("shop")


def test_the_projections_can_be_made_again_from_the_events(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    start(journal, "E1")
    finish(journal, "E1", "Checkout")
    finish(journal, "E1", "Unit", succeeded=False)
    before = {t: [tuple(r) for r in journal.query(f"SELECT * FROM {t}")] for t in ("executions", "stages", "actions")}

    journal.rebuild()

    assert {t: [tuple(r) for r in journal.query(f"SELECT * FROM {t}")] for t in before} == before


def test_the_state_directory_is_ignored_by_git(tmp_path: Path) -> None:
    Journal(tmp_path / "state")

    assert (tmp_path / "state" / ".gitignore").read_text() == "*\n"


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    database = sqlite3.connect(tmp_path / "journal.db")
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(JournalError, match="newer pipelinekit"):
        Journal(tmp_path)


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_text("this is not a database, whatever its name says" * 100)

    with pytest.raises(JournalError, match=r"journal\.db: is damaged"):
        Journal(tmp_path)


def test_an_event_that_cannot_be_read_is_named_by_its_number(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    database = sqlite3.connect(tmp_path / "journal.db")
    database.execute("UPDATE events SET type = 'Strange' WHERE seq = 1")
    database.commit()
    database.close()

    with pytest.raises(JournalError, match=r"event 1 \(Strange\)"):
        Journal(tmp_path).state("shop")


def test_a_state_directory_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")

    with pytest.raises(JournalError, match="state"):
        Journal(tmp_path / "state")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_read_only_state_directory_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(JournalError, match="--state"):
            Journal(tmp_path / "state")
    finally:
        tmp_path.chmod(0o700)


def test_who_looks_again_reads_only_what_is_new(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    for number in range(3):
        start(journal, f"E{number}")
        finish(journal, f"E{number}", "Checkout", succeeded=False)
    start(journal, "E3")
    journal.submit("shop", [asked.StopExecution(execution="E3", abandon=True)], 5.0)
    other = Journal(tmp_path)
    before = other.state("shop")

    start(journal, "E4")
    news = other.catch_up("shop")

    assert before.executions.keys() == {"E3"}
    assert {event.execution for event in news if isinstance(event, happened.ExecutionEvent)} == {"E4"}
    assert other.state("shop") == journal.state("shop")


def test_an_execution_is_found_by_the_beginning_of_its_id_in_any_letters(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    create(journal)
    for execution in ("ab-1", "ab-2", "a%"):
        start(journal, execution)

    assert find_execution(journal, "AB-1")["id"] == "ab-1"
    assert find_execution(journal, "a%")["id"] == "a%"
    with pytest.raises(UnknownExecution, match="means several executions"):
        find_execution(journal, "ab")
    with pytest.raises(UnknownExecution, match="no execution 'b'"):
        find_execution(journal, "b")


def test_an_empty_file_beside_executions_is_no_new_journal(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    for name in ("journal.db", "journal.db-wal", "journal.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "journal.db").touch()
    (tmp_path / "executions" / "e1").mkdir(parents=True)

    with pytest.raises(JournalError, match="is damaged: it is empty, and executions stand beside it"):
        Journal(tmp_path)
