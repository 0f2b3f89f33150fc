"""Several runs at once, from several processes, in one state directory."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipelinekit.local.journal import Journal

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
wait = pk.build.Commands("Wait", input=checkout.output,
                         commands=["touch {home}/begun-$$", "until [ -e {home}/go ]; do sleep 0.02; done"])
{name} = pk.Pipeline("{name}", [pk.Stage("Source", checkout), pk.Stage("Build", wait)])
LOCAL = pk.local.Bindings(sources={{"Checkout": "source"}})
"""


class Home:
    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "source").mkdir()
        (root / "source" / "page.txt").write_text("hello\n")
        self.write("site")
        self.processes: list[subprocess.Popen[str]] = []

    def write(self, name: str) -> Path:
        file = self.root / f"{name}.py"
        file.write_text(PIPELINE.format(home=self.root, name=name))
        return file

    def start(self, name: str = "site", *options: str) -> subprocess.Popen[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PIPELINEKIT")}
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelinekit", "run", f"{name}.py", "--json", *options],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self.processes.append(process)
        return process

    def journal(self) -> Journal:
        return Journal(self.root / ".pipelinekit")

    def until(self, sql: str, number: int = 1) -> None:
        """Wait until a query of the projections gives *number* rows."""
        end = time.monotonic() + 30
        while True:
            if (self.root / ".pipelinekit" / "journal.db").exists():
                with closing(self.journal()) as journal:
                    if len(journal.query(sql)) >= number:
                        return
            assert time.monotonic() < end, sql
            time.sleep(0.02)

    def go(self) -> None:
        (self.root / "go").touch()


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any]]:
    output, errors = process.communicate(timeout=60)
    assert output, errors
    return process.returncode, json.loads(output.splitlines()[-1])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    made.go()
    for process in made.processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


IN_BUILD = "SELECT * FROM stages WHERE stage = 'Build'"
WAITING = "SELECT * FROM executions WHERE note LIKE 'waits in front of Build%'"


def test_the_second_run_waits_for_the_first_and_the_third_supersedes_the_second(home: Home) -> None:
    first = home.start()
    home.until(IN_BUILD)
    second = home.start()
    home.until(WAITING)
    third = home.start()

    status, shown = ended(second)
    home.until(WAITING)
    home.go()

    assert (status, shown["status"]) == (1, "Superseded")
    assert [ended(process)[1]["status"] for process in (first, third)] == ["Succeeded", "Succeeded"]


def test_a_run_does_not_wait_for_a_dead_owner(home: Home) -> None:
    first = home.start()
    home.until(IN_BUILD)
    second = home.start()
    home.until(WAITING)

    first.send_signal(signal.SIGKILL)
    status, shown = ended(second)

    assert (status, shown["status"]) == (3, "InProgress")
    assert shown["waits"]["stage"] == "Build"
    assert shown["waits"]["heldByIsDriven"] is False


def test_the_dead_owner_s_execution_goes_on_and_lets_the_next_one_in(home: Home) -> None:
    first = home.start()
    home.until(IN_BUILD)
    first.send_signal(signal.SIGKILL)
    first.wait()
    second = home.start()
    assert ended(second)[0] == 3
    home.go()

    for reference in (executions(home)[0], executions(home)[1]):
        command = [sys.executable, "-m", "pipelinekit", "resume", reference]
        subprocess.run(command, cwd=home.root, check=True, capture_output=True, timeout=60)

    with closing(home.journal()) as journal:
        assert [row["status"] for row in journal.query("SELECT status FROM executions")] == ["Succeeded"] * 2


def executions(home: Home) -> list[str]:
    with closing(home.journal()) as journal:
        return [row["id"] for row in journal.query("SELECT id FROM executions ORDER BY started")]


def test_several_pipelines_run_at_once(home: Home) -> None:
    names = [f"site{number}" for number in range(6)]
    for name in names:
        home.write(name)
    processes = [home.start(name) for name in names]
    home.until(IN_BUILD, len(names))

    home.go()

    assert [ended(process)[1]["status"] for process in processes] == ["Succeeded"] * len(names)


def test_many_runs_of_one_pipeline_at_once_leave_a_whole_journal(home: Home) -> None:
    home.go()
    processes = [home.start() for _ in range(8)]

    statuses = [ended(process)[1]["status"] for process in processes]

    assert set(statuses) <= {"Succeeded", "Superseded"}
    assert "Succeeded" in statuses
    with closing(home.journal()) as journal:
        before = [tuple(row) for row in journal.query("SELECT * FROM actions ORDER BY job")]
        journal.rebuild()
        assert [tuple(row) for row in journal.query("SELECT * FROM actions ORDER BY job")] == before
        state = journal.state("site")
    assert all(gate.holder is None and gate.inbound is None for gate in state.gates.values())
