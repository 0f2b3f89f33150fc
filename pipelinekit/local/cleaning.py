"""Ending what runs left serving, and giving the disk its space back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from contextlib import closing
from pathlib import Path

from attrs import frozen

from pipelinekit.local import guardian, places
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.processes import send, sweep_everywhere
from pipelinekit.local.records import existing_state


@frozen(kw_only=True)
class Cleaned:
    """What `clean` did: how many processes it ended, and how many bytes it freed."""

    processes: int
    bytes: int


def clean(*, state: PathLike | None = None, grace: float = 5.0) -> Cleaned:
    """End the servers that deployments of earlier runs left running, and remove what nobody needs any more.

    Removed are work directories, and the artifacts of executions that are over and cannot be retried; no rollback can
    go back to one of them after that. Journal and logs stay. Nothing of an execution that a living process drives is
    touched.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        executions = {row["id"]: row["live"] for row in journal.query("SELECT id, live FROM executions")}
        driven = {execution for execution in executions if is_driven(directory, execution)}
        rows = journal.query("SELECT job, execution FROM actions UNION ALL SELECT job, execution FROM rules")
        jobs = {row["job"]: row["execution"] for row in rows}
    left = {job: execution for job, execution in jobs.items() if execution not in driven}
    ended = _end_processes(set(left), grace)
    gone = [(execution, places.work(directory, job)) for job, execution in left.items()]
    gone += [
        (execution, places.execution_directory(directory, execution) / "artifacts")
        for execution, live in executions.items()
        if live != 1
    ]
    # Ending processes takes seconds: an execution may have found a driver in the meantime.
    free = (place for execution, place in gone if place.is_dir() and not is_driven(directory, execution))
    return Cleaned(processes=ended, bytes=sum(remove_directory(place) for place in free))


def _end_processes(jobs: set[str], grace: float) -> int:
    """Ask the processes of some jobs to end, wait for them a while, then kill."""
    running = guardian.tagged(jobs)
    for process in running:
        send(process, signal.SIGTERM)
    end = time.monotonic() + grace
    while guardian.tagged(jobs) and time.monotonic() < end:
        time.sleep(0.02)
    sweep_everywhere(jobs)
    return len(running)


def remove_directory(place: Path) -> int:
    """Remove a directory and give its size; what somebody else removes at the same time counts for nothing."""
    size = 0
    for directory, _, files in os.walk(place):
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                size += os.lstat(os.path.join(directory, name)).st_size
    shutil.rmtree(place, ignore_errors=True)
    return size
