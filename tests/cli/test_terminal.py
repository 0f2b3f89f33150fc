"""The command line at a terminal: a pseudo-terminal stands for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from repository import Git
from terminal import Terminal

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
work = pk.build.Commands("Work", input=checkout.output, commands=[{command!r}])
go_live = pk.approval.Manual("GoLive", message="Ship it?")
after = pk.build.Commands("After", input=checkout.output, commands=["echo shipped"])
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", work), pk.Stage("Live", go_live >> after)])
LOCAL = pk.local.Bindings(sources={{"Checkout": "source"}})
"""


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

    assert watcher.end() == 130
    assert "goes on; watch it again with: pipelinekit watch" in watcher.seen
    assert driver.process.poll() is None


WATCHED = """
import pipelinekit as pk

checkout = pk.source.CodeConnections("Checkout", repository="acme/site", branch="main", connection="${Parameter.C}")
go_live = pk.approval.Manual("GoLive", message=f"Ship {checkout.commit_message}?")
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", go_live)])
LOCAL = pk.local.Bindings(sources={"Checkout": "repository"}, parameters={"C": "arn:aws:codeconnections:::c"})
"""


def test_run_watch_asks_for_each_execution_that_a_commit_starts(home: Path, open_terminals: list[Terminal]) -> None:
    git = Git(home / "repository")
    (home / "pipeline.py").write_text(WATCHED)
    terminal = Terminal(home, "run", "pipeline.py", "--watch")
    open_terminals.append(terminal)
    terminal.until(r"watching ")

    git.commit("page.txt", "two")
    terminal.until(r"Live/GoLive: Ship page.txt: two\?\s+approve\? \[y/n")
    git.commit("page.txt", "three")  # its execution waits in front of Live while the other one is asked
    terminal.until(r"main is now .*: starts site")
    terminal.type("y\n")
    terminal.until(r"✔ site")
    terminal.until(r"Live/GoLive: Ship page.txt: three\?\s+approve\? \[y/n")
    terminal.type("n\n")
    terminal.until(r"GoLive failed: rejected")
    terminal.interrupt()

    assert terminal.end() == 0
    assert "Traceback" not in terminal.seen


def wait_for(place: Path) -> None:
    end = time.monotonic() + 20
    while not place.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
