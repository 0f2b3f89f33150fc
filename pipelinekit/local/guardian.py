"""A small process beside the engine that outlives it: when the engine dies, it ends what the engine had started.

It reads lines on its standard input, ``+TAG`` for a piece of work that begins, ``-TAG`` for one that is over, and
``xPATH`` (as JSON) for a directory that nobody needs any more. At the end of the input it kills every process whose
environment has ``PIPELINEKIT_TAG=TAG`` for a tag still open, or ``TAG.PART`` for a part of that work; then it removes
the directories, in the background and at the lowest priority: to remove a large one can take a disk a minute.
It is run as a script of its own (``python -I -S guardian.py``), so it imports nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Collection

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
    found = []
    try:
        processes = [entry for entry in os.listdir("/proc") if entry.isdigit()]
    except OSError:
        return []
    for entry in processes:
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                variables = file.read().split(b"\0")
        except OSError:
            continue
        tag = tag_of(variables)
        if tag is not None and is_part_of(tag, tags) and int(entry) != os.getpid():
            found.append(int(entry))
    return found


def kill_all(tags: set[str], patience: float = 5.0) -> int:
    """Kill every process with one of *tags*, until none is left; give how many there were."""
    killed: set[int] = set()
    end = time.monotonic() + patience
    while tags and (alive := tagged(tags)) and time.monotonic() < end:
        for process in alive:
            try:
                os.kill(process, signal.SIGKILL)
                killed.add(process)
            except (ProcessLookupError, PermissionError):
                pass
        time.sleep(0.01)
    return len(killed)


def main() -> None:
    """Wait for the engine's end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    open_tags: set[str] = set()
    directories: list[str] = []
    for line in sys.stdin:
        sign, rest = line[:1], line[1:].strip()
        if sign == "+":
            open_tags.add(rest)
        elif sign == "-":
            open_tags.discard(rest)
        elif sign == "x":
            directories.append(json.loads(rest))
    kill_all(open_tags)
    if directories and os.fork() == 0:  # nobody waits for it
        os.nice(19)
        for directory in directories:
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
