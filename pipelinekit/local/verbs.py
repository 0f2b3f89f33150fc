"""The verbs of a local run: run, resume, answer an approval."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen

from pipelinekit.codepipeline.checks import check
from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.limits import LOCAL
from pipelinekit.codepipeline.parameters import with_defaults, with_parameters
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError, refuse_on_errors
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.controlling import target_of
from pipelinekit.execution.excerpt import excerpt, givers
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.revisions import SourceRevisions, overrides
from pipelinekit.execution.state import Target
from pipelinekit.execution.variables import VARIABLES, Unresolved
from pipelinekit.local import places
from pipelinekit.local.bindings import Bindings, LambdaFunction, PathLike, relative_to, together
from pipelinekit.local.engine import Engine, Listener, drive
from pipelinekit.local.journal import Journal
from pipelinekit.local.kept import keepable, kept_bindings, kept_reuse
from pipelinekit.local.naming import check_names
from pipelinekit.local.ownership import is_driven
from pipelinekit.local.records import existing_state
from pipelinekit.local.registry import check_workers, needs_worker
from pipelinekit.local.reuse import Reuse, choose_execution, known_variables
from pipelinekit.local.secrets import Secrets, SecretSources, read_secrets
from pipelinekit.local.show import find_execution, show
from pipelinekit.local.standins import StandIn
from pipelinekit.local.starting import check_start, start_variables
from pipelinekit.local.subscribers import Publisher, Subscriber
from pipelinekit.values import text_map

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
    functions: Mapping[str, str | LambdaFunction] | None = None,
    buckets: Mapping[str, PathLike] | None = None,
    approvals: Approvals = (),
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    source_revisions: SourceRevisions | None = None,
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    bindings: Bindings | None = None,
    reuse: bool = False,
    from_stage: str | None = None,
    only: str | None = None,
    of: str | None = None,
    wait: bool = False,
    subscribers: Iterable[Subscriber] = (),
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Run a pipeline on this machine, for real.

    ``sources`` maps a source action to a directory or a git repository (``path@ref``), ``hosts`` a deployment group to
    directories, ``functions`` a Lambda function to a handler (``app.py:handler``), ``buckets`` a bucket to a directory
    or S3 endpoint, ``workers`` an action or action type to a stand-in. ``approvals`` are given when they are asked for;
    with others it ends, InProgress, when nothing but a person can move it, or waits when *wait* is true. ``jobs`` is
    how many actions run at once, ``state`` the directory of the journal (``$PIPELINEKIT_STATE``, ``.pipelinekit``).
    ``secrets`` is a mapping, a file, AWS (``"aws:PROFILE"``, `aws_secrets`), or several. ``variables`` are values of
    the pipeline's own variables (API: StartPipelineExecution); the others have their defaults. ``source_revisions``
    maps a source action to the commit that it takes, or to revisions by type (``{"S3_OBJECT_KEY": "old.zip"}``).
    ``subscribers`` hear of every change of the execution, in EventBridge's shape.

    With *reuse* a build that has not changed since it last succeeded gives its recorded outputs again. *from_stage*
    begins with a stage, *only* runs one action (``Stage/Action``); both take what comes before from the earlier
    execution *of*, or the newest that has it.

    Raises:
        InvalidPipeline: when a check finds errors, or an action cannot be done here; before anything runs.
        PipelineKitError: when what is bound has a name that the pipeline does not know, or no source takes a revision.
    """
    answers = _answers(approvals)
    asked_for = Bindings(
        sources=sources,
        hosts=hosts,
        functions=functions,
        buckets=buckets,
        parameters=parameters or {},
        workers=workers or {},
    )
    ready = prepare(given, asked_for, bindings or Bindings(), answers, variables)
    chosen = overrides(ready.definition, source_revisions or {})
    known = read_secrets(secrets)
    with _engine(state, jobs, listener, answers, subscribers) as engine:
        part = _part(engine, ready.definition, reuse, from_stage, only, of, ready.variables)
        _need_to_run(part, chosen)
        execution = str(uuid.uuid4())
        ready = evolve(ready, definition=part.definition)
        begin(engine, execution, ready, known, part.reuse, source_revisions=chosen)
        on_engine(engine, execution)
        return _drive(engine, execution, part.definition.name, wait)


def _need_to_run(part: _Part, sources: Iterable[str]) -> None:
    """Refuse to choose the revision of a source whose outputs are those of an earlier execution."""
    given = {key.partition("/")[2] for key in part.reuse.given}
    running = {action.name for _, action in part.definition.actions()} - given
    for name in sources:
        if name not in running:
            raise PipelineKitError(f"{name} does not run now, so it takes no revision: run the whole pipeline")


@frozen(kw_only=True)
class Prepared:
    """What can be started: a definition that was checked, what is bound to it, and the values of its variables."""

    definition: Definition
    bindings: Bindings
    variables: Mapping[str, str]


def prepare(
    given: Pipeline | Definition,
    asked_for: Bindings,
    own: Bindings,
    approvals: Approvals,
    variables: Mapping[str, str] | None,
) -> Prepared:
    """Check, before anything runs, that a pipeline can run here with its *own* bindings and those that are asked for.

    Raises:
        InvalidPipeline: when a check finds errors, or an action cannot be done here.
        PipelineKitError: when what is bound has a name that the pipeline does not know.
    """
    refuse_on_errors(check(given, profile=LOCAL))
    bound = together(own, relative_to(asked_for, Path.cwd()))
    defined = define(given)
    definition = with_parameters(defined, with_defaults(defined, bound.parameters))
    check_names(definition, asked_for, _answers(approvals))
    given_variables = text_map(variables)
    refuse_on_errors([*check_start(definition, given_variables), *check_workers(definition, bound)])
    values = start_variables(definition.pipeline, given_variables)
    return Prepared(definition=definition, bindings=bound, variables=values)


def begin(
    engine: Engine,
    execution: str,
    ready: Prepared,
    secrets: Secrets,
    reuse: Reuse,
    *,
    trigger: str = "StartPipelineExecution",
    detail: str = "",
    source_revisions: SourceRevisions | None = None,
) -> None:
    """Start an execution that *engine* drives; the trigger is spelled as the API's ExecutionTrigger.

    Raises:
        Refused: where the API would refuse it.
    """
    engine.own(execution, ready.definition.name, ready.bindings, secrets, reuse)
    kept = {**keepable(ready.bindings, reuse), **_named(secrets)}
    start = asked.StartExecution(
        execution=execution,
        trigger=trigger,
        detail=detail,
        variables=ready.variables,
        source_revisions=source_revisions or {},
    )
    try:
        _start(engine, ready.definition, start, kept)
    except BaseException:
        engine.disown(execution)
        raise


def engine_for(
    state: PathLike | None,
    jobs: int | None,
    listener: Listener,
    approvals: Approvals,
    subscribers: Iterable[Subscriber],
) -> Engine:
    """Make an engine that gives these approvals when they are asked for, and tells the subscribers."""
    return _engine(state, jobs, listener, _answers(approvals), subscribers)


def result_of(engine: Engine, execution: str) -> Result:
    """Tell how an execution stands."""
    return _result(engine.journal, execution, engine.directory)


@frozen
class _Part:
    """What is run of a pipeline, and what it may take from earlier executions."""

    definition: Definition
    reuse: Reuse


def _part(
    engine: Engine,
    definition: Definition,
    unchanged: bool,
    from_stage: str | None,
    only: str | None,
    of: str | None,
    variables: Mapping[str, str],
) -> _Part:
    if from_stage is not None and only is not None:
        raise PipelineKitError("a run begins with a stage, or is of one action only: not both")
    if from_stage is None and only is None:
        if of is not None:
            raise PipelineKitError("an earlier execution is named for a run from a stage, or of one action only")
        return _Part(definition, Reuse(unchanged=unchanged))
    stage, slash, action = (only or from_stage or "").partition("/")
    if only is not None and not slash:
        raise PipelineKitError(f"one action is named Stage/Action, not {only!r}")
    _need(definition, stage, action if only is not None else None)
    if only is None:
        keys = list(takewhile(lambda key: key[0] != stage, _keys(definition)))
    else:
        keys = list(givers(definition, stage, action))
    given = ["/".join(key) for key in keys]
    earlier = choose_execution(engine.journal, engine.directory, definition.name, given, of)
    if only is not None:
        known = {**known_variables(engine.journal, definition, earlier), VARIABLES: variables}
        try:
            definition = excerpt(definition, stage, action, earlier, known)
        except Unresolved as missing:
            raise PipelineKitError(f"{missing} has no value in execution {earlier[:8]}; name another one") from None
    return _Part(definition, Reuse(unchanged=unchanged, given=given, of=earlier))


def _keys(definition: Definition) -> list[tuple[str, str]]:
    return [(stage.name, action.name) for stage, action in definition.actions()]


def _need(definition: Definition, stage: str, action: str | None) -> None:
    """Make sure that there is such a stage, and such an action of it that does work."""
    stages = [one.name for one in definition.pipeline.stages]
    if stage not in stages:
        raise PipelineKitError(f"there is no stage {stage!r}: there are {', '.join(stages)}")
    if action is None:
        return
    actions = {a.name: a for s, a in definition.actions() if s.name == stage}
    if action not in actions:
        raise PipelineKitError(f"stage {stage} has no action {action!r}: it has {', '.join(actions)}")
    if not needs_worker(actions[action]):
        raise PipelineKitError(f"{stage}/{action} is a manual approval: there is nothing to run of it")


def resume(
    execution: str = "latest",
    *,
    approvals: Approvals = (),
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    subscribers: Iterable[Subscriber] = (),
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Go on with an execution whose engine ended: nothing whose success is recorded runs again.

    Secrets are never kept, and must be given again. ``execution`` is a unique prefix of its id, or ``latest``.

    Raises:
        UnknownExecution: when there is no such execution.
        AlreadyDriven: when a living process drives it.
    """
    known = read_secrets(secrets)
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals), subscribers) as engine:
        row = find_execution(engine.journal, execution)
        if row["status"] not in ("InProgress", "Stopping"):
            return _result(engine.journal, row["id"], directory)
        _take_on(engine, row, known, workers)
        on_engine(engine, row["id"])
        engine.take_over(row["id"])
        return _drive(engine, row["id"], row["pipeline"], wait)


def retry(
    execution: str,
    stage: str,
    *,
    all_actions: bool = False,
    approvals: Approvals = (),
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    subscribers: Iterable[Subscriber] = (),
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Retry a stage that failed or was stopped, and go on with its execution (API: RetryStageExecution).

    The failed actions run again, or all of the stage with *all_actions*. When another process drives the execution,
    that one does the work, and the result is how it stands now.

    Raises:
        Refused: where the API would refuse, with its own error.
    """
    known = read_secrets(secrets)
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals), subscribers) as engine:
        row = find_execution(engine.journal, execution)
        asked_for = asked.RetryStage(
            execution=row["id"], stage=stage, mode="ALL_ACTIONS" if all_actions else "FAILED_ACTIONS"
        )
        return _go_on(engine, row, asked_for, known, workers, wait, on_engine)


_OVERRIDABLE: Mapping[str, Literal["BEFORE_ENTRY", "ON_SUCCESS"]] = {
    "beforeEntry": "BEFORE_ENTRY",
    "onSuccess": "ON_SUCCESS",
}
"""The conditions of a stage as its declaration has them, and as the API's ConditionType spells them."""


def override(
    execution: str,
    stage: str,
    condition: Literal["beforeEntry", "onSuccess"] = "beforeEntry",
    *,
    approvals: Approvals = (),
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    subscribers: Iterable[Subscriber] = (),
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Let an execution go on in spite of a stage's condition (API: OverrideStageCondition), as `retry` goes on.

    Raises:
        Refused: where the API would refuse, with its own error.
    """
    which = _OVERRIDABLE.get(condition)
    if which is None:
        raise PipelineKitError(f"a condition that can be overridden is {' or '.join(_OVERRIDABLE)}, not {condition!r}")
    known = read_secrets(secrets)
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals), subscribers) as engine:
        row = find_execution(engine.journal, execution)
        asked_for = asked.OverrideStageCondition(execution=row["id"], stage=stage, condition=which)
        return _go_on(engine, row, asked_for, known, workers, wait, on_engine)


def _go_on(
    engine: Engine,
    row: sqlite3.Row,
    asked_for: asked.Command,
    known: Secrets,
    workers: Mapping[str, StandIn] | None,
    wait: bool,
    on_engine: OnEngine,
) -> Result:
    """Ask something of an execution, and drive it on; where another process drives it, that one does."""
    if is_driven(engine.directory, row["id"]):
        engine.submit(row["pipeline"], asked.Tick(), asked_for)
        return _result(engine.journal, row["id"], engine.directory)
    _take_on(engine, row, known, workers)
    on_engine(engine, row["id"])
    engine.take_over(row["id"])
    engine.submit(row["pipeline"], asked_for)
    return _drive(engine, row["id"], row["pipeline"], wait)


def rollback(
    stage: str,
    to: str,
    *,
    approvals: Approvals = (),
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    wait: bool = False,
    subscribers: Iterable[Subscriber] = (),
    listener: Listener = lambda event: None,
    on_engine: OnEngine = lambda engine, execution: None,
) -> Result:
    """Roll a stage back to the execution *to*, which succeeded in it (API: RollbackStage).

    That is a new execution of the one stage, with the variables and artifacts of *to*, bound as *to* was. ``to`` is a
    unique prefix of an id.

    Raises:
        Refused: where the API would refuse, with its own error.
    """
    known = read_secrets(secrets)
    directory = existing_state(state)
    with _engine(directory, jobs, listener, _answers(approvals), subscribers) as engine:
        row = find_execution(engine.journal, to)
        target = _target(engine.journal, row)
        kept = _kept(engine.journal, row["id"])
        known.before = tuple(kept.get("secrets", ()))
        execution = str(uuid.uuid4())
        bound = together(kept_bindings(kept), Bindings(workers=workers or {}))
        engine.own(execution, row["pipeline"], bound, known)
        engine.submit(
            row["pipeline"],
            asked.Tick(),
            asked.RollbackStage(execution=execution, stage=stage, target=target),
            asked.BindExecution(execution=execution, bindings=kept),
        )
        on_engine(engine, execution)
        return _drive(engine, execution, row["pipeline"], wait)


def _target(journal: Journal, row: sqlite3.Row) -> Target | None:
    definition = journal.definition_event(row["pipeline"], row["version"])
    events = journal.events(row["id"])
    return target_of(events if definition is None else [definition, *events], row["id"])


def _take_on(
    engine: Engine,
    row: sqlite3.Row,
    secrets: Secrets,
    workers: Mapping[str, StandIn] | None,
) -> None:
    kept = _kept(engine.journal, row["id"])
    secrets.before = tuple(kept.get("secrets", ()))
    bound = together(kept_bindings(kept), Bindings(workers=workers or {}))
    engine.own(row["id"], row["pipeline"], bound, secrets, kept_reuse(kept))
    engine.submit(row["pipeline"], asked.Tick())


def _answers(approvals: Approvals) -> Mapping[str, bool] | Literal["all"]:
    if approvals == "all":
        return "all"
    if isinstance(approvals, str):
        approvals = [approvals]
    answers = dict(approvals) if isinstance(approvals, Mapping) else dict.fromkeys(approvals, True)
    return "all" if "all" in answers else answers


def _engine(
    state: PathLike | None,
    jobs: int | None,
    listener: Listener,
    answers: Mapping[str, bool] | Literal["all"],
    subscribers: Iterable[Subscriber],
) -> Engine:
    """Make an engine that gives the approvals it was told to give as soon as they are open, and tells subscribers."""
    publisher = Publisher(subscribers)

    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ExecutionEvent) and event.execution in engine.driven:
            publisher.publish(engine.journal, event)  # first: who listens may fail
        listener(event)
        if isinstance(event, happened.ApprovalOpened) and event.execution in engine.driven:
            key = f"{event.stage}/{event.action}"
            yes = True if answers == "all" else answers.get(key, answers.get(event.action))
            reuse = engine.driven[event.execution].reuse
            if key in reuse.given:
                engine.loop.soon(lambda: put_answer(engine, event, True, f"given in {(reuse.of or '')[:8]}"))
                return
            if yes is not None:
                engine.loop.soon(lambda: put_answer(engine, event, yes, "given when the run was started"))

    engine = Engine(places.state_directory(state), jobs=jobs, listener=listen)
    engine.when_told(publisher.close)
    engine.after_release(publisher.forget)
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


def _start(engine: Engine, definition: Definition, start: asked.StartExecution, kept: Mapping[str, Any]) -> None:
    for attempts_left in (2, 1, 0):
        state = engine.journal.state(definition.name)
        commands: list[asked.Command] = []
        if not state.version:
            commands.append(asked.CreatePipeline(definition=definition))
        elif state.definition != definition:
            commands.append(asked.UpdatePipeline(definition=definition))
        commands += [start, asked.BindExecution(execution=start.execution, bindings=kept)]
        try:
            engine.submit(definition.name, asked.Tick(), *commands)
        except Refused:
            if not attempts_left:  # another process creates it at the same moment, again and again
                raise
        else:
            return


def _named(secrets: Secrets) -> dict[str, Any]:
    """Give the names of the sources of secrets, where there are any, so that `resume` can say what it misses."""
    return {"secrets": list(secrets.sources)} if secrets.sources else {}


def _kept(journal: Journal, execution: str) -> Mapping[str, Any]:
    """Give what is kept with an execution; a rollback that nobody asked for has that of the one that led to it."""
    kept: Mapping[str, Any] = {}
    for event in journal.events(execution):
        if isinstance(event, happened.ExecutionStarted) and event.cause:
            kept = _kept(journal, event.cause)
        if isinstance(event, happened.ExecutionBound):
            kept = event.bindings
    return kept


def _drive(engine: Engine, execution: str, pipeline: str, wait: bool) -> Result:
    drive(engine, execution, pipeline, wait=lambda: wait)
    return _result(engine.journal, execution, engine.directory)


def _result(journal: Journal, execution: str, state: Path) -> Result:
    shown = show(journal, find_execution(journal, execution))
    return Result(execution=execution, status=shown["status"], state=state, shown=shown)
