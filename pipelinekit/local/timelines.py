"""An execution of the journal in time."""

from __future__ import annotations

import time
from contextlib import closing

from pipelinekit.execution.state import CONDITION_NAMES
from pipelinekit.execution.timeline import Span, Timeline, timeline_of
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.records import existing_state
from pipelinekit.local.show import attempts_of, definition_of, find_execution


def timeline(reference: str = "latest", *, state: PathLike | None = None) -> Timeline:
    """Tell what of an execution ran when, what its end waited for, and what would make it shorter.

    Every attempt at an action counts, and every evaluation of a rule; what was reused took no time.

    Raises:
        UnknownExecution: when there is no such execution.
    """
    with closing(Journal(existing_state(state))) as journal:
        row = find_execution(journal, reference)
        definition = definition_of(journal, row)
        rows = attempts_of(journal, row["id"])
    spans = [
        Span(
            stage=attempt["stage"],
            action=_name(attempt["condition"], attempt["name"]),
            attempt=attempt["attempt"],
            status=attempt["status"],
            start=attempt["started"],
            end=None if attempt["status"] == "InProgress" else attempt["changed"],
        )
        for attempt in rows
    ]
    now = time.time() if row["status"] in ("InProgress", "Stopping") else row["changed"]
    return timeline_of(definition, row["id"], row["status"], row["started"], spans, now=now)


def _name(condition: str | None, name: str) -> str:
    return name if condition is None else f"{CONDITION_NAMES[condition]}/{name}"
