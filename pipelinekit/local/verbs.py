"""The verbs of a local run: run, resume, answer an approval."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import frozen

from pipelinekit.codepipeline.checks import check
from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.parameters import with_parameters
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError, refuse_on_errors
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import State
from pipelinekit.local import places
from pipelinekit.local.bindings import Bindings, LambdaFunction, PathLike, relative_to, together
from pipelinekit.local.engine import Engine, Listener, drive
from pipelinekit.local.journal import Journal
from pipelinekit.local.kept import keepable, kept_bindings
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.registry import check_workers
from pipelinekit.local.secrets import read_secrets
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.standins import StandIn

Approvals: TypeAlias = Literal["all"] | Iterable[str] | Mapping[str, bool]
"""``"all"``, the approvals to give (``Stage/Action``), or a mapping to yes (True) and no (False)."""


@frozen(kw_only=True)
class Result:
    """How an execution stands: ``status`` as the API spells it, InProgress when it waits for a person."""

    execution: str
    status: str
    state: Path
    shown: Mapping[str, Any]
    """What `pipelinekit show --json` prints."""

    @property
    def succeeded(self) -> bool:
        """Whether it ran to its end."""
        return self.status == "Succeeded"

    def action(self, key: str) -> Mapping[str, Any]:
        """Give what is shown of one action, ``Stage/Action``."""
        stage_name, _, action_name = key.partition("/")
        for stage in self.shown["stages"]:
            for action in stage["actions"]:
                if (stage["name"], action["name"]) == (stage_name, action_name):
                    found: Mapping[str, Any] = action
                    return found
        raise PipelineKitError(f"there is no action {key!r} in {self.shown['pipelineName']}")


def run(
    given: Pipeline | Definition,
    *,
    sources: Mapping[str, PathLike] | None = None,
    hosts: Mapping[str, PathLike | Iterable[PathLike]] | None = None,
    functions: Mapping[str, str | LambdaFunction] | None = None,
    buckets: Mapping[str, PathLike] | None = None,
    approvals: Approvals = (),
    parameters: Mapping[str, str] | None = None,
    secrets: Mapping[str, Any] | PathLike | None = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    bindings: Bindings | None = None,
    wait: bool = False,
    listener: Listener = lambda event: None,
    on_engine: Callable[[Engine, str], None] = lambda engine, execution: None,
) -> Result:
    """Run a pipeline on this machine, for real.

    ``sources`` maps a source action to a directory or a git repository (``path@ref``), ``hosts`` a deployment group to
    directories, ``functions`` a Lambda function to a handler (``app.py:handler``), ``buckets`` a bucket to a directory
    or S3 endpoint, ``workers`` an action or action type to a stand-in. ``approvals`` are given when they are asked for;
    with others it ends, InProgress, when nothing but a person can move it, or waits when *wait* is true. ``jobs`` is
    how many actions run at once, ``state`` the directory of the journal (``$PIPELINEKIT_STATE``, ``.pipelinekit``).

    Raises:
        InvalidPipeline: when a check finds errors, or an action cannot be done here; before anything runs.
    """
    report = check(given)
    refuse_on_errors(report)
    asked_for = Bindings(
        sources=sources,
        hosts=hosts,
        functions=functions,
        buckets=buckets,
        parameters=parameters or {},
        workers=workers or {},
    )
    bound = together(bindings or Bindings(), relative_to(asked_for, Path.cwd()))
    definition = with_parameters(define(given), bound.parameters)
    refuse_on_errors(check_workers(definition, bound))
    answers = _answers(approvals)
    with _engine(state, jobs, listener, answers) as engine:
        execution = str(uuid.uuid4())
        engine.own(execution, definition.name, bound, read_secrets(secrets))
        _start(engine, definition, execution, bound)
        on_engine(engine, execution)
        return _drive(engine, execution, definition.name, wait)


def resume(
    execution: str = "latest",
    *,
    approvals: Approvals = (),
    secrets: Mapping[str, Any] | PathLike | None = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    listener: Listener = lambda event: None,
    on_engine: Callable[[Engine, str], None] = lambda engine, execution: None,
) -> Result:
    """Go on with an execution whose engine ended: nothing whose success is recorded runs again.

    Secrets are never kept, and must be given again. ``execution`` is a unique prefix of its id, or ``latest``.

    Raises:
        UnknownExecution: when there is no such execution.
        AlreadyDriven: when a living process drives it.
    """
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals)) as engine:
        row = find_execution(engine.journal, execution)
        if row["status"] in ("InProgress", "Stopping"):
            kept = _kept_bindings(engine.journal, row["id"])
            bound = together(kept, Bindings(workers=workers or {}))
            engine.own(row["id"], row["pipeline"], bound, read_secrets(secrets))
            engine.submit(row["pipeline"], asked.Tick())
            on_engine(engine, row["id"])
            engine.take_over(row["id"])
            return _drive(engine, row["id"], row["pipeline"], wait)
        return _result(engine.journal, row["id"], directory)


def approve(execution: str, action: str, *, summary: str = "", state: PathLike | None = None) -> None:
    """Say yes to an open manual approval, ``Stage/Action``.

    Raises:
        Refused: when it is not open, with the API's own error.
    """
    _answer(execution, action, "Approved", summary, state)


def reject(execution: str, action: str, *, summary: str = "", state: PathLike | None = None) -> None:
    """Say no to an open manual approval, ``Stage/Action``: the action fails."""
    _answer(execution, action, "Rejected", summary, state)


def _answer(
    reference: str, key: str, status: Literal["Approved", "Rejected"], summary: str, state: PathLike | None
) -> None:
    with closing(Journal(existing_state(state))) as journal:
        row = find_execution(journal, reference)
        stage, slash, action = key.partition("/")
        if not slash:
            raise PipelineKitError(f"an approval is named Stage/Action, not {key!r}")
        token = open_token(journal.state(row["pipeline"]), row["id"], stage, action)
        answer = asked.PutApprovalResult(
            execution=row["id"], stage=stage, action=action, token=token, status=status, summary=summary
        )
        journal.submit(row["pipeline"], [asked.Tick(), answer], time.time())


def open_token(state: State, execution: str, stage: str, action: str) -> str:
    """Give the token of an open approval; empty text where it is not open, which the machine will refuse."""
    found = state.executions.get(execution)
    run = found.running.get(action) if found is not None and found.stage == stage else None
    return (run.token or "") if run is not None else ""


def _answers(approvals: Approvals) -> Mapping[str, bool] | Literal["all"]:
    if approvals == "all":
        return "all"
    if isinstance(approvals, str):
        approvals = [approvals]
    answers = dict(approvals) if isinstance(approvals, Mapping) else dict.fromkeys(approvals, True)
    return "all" if "all" in answers else answers


def _engine(
    state: PathLike | None, jobs: int | None, listener: Listener, answers: Mapping[str, bool] | Literal["all"]
) -> Engine:
    """Make an engine that gives the approvals it was told to give as soon as they are open."""

    def listen(event: happened.Event) -> None:
        listener(event)
        if isinstance(event, happened.ApprovalOpened) and event.execution in engine.driven:
            key = f"{event.stage}/{event.action}"
            yes = True if answers == "all" else answers.get(key, answers.get(event.action))
            if yes is not None:
                engine.loop.soon(lambda: put_answer(engine, event, yes, "given when the run was started"))

    engine = Engine(places.state_directory(state), jobs=jobs, listener=listen)
    return engine


def put_answer(engine: Engine, event: happened.ApprovalOpened, yes: bool, summary: str = "") -> None:
    """Answer an open approval; one that somebody answered in the meantime stays as it is."""
    answer = asked.PutApprovalResult(
        execution=event.execution,
        stage=event.stage,
        action=event.action,
        token=event.token,
        status="Approved" if yes else "Rejected",
        summary=summary,
    )
    try:
        engine.submit(engine.driven[event.execution].pipeline, answer)
    except Refused:
        return


def _start(engine: Engine, definition: Definition, execution: str, bound: Bindings) -> None:
    for attempts_left in (2, 1, 0):
        state = engine.journal.state(definition.name)
        commands: list[asked.Command] = []
        if not state.version:
            commands.append(asked.CreatePipeline(definition=definition))
        elif state.definition != definition:
            commands.append(asked.UpdatePipeline(definition=definition))
        commands.append(asked.StartExecution(execution=execution, trigger="StartPipelineExecution"))
        commands.append(asked.BindExecution(execution=execution, bindings=keepable(bound)))
        try:
            engine.submit(definition.name, asked.Tick(), *commands)
        except Refused:
            if not attempts_left:  # another process creates it at the same moment, again and again
                raise
        else:
            return


def _kept_bindings(journal: Journal, execution: str) -> Bindings:
    kept: Mapping[str, Any] = {}
    for event in journal.events(execution):
        if isinstance(event, happened.ExecutionBound):
            kept = event.bindings
    return kept_bindings(kept)


def existing_state(state: PathLike | None) -> Path:
    """Give the state directory of earlier runs.

    Raises:
        PipelineKitError: when nothing was run there.
    """
    directory = places.state_directory(state)
    if not (directory / "journal.db").exists():
        raise PipelineKitError(
            f"{directory}: nothing was run here yet; go to the directory of the run, or name it with --state"
        )
    return directory


def _drive(engine: Engine, execution: str, pipeline: str, wait: bool) -> Result:
    drive(engine, execution, pipeline, wait=lambda: wait)
    return _result(engine.journal, execution, engine.directory)


def _result(journal: Journal, execution: str, state: Path) -> Result:
    shown = show(journal, find_execution(journal, execution))
    return Result(execution=execution, status=shown["status"], state=state, shown=shown)


def log_files(reference: str, action: str | None = None, *, state: PathLike | None = None) -> list[tuple[str, Path]]:
    """Give the logs of an execution with the ``Stage/Action`` each belongs to, in the order the attempts started.

    Raises:
        PipelineKitError: when *action* names no action that has started.
    """
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
        attempts = journal.query(
            "SELECT job, stage, action FROM actions WHERE execution = ? ORDER BY started, attempt, tries", (row["id"],)
        )
    keys = [(f"{attempt['stage']}/{attempt['action']}", attempt["job"]) for attempt in attempts]
    wanted = [(key, job) for key, job in keys if action is None or key == action]
    if action is not None and not wanted:
        started = ", ".join(dict.fromkeys(key for key, _ in keys)) or "nothing"
        raise PipelineKitError(f"execution {row['id'][:8]} has started no {action!r}; it has started {started}")
    found = [(key, places.log(directory, row["id"], job)) for key, job in wanted]
    return [(key, place) for key, place in found if place.exists()]


def last_lines(reference: str, action: str, *, state: PathLike | None = None, number: int = 20) -> list[str]:
    """Give the last lines that the newest attempt at an action wrote."""
    files = log_files(reference, action, state=state)
    if not files:
        return []
    with open(files[-1][1], "rb") as file:
        file.seek(max(0, file.seek(0, 2) - 64 * 1024))
        return file.read().decode(errors="replace").splitlines()[-number:]


def standing(reference: str, *, state: PathLike | None = None) -> tuple[str, str, bool]:
    """Give an execution's id and status, and whether a living process drives it."""
    directory = existing_state(state)
    with closing(Journal(directory)) as journal:
        row = find_execution(journal, reference)
    return row["id"], row["status"], is_driven(directory, row["id"])
