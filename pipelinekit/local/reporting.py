"""The report of a period, from what the journal keeps."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

from pipelinekit.execution.report import Attempt, DeliveryReport, Run, report_of
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.listing import need_pipeline
from pipelinekit.local.periods import Moment, bounds
from pipelinekit.local.records import existing_state
from pipelinekit.local.removals import removal_time

_ENDED = ("Succeeded", "Failed", "Stopped", "Superseded", "Cancelled")


def report(
    pipeline: str | None = None,
    *,
    since: Moment | None = "30d",
    until: Moment | None = None,
    state: PathLike | None = None,
) -> DeliveryReport:
    """Tell how a pipeline, or all of them, fared: the executions that started in a period, and their actions.

    *since* and *until* are dates or how long ago (``30d``); *since* None is: from the first execution on.

    Raises:
        PipelineKitError: for a pipeline that did not run here, or a time that is none.
    """
    now = time.time()
    asked, given = bounds(since, until, now)
    end = now if given is None else given
    with closing(Journal(existing_state(state))) as journal:
        if pipeline is not None:
            need_pipeline(journal, pipeline)
        start, removed = max(asked or 0.0, _first(journal, pipeline, now)), removal_time(journal, pipeline)
        within = f"{'pipeline = ? AND ' if pipeline is not None else ''}started >= ? AND started < ?"
        values = [*([pipeline] if pipeline is not None else []), start, end]
        runs = journal.rows(f"SELECT id, pipeline, status, started, changed FROM executions WHERE {within}", values)
        attempts = journal.rows(
            "SELECT execution, stage, action, attempt, actions.status, actions.started, actions.changed, error,"
            " expires, reused, e.pipeline AS pipeline"
            f" FROM (SELECT id, pipeline FROM executions WHERE {within}) AS e JOIN actions ON execution = e.id",
            values,
        )
        return report_of(
            pipeline,
            [_run(row) for row in runs],
            (_attempt(row) for row in attempts),
            since=start,
            until=end,
            removed_before=removed if removed is not None and removed > (asked or 0.0) else None,
        )


def _first(journal: Journal, pipeline: str | None, now: float) -> float:
    """Give when the first execution started: no period begins before it."""
    where, values = ("WHERE pipeline = ?", [pipeline]) if pipeline is not None else ("", [])
    found = journal.query(f"SELECT started FROM executions {where} ORDER BY started LIMIT 1", values)
    return float(found[0]["started"]) if found else now


def _run(row: sqlite3.Row) -> Run:
    return Run(
        pipeline=row["pipeline"],
        execution=row["id"],
        status=row["status"],
        start=row["started"],
        end=row["changed"] if row["status"] in _ENDED else None,
    )


def _attempt(row: sqlite3.Row) -> Attempt:
    return Attempt(
        pipeline=row["pipeline"],
        execution=row["execution"],
        stage=row["stage"],
        action=row["action"],
        attempt=row["attempt"],
        status=row["status"],
        start=row["started"],
        end=None if row["status"] == "InProgress" else row["changed"],
        error=row["error"],
        approval=row["expires"] is not None,
        reused=bool(row["reused"]),
    )
