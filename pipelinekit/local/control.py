"""What people ask of executions and transitions that some process drives, or none: answers, stops, open doors.

Who drives an execution tells its subscribers of what is asked here. What happens to one that no living process drives
is told by the process that asks, to the ``subscribers`` that it names.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import State
from pipelinekit.local.bindings import Bindings, PathLike
from pipelinekit.local.engine import Engine
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.records import existing_state
from pipelinekit.local.show import find_execution
from pipelinekit.local.subscribers import Publisher, Subscriber


def approve(
    execution: str,
    action: str,
    *,
    summary: str = "",
    state: PathLike | None = None,
    subscribers: Iterable[Subscriber] = (),
) -> None:
    """Say yes to an open manual approval, ``Stage/Action``.

    Raises:
        Refused: when it is not open, with the API's own error.
    """
    _answer(execution, action, "Approved", summary, state, subscribers)


def reject(
    execution: str,
    action: str,
    *,
    summary: str = "",
    state: PathLike | None = None,
    subscribers: Iterable[Subscriber] = (),
) -> None:
    """Say no to an open manual approval, ``Stage/Action``: the action fails."""
    _answer(execution, action, "Rejected", summary, state, subscribers)


def _answer(
    reference: str,
    key: str,
    status: Literal["Approved", "Rejected"],
    summary: str,
    state: PathLike | None,
    subscribers: Iterable[Subscriber],
) -> None:
    directory = existing_state(state)
    with closing(Journal(directory)) as journal, closing(Publisher(subscribers)) as publisher:
        row = find_execution(journal, reference)
        stage, slash, action = key.partition("/")
        if not slash:
            raise PipelineKitError(f"an approval is named Stage/Action, not {key!r}")
        token = open_token(journal.state(row["pipeline"]), row["id"], stage, action)
        answer = asked.PutApprovalResult(
            execution=row["id"], stage=stage, action=action, token=token, status=status, summary=summary
        )
        now = time.time()
        for command in (asked.Tick(), answer):  # each by itself: an expiry is a fact, whatever the answer is
            recorded = journal.submit(row["pipeline"], [command], now)
            _tell(publisher, journal, directory, recorded.own)


def _tell(publisher: Publisher, journal: Journal, directory: Path, events: Sequence[happened.Event]) -> None:
    """Tell of what happened to executions that nobody drives: who drives one tells of it."""
    for event in events:
        if isinstance(event, happened.ExecutionEvent) and not is_driven(directory, event.execution):
            publisher.publish(journal, event)


def open_token(state: State, execution: str, stage: str, action: str) -> str:
    """Give the token of an open approval; empty text where it is not open, which the machine will refuse."""
    found = state.executions.get(execution)
    run = found.running.get(action) if found is not None and found.stage == stage else None
    return (run.token or "") if run is not None else ""


def stop(
    execution: str,
    *,
    abandon: bool = False,
    reason: str = "",
    state: PathLike | None = None,
    subscribers: Iterable[Subscriber] = (),
) -> str:
    """Stop an execution (API: StopPipelineExecution) and give its status after that.

    Stopping: it stops when the actions under way are over; *abandon* does not wait for them. What runs of an
    execution that no living process drives is over already, and is recorded so.

    Raises:
        Refused: where the API would refuse, with its own error.
    """
    directory = existing_state(state)
    publisher = Publisher(subscribers)

    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ExecutionEvent) and event.execution in engine.driven:
            publisher.publish(engine.journal, event)
        else:
            _tell(publisher, engine.journal, directory, [event])

    with Engine(directory, listener=listen) as engine:
        engine.when_told(publisher.close)
        row = find_execution(engine.journal, execution)
        command = asked.StopExecution(execution=row["id"], abandon=abandon, reason=reason)
        if is_driven(directory, row["id"]):
            engine.submit(row["pipeline"], asked.Tick(), command)
        else:
            engine.own(row["id"], row["pipeline"], Bindings(), {})
            engine.submit(row["pipeline"], asked.Tick(), command)
            engine.give_up(row["id"])
        return str(find_execution(engine.journal, row["id"])["status"])


def enable_transition(
    pipeline: str, stage: str, *, state: PathLike | None = None, subscribers: Iterable[Subscriber] = ()
) -> None:
    """Open the entrance of a stage (API: EnableStageTransition): the execution that waits there enters."""
    _transition(pipeline, asked.EnableTransition(stage=stage), state, subscribers)


def disable_transition(
    pipeline: str, stage: str, *, reason: str, state: PathLike | None = None, subscribers: Iterable[Subscriber] = ()
) -> None:
    """Close the entrance of a stage (API: DisableStageTransition), for a reason of 1-300 characters."""
    if not reason:
        raise PipelineKitError("a transition is disabled for a reason: give one")
    _transition(pipeline, asked.DisableTransition(stage=stage, reason=reason), state, subscribers)


def _transition(
    pipeline: str,
    command: asked.EnableTransition | asked.DisableTransition,
    state: PathLike | None,
    subscribers: Iterable[Subscriber],
) -> None:
    directory = existing_state(state)
    with closing(Journal(directory)) as journal, closing(Publisher(subscribers)) as publisher:
        known = journal.pipelines()
        if pipeline not in known:
            raise PipelineKitError(f"no pipeline {pipeline!r} was run here; there are {', '.join(known) or 'none'}")
        recorded = journal.submit(pipeline, [asked.Tick(), command], time.time())
        _tell(publisher, journal, directory, recorded.own)
