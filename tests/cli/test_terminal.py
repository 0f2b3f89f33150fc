"""The command line at a terminal: a pseudo-terminal stands for it."""

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
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
work = pk.build.Commands("Work", input=checkout.output, commands=[{command!r}])
go_live = pk.approval.Manual("GoLive", message="Ship it?")
after = pk.build.Commands("After", input=checkout.output, commands=["echo shipped"])
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", work), pk.Stage("Live", go_live >> after)])
LOCAL = pk.local.Bindings(sources={{"Checkout": "source"}})
"""


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


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello\n")
    write(tmp_path, "cat page.txt")
    return tmp_path


def write(home: Path, command: str) -> None:
    (home / "pipeline.py").write_text(PIPELINE.format(command=command))


@pytest.fixture
def open_terminals() -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()
        os.close(terminal.master)


def test_an_approval_is_asked_and_answered_at_the_terminal(home: Path, open_terminals: list[Terminal]) -> None:
    terminal = Terminal(home, "run", "pipeline.py")
    open_terminals.append(terminal)

    terminal.until(r"Live/GoLive: Ship it\?\s+approve\? \[y/n")
    terminal.type("y\n")

    assert terminal.end() == 0
    assert "✔ site" in terminal.seen


def test_no_at_the_terminal_fails_the_execution(home: Path, open_terminals: list[Terminal]) -> None:
    terminal = Terminal(home, "run", "pipeline.py")
    open_terminals.append(terminal)

    terminal.until(r"approve\? \[y/n")
    terminal.type("maybe\nn\n")

    assert terminal.end() == 1
    assert "rejected" in terminal.seen


def test_an_approval_from_elsewhere_moves_the_run_that_asks(home: Path, open_terminals: list[Terminal]) -> None:
    terminal = Terminal(home, "run", "pipeline.py")
    open_terminals.append(terminal)
    terminal.until(r"approve\? \[y/n")

    subprocess.run([sys.executable, "-m", "pipelinekit", "approve", "latest", "Live/GoLive"], cwd=home, check=True)

    assert terminal.end() == 0


def test_ctrl_c_once_waits_for_what_runs(home: Path, open_terminals: list[Terminal]) -> None:
    write(home, f"touch {home}/begun; sleep 1; touch {home}/over")
    terminal = Terminal(home, "run", "pipeline.py")
    open_terminals.append(terminal)
    terminal.until(r"● Work")
    wait_for(home / "begun")

    terminal.interrupt()

    assert terminal.end() == 1
    assert "Stopped" in terminal.seen
    assert (home / "over").exists()


def test_ctrl_c_twice_abandons_what_runs(home: Path, open_terminals: list[Terminal]) -> None:
    write(home, f"touch {home}/begun; sleep 60; touch {home}/over")
    terminal = Terminal(home, "run", "pipeline.py")
    open_terminals.append(terminal)
    terminal.until(r"● Work")
    wait_for(home / "begun")

    terminal.interrupt()
    terminal.until("press Ctrl-C again")
    terminal.interrupt()

    assert terminal.end() == 1
    assert "▪ Work" in terminal.seen
    assert not (home / "over").exists()


def test_watching_shows_a_run_that_another_process_drives(home: Path, open_terminals: list[Terminal]) -> None:
    driver = Terminal(home, "run", "pipeline.py")
    open_terminals.append(driver)
    driver.until(r"approve\? \[y/n")

    watcher = Terminal(home, "watch")
    open_terminals.append(watcher)
    watcher.until(r"approve\? \[y/n")
    watcher.type("yes\n")

    assert (watcher.end(), driver.end()) == (0, 0)
    assert "✔ site" in watcher.seen


def test_ctrl_c_in_a_watch_leaves_the_run_alone(home: Path, open_terminals: list[Terminal]) -> None:
    driver = Terminal(home, "run", "pipeline.py")
    open_terminals.append(driver)
    driver.until(r"approve\? \[y/n")
    watcher = Terminal(home, "watch")
    open_terminals.append(watcher)
    watcher.until(r"approve\? \[y/n")

    watcher.interrupt()

    assert watcher.end() == 3
    assert driver.process.poll() is None


def wait_for(place: Path) -> None:
    end = time.monotonic() + 20
    while not place.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
