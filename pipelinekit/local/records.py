"""Where runs left their records, and whether one of them still goes on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local import places
from pipelinekit.local.bindings import PathLike
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.show import find_execution


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


def standing(reference: str, *, state: PathLike | None = None) -> tuple[str, str, bool]:
    """Give an execution's id and status, and whether a living process drives it."""
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
    return row["id"], row["status"], is_driven(directory, row["id"])
