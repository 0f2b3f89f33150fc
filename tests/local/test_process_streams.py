"""Output and error output told apart, and orphans whose end is noticed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelinekit.local.processes import Processes
from pipelinekit.local.tasks import Loop, first

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def processes(loop: Loop) -> Iterator[Processes]:
    made = Processes(loop)
    yield made
    loop.run(made.end("work", grace=0))
    made.close()


def test_error_output_goes_its_own_way_where_that_is_wanted(loop: Loop, processes: Processes) -> None:
    output, errors = bytearray(), bytearray()

    process = processes.start(
        ["sh", "-c", "echo out; echo err >&2"],
        tag="work",
        env=ENVIRONMENT,
        output=output.extend,
        errors=errors.extend,
    )

    async def end() -> None:
        assert process.errors is not None
        for future in (process.exit, process.output.closed, process.errors.closed):
            await first([future])

    loop.run(end())
    assert (bytes(output), bytes(errors)) == (b"out\n", b"err\n")


def test_error_output_comes_with_the_other_one_where_nobody_wants_it_apart(loop: Loop, processes: Processes) -> None:
    output = bytearray()

    process = processes.start(["sh", "-c", "echo out; echo err >&2"], tag="work", env=ENVIRONMENT, output=output.extend)

    async def end() -> None:
        await process.exit
        await process.output.closed

    loop.run(end())
    assert process.errors is None
    assert bytes(output) == b"out\nerr\n"


def test_draining_a_process_passes_on_its_error_output_and_lets_go_of_it(loop: Loop, processes: Processes) -> None:
    errors = bytearray()
    process = processes.start(
        ["sh", "-c", "echo err >&2; sleep 1000 & exit 0"],
        tag="work",
        env=ENVIRONMENT,
        output=lambda data: None,
        errors=errors.extend,
    )

    async def end() -> None:
        await process.exit

    loop.run(end())
    process.drain()

    assert process.errors is not None
    assert process.errors.closed.done
    assert bytes(errors) == b"err\n"


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


def wait_until(pid: int, wanted: str) -> None:
    until = time.monotonic() + 5
    while state(pid) != wanted:
        assert time.monotonic() < until, f"{pid} is {state(pid)}, not {wanted}"
        time.sleep(0.002)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans fall to us on Linux only")
def test_the_end_of_a_tagged_orphan_is_noticed(loop: Loop, processes: Processes) -> None:
    said = bytearray()
    process = processes.start(
        ["sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!"], tag="work", env=ENVIRONMENT, output=said.extend
    )

    async def end() -> None:
        await process.exit
        await process.output.closed

    loop.run(end())
    orphan = int(said)
    processes.reap_orphans()
    os.kill(orphan, signal.SIGKILL)
    wait_until(orphan, "Z")

    processes.reap_orphans()

    assert state(orphan) == "gone"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="orphans fall to us on Linux only")
def test_children_of_somebody_else_are_left_to_them(processes: Processes) -> None:
    process = subprocess.Popen(["sh", "-c", "exit 7"])
    wait_until(process.pid, "Z")

    processes.reap_orphans()

    assert process.wait() == 7


def test_a_coroutine_that_never_waits_comes_to_its_end() -> None:
    async def at_once() -> int:
        return 7

    with contextlib.closing(Loop()) as other:
        assert other.run(at_once()) == 7
