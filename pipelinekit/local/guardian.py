"""A small process beside the engine that outlives it: when the engine dies, it ends what the engine had started.

It waits for the end of its standard input, a pipe that the engine holds and never writes to, and then reads the notes
the engine left it: an open file, whose descriptor is its argument. Its lines are ``+TAG`` for a piece of work that
began, ``-TAG`` for one that is over, and ``xPATH`` (as JSON) for a directory that nobody needs any more. It kills
every process whose environment has ``PIPELINEKIT_TAG=TAG`` for a tag still open, or ``TAG.PART`` for a part of that
work; then it removes the directories, in the background and at the lowest priority: to remove a large one can take a
disk a minute.
It is run as a script of its own (``python -I -S guardian.py 5``), so it imports nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Collection, Iterator

VARIABLE = "PIPELINEKIT_TAG"


def tag_of(variables: list[bytes]) -> str | None:
    """Give the tag in an environment."""
    mark = f"{VARIABLE}=".encode()
    return next((os.fsdecode(one.removeprefix(mark)) for one in variables if one.startswith(mark)), None)


def is_part_of(tag: str, tags: Collection[str]) -> bool:
    """Tell whether a tag is one of *tags*, or one with ``.PART`` behind it."""
    return tag in tags or tag.partition(".")[0] in tags


def tagged(tags: set[str]) -> list[int]:
    """Give the process ids of all processes whose environment carries one of *tags* (needs ``/proc``)."""
    return [process for process, tag in _tags() if is_part_of(tag, tags)]


def running_tags() -> set[str]:
    """Give the tags that the environment of some process carries, without the ``.PART`` behind them."""
    return {tag.partition(".")[0] for _, tag in _tags()}


def _tags() -> Iterator[tuple[int, str]]:
    try:
        processes = [entry for entry in os.listdir("/proc") if entry.isdigit()]
    except OSError:
        return
    for entry in processes:
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                variables = file.read().split(b"\0")
        except OSError:
            continue
        tag = tag_of(variables)
        if tag is not None and int(entry) != os.getpid():
            yield int(entry), tag


def is_alive(process: int) -> bool:
    """Whether a process runs, and is no zombie."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (OSError, IndexError):
        return False


def kill_all(tags: set[str], patience: float = 5.0) -> int:
    """Kill every process with one of *tags*, until none is left; give how many there were.

    None is left when none is found twice: one that is just turning into another program shows no environment.
    """
    killed: set[int] = set()
    end = time.monotonic() + patience
    looks_without = 0
    while tags and looks_without < 2 and time.monotonic() < end:
        alive = tagged(tags)
        looks_without = 0 if alive else looks_without + 1
        for process in alive:
            try:
                os.kill(process, signal.SIGKILL)
                killed.add(process)
            except (ProcessLookupError, PermissionError):
                pass
        if looks_without < 2:
            time.sleep(0.01)
    return len(killed)


def read_notes(descriptor: int) -> tuple[set[str], list[str]]:
    """Give the tags that are still open, and the directories to remove.

    A last line without an end was cut by the engine's death: what it tells of had not happened yet.
    """
    open_tags: set[str] = set()
    directories: list[str] = []
    *lines, _ = os.pread(descriptor, os.fstat(descriptor).st_size, 0).split(b"\n")
    for line in lines:
        sign, rest = line[:1], os.fsdecode(line[1:])
        if sign == b"+":
            open_tags.add(rest)
        elif sign == b"-":
            open_tags.discard(rest)
        elif sign == b"x":
            directories.append(json.loads(rest))
    return open_tags, directories


def main() -> None:
    """Wait for the engine's end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(0, 1):
        pass
    open_tags, directories = read_notes(int(sys.argv[1]))
    kill_all(open_tags)
    if directories and os.fork() == 0:  # nobody waits for it
        os.nice(19)
        for directory in directories:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
