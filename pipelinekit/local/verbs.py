"""The verbs of a local run: run, resume, answer an approval."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
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
from pipelinekit.local import places
from pipelinekit.local.bindings import Bindings, PathLike, relative_to, together
from pipelinekit.local.engine import Engine, Listener, drive
from pipelinekit.local.journal import Journal
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.records import existing_state
from pipelinekit.local.registry import check_workers
from pipelinekit.local.secrets import read_secrets
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.standins import name_of
from pipelinekit.local.worker import StandIn

OnEngine: TypeAlias = Callable[[Engine, str], None]
"""Called with the engine and the execution, before anything of it runs."""

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
    approvals: Approvals = (),
    parameters: Mapping[str, str] | None = None,
    secrets: Mapping[str, Any] | PathLike | None = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    bindings: Bindings | None = None,
    wait: bool = False,
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Run a pipeline on this machine, for real.

    ``sources`` maps a source action to a directory or a git repository (``path@ref``), ``hosts`` a deployment group to
    directories, ``workers`` an action or action type to a stand-in. ``approvals`` are given when they are asked for;
    with others it ends, InProgress, when nothing but a person can move it, or waits when *wait* is true. ``jobs`` is
    how many actions run at once, ``state`` the directory of the journal (``$PIPELINEKIT_STATE``, ``.pipelinekit``).

    Raises:
        InvalidPipeline: when a check finds errors, or an action cannot be done here; before anything runs.
    """
    report = check(given)
    refuse_on_errors(report)
    asked_for = Bindings(sources=sources, hosts=hosts, parameters=parameters or {}, workers=workers or {})
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
    on_engine: OnEngine = lambda engine, execution: None,
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
        if row["status"] not in ("InProgress", "Stopping"):
            return _result(engine.journal, row["id"], directory)
        _take_on(engine, row, secrets, workers)
        on_engine(engine, row["id"])
        engine.take_over(row["id"])
        return _drive(engine, row["id"], row["pipeline"], wait)


def retry(
    execution: str,
    stage: str,
    *,
    all_actions: bool = False,
    approvals: Approvals = (),
    secrets: Mapping[str, Any] | PathLike | None = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Retry a stage that failed or was stopped, and go on with its execution (API: RetryStageExecution).

    The failed actions run again, or all of the stage with *all_actions*. When another process drives the execution,
    that one does the work, and the result is how it stands now.

    Raises:
        Refused: where the API would refuse, with its own error.
    """
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals)) as engine:
        row = find_execution(engine.journal, execution)
        asked_for = asked.RetryStage(
            execution=row["id"], stage=stage, mode="ALL_ACTIONS" if all_actions else "FAILED_ACTIONS"
        )
        if is_driven(directory, row["id"]):
            engine.submit(row["pipeline"], asked.Tick(), asked_for)
            return _result(engine.journal, row["id"], directory)
        _take_on(engine, row, secrets, workers)
        on_engine(engine, row["id"])
        engine.take_over(row["id"])
        engine.submit(row["pipeline"], asked_for)
        return _drive(engine, row["id"], row["pipeline"], wait)


def _take_on(
    engine: Engine,
    row: sqlite3.Row,
    secrets: Mapping[str, Any] | PathLike | None,
    workers: Mapping[str, StandIn] | None,
) -> None:
    bound = together(_kept_bindings(engine.journal, row["id"]), Bindings(workers=workers or {}))
    engine.own(row["id"], row["pipeline"], bound, read_secrets(secrets))
    engine.submit(row["pipeline"], asked.Tick())


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
        commands.append(asked.BindExecution(execution=execution, bindings=_keepable(bound)))
        try:
            engine.submit(definition.name, asked.Tick(), *commands)
        except Refused:
            if not attempts_left:  # another process creates it at the same moment, again and again
                raise
        else:
            return


def _keepable(bound: Bindings) -> dict[str, Any]:
    """Give what may stand in the journal: never secrets, and functions only by name."""
    return {
        "sources": dict(bound.sources),
        "hosts": {group: list(roots) for group, roots in bound.hosts.items()},
        "workers": {key: name_of(worker) for key, worker in bound.workers.items()},
    }


def _kept_bindings(journal: Journal, execution: str) -> Bindings:
    kept: Mapping[str, Any] = {}
    for event in journal.events(execution):
        if isinstance(event, happened.ExecutionBound):
            kept = event.bindings
    return Bindings(
        sources=kept.get("sources", {}),
        hosts=kept.get("hosts", {}),
        workers={key: name for key, name in kept.get("workers", {}).items() if name is not None},
    )


def _drive(engine: Engine, execution: str, pipeline: str, wait: bool) -> Result:
    drive(engine, execution, pipeline, wait=lambda: wait)
    return _result(engine.journal, execution, engine.directory)


def _result(journal: Journal, execution: str, state: Path) -> Result:
    shown = show(journal, find_execution(journal, execution))
    return Result(execution=execution, status=shown["status"], state=state, shown=shown)
