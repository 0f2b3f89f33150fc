"""An engine is killed while an execution queues up behind another, and while the other lets it in: both end the same.

``PIPELINEKIT_NIGHTLY=1`` kills at every decision instead of some.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.local.journal import Journal

SCRIPT = Path(__file__).with_name("killed_queued.py")
RUNNING, LETTING_IN = 4, 2
"""How many decisions the run of the second execution asks for after its start, and the end of the first."""

BOUNDARIES = [
    *(("second", number) for number in range(1, RUNNING + 1)),
    *(("first", number) for number in range(1, LETTING_IN + 1)),
]
SOME = [("second", RUNNING), ("first", LETTING_IN)]

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")


def start(root: Path, where: int, *execution: str, page: str = "") -> subprocess.CompletedProcess[str]:
    (root / "source").mkdir(exist_ok=True)
    if page:
        (root / "source" / "page.txt").write_text(page)
    argv = [sys.executable, str(SCRIPT), str(root / "state"), str(where), *execution]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60)


def rows(root: Path) -> list[tuple[str, str]]:
    with closing(Journal(root / "state")) as journal:
        found = journal.query("SELECT id, status FROM executions ORDER BY started")
        return [(row["id"], row["status"]) for row in found]


@pytest.mark.parametrize(("who", "where"), BOUNDARIES if "PIPELINEKIT_NIGHTLY" in os.environ else SOME)
def test_queued_executions_end_in_their_order_though_an_engine_is_killed(tmp_path: Path, who: str, where: int) -> None:
    assert start(tmp_path, 0, page="one").stdout.split()[0] == "InProgress"
    (tmp_path / "flag").unlink()
    killed = start(tmp_path, where if who == "second" else 0, page="two")
    (first, _), (second, _) = rows(tmp_path)
    if who == "first":
        assert killed.stdout.split()[0] == "InProgress", killed.stderr
        killed = start(tmp_path, where, first)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr

    for execution in (second, first, second):  # the second comes as far as the queue lets it, whoever is first
        pk.local.resume(execution, approvals="all" if execution == first else (), state=tmp_path / "state")
    assert rows(tmp_path) == [(first, "Succeeded"), (second, "InProgress")]
    pk.local.resume(second, approvals="all", state=tmp_path / "state")

    assert rows(tmp_path) == [(first, "Succeeded"), (second, "Succeeded")]
    ran = list(dict.fromkeys((tmp_path / "audit").read_text().split()))
    assert ran == ["Make:one", "Make:two", "Ship:one", "Ship:two"]
    with closing(Journal(tmp_path / "state")) as journal:
        gates = list(journal.state("app").gates.values())
    assert all(gate.holder is None and gate.queue == () for gate in gates)


def test_the_boundaries_cover_the_runs(tmp_path: Path) -> None:
    start(tmp_path, 0, page="one")
    (tmp_path / "flag").unlink()
    run = start(tmp_path, 0, page="two").stdout.split()
    ended = start(tmp_path, 0, rows(tmp_path)[0][0]).stdout.split()

    assert (run, ended) == (["InProgress", str(RUNNING)], ["Succeeded", str(LETTING_IN)]), "set the numbers anew"
