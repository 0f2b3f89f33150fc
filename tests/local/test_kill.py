"""The engine is killed at every decision boundary of a run, and at random moments; `resume` comes to the same end."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.local import guardian
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven

SCRIPT = Path(__file__).with_name("killed.py")
DECISIONS, ASKED = 22, 21
"""How many decisions the run takes, and how many are asked for after its start."""

BOUNDARIES = [
    *(("before", str(number)) for number in range(1, ASKED + 1)),
    *(("after", str(number)) for number in range(1, DECISIONS + 1)),
]
MOMENTS = [("at", f"{moment:.3f}") for moment in sorted(random.Random(20).uniform(0, 0.9) for _ in range(50))]

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    (source / "app").mkdir(parents=True)
    (source / "app" / "page.txt").write_text("hello")
    (source / "start.sh").write_text(f"#!/bin/sh\nsleep 0.1\necho Release >> {tmp_path}/audit\n")
    (source / "start.sh").chmod(0o755)
    return tmp_path


def start(root: Path, mode: str, where: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(root / "state"), mode, where], capture_output=True, text=True, timeout=60
    )


def recorded(root: Path) -> tuple[str | None, list[happened.Event]]:
    if not (root / "state" / "journal.db").exists():
        return None, []
    with closing(Journal(root / "state")) as journal:
        rows = journal.query("SELECT id FROM executions")
        return (rows[0]["id"], journal.events(rows[0]["id"])) if rows else (None, [])


def successes(events: list[happened.Event]) -> Counter[str]:
    return Counter(event.action for event in events if isinstance(event, happened.ActionSucceeded))


def work_done(root: Path) -> Counter[str]:
    audit = root / "audit"
    return Counter(audit.read_text().split()) if audit.exists() else Counter()


def left_running(events: list[happened.Event]) -> list[int]:
    return guardian.tagged({event.job for event in events if isinstance(event, happened.ActionStarted)})


def outcome(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What must be the same however often the engine died: every status and every output variable."""
    actions = {
        f"{stage['name']}/{action['name']}": (stage["status"], action["status"], action["outputVariables"])
        for stage in shown["stages"]
        for action in stage["actions"]
    }
    for source in ("VersionId", "ETag"):
        actions["Source/Checkout"][2].pop(source)
    return {"status": shown["status"], "actions": actions}


VERSIONED = {"Package", "Smoke", "After", *(f"{kind}{number}" for kind in ("Unit", "Scan") for number in range(7))}
STAGES = {"Source": {"Checkout"}, "Production": {"GoLive", "Release", "Smoke", "After"}}


def expected() -> dict[str, Any]:
    actions: dict[str, Any] = {}
    for name in [*VERSIONED, "Checkout", "GoLive", "Release"]:
        stage = next((stage for stage, names in STAGES.items() if name in names), "Build")
        actions[f"{stage}/{name}"] = ("Succeeded", "Succeeded", {"VERSION": name} if name in VERSIONED else {})
    actions["Source/Checkout"] = ("Succeeded", "Succeeded", {"BucketName": "sources", "ObjectKey": "app.zip"})
    return {"status": "Succeeded", "actions": actions}


@pytest.mark.parametrize(("mode", "where"), BOUNDARIES + MOMENTS)
def test_a_killed_execution_ends_as_it_would_have(root: Path, mode: str, where: str) -> None:
    killed = start(root, mode, where)
    assert killed.returncode == -signal.SIGKILL or mode == "at", killed.stdout + killed.stderr
    execution, before = recorded(root)
    if execution is None:
        assert work_done(root) == Counter(), "something ran of which nothing is recorded"
        return
    done_before = work_done(root)

    wait_until_nothing_runs(before)
    result = pk.local.resume(execution, approvals="all", state=root / "state")

    _, after = recorded(root)
    assert outcome(result.shown) == expected()
    assert set(successes(after).values()) == {1}, "a success was recorded twice"
    for action in set(successes(before)) & set(work_done(root)):
        assert work_done(root)[action] == done_before[action], f"{action} ran again"
    assert left_running(after) == []
    assert not is_driven(root / "state", execution)
    assert (root / "host" / "srv" / "app" / "page.txt").read_text() == "hello"
    with closing(Journal(root / "state")) as journal:
        assert all(gate.holder is None for gate in journal.state("app").gates.values())


def wait_until_nothing_runs(events: list[happened.Event]) -> None:
    """The guardian ends what the dead engine had started; give it a moment."""
    end = time.monotonic() + 10
    while left_running(events):
        assert time.monotonic() < end, "a process of the dead engine is left"
        time.sleep(0.01)


def test_the_boundaries_cover_the_run(root: Path) -> None:
    whole = start(root, "never", "")

    status, decisions, asked, _ = whole.stdout.split()
    assert (status, int(decisions), int(asked)) == ("Succeeded", DECISIONS, ASKED), "set the numbers anew"
