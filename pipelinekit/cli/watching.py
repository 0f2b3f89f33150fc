"""Watching an execution that another process drives: its events and its logs, as they are recorded."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path

import click

from pipelinekit.cli.following import Follower, exit_status, why_waiting
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import events as happened
from pipelinekit.local import control
from pipelinekit.local.journal import Journal
from pipelinekit.local.log_files import log_files
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.records import existing_state, standing
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.tasks import Loop
from pipelinekit.local.verbs import Result

_POLL_SECONDS = 0.05


def watch_execution(reference: str, *, state: Path | None, as_json: bool) -> int:
    """Show an execution until it is over, or nobody drives it any more."""
    directory = existing_state(state)
    follower = Follower(as_json=as_json, state=state)
    loop = Loop()
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
        pipeline, execution = row["pipeline"], row["id"]
        journal.state(pipeline)
        follower.begin(
            journal,
            execution,
            loop,
            directory,
            lambda event, yes: _answer(event, yes, state),
            lambda stage: why_waiting(journal, pipeline, stage),
        )
        try:
            while _goes_on(journal, execution, directory):
                loop.turn(_POLL_SECONDS)
                for event in journal.catch_up(pipeline) if journal.changed() else ():
                    follower.listen(event)
        except KeyboardInterrupt:
            follower.close()
            click.echo(f"{execution[:8]} goes on; watch it again with: pipelinekit watch {execution[:8]}", err=True)
            return 130
        finally:
            follower.close()
            loop.close()
        shown = show(journal, find_execution(journal, execution))
    follower.end(Result(execution=execution, status=shown["status"], state=directory, shown=shown))
    return exit_status(shown["status"])


def _goes_on(journal: Journal, execution: str, directory: Path) -> bool:
    row = find_execution(journal, execution)
    return row["status"] in ("InProgress", "Stopping") and is_driven(directory, execution)


def _answer(event: happened.ApprovalOpened, yes: bool, state: Path | None) -> None:
    give = control.approve if yes else control.reject
    give(event.execution, f"{event.stage}/{event.action}", summary="answered at the terminal", state=state)


def follow_logs(reference: str, action: str | None, *, state: Path | None) -> int:
    """Print logs and what is added to them, until the execution is over or nobody drives it.

    Of several actions each line begins with the action it comes from.
    """
    read: dict[Path, int] = {}
    execution, _, _ = standing(reference, state=state)
    try:
        while True:
            _, status, driven = standing(execution, state=state)
            _print_new(execution, action, read, state)
            if status not in ("InProgress", "Stopping") or not driven:
                _print_new(execution, action, read, state, whole=True)
                return 0
            time.sleep(_POLL_SECONDS)
    except KeyboardInterrupt:
        return 130


def _print_new(
    execution: str, action: str | None, read: dict[Path, int], state: Path | None, *, whole: bool = False
) -> None:
    try:
        files = log_files(execution, action, state=state)
    except PipelineKitError:
        if whole:  # the action never started
            raise
        return
    for key, place in files:
        with open(place, "rb") as file:
            file.seek(read.get(place, 0))
            data = file.read()
        if not whole:
            data = data[: data.rfind(b"\n") + 1]
        read[place] = read.get(place, 0) + len(data)
        for line in data.splitlines(keepends=True) if action is None else [data]:
            if action is None:
                click.echo(click.style(f"{key} | ", dim=True), nl=False)
            sys.stdout.flush()
            sys.stdout.buffer.write(line if line.endswith(b"\n") or action else line + b"\n")
        sys.stdout.flush()
