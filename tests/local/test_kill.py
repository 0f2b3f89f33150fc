"""The engine is killed at chosen boundaries; each time `resume` comes to the same end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.local import guardian
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven

SCRIPT = Path(__file__).with_name("killed.py")

BOUNDARIES = [
    ("after", "5"),  # the execution is there, its source not yet begun
    ("after", "8"),  # the source has been recorded
    ("before", "3"),  # the source's end is about to be recorded
    ("during", "Unit"),
    ("before", "5"),
    ("after", "14"),
    ("after", "17"),  # the approval is open
    ("after", "19"),  # the approval was given, the deployment not yet begun
    ("during", "Release"),
    ("before", "8"),
    ("during", "Smoke"),
    ("after", "24"),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "app").mkdir(parents=True)
    (source / "app" / "page.txt").write_text("hello")
    (source / "start.sh").write_text(f"#!/bin/sh\nsleep 0.2\necho Release >> {tmp_path}/audit\n")
    (source / "start.sh").chmod(0o755)
    return tmp_path


def start(root: Path, mode: str, where: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(root / "state"), mode, where], capture_output=True, text=True, timeout=60
    )


def recorded(root: Path) -> tuple[str, list[happened.Event]]:
    with closing(Journal(root / "state")) as journal:
        execution = str(journal.query("SELECT id FROM executions")[0]["id"])
        return execution, journal.events(execution)


def successes(events: list[happened.Event]) -> Counter[str]:
    return Counter(event.action for event in events if isinstance(event, happened.ActionSucceeded))


def work_done(root: Path) -> Counter[str]:
    audit = root / "audit"
    return Counter(audit.read_text().split()) if audit.exists() else Counter()


def left_running(events: list[happened.Event]) -> list[int]:
    return guardian.tagged({event.job for event in events if isinstance(event, happened.ActionStarted)})


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to find processes by their tag")
@pytest.mark.parametrize(("mode", "where"), BOUNDARIES)
def test_a_killed_execution_ends_as_it_would_have(root: Path, mode: str, where: str) -> None:
    killed = start(root, mode, where)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    execution, before = recorded(root)
    done_before = work_done(root)

    wait_until_nothing_runs(before)
    result = pk.local.resume(execution, approvals="all", state=root / "state")

    _, after = recorded(root)
    assert result.status == "Succeeded"
    assert set(successes(after)) == {"Checkout", "Unit", "Package", "GoLive", "Release", "Smoke"}
    assert set(successes(after).values()) == {1}, "a success was recorded twice"
    for action in set(successes(before)) & set(work_done(root)):
        assert work_done(root)[action] == done_before[action], f"{action} ran again"
    assert left_running(after) == []
    assert not is_driven(root / "state", execution)
    assert (root / "host" / "srv" / "app" / "page.txt").read_text() == "hello"


def wait_until_nothing_runs(events: list[happened.Event]) -> None:
    """The guardian ends what the dead engine had started; give it a moment."""
    end = time.monotonic() + 10
    while left_running(events):
        assert time.monotonic() < end, "a process of the dead engine is left"
        time.sleep(0.01)


def test_the_boundaries_lie_within_the_run(root: Path) -> None:
    whole = start(root, "never", "")

    status, counted = whole.stdout.split()
    assert status == "Succeeded"
    assert max(int(where) for mode, where in BOUNDARIES if mode == "after") < int(counted)
