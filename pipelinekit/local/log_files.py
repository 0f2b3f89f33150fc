"""The logs that earlier and present runs left behind."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.jobs import key_of
from pipelinekit.local import places
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.records import existing_state
from pipelinekit.local.show import attempts_of, find_execution


def log_files(reference: str, action: str | None = None, *, state: PathLike | None = None) -> list[tuple[str, Path]]:
    """Give the logs of an execution with what each belongs to, in the order the attempts started.

    That is an action (``Stage/Action``), or a rule of a stage's condition (``Stage/onSuccess/Rule``).

    Raises:
        PipelineKitError: when *action* names no action, and no rule, that has started.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
        attempts = attempts_of(journal, row["id"])
    keys = [(key_of(attempt["stage"], attempt["condition"], attempt["name"]), attempt["job"]) for attempt in attempts]
    wanted = [(key, job) for key, job in keys if action is None or key == action]
    if action is not None and not wanted:
        started = ", ".join(dict.fromkeys(key for key, _ in keys)) or "nothing"
        raise PipelineKitError(f"execution {row['id'][:8]} has started no {action!r}; it has started {started}")
    found = [(key, places.log(directory, row["id"], job)) for key, job in wanted]
    return [(key, place) for key, place in found if place.exists()]


_TAIL_BYTES = 64 * 1024
_PHASE_FAILED = re.compile(r"^\[Container\] \S+ \S+ Phase complete: \S+ State: FAILED")


def last_lines(reference: str, action: str, *, state: PathLike | None = None, number: int = 20) -> list[str]:
    """Give the last lines that the newest attempt at an action, or at a rule, wrote.

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
