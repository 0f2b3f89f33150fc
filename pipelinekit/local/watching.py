"""Watching repositories: an execution for each push that a pipeline's triggers let through."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from attrs import evolve, frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import events as happened
from pipelinekit.execution.triggers import Verdict, judge
from pipelinekit.local.bindings import Bindings, LambdaFunction, PathLike, together
from pipelinekit.local.engine import POLL_SECONDS, Engine, Listener, status_of
from pipelinekit.local.journal import JournalError
from pipelinekit.local.notices import Alarm
from pipelinekit.local.refs import Movement, movements
from pipelinekit.local.reopening import Reopened
from pipelinekit.local.repositories import Notify, Repositories, Repository
from pipelinekit.local.reuse import Reuse
from pipelinekit.local.secrets import Secrets, SecretSources, read_secrets
from pipelinekit.local.standins import StandIn
from pipelinekit.local.subscribers import Subscriber
from pipelinekit.local.verbs import (
    Approvals,
    Prepared,
    Result,
    begin,
    engine_for,
    prepare,
    result_of,
)

LOOK_SECONDS = 2.0
"""How often repositories are looked at where nobody tells of changes."""

_IDLE_SECONDS = 0.2
"""How often it is asked whether to end while nothing runs; what changes, and a signal, is heard of at once."""

_ALL_THE_SAME_SECONDS = 60.0
"""How often they are looked at though changes are told of: some file systems tell of none that others make."""

_TROUBLE_SECONDS = 1.0
"""How often a repository that is gone is looked for."""


@frozen(kw_only=True)
class Judged:
    """A branch or tag that moved, and what came of it.

    ``name`` is that of the branch, or ``tag NAME``; ``execution`` the one it started; ``reasons`` say why, or why none.
    """

    pipeline: str
    name: str
    commit: str
    reasons: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    execution: str | None = None


def watch(
    given: Pipeline | Definition | PathLike,
    *,
    sources: Mapping[str, PathLike] | None = None,
    hosts: Mapping[str, PathLike | Iterable[PathLike]] | None = None,
    functions: Mapping[str, str | LambdaFunction] | None = None,
    buckets: Mapping[str, PathLike] | None = None,
    approvals: Approvals = (),
    parameters: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    secrets: SecretSources = None,
    workers: Mapping[str, StandIn] | None = None,
    jobs: int | None = None,
    state: PathLike | None = None,
    bindings: Bindings | None = None,
    reuse: bool = False,
    subscribers: Iterable[Subscriber] = (),
    every: float | None = None,
    until: Callable[[], bool] = lambda: False,
    on_push: Callable[[Judged], None] = lambda judged: None,
    on_end: Callable[[Result], None] = lambda result: None,
    on_notice: Notify = lambda text: None,
    listener: Listener = lambda event: None,
    on_engine: Callable[[Engine], None] = lambda engine: None,
) -> None:
    """Start an execution at each push to the git repositories that stand for a pipeline's sources, and run it.

    A push is new commits of a branch, however many, or a tag; the pipeline's triggers judge it as AWS would. The
    execution gets the commit that was pushed, not the working tree. Executions meet as the execution mode says.
    A *given* path is read again when its file changes. Repositories tell of changes themselves, or are looked at
    *every* so many seconds. When *until* says so no more are started, and those under way stop when their actions are
    over. The other arguments are those of `run`.

    Raises:
        InvalidPipeline, PipelineKitError: as `run`, for the pipeline as it is at first.
        PipelineKitError: when no source is a git repository that a push could start something from.
    """
    if every is not None and every <= 0:
        raise ValueError(f"repositories are looked at every so many seconds, not every {every}")
    answers = approvals if isinstance(approvals, (str, Mapping)) else tuple(approvals)
    asked_for = Bindings(
        sources=sources,
        hosts=hosts,
        functions=functions,
        buckets=buckets,
        parameters=parameters or {},
        workers=workers or {},
    )
    pipeline = _WatchedPipeline(Reopened(given), asked_for, bindings or Bindings(), answers, variables)
    pipeline.read()
    repositories = Repositories(on_notice)
    repositories.follow(pipeline.ready)
    known = read_secrets(secrets)
    over: set[str] = set()

    def listen(event: happened.Event) -> None:
        if isinstance(event, _ENDS) and event.execution in engine.driven:
            over.add(event.execution)
        listener(event)

    with engine_for(state, jobs, listen, answers, subscribers) as engine:
        on_engine(engine)
        watching = _Watching(
            engine,
            pipeline,
            repositories,
            known,
            Reuse(unchanged=reuse),
            every=every,
            on_push=on_push,
            notify=on_notice,
        )
        engine.before_close(watching.close)
        watching.start()
        while watching.goes_on or engine.driven:
            if watching.goes_on and until():
                watching.close()
                engine.interrupt()
            engine.turn(POLL_SECONDS if engine.driven else _IDLE_SECONDS)
            watching.check()
            for execution in sorted(over):
                if status_of(engine.journal, execution) in ("InProgress", "Stopping"):  # somebody has retried it
                    over.discard(execution)
                elif engine.release(execution):
                    over.discard(execution)
                    on_end(result_of(engine, execution))


_ENDS = (
    happened.ExecutionSucceeded,
    happened.ExecutionFailed,
    happened.ExecutionStopped,
    happened.ExecutionSuperseded,
    happened.ExecutionCancelled,
)


class _WatchedPipeline:
    """The pipeline as it was when it could be read last, and what is wrong with it now."""

    def __init__(
        self,
        origin: Reopened,
        asked_for: Bindings,
        bindings: Bindings,
        approvals: Approvals,
        variables: Mapping[str, str] | None,
    ) -> None:
        self.origin = origin
        self.trouble = ""
        self._asked_for = asked_for
        self._bindings = bindings
        self._approvals = approvals
        self._variables = variables
        self._ready: Prepared | None = None

    @property
    def ready(self) -> Prepared:
        if self._ready is None:
            raise RuntimeError("it was never read")
        return self._ready

    def read(self) -> None:
        """Read it.

        Raises:
            PipelineKitError: when that cannot be, or it cannot run here; the one that was read before stays.
        """
        origin = self.origin.read()
        own = together(origin.bindings, self._bindings)
        self._ready = prepare(origin.value, self._asked_for, own, self._approvals, self._variables)
        self.trouble = ""

    def read_again(self) -> bool:
        """Read it, and keep what is wrong with it, if anything; tell whether it could be read."""
        try:
            self.read()
        except PipelineKitError as error:
            self.trouble = str(error)
        return not self.trouble


class _Watching:
    """Looks when there may be something new, judges it, and starts executions: a task on the engine's loop."""

    def __init__(
        self,
        engine: Engine,
        pipeline: _WatchedPipeline,
        repositories: Repositories,
        secrets: Secrets,
        reuse: Reuse,
        *,
        every: float | None,
        on_push: Callable[[Judged], None],
        notify: Notify,
    ) -> None:
        self._engine = engine
        self._pipeline = pipeline
        self._repositories = repositories
        self._secrets = secrets
        self._reuse = reuse
        self._every = every
        self._on_push = on_push
        self._notify = notify
        self._alarm = None if every is not None else Alarm(engine.loop, self._directories)
        self._read_at = 0.0
        self._is_told = False
        self.goes_on = True

    def _directories(self) -> list[Path]:
        return [*self._repositories.directories(), *self._pipeline.origin.directories()]

    def start(self) -> None:
        """Begin to watch."""
        self._task = self._engine.loop.task(self._watch())

    def check(self) -> None:
        """Raise what the watching has run into, if anything: a fault, not a repository that is gone."""
        if self.goes_on and self._task.done:
            self._task.result()

    def close(self) -> None:
        """Watch no more."""
        if self.goes_on:
            self.goes_on = False
            self._task.cancel()
            if self._alarm is not None:
                self._alarm.close()

    async def _watch(self) -> None:
        while self.goes_on:
            self._read_pipeline()
            for repository in self._repositories:
                await self._look(repository)
            if self._alarm is None:
                await self._engine.loop.sleep(self._every or LOOK_SECONDS)
            else:
                self._tell_trouble(self._alarm)
                await self._alarm.ring(self._patience())

    def _tell_trouble(self, alarm: Alarm) -> None:
        if alarm.trouble and not self._is_told:
            self._is_told = True
            self._notify(f"looking every {LOOK_SECONDS:g} s: nobody tells of changes here ({alarm.trouble})")

    def _patience(self) -> float:
        if self._repositories.troubled:
            return _TROUBLE_SECONDS
        return LOOK_SECONDS if self._alarm is None or self._alarm.trouble else _ALL_THE_SAME_SECONDS

    def _read_pipeline(self) -> None:
        """Read the pipeline again if it has changed or was in trouble, and say what is wrong with it."""
        pipeline = self._pipeline
        before, trouble = pipeline.ready, pipeline.trouble
        now = self._engine.loop.clock()
        if not pipeline.origin.changed and not (trouble and now - self._read_at >= _TROUBLE_SECONDS):
            return
        self._read_at = now
        if pipeline.read_again():
            try:
                self._repositories.follow(pipeline.ready)
                if self._alarm is not None:
                    self._alarm.attend()
            except PipelineKitError as error:
                pipeline.trouble = str(error)
        if pipeline.trouble and pipeline.trouble != trouble:
            self._notify(f"{pipeline.trouble}\nnothing starts until that is mended; what is pushed waits")
        elif not pipeline.trouble and (trouble or pipeline.ready.definition != before.definition):
            self._notify("the pipeline was read again: pushes start it as it is now")

    async def _look(self, repository: Repository) -> None:
        key = repository.key
        seen = self._repositories.seen[key]
        try:
            moved = await self._engine.loop.in_thread(
                lambda: movements(repository.place, seen.refs, seen.fresh, repository.ref)
            )
        except (PipelineKitError, OSError) as error:
            self._trouble(key, error)
            return
        if self._repositories.troubled.pop(key, None):
            self._notify(f"{repository.directory} can be read again")
        for movement in moved:
            if movement.event is not None and self._pipeline.trouble:
                continue  # it is still news when the pipeline is mended
            try:
                judged = self._judged(repository, movement)
            except JournalError as error:  # locked, or the disk is full: it is still news when that is over
                self._trouble(key, error)
                return
            self._repositories.seen[key] = self._repositories.seen[key].after(movement)
            self._on_push(judged)

    def _trouble(self, key: tuple[Path, str | None], error: Exception) -> None:
        if key not in self._repositories.troubled:
            self._notify(f"{error}; looking every {_TROUBLE_SECONDS:g} s whether that is over")
        self._repositories.troubled[key] = str(error)

    def _judged(self, repository: Repository, movement: Movement) -> Judged:
        ready = self._pipeline.ready
        judged = Judged(pipeline=ready.definition.name, name=movement.name, commit=movement.commit, reasons=())
        note = (movement.note,) if movement.note else ()
        if movement.event is None:
            return evolve(judged, reasons=note)
        names = {source.action for source in repository.sources}
        verdicts = tuple(one for one in judge(ready.definition, movement.event) if one.source in names)
        verdicts = tuple(evolve(one, reasons=tuple(map(_printable, one.reasons))) for one in verdicts)
        reasons = (*note, *(f"{one.source}: {reason}" for one in verdicts for reason in one.reasons))
        judged = evolve(judged, verdicts=verdicts, reasons=reasons)
        starting = next((one for one in verdicts if one.trigger_type is not None), None)
        if starting is None:
            return judged
        by = {one.source for one in verdicts if one.starts}
        bound_now = {source.key: source.at(movement) for source in repository.sources if source.action in by}
        bindings = evolve(ready.bindings, sources={**ready.bindings.sources, **bound_now})
        execution = str(uuid.uuid4())
        try:
            begin(
                self._engine,
                execution,
                evolve(ready, bindings=bindings),
                self._secrets,
                self._reuse,
                trigger=starting.trigger_type or "",
                detail=f"{movement.ref} {movement.commit}",
            )
        except JournalError:
            raise
        except PipelineKitError as error:
            return evolve(judged, reasons=(*reasons, str(error)))
        return evolve(judged, execution=execution)


def _printable(text: str) -> str:
    """Give a text, such as the name of a file, in which what is not UTF-8 is replaced."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
