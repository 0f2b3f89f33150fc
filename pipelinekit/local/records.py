"""What earlier and present runs left behind: their history, their logs, where they stand."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.timeline import Span, Timeline, timeline_of
from pipelinekit.local import places
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.show import definition_of, find_execution
from pipelinekit.values import timestamp

STATUSES = ("InProgress", "Stopping", "Stopped", "Succeeded", "Superseded", "Failed", "Cancelled")
"""Statuses of an execution (API: PipelineExecutionStatus)."""


def existing_state(state: PathLike | None) -> Path:
    """Give the state directory of earlier runs.

    Raises:
        PipelineKitError: when nothing was run there.
    """
    directory = places.state_directory(state)
    if not (directory / "journal.db").exists():
        raise PipelineKitError(
            f"{directory}: nothing was run here yet; go to the directory of the run, or name it with --state"
        )
    return directory


def history(
    pipeline: str | None = None,
    *,
    status: str | Iterable[str] | None = None,
    limit: int = 20,
    state: PathLike | None = None,
) -> list[dict[str, Any]]:
    """List executions, the newest first (API: ListPipelineExecutions): of one pipeline, or of all there are.

    *status* picks those of one status or of several; at most *limit* are given.
    """
    wanted = [status] if isinstance(status, str) else list(status or STATUSES)
    unknown = sorted(set(wanted) - set(STATUSES))
    if unknown:
        raise PipelineKitError(f"there is no status {unknown[0]!r}: there are {', '.join(STATUSES)}")
    marks = ", ".join("?" * len(wanted))
    with closing(Journal(existing_state(state))) as journal:
        known = journal.pipelines()
        if pipeline is not None and pipeline not in known:
            raise PipelineKitError(f"no pipeline {pipeline!r} was run here; there are {', '.join(known) or 'none'}")
        rows = journal.query(
            f"SELECT * FROM executions WHERE status IN ({marks}) AND (? IS NULL OR pipeline = ?)"
            " ORDER BY started DESC LIMIT ?",
            (*wanted, pipeline, pipeline, limit),
        )
    return [
        {
            "pipelineName": row["pipeline"],
            "pipelineExecutionId": row["id"],
            "status": row["status"],
            "statusSummary": row["note"],
            "startTime": timestamp(row["started"]),
            "lastUpdateTime": timestamp(row["changed"]),
            "durationInSeconds": round(row["changed"] - row["started"], 3),
            "pipelineVersion": row["version"],
            "trigger": {"triggerType": row["trigger"], "triggerDetail": row["detail"]},
        }
        for row in rows
    ]


def log_files(reference: str, action: str | None = None, *, state: PathLike | None = None) -> list[tuple[str, Path]]:
    """Give the logs of an execution with the ``Stage/Action`` each belongs to, in the order the attempts started.

    Raises:
        PipelineKitError: when *action* names no action that has started.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
        attempts = journal.query(
            "SELECT job, stage, action FROM actions WHERE execution = ? ORDER BY started, attempt, tries", (row["id"],)
        )
    keys = [(f"{attempt['stage']}/{attempt['action']}", attempt["job"]) for attempt in attempts]
    wanted = [(key, job) for key, job in keys if action is None or key == action]
    if action is not None and not wanted:
        started = ", ".join(dict.fromkeys(key for key, _ in keys)) or "nothing"
        raise PipelineKitError(f"execution {row['id'][:8]} has started no {action!r}; it has started {started}")
    found = [(key, places.log(directory, row["id"], job)) for key, job in wanted]
    return [(key, place) for key, place in found if place.exists()]


_TAIL_BYTES = 64 * 1024
_PHASE_FAILED = re.compile(r"^\[Container\] \S+ \S+ Phase complete: \S+ State: FAILED")


def last_lines(reference: str, action: str, *, state: PathLike | None = None, number: int = 20) -> list[str]:
    """Give the last lines that the newest attempt at an action wrote.

    Of a build that failed they end where its phase did: what the phases after it write is not what went wrong.
    """
    files = log_files(reference, action, state=state)
    if not files:
        return []
    with open(files[-1][1], "rb") as file:
        file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
        lines = file.read().decode(errors="replace").splitlines()
    failed = next((index for index, line in enumerate(lines) if _PHASE_FAILED.match(line)), None)
    end = len(lines) if failed is None else failed + 2  # with the line that says why
    return lines[:end][-number:]


def timeline(reference: str = "latest", *, state: PathLike | None = None) -> Timeline:
    """Tell what of an execution ran when, what its end waited for, and what would make it shorter.

    Every attempt counts; what was reused took no time.

    Raises:
        UnknownExecution: when there is no such execution.
    """
    with closing(Journal(existing_state(state))) as journal:
        row = find_execution(journal, reference)
        definition = definition_of(journal, row)
        rows = journal.query("SELECT * FROM actions WHERE execution = ? ORDER BY attempt, tries", (row["id"],))
    spans = [
        Span(
            stage=attempt["stage"],
            action=attempt["action"],
            attempt=attempt["attempt"],
            status=attempt["status"],
            start=attempt["started"],
            end=None if attempt["status"] == "InProgress" else attempt["changed"],
        )
        for attempt in rows
    ]
    now = time.time() if row["live"] else row["changed"]
    return timeline_of(definition, row["id"], row["status"], row["started"], spans, now=now)


def standing(reference: str, *, state: PathLike | None = None) -> tuple[str, str, bool]:
    """Give an execution's id and status, and whether a living process drives it."""
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
    return row["id"], row["status"], is_driven(directory, row["id"])
