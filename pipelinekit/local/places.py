"""Where things lie in the state directory.

::

    journal.db                          every event
    executions/<id>/owner               locked by the process that drives the execution
    executions/<id>/artifacts/<name>.pack
    executions/<id>/logs/<job>.log      what one attempt at an action wrote
    work/<job>/                         directories of actions under way, and of failed ones
"""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT = ".pipelinekit"
VARIABLE = "PIPELINEKIT_STATE"


def state_directory(given: str | os.PathLike[str] | None = None) -> Path:
    """Give the state directory: the one given, else ``$PIPELINEKIT_STATE``, else ``.pipelinekit`` here."""
    return Path(given or os.environ.get(VARIABLE) or DEFAULT).absolute()


def execution_directory(state: Path, execution: str) -> Path:
    """Give the directory of one execution."""
    return state.joinpath("executions", execution)


def artifact(state: Path, execution: str, name: str) -> Path:
    """Give the pack of an artifact."""
    return state.joinpath("executions", execution, "artifacts", f"{name}.pack")


def log(state: Path, execution: str, job: str) -> Path:
    """Give the log of one attempt at an action."""
    return state.joinpath("executions", execution, "logs", f"{job}.log")


def work(state: Path, job: str) -> Path:
    """Give the directory an attempt works in."""
    return state.joinpath("work", job)
