"""`pipelinekit run --watch`: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from repository import ENVIRONMENT, Git

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection="${Parameter.C}")
unit = pk.build.Commands("Unit", input=checkout.output, commands=["sh src/test.sh"])
shop = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Test", unit)],
    triggers=[pk.Trigger(checkout, push=pk.Push(branches=["main"], file_paths=["src/**"]))],
)
LOCAL = pk.local.Bindings(sources={"Checkout": "repository"}, parameters={"C": "arn:aws:codeconnections:::c"})
"""


class Watch:
    """The command, and what it has printed so far."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.output = home / "output"
        with open(self.output, "w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipelinekit", "run", "pipeline.py", "--watch", *arguments],
                cwd=home,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**ENVIRONMENT, "MARK": str(home)},
            )

    @property
    def text(self) -> str:
        return self.output.read_text()

    def until(self, text: str, times: int = 1) -> None:
        end = time.monotonic() + 60
        while self.text.count(text) < times:
            assert time.monotonic() < end, f"no {text!r} in {self.text}"
            assert self.process.poll() is None, self.text
            time.sleep(0.02)

    def interrupt(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> int:
        return self.process.wait(60)


@pytest.fixture
def git(tmp_path: Path) -> Git:
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    return Git(tmp_path / "repository")


@pytest.fixture
def watch(git: Git, tmp_path: Path) -> Iterator[Any]:
    started: list[Watch] = []

    def start(*arguments: str) -> Watch:
        started.append(Watch(tmp_path, *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def left_over(home: Path) -> list[str]:
    """Give the processes that carry the mark of this test."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            if f"MARK={home}\0".encode() in Path("/proc", entry, "environ").read_bytes():
                found.append(Path("/proc", entry, "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def is_empty(home: Path, seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while left_over(home) and time.monotonic() < end:
        time.sleep(0.02)
    return not left_over(home)


def test_pushes_are_told_with_what_they_start_and_why_not(git: Git, watch: Any) -> None:
    watched = watch()
    watched.until("watching ")
    refused = git.commit("docs/readme.md", "words")
    watched.until("starts nothing")
    started = git.commit("src/test.sh", "echo tested")
    watched.until(" Succeeded")
    watched.interrupt()

    assert watched.end() == 0
    assert f"main is now {refused[:12]}: starts nothing" in watched.text
    assert "Checkout: push filter 1: file docs/readme.md is like none of src/**" in watched.text
    assert f"main is now {started[:12]}: starts shop " in watched.text
    assert "Traceback" not in watched.text


def test_every_line_of_an_execution_says_which_it_is(git: Git, watch: Any) -> None:
    watched = watch("--every", "0.2")
    watched.until("watching ")
    git.commit("src/test.sh", "true")
    watched.until(" Succeeded")
    git.commit("src/test.sh", "false")
    watched.until(" Failed")
    watched.interrupt()

    assert watched.end() == 0
    lines = [line for line in watched.text.splitlines() if " Unit " in line]
    assert len({line.split()[1] for line in lines}) == 2
    assert "to try again:" in watched.text


def test_an_interrupt_with_nothing_under_way_ends_at_once(git: Git, watch: Any) -> None:
    watched = watch()
    watched.until("watching ")
    watched.interrupt()

    assert watched.end() == 0
    assert "stopping" not in watched.text


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
def test_one_interrupt_waits_for_what_runs_and_leaves_no_process(git: Git, watch: Any, tmp_path: Path) -> None:
    watched = watch()
    watched.until("watching ")
    git.commit("src/test.sh", f"touch {tmp_path}/begun; while [ ! -e {tmp_path}/go ]; do sleep 0.02; done")
    wait_for(tmp_path / "begun")
    watched.interrupt()
    watched.until("stopping when the actions under way are over")
    git.commit("src/test.sh", "true")
    (tmp_path / "go").touch()

    assert watched.end() == 0
    assert watched.text.count("starts shop") == 1
    assert "Unit succeeded" in watched.text
    assert is_empty(tmp_path), left_over(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")
def test_two_interrupts_abandon_what_runs_and_leave_no_process(git: Git, watch: Any, tmp_path: Path) -> None:
    watched = watch()
    watched.until("watching ")
    git.commit("src/test.sh", f"setsid sleep 1000 & touch {tmp_path}/begun; sleep 1000")
    wait_for(tmp_path / "begun")
    watched.interrupt()
    watched.until("stopping when the actions under way are over")
    watched.interrupt()

    assert watched.end() == 0
    assert "Unit abandoned" in watched.text
    assert " Stopped" in watched.text
    assert is_empty(tmp_path), left_over(tmp_path)


def wait_for(place: Path, is_there: Callable[[Path], bool] = lambda place: True) -> None:
    end = time.monotonic() + 60
    while not (place.exists() and is_there(place)):
        assert time.monotonic() < end, f"no {place}"
        time.sleep(0.02)


def test_json_is_a_line_for_each_thing(git: Git, watch: Any) -> None:
    watched = watch("--json")
    watched.until("watching ")
    git.commit("docs/readme.md", "words")
    watched.until('"pushed"')
    git.commit("src/test.sh", "true")
    watched.until('"stages"')
    watched.interrupt()

    assert watched.end() == 0
    lines = [json.loads(line) for line in watched.text.splitlines()]
    pushes = [line for line in lines if "pushed" in line]
    assert [push["pipelineExecutionId"] is None for push in pushes] == [True, False]
    assert pushes[0]["verdicts"][0]["starts"] is False
    states = [
        line["detail"]["state"]
        for line in lines
        if line.get("detail-type", "").endswith("Pipeline Execution State Change")
    ]
    assert states == ["STARTED", "SUCCEEDED"]
    assert lines[-1]["status"] == "Succeeded"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--every", "1"], "--every says how often --watch looks"),
        (["--watch", "--every", "0"], "0"),
        (["--watch", "--only", "Test/Unit"], "--watch starts whole executions"),
        (["--watch", "--from", "Test"], "--watch starts whole executions"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(git: Git, tmp_path: Path, arguments: list[str], said: str) -> None:
    done = run(tmp_path, *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_a_source_that_is_no_repository_is_refused_in_a_sentence(git: Git, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "file").write_text("x")

    done = run(tmp_path, "--watch", "--source", "Checkout=plain")

    assert done.returncode == 1
    assert "there is no repository to watch: Checkout is bound to" in done.stderr
    assert "Traceback" not in done.stderr


def test_refusals_that_come_all_at_once_are_not_all_told(git: Git, watch: Any) -> None:
    watched = watch()
    watched.until("watching ")
    for number in range(20):
        git("update-ref", f"refs/tags/t{number}", "HEAD", given="")
    watched.until("not told one by one")
    git.commit("src/test.sh", "true")
    watched.until(" Succeeded")
    watched.interrupt()

    assert watched.end() == 0
    assert watched.text.count("starts nothing") < 20


def test_the_name_of_a_file_moves_no_cursor(git: Git, watch: Any) -> None:
    watched = watch()
    watched.until("watching ")
    git.commit("docs/\x1b[2J[red]", "words")
    watched.until("starts nothing")
    watched.interrupt()

    assert watched.end() == 0
    assert "file docs/[red] is like none of src/**" in watched.text
    assert "\x1b" not in watched.text


def test_one_that_waits_for_an_execution_that_nobody_drives_says_what_to_do(
    git: Git, watch: Any, tmp_path: Path
) -> None:
    approval = 'pk.Stage("Live", pk.approval.Manual("GoLive"))'
    (tmp_path / "pipeline.py").write_text(
        PIPELINE.replace('pk.Stage("Test", unit)]', f'pk.Stage("Test", unit), {approval}]')
    )
    git.commit("src/test.sh", "true")
    assert run(tmp_path).returncode == 3

    watched = watch()
    watched.until("watching ")
    git.commit("src/test.sh", "echo again")
    watched.until("which nobody drives; go on with it: pipelinekit resume ")
    watched.interrupt()

    assert watched.end() == 0
    assert " Stopped" in watched.text


def test_it_ends_when_nobody_reads_what_it_prints(git: Git, tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipelinekit run pipeline.py --watch; echo $? > ended"
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"({command}) 2>errors | head -n 1 >first"], cwd=tmp_path, env=ENVIRONMENT
    )
    try:
        wait_for(tmp_path / "first", lambda place: "watching " in place.read_text())
        git.commit("src/test.sh", "true")
        process.wait(60)
    finally:
        process.kill()
        process.wait()

    assert (tmp_path / "ended").read_text() == "0\n"
    assert (tmp_path / "errors").read_text() == ""


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", "run", "pipeline.py", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        env=ENVIRONMENT,
    )
