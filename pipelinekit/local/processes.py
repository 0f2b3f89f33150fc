"""Processes of actions: started quickly, watched on the loop, and ended as a whole.

Everything that is started carries a tag in its environment. A process group alone does not hold a child that
called ``setsid``, so the engine makes itself the one that orphans fall back to (Linux: ``PR_SET_CHILD_SUBREAPER``)
and ends, after its main process, whatever still carries the tag. A guardian process does the same when the engine
itself dies. Elsewhere than on Linux only the process group is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pipelinekit.local import guardian
from pipelinekit.local.tasks import Future, Loop

TAG = guardian.VARIABLE
_CHUNK = 1 << 17
_READS = 10
_PR_SET_CHILD_SUBREAPER = 36


class Process:
    """A process under way. ``exit`` gives its exit status, negative for the signal that ended it."""

    def __init__(self, loop: Loop, pid: int, reads: int, output: Callable[[bytes], None]) -> None:
        self.pid = pid
        self.exit: Future[int] = Future()
        self.output_closed: Future[None] = Future()
        self._loop = loop
        self._reads = reads
        self._output = output
        loop.watch(reads, self._readable)
        if hasattr(os, "pidfd_open"):
            self._pidfd = os.pidfd_open(pid)
            loop.watch(self._pidfd, self._reap)
        else:  # pragma: no cover (macOS)
            waiting = loop.in_thread(lambda: os.waitpid(pid, 0)[1])
            waiting.when_done(lambda done: self.exit.set(os.waitstatus_to_exitcode(done.result())))

    def _reap(self) -> None:
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            self._loop.unwatch(self._pidfd)
            os.close(self._pidfd)
            self.exit.set(os.waitstatus_to_exitcode(status))

    def _readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """Pass on what is there; tell whether there may be more."""
        try:
            data = os.read(self._reads, _CHUNK)
        except BlockingIOError:
            return False
        if data:
            self._output(data)
            return True
        self.close_output()
        return False

    def pass_on(self) -> None:
        """Pass on what was written so far. Somebody in the background may go on writing: that comes by the loop."""
        for _ in range(_READS):  # a pipe holds less than that; a writer that never rests must not keep us
            if self.output_closed.done or not self._read():
                break

    def drain(self) -> None:
        """Pass on what was written so far and close, although somebody in the background may still hold the pipe."""
        self.pass_on()
        self.close_output()

    def close_output(self) -> None:
        """Stop reading the output."""
        if not self.output_closed.done:
            self._loop.unwatch(self._reads)
            os.close(self._reads)
            self.output_closed.set(None)

    def signal(self, number: int) -> None:
        """Send a signal to its process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


class Processes:
    """All processes that one engine started."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._guardian: subprocess.Popen[bytes] | None = None
        self._running: dict[str, list[Process]] = {}
        self._was_subreaper = _set_subreaper(True)

    def close(self) -> None:
        """Let the guardian go; what is still tagged as open is ended by it."""
        if self._guardian is not None and self._guardian.stdin is not None:
            self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None
        if self._was_subreaper is False:
            _set_subreaper(False)

    def open(self, tag: str) -> None:
        """Begin a piece of work: from now on the guardian ends its processes when the engine dies."""
        self._tell_guardian(f"+{tag}\n")
        self._running[tag] = []

    def release(self, tag: str) -> None:
        """End a piece of work but leave its processes alone, such as the server that a deployment started."""
        self._running.pop(tag, None)
        self._tell_guardian(f"-{tag}\n")

    def _tell_guardian(self, line: str) -> None:
        if self._guardian is None:
            self._guardian = subprocess.Popen(
                [sys.executable, "-I", "-S", guardian.__file__], stdin=subprocess.PIPE, start_new_session=True
            )
        try:
            self._guardian.stdin.write(line.encode())  # type: ignore[union-attr]
            self._guardian.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:  # somebody killed it: a new one takes over what is open
            self._guardian = None
            for tag in self._running:
                self._tell_guardian(f"+{tag}\n")

    def start(
        self,
        argv: Sequence[str],
        *,
        tag: str,
        env: Mapping[str, str],
        cwd: str | Path | None = None,
        output: Callable[[bytes], None],
    ) -> Process:
        """Start a process in a session of its own; *output* gets what it writes, both streams as they come.

        Raises:
            OSError: when it cannot be started at all.
        """
        command = list(argv) if cwd is None else ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(cwd), *argv]
        reads, writes = os.pipe()
        try:
            pid = os.posix_spawnp(
                command[0],
                command,
                {**env, TAG: tag},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, writes, 1),
                    (os.POSIX_SPAWN_DUP2, writes, 2),
                ],
                setsid=True,
            )
        except BaseException:
            os.close(reads)
            raise
        finally:
            os.close(writes)
        os.set_blocking(reads, False)
        process = Process(self._loop, pid, reads, output)
        running = self._running[tag]
        running.append(process)
        process.exit.when_done(lambda _: running.remove(process))
        return process

    async def end(self, tag: str, grace: float = 5.0) -> None:
        """End all processes of a piece of work: ask (TERM), wait up to *grace* seconds, then kill, orphans included."""
        running = list(self._running.get(tag, ()))
        for process in running:
            process.signal(signal.SIGTERM)
        until = self._loop.clock() + grace
        while any(not p.exit.done for p in running) and self._loop.clock() < until:
            await self._loop.sleep(0.005)
        for process in running:
            process.signal(signal.SIGKILL)
            await process.exit
            process.drain()
        self.sweep(tag)
        self.release(tag)

    def sweep(self, tag: str) -> None:
        """Kill what still carries the tag, though its parents are gone. Quick where nothing does."""
        mark = f"{TAG}={tag}".encode()
        end = time.monotonic() + 5.0
        while (left := _ours(mark)) and time.monotonic() < end:
            for pid in left:
                _kill(pid)
            time.sleep(0.001)


def sweep_everywhere(tags: set[str]) -> int:
    """Kill all that carries one of *tags*, whoever its parent is; for the leavings of an engine that died."""
    return guardian.kill_all(tags)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, os.WNOHANG)
    except (ProcessLookupError, PermissionError, ChildProcessError):
        pass


def _ours(mark: bytes) -> list[int]:
    """Give all descendants of this process whose environment has *mark*."""
    found, waiting = [], _children("self")
    while waiting:
        pid = waiting.pop()
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                environment = file.read()
        except OSError:
            continue
        if not environment:  # a zombie: nobody else will fetch its status once its parents are gone
            continue
        if mark in environment.split(b"\0"):
            found.append(pid)
        waiting += _children(str(pid))
    return found


def _children(process: str) -> list[int]:
    children: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", "rb") as file:
                children += map(int, file.read().split())
    except OSError:
        pass
    return children


def _set_subreaper(wanted: bool) -> bool | None:
    """Make this process the one that orphans below it fall back to; give what it was before (None: not Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    before = ctypes.c_int(0)
    libc.prctl(37, ctypes.byref(before), 0, 0, 0)  # PR_GET_CHILD_SUBREAPER
    libc.prctl(_PR_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0)
    return bool(before.value)
