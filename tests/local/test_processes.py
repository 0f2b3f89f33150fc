"""What actions start is ended as a whole: on success, stop, timeout, and when the engine dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelinekit.local.guardian import read_notes, tagged
from pipelinekit.local.processes import TAG, Processes
from pipelinekit.local.tasks import Loop

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")

ESCAPES = {
    "a child in the background": "sleep 300 &",
    "a child in a session of its own": "setsid sleep 300 &",
    "a daemon, forked twice": "(setsid sh -c 'sleep 300 & sleep 300' &) ; sleep 0.1",
    "a child that ignores signals": "(trap '' TERM HUP INT; sleep 300) &",
    "a child with its own group and parent gone": "sh -c 'setsid sleep 300 & exit 0'; sleep 0.1",
}


def until_tagged(tag: str, number: int = 1) -> list[int]:
    """Give what carries a tag as soon as so many do: in its ``execve`` a process shows no environment."""
    end = time.monotonic() + 20
    while len(found := tagged({tag})) < number and time.monotonic() < end:
        time.sleep(0.001)
    return found


class Started:
    def __init__(self) -> None:
        self.loop = Loop()
        self.processes = Processes(self.loop)
        self.tag = f"test-{os.getpid()}-{time.monotonic_ns()}"

    def run(self, script: str) -> None:
        process = self.processes.start(
            ["/bin/sh", "-c", script], tag=self.tag, env=dict(os.environ), output=lambda data: None
        )
        while not process.exit.done:
            self.loop.turn(0.1)
        process.drain()

    def start(self, script: str) -> None:
        self.processes.start(["/bin/sh", "-c", script], tag=self.tag, env=dict(os.environ), output=lambda data: None)

    def alive(self) -> list[int]:
        return tagged({self.tag})

    def until_alive(self, number: int = 1) -> list[int]:
        """Give what is alive, as soon as so many show."""
        return until_tagged(self.tag, number)

    def survivors(self) -> list[int]:
        end = time.monotonic() + 10
        while (left := self.alive()) and time.monotonic() < end:
            time.sleep(0.01)
        return left


@pytest.fixture
def started() -> Iterator[Started]:
    made = Started()
    yield made
    made.loop.run(made.processes.end(made.tag, 0))
    made.processes.close()
    made.loop.close()


@pytest.mark.parametrize("script", ESCAPES.values(), ids=ESCAPES)
def test_nothing_escapes_the_sweep_after_a_build(started: Started, script: str) -> None:
    started.run(script)
    assert started.until_alive() != []

    started.processes.sweep(started.tag)

    assert started.survivors() == []


@pytest.mark.parametrize("script", ESCAPES.values(), ids=ESCAPES)
def test_nothing_escapes_a_stop(started: Started, script: str) -> None:
    started.start(f"{script}\nsleep 300")
    while len(started.alive()) < 2:
        started.loop.turn(0.01)

    started.loop.run(started.processes.end(started.tag, 0.2))

    assert started.survivors() == []


def test_what_is_released_lives_on(started: Started) -> None:
    started.run("setsid sleep 300 >/dev/null 2>&1 &")

    started.processes.release(started.tag)
    started.processes.sweep(started.tag)

    (server,) = started.until_alive()
    os.kill(server, signal.SIGKILL)


ENGINE = """
import os, sys, time
from pipelinekit.local.processes import Processes
from pipelinekit.local.tasks import Loop
loop = Loop()
processes = Processes(loop)
for tag, script in [(sys.argv[1], sys.argv[2]), (sys.argv[1] + "-kept", "setsid sleep 300 >/dev/null 2>&1 &")]:
    process = processes.start(["/bin/sh", "-c", script], tag=tag, env=dict(os.environ), output=lambda data: None)
    while not process.exit.done:
        loop.turn(0.1)
processes.release(sys.argv[1] + "-kept")
print("ready", flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("script", ESCAPES.values(), ids=ESCAPES)
def test_nothing_but_what_was_released_outlives_a_killed_engine(script: str) -> None:
    tag = f"test-{os.getpid()}-{time.monotonic_ns()}"
    engine = subprocess.Popen([sys.executable, "-c", ENGINE, tag, script], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    assert engine.stdout.readline() == "ready\n"
    assert until_tagged(tag) != []

    engine.kill()
    engine.wait()
    engine.stdout.close()

    end = time.monotonic() + 10
    while tagged({tag}) and time.monotonic() < end:
        time.sleep(0.01)
    assert tagged({tag}) == []
    (kept,) = until_tagged(f"{tag}-kept")
    os.kill(kept, signal.SIGKILL)


def test_a_killed_guardian_is_replaced_and_told_what_is_open() -> None:
    tag = f"test-{os.getpid()}-{time.monotonic_ns()}"
    code = ENGINE.replace(
        "processes.release(",
        "dead = processes._guardian.pid\nos.kill(dead, 9)\n"
        "while processes._guardian.pid == dead:\n    loop.turn(0.1)\n"
        "processes.release(",
    )
    engine = subprocess.Popen([sys.executable, "-c", code, tag, "sleep 300 &"], stdout=subprocess.PIPE, text=True)
    assert engine.stdout is not None
    assert engine.stdout.readline() == "ready\n"

    engine.kill()
    engine.wait()
    engine.stdout.close()

    end = time.monotonic() + 10
    while tagged({tag}) and time.monotonic() < end:
        time.sleep(0.01)
    assert tagged({tag}) == []
    for kept in tagged({f"{tag}-kept"}):
        os.kill(kept, signal.SIGKILL)


LONG_ENGINE = """
import os, sys, time
from pipelinekit.local import processes as module
from pipelinekit.local.tasks import Loop
module._NOTES_MAX = 200
loop = Loop()
processes = module.Processes(loop)
def run(tag, script):
    process = processes.start(["/bin/sh", "-c", script], tag=tag, env=dict(os.environ), output=lambda data: None)
    while not process.exit.done:
        loop.turn(0.1)
run(sys.argv[1], sys.argv[2])
first = processes._guardian.pid
for number in range(20):
    run(f"{sys.argv[1]}-{number}", "true")
    processes.release(f"{sys.argv[1]}-{number}")
assert processes._guardian.pid != first
print("ready", flush=True)
time.sleep(300)
"""


def test_a_guardian_with_long_notes_is_followed_by_one_that_knows_what_is_open() -> None:
    tag = f"test-{os.getpid()}-{time.monotonic_ns()}"
    engine = subprocess.Popen(
        [sys.executable, "-c", LONG_ENGINE, tag, "setsid sleep 300 &"], stdout=subprocess.PIPE, text=True
    )
    assert engine.stdout is not None
    assert engine.stdout.readline() == "ready\n"
    assert tagged({tag}) != [], "following one another, a guardian ended what is open"

    engine.kill()
    engine.wait()
    engine.stdout.close()

    end = time.monotonic() + 10
    while tagged({tag}) and time.monotonic() < end:
        time.sleep(0.01)
    assert tagged({tag}) == []


def test_notes_that_the_death_of_the_engine_cut_are_read_up_to_the_last_whole_line() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b'+one\n+two\nx"/somewhere"\n-one\n-tw')
        file.flush()

        assert read_notes(file.fileno()) == ({"two"}, ["/somewhere"])


@pytest.mark.parametrize("others", [0, 1, 3])
def test_the_sweep_sees_children_whichever_thread_started_them(started: Started, others: int) -> None:
    started.run("true")
    leave = ["/bin/sh", "-c", "sleep 300 & exit 0"]
    over = threading.Event()
    begun = [threading.Event() for _ in range(others)]

    def leave_one(event: threading.Event) -> None:
        subprocess.run(leave, env={**os.environ, TAG: started.tag}, check=True)
        event.set()
        over.wait()  # the thread is alive while the sweep looks

    threads = [threading.Thread(target=leave_one, args=(event,)) for event in begun]
    for thread in threads:
        thread.start()
    subprocess.run(leave, env={**os.environ, TAG: started.tag}, check=True)
    assert all(event.wait(10) for event in begun)
    assert len(started.until_alive(others + 1)) == others + 1

    started.processes.sweep(started.tag)

    over.set()
    for thread in threads:
        thread.join()
    assert started.survivors() == []


def test_the_sweep_sees_more_children_than_one_read_gives(started: Started) -> None:
    script = "n=0; while [ $n -lt 700 ]; do sleep 300 & n=$((n+1)); done"
    started.run(script)
    assert len(started.until_alive(700)) == 700

    started.processes.sweep(started.tag)

    assert started.survivors() == []
