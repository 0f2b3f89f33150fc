"""A pseudo-terminal with the command line at it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path


class Terminal:
    """A program at a terminal of 80 by 24."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PIPELINEKIT")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelinekit", *arguments],
            cwd=home,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**environment, "TERM": "xterm"},
        )
        os.close(slave)
        self.seen = ""

    def until(self, pattern: str, seconds: float = 30.0) -> None:
        """Read until *pattern* is on the screen; what was read before does not count again."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            assert time.monotonic() < end, f"no {pattern!r} in {self.seen[-2000:]!r}"
            self._read(0.2)
        self.seen = self.seen[found.end() :]

    def _read(self, seconds: float) -> bool:
        if select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the other end is closed
                return False
            self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", data.decode(errors="replace"))
            return bool(data)
        return True

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def interrupt(self) -> None:
        """Do what a terminal does for Ctrl-C."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> int:
        end = time.monotonic() + 30
        while self.process.poll() is None:
            assert time.monotonic() < end, self.seen[-2000:]
            self._read(0.05)
        while self._read(0) and select.select([self.master], [], [], 0)[0]:
            pass
        return self.process.returncode
