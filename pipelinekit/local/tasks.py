"""The one loop of the engine: coroutines that wait for processes, timers, threads and each other, on one selector.

Small on purpose: an action costs microseconds here, where asyncio and thread pools cost most of a millisecond.
A coroutine waits by awaiting a `Future`; everything that can be waited for is one.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_FEW_TIMERS = 64


class Cancelled(BaseException):
    """Thrown into a task that is to end now; it cleans up and lets this pass."""


class Future(Generic[T]):
    """Something that will be there once: a value, or an error."""

    def __init__(self) -> None:
        self.done = False
        self._value: T | None = None
        self._error: BaseException | None = None
        self._callbacks: list[Callable[[Future[T]], None]] = []

    def set(self, value: T) -> None:
        """Give the value; later calls change nothing."""
        if not self.done:
            self.done, self._value = True, value
            self._tell()

    def fail(self, error: BaseException) -> None:
        """Give an error instead of a value; later calls change nothing."""
        if not self.done:
            self.done, self._error = True, error
            self._tell()

    def result(self) -> T:
        """Give the value, or raise the error."""
        if not self.done:
            raise RuntimeError("it is not there yet")
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def when_done(self, callback: Callable[[Future[T]], None]) -> None:
        """Call *callback* with this future once it is done (at once, where it is already)."""
        if self.done:
            callback(self)
        else:
            self._callbacks.append(callback)

    def _tell(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)

    def __await__(self) -> Generator[Future[T], None, T]:
        if not self.done:
            yield self
        return self.result()


class Task(Future[T]):
    """A coroutine that is under way; awaiting it gives what it returns."""

    def __init__(self, loop: Loop, coroutine: Coroutine[Any, Any, T]) -> None:
        super().__init__()
        self._loop = loop
        self._coroutine = coroutine
        self._cancelled = False
        self._waits_for: object = None
        loop.soon(self._step)

    def cancel(self) -> None:
        """Throw `Cancelled` into the coroutine where it waits now."""
        if not self.done and not self._cancelled:
            self._cancelled = True
            self._waits_for = None
            self._loop.soon(self._step)

    def _wake(self, future: Future[Any]) -> None:
        if self._waits_for is future:
            self._waits_for = None
            self._loop.soon(self._step)

    def _step(self) -> None:
        if self.done or self._waits_for is not None:
            return
        try:
            if self._cancelled:
                self._cancelled = False
                waits_for = self._coroutine.throw(Cancelled())
            else:
                waits_for = self._coroutine.send(None)
        except StopIteration as end:
            self.set(end.value)
        except BaseException as error:
            self.fail(error)
            if isinstance(error, KeyboardInterrupt):
                raise
        else:
            self._waits_for = waits_for
            waits_for.when_done(self._wake)


class Loop:
    """Runs tasks in one thread. *clock* gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._selector = selectors.DefaultSelector()
        self._soon: deque[Callable[[], None]] = deque()
        self._timers: list[tuple[float, int, Future[None]]] = []
        self._tidy_at = _FEW_TIMERS
        self._counter = itertools.count()
        self._from_threads: deque[Callable[[], None]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._drain_wakes)

    def close(self) -> None:
        """Give the file descriptors back."""
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def soon(self, callback: Callable[[], None]) -> None:
        """Call *callback* at the next turn; from this loop's own thread."""
        self._soon.append(callback)

    @property
    def has_work(self) -> bool:
        """Whether the next turn has something to call at once."""
        return bool(self._soon)

    def from_thread(self, callback: Callable[[], None]) -> None:
        """Call *callback* in the loop's thread; from any thread."""
        self._from_threads.append(callback)
        with contextlib.suppress(OSError):  # the pipe is full (the loop wakes anyway), or the loop is closed
            os.write(self._wake_write, b"x")

    def _drain_wakes(self) -> None:
        try:
            while os.read(self._wake_read, 4096):
                pass
        except BlockingIOError:
            pass
        while self._from_threads:
            self._from_threads.popleft()()

    def task(self, coroutine: Coroutine[Any, Any, T]) -> Task[T]:
        """Start a coroutine."""
        return Task(self, coroutine)

    def watch(self, descriptor: int, callback: Callable[[], None]) -> None:
        """Call *callback* whenever the file descriptor can be read."""
        self._selector.register(descriptor, selectors.EVENT_READ, callback)

    def unwatch(self, descriptor: int) -> None:
        """Stop watching a file descriptor."""
        self._selector.unregister(descriptor)

    def sleep(self, seconds: float) -> Future[None]:
        """Give a future that is done after *seconds*. One that nobody waits for any more may be set before that."""
        future: Future[None] = Future()
        if len(self._timers) >= self._tidy_at:  # timeouts of what is long over would pile up for hours
            self._timers = [timer for timer in self._timers if not timer[2].done]
            heapq.heapify(self._timers)
            self._tidy_at = 2 * len(self._timers) + _FEW_TIMERS
        heapq.heappush(self._timers, (self.clock() + seconds, next(self._counter), future))
        return future

    def in_thread(self, function: Callable[[], T]) -> Future[T]:
        """Run a blocking function in a thread of its own."""
        future: Future[T] = Future()

        def work() -> None:
            try:
                value = function()
            except Exception as error:
                failure = error
                self.from_thread(lambda: future.fail(failure))
            except BaseException as error:  # ends its thread only; in the loop's own it would end everything
                ended = RuntimeError(f"{type(error).__name__}: {error}")
                self.from_thread(lambda: future.fail(ended))
            else:
                self.from_thread(lambda: future.set(value))

        threading.Thread(target=work, daemon=True).start()
        return future

    def turn(self, longest: float | None = None) -> None:
        """Do all there is to do now; where there is nothing, wait up to *longest* seconds for something."""
        wait = 0.0 if self._call_soon() else longest
        if self._timers:
            until = max(0.0, self._timers[0][0] - self.clock())
            wait = until if wait is None else min(wait, until)
        for key, _ in self._selector.select(wait):
            key.data()
        while self._timers and self._timers[0][0] <= self.clock():
            heapq.heappop(self._timers)[2].set(None)
        self._call_soon()

    def _call_soon(self) -> bool:
        """Call what is to be called; tell whether there was anything."""
        if not self._soon:
            return False
        while self._soon:
            self._soon.popleft()()
        return True

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run one coroutine to its end; for scripts and tests."""
        task = self.task(coroutine)
        self._call_soon()
        while not task.done:  # asked before each turn: one that never has to wait is over already, and nothing wakes us
            self.turn()
        return task.result()


def first(futures: Iterable[Future[Any]]) -> Future[Future[Any]]:
    """Give a future that is done, with the future that did it, once one of several is."""
    winner: Future[Future[Any]] = Future()
    for future in futures:
        future.when_done(winner.set)
    return winner
