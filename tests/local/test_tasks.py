from __future__ import annotations

import os
import time

import pytest

from pipelinekit.local.tasks import Cancelled, Future, Loop, first


async def answer(loop: Loop, seconds: float, value: str) -> str:
    await loop.sleep(seconds)
    return value


def test_tasks_wait_side_by_side() -> None:
    loop = Loop()

    async def both() -> list[str]:
        tasks = [loop.task(answer(loop, 0.05, "a")), loop.task(answer(loop, 0.01, "b"))]
        return [await task for task in tasks]

    assert loop.run(both()) == ["a", "b"]


def test_the_first_of_several_wins() -> None:
    loop = Loop()

    async def race() -> str:
        winner = await first([loop.task(answer(loop, 5, "slow")), loop.task(answer(loop, 0, "fast"))])
        return str(winner.result())

    assert loop.run(race()) == "fast"


def test_an_error_reaches_who_waits() -> None:
    loop = Loop()

    async def broken() -> None:
        raise LookupError("gone")

    async def waiting() -> None:
        await loop.task(broken())

    with pytest.raises(LookupError, match="gone"):
        loop.run(waiting())


def test_a_cancelled_task_cleans_up_and_may_wait_while_it_does() -> None:
    loop = Loop()
    steps = []

    async def work() -> None:
        try:
            await loop.sleep(60)
        finally:
            await loop.sleep(0)
            steps.append("cleaned up")

    async def cancelling() -> None:
        task = loop.task(work())
        await loop.sleep(0)
        task.cancel()
        with pytest.raises(Cancelled):
            await task

    loop.run(cancelling())

    assert steps == ["cleaned up"]


def test_a_thread_s_answer_and_error_come_back() -> None:
    loop = Loop()

    async def ask() -> str:
        with pytest.raises(ZeroDivisionError):
            await loop.in_thread(lambda: 1 // 0)
        return await loop.in_thread(lambda: "from a thread")

    assert loop.run(ask()) == "from a thread"


def test_a_descriptor_is_watched_until_it_is_not() -> None:
    loop = Loop()
    reads, writes = os.pipe()
    seen: list[bytes] = []
    done: Future[None] = Future()

    def read() -> None:
        seen.append(os.read(reads, 10))
        loop.unwatch(reads)
        done.set(None)

    async def wait() -> None:
        loop.watch(reads, read)
        os.write(writes, b"hello")
        await done

    loop.run(wait())
    os.close(reads)
    os.close(writes)

    assert seen == [b"hello"]


def test_a_turn_waits_no_longer_than_it_may() -> None:
    loop = Loop()
    before = time.monotonic()

    loop.turn(0.01)

    assert time.monotonic() - before < 5
