"""The engine is killed at every decision of a run with conditions, a retry, a rollback; `resume` ends it the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.local.journal import Journal

SCRIPT = Path(__file__).with_name("killed_back.py")
ASKED = 7
"""How many decisions are asked for after the start of the second run."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")


def start(root: Path, page: str, where: int) -> subprocess.CompletedProcess[str]:
    (root / "source").mkdir(exist_ok=True)
    (root / "source" / "page.txt").write_text(page)
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(root / "state"), str(where)], capture_output=True, text=True, timeout=60
    )


def rows(root: Path) -> list[tuple[str, str, str]]:
    with closing(Journal(root / "state")) as journal:
        found = journal.query("SELECT id, type, status FROM executions ORDER BY started")
        return [(row["id"], row["type"], row["status"]) for row in found]


@pytest.mark.parametrize("where", range(1, ASKED + 1))
def test_a_killed_run_is_retried_and_rolled_back_as_it_would_have_been(tmp_path: Path, where: int) -> None:
    assert start(tmp_path, "good", 0).stdout.split()[0] == "Succeeded"
    (tmp_path / "flag").unlink()
    killed = start(tmp_path, "bad", where)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr

    for _ in range(2):  # the second run, then the rollback that it leads to, where a new engine has not driven it
        for execution, _, status in rows(tmp_path):
            if status == "InProgress":
                pk.local.resume(execution, state=tmp_path / "state")

    audit = (tmp_path / "audit").read_text().split()
    assert [row[1:] for row in rows(tmp_path)] == [
        ("STANDARD", "Succeeded"),
        ("STANDARD", "Failed"),
        ("ROLLBACK", "Succeeded"),
    ]
    assert set(audit) == {"Make:good", "Ship:good", "Make:bad"}
    assert audit.count("Ship:good") in (2, 3)  # once more where its end was not recorded
    with closing(Journal(tmp_path / "state")) as journal:
        assert all(gate.holder is None for gate in journal.state("app").gates.values())


def test_the_boundaries_cover_the_run(tmp_path: Path) -> None:
    start(tmp_path, "good", 0)
    (tmp_path / "flag").unlink()

    status, asked = start(tmp_path, "bad", 0).stdout.split()

    assert (status, int(asked)) == ("Failed", ASKED), "set the number anew"
