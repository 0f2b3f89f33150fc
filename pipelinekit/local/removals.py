"""What retention has removed from a journal: said by whoever lists what is left."""

from __future__ import annotations

import json

from pipelinekit.local.journal import Journal
from pipelinekit.values import timestamp

_KEY = "removed"


def removed_before(journal: Journal, pipeline: str | None = None) -> str | None:
    """Give the time, in ISO 8601, before which executions, of one pipeline or of any, were removed."""
    at = removal_time(journal, pipeline)
    return None if at is None else timestamp(at)


def removal_time(journal: Journal, pipeline: str | None = None) -> float | None:
    """Give the time, in seconds since 1970, before which executions were removed; None where none was."""
    found = [at for name, at in _noted(journal).items() if pipeline is None or name == pipeline]
    return max(found, default=None)


def note_removal(journal: Journal, pipeline: str, before: float) -> None:
    """Write down that executions of a pipeline from before a time were removed, in the transaction under way."""
    noted = _noted(journal)
    journal.note(_KEY, json.dumps({**noted, pipeline: max(before, noted.get(pipeline, before))}))


def _noted(journal: Journal) -> dict[str, float]:
    rows = journal.query("SELECT value FROM meta WHERE key = ?", (_KEY,))
    noted: dict[str, float] = json.loads(rows[0]["value"]) if rows else {}
    return noted
