"""Who drives an execution: a lock on a file that the kernel frees when its process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.places import execution_directory

_ATTEMPTS = 10


class AlreadyDriven(PipelineKitError):
    """Another process drives the execution."""


class Ownership:
    """The right to do the work of one execution."""

    def __init__(self, state: Path, execution: str) -> None:
        place = execution_directory(state, execution) / "owner"
        place.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
        if not self._lock():
            owner = os.read(self._descriptor, 64).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise AlreadyDriven(
                f"execution {execution} is driven by process {owner}; `pipelinekit show {execution}` tells how far"
            )
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def _lock(self) -> bool:
        """Take the lock. Somebody who only asks whether it is taken (`is_driven`) has it for a moment: try again."""
        for attempt in range(_ATTEMPTS):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.01 if attempt + 1 < _ATTEMPTS else 0)
            else:
                return True
        return False

    def release(self) -> None:
        """Give the right up."""
        os.close(self._descriptor)


def is_driven(state: Path, execution: str) -> bool:
    """Whether a living process drives the execution."""
    try:
        descriptor = os.open(execution_directory(state, execution) / "owner", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
