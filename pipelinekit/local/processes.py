"""Processes of actions: started quickly, watched on the loop, and ended as a whole.

Everything that is started carries a tag in its environment; ``TAG.PART`` marks a part of the work of ``TAG``, which
can be released before the rest, and is otherwise ended with it. A process group alone does not hold a child that
called ``setsid``, so the engine makes itself the one that orphans fall back to (Linux: ``PR_SET_CHILD_SUBREAPER``)
and ends, after its main process, whatever still carries the tag. A guardian process does the same when the engine
itself dies. Elsewhere than on Linux only the process group is ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipelinekit.local import guardian
from pipelinekit.local.tasks import Future, Loop

TAG = guardian.VARIABLE
_CHUNK = 1 << 17
_READS = 10
_PR_SET_CHILD_SUBREAPER = 36
_STARTED: set[int] = set()
"""Process ids of all that was started here and whose exit is still to be fetched, by whichever `Processes`."""


class Stream:
    """What a process writes, passed on as it comes."""

    def __init__(self, loop: Loop, reads: int, output: Callable[[bytes], None]) -> None:
        self.closed: Future[None] = Future()
        self._loop = loop
        self._reads = reads
        self._output = output
        os.set_blocking(reads, False)
        loop.watch(reads, self._readable)

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
        self.close()
        return False

    def pass_on(self) -> None:
        """Pass on what was written so far. Somebody in the background may go on writing: that comes by the loop."""
        for _ in range(_READS):  # a pipe holds less than that; a writer that never rests must not keep us
            if self.closed.done or not self._read():
                break

    def drain(self) -> None:
        """Pass on what was written so far and close, although somebody in the background may still hold the pipe."""
        self.pass_on()
        self.close()

    def close(self) -> None:
        """Stop reading."""
        if not self.closed.done:
            self._loop.unwatch(self._reads)
            os.close(self._reads)
            self.closed.set(None)


class Process:
    """A process under way. ``exit`` gives its exit status, negative for the signal that ended it.

    ``output`` is what it writes; ``errors`` its error output, where that was wanted apart.
    """

    def __init__(self, loop: Loop, pid: int, output: Stream, errors: Stream | None = None) -> None:
        self.pid = pid
        self.output = output
        self.errors = errors
        self.exit: Future[int] = Future()
        self._loop = loop
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

    def drain(self) -> None:
        """Pass on what was written so far on both streams, and close them."""
        self.output.drain()
        if self.errors is not None:
            self.errors.drain()

    def signal(self, number: int) -> None:
        """Send a signal to its process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


_NOTES_MAX = 1 << 20
"""Bytes of notes after which a guardian is followed by a new one that knows only what is open then."""


class Guardian:
    """The guardian process, and the notes that it reads when this process has ended.

    Notes are a file in memory (or an unlinked one) and not lines on a pipe: those would wake the guardian for every
    process that is started, on a core that the process could have.
    """

    def __init__(self, loop: Loop, died: Callable[[], None]) -> None:
        self._loop = loop
        if hasattr(os, "memfd_create"):
            self._notes = os.memfd_create("pipelinekit-notes")
        else:
            with tempfile.TemporaryFile() as file:
                self._notes = os.dup(file.fileno())
        self._noted = 0
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", guardian.__file__, str(self._notes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,  # it outlives the engine, and must not hold its output open
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[self._notes],
        )
        self.pid = self._process.pid
        self._pidfd = -1
        if hasattr(os, "pidfd_open"):
            self._pidfd = os.pidfd_open(self.pid)
            loop.watch(self._pidfd, died)

    def note(self, lines: str) -> None:
        """Leave it some lines."""
        data = os.fsencode(lines)
        self._noted += len(data)
        while data:
            data = data[os.write(self._notes, data) :]

    @property
    def has_long_notes(self) -> bool:
        """Whether it is time for another one."""
        return self._noted > _NOTES_MAX

    def end(self) -> None:
        """Have it do what the notes say, and wait until that is done; directories are removed after that."""
        if self._pidfd >= 0:
            self._loop.unwatch(self._pidfd)
            os.close(self._pidfd)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        os.close(self._notes)


class _Children:
    """The children of this process, looked for after every action: by open files, a tenth of a look through /proc."""

    def __init__(self) -> None:
        self._threads = self._file = -1
        with contextlib.suppress(OSError):  # elsewhere than on Linux, or on one that was built without it
            self._threads = os.open("/proc/self/task", os.O_RDONLY | os.O_CLOEXEC)
            self._file = os.open(f"/proc/self/task/{threading.get_native_id()}/children", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Give the files back."""
        for descriptor in (self._threads, self._file):
            if descriptor >= 0:
                os.close(descriptor)

    def without(self, one: int) -> list[int]:
        """Give the process ids of all children but *one*."""
        return [pid for pid in self._all() if pid != one]

    def _all(self) -> Iterable[int]:
        # Each thread has children of its own; and what one page does not hold takes several reads.
        if self._file >= 0 and os.fstat(self._threads).st_nlink == _LINKS_OF_ONE:
            data = os.pread(self._file, _PAGE, 0)
            if len(data) < _PAGE // 2:
                return map(int, data.split())
        return _children("self")


_LINKS_OF_ONE = 3
"""Links of a directory with one directory in it, such as ``/proc/self/task`` of a process with one thread."""
_PAGE = 4096
_SWEEP_SECONDS = 5.0
_EXECVE_SECONDS = 0.1
"""How long a process that shows no environment is looked at: until its ``execve`` is over, also on a busy machine."""


class Processes:
    """All processes that one engine started."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._guardian: Guardian | None = None
        self._running: dict[str, list[Process]] = {}
        self._orphans: set[int] = set()
        self._children = _Children()
        self._was_subreaper = _set_subreaper(True)

    def close(self) -> None:
        """Let the guardian go; what is still tagged as open is ended by it."""
        if self._was_subreaper is False:  # first: what the guardian leaves behind is not to fall to this process
            _set_subreaper(False)
        if self._guardian is not None:
            self._guardian.end()
            self._guardian = None
        self._children.close()

    def release(self, tag: str) -> None:
        """End a piece of work. Its processes are left alone, such as the server that a deployment started."""
        for part in self._parts(tag):
            del self._running[part]
            self._tell_guardian(f"-{part}\n")

    def _parts(self, tag: str) -> list[str]:
        return [known for known in self._running if guardian.is_part_of(known, (tag,))]

    def remove_later(self, directory: Path) -> None:
        """Have a directory removed once the engine is done: at once where no guardian is there to do it."""
        if self._guardian is None:
            shutil.rmtree(directory, ignore_errors=True)
        else:
            self._tell_guardian(f"x{json.dumps(os.fspath(directory))}\n")

    def _tell_guardian(self, line: str) -> None:
        if self._guardian is None:
            self._guardian = Guardian(self._loop, self._follow_guardian)
        self._guardian.note(line)
        if self._guardian.has_long_notes:
            self._follow_guardian()

    def _follow_guardian(self) -> None:
        """Have a new guardian take over what is open: somebody killed the old one, or its notes have become long."""
        before, self._guardian = self._guardian, Guardian(self._loop, self._follow_guardian)
        self._guardian.note("".join(f"+{tag}\n" for tag in self._running))
        if before is not None:
            before.note("".join(f"-{tag}\n" for tag in self._running))
            before.end()

    def start(
        self,
        argv: Sequence[str],
        *,
        tag: str,
        env: Mapping[str, str],
        cwd: str | Path | None = None,
        output: Callable[[bytes], None],
        errors: Callable[[bytes], None] | None = None,
    ) -> Process:
        """Start a process in a session of its own; *output* gets what it writes, both streams as they come.

        With *errors*, that gets the error output instead. From its first process on, a tag is known to the guardian,
        until `end` or `release`.

        Raises:
            OSError: when it cannot be started at all.
        """
        if tag not in self._running:
            self._running[tag] = []
            self._tell_guardian(f"+{tag}\n")
        running = self._running[tag]
        command = list(argv) if cwd is None else ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(cwd), *argv]
        reads, writes = os.pipe()
        error_reads, error_writes = (reads, writes) if errors is None else os.pipe()
        try:
            pid = os.posix_spawnp(
                command[0],
                command,
                {**env, TAG: tag},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, writes, 1),
                    (os.POSIX_SPAWN_DUP2, error_writes, 2),
                ],
                setsid=True,
            )
        except BaseException:
            for descriptor in {reads, error_reads}:
                os.close(descriptor)
            raise
        finally:
            for descriptor in {writes, error_writes}:
                os.close(descriptor)
        error_stream = None if errors is None else Stream(self._loop, error_reads, errors)
        process = Process(self._loop, pid, Stream(self._loop, reads, output), error_stream)
        _STARTED.add(pid)
        process.exit.when_done(lambda _: _STARTED.discard(pid))
        running.append(process)
        process.exit.when_done(lambda _: running.remove(process))
        return process

    async def end(self, tag: str, grace: float = 5.0) -> None:
        """End all processes of a piece of work: ask (TERM), wait up to *grace* seconds, then kill, orphans included."""
        running = [process for part in self._parts(tag) for process in self._running[part]]
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

    def when_none_runs(self, tag: str, callback: Callable[[], None]) -> None:
        """Call *callback* once no process runs that was started for a piece of work; at once where none does."""
        running = self._running.get(tag)
        if running:
            running[-1].exit.when_done(lambda _: self.when_none_runs(tag, callback))
        else:
            callback()

    def sweep(self, tag: str) -> None:
        """Kill what still carries the tag, though its parents are gone. Quick where nothing does."""
        parts = self._parts(tag)
        if not parts:
            return
        begin = time.monotonic()
        guardian_pid = 0 if self._guardian is None else self._guardian.pid
        while True:
            left, turning = _ours(parts, self._children.without(guardian_pid))
            waits = _SWEEP_SECONDS if left else _EXECVE_SECONDS if turning else 0.0
            if time.monotonic() >= begin + waits:
                return
            for pid in left:
                _kill(pid)
            time.sleep(0.001)

    def reap_orphans(self) -> None:
        """Fetch the exit status of tagged orphans that fell to this process, so that their end can be seen.

        A script that ends a server started by an earlier one, and waits until it is gone, would wait for ever for
        a zombie. Other children of this process are somebody else's business: an orphan is known by its tag while it
        lives, and a zombie by having been known, or by the session it shares with one that was.
        """
        for pid in set(_children("self")) - _STARTED:
            environment = _environment(pid)
            if _has_foreign_tag(environment):
                self._orphans |= {pid, _session(pid)}
            elif not environment and not self._orphans.isdisjoint((pid, _session(pid))):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


def sweep_everywhere(tags: set[str]) -> int:
    """Kill all that carries one of *tags*, whoever its parent is; for the leavings of an engine that died."""
    return guardian.kill_all(tags)


def send(pid: int, number: int) -> None:
    """Send a signal to one process; one that is gone, or not ours, gets none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _kill(pid: int) -> None:
    send(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _ours(tags: Sequence[str], children: Iterable[int]) -> tuple[list[int], bool]:
    """Give all of *children*, and of all that descends from them, that carry one of *tags*.

    And tell whether one of them lives and shows no environment: most likely it is just turning into another program,
    and shows it again in a moment.
    """
    found, waiting, turning = [], list(children), False
    while waiting:
        pid = waiting.pop()
        environment = _environment(pid)
        if guardian.tag_of(environment) in tags:
            found.append(pid)
        elif not environment:
            turning = turning or guardian.is_alive(pid)
        waiting += _children(str(pid))
    return found, turning


def _environment(pid: int) -> list[bytes]:
    """Give the environment of a process; a zombie has none."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return [variable for variable in file.read().split(b"\0") if variable]
    except OSError:
        return []


def _has_foreign_tag(environment: list[bytes]) -> bool:
    """Whether a tag is there that is not the one this process runs under itself, as an action of another engine."""
    own = f"{TAG}={os.environ.get(TAG, '')}".encode()
    return any(variable.startswith(f"{TAG}=".encode()) and variable != own for variable in environment)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return pid


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
