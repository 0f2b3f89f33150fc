"""Measuring: medians of repeated runs, always beside a reference in the same process or the same minute."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ``budget`` is a sentence; ``met`` whether it was kept, None where there is none."""

    what: str
    ours: str
    reference: str
    ratio: str
    budget: str = ""
    met: bool | None = None


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Give the median time of *work*, in seconds."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def process_seconds(argv: Sequence[str], times: int = 9, cwd: str | None = None) -> float:
    """Give the median time of a whole process, in seconds, after a first one that fills the caches.

    Python may keep what it compiled, as it does where nobody forbids it.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def once() -> None:
        subprocess.run(argv, check=True, capture_output=True, cwd=cwd, env=environment)

    once()
    return seconds(once, times)


def python(code: str, times: int = 9, cwd: str | None = None) -> float:
    """Give the median time of a Python process that runs *code*, in seconds."""
    return process_seconds([sys.executable, "-c", code], times, cwd)


def milliseconds(value: float) -> str:
    """Write seconds as milliseconds, with what precision matters."""
    return f"{value * 1000:.2f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
