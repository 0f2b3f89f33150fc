"""A pipeline in a test: the machine itself, with outcomes by a script and a clock that the test moves."""

from __future__ import annotations

import datetime
import heapq
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import assumptions
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.controlling import target_of
from pipelinekit.execution.decide import deadline, decide
from pipelinekit.execution.dispatch import is_under_way, job_of
from pipelinekit.execution.eventbridge import Notifier
from pipelinekit.execution.jobs import Job, as_action
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.revisions import SourceRevisions
from pipelinekit.execution.state import State
from pipelinekit.execution.triggers import (
    PullRequestAction,
    PullRequestEvent,
    PushEvent,
    RepositoryEvent,
    branch_of,
    judge,
)
from pipelinekit.testing import made_up
from pipelinekit.testing.alarms import Alarms
from pipelinekit.testing.noticed import Noticed
from pipelinekit.testing.observers import observers
from pipelinekit.testing.outcomes import Duration, Outcome, Outcomes, Script, keys_of
from pipelinekit.testing.records import ExecutionRecord, Records
from pipelinekit.testing.timeline import timeline
from pipelinekit.testing.views import ActionView, ExecutionView, StageView, Verdict, view
from pipelinekit.values import FrozenMap, duration

BEGIN = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.UTC)
"""When a simulation begins, unless the test says: a Monday morning."""

Chooser = Callable[[list[str]], int]
"""Chooses which of several things happens first, that are all due at the same time; see `explore`."""


def simulate(
    pipeline: Pipeline | Definition,
    outcomes: Mapping[str, Outcomes] | None = None,
    *,
    alarms: Mapping[str, str] | None = None,
    seed: int = 0,
    begin: datetime.datetime | str = BEGIN,
    chooser: Chooser | None = None,
) -> Simulation:
    """Make a simulation of a pipeline; nothing of it runs yet.

    *outcomes* say how actions end, by ``Stage/Action`` or pattern; *alarms* the states of CloudWatch alarms at first.
    *seed* orders what ends at the same time; *begin* is the time at which it begins, for deployment windows.

    Raises:
        InvalidPipeline: when the pipeline has no order.
        PipelineKitError: when an outcome stands for nothing in it.
    """
    return Simulation(define(pipeline), outcomes or {}, alarms or {}, seed=seed, begin=begin, chooser=chooser)


@frozen
class _Due:
    """A worker's answer that is due."""

    job: Job
    outcome: Outcome


class Simulation:
    """A pipeline under test. Time moves by `advance` alone; `run` does what can be done without time or a person."""

    def __init__(
        self,
        definition: Definition,
        outcomes: Mapping[str, Outcomes],
        alarms: Mapping[str, str],
        *,
        seed: int = 0,
        begin: datetime.datetime | str = BEGIN,
        chooser: Chooser | None = None,
    ) -> None:
        self._script = Script(definition, outcomes)
        self._alarms = Alarms(alarms)
        self._begin = _time(begin)
        self._now = self._begin
        self._random = random.Random(seed)
        self._chooser = chooser
        self.state = State()
        self.history: list[happened.Event] = []
        """Every event so far."""
        self.refused: list[Refused] = []
        """Answers of workers that the machine refused, as they came too late or twice."""
        self._records = Records(self.history)
        self._new: list[Job] = []
        self._ready: list[_Due] = []
        self._later: list[tuple[float, int, _Due]] = []
        self._plans: list[tuple[float, int, Callable[[Simulation], object]]] = []
        self._count = 0
        self._started = 0
        self._tries: dict[tuple[str, str], int] = {}
        self._made: dict[str, set[str]] = {}
        for observer in observers:
            observer(self)
        self._ask(asked.CreatePipeline(definition=definition))

    # What a test does

    def start(
        self,
        variables: Mapping[str, str] | None = None,
        *,
        source_revisions: SourceRevisions | None = None,
        trigger: str = "StartPipelineExecution",
    ) -> str:
        """Start an execution, with values for the pipeline's *variables*; gives its id.

        *source_revisions* choose what a source takes: ``{"Checkout": "3f2a..."}``, or by type,
        ``{"Archive": {"S3_OBJECT_KEY": "old.zip"}}``.
        """
        execution = f"E{self._started + 1}"
        self._ask(
            asked.StartExecution(
                execution=execution,
                trigger=trigger,
                variables=variables or {},
                source_revisions=source_revisions or {},
            )
        )
        return execution

    def push(
        self,
        branch: str | None = None,
        *,
        tag: str | None = None,
        files: Iterable[str] | None = None,
        is_new: bool = False,
        repository: str | None = None,
    ) -> Noticed:
        """Let somebody push to a *branch*, or a *tag*: without either, to the branch that the first source reads.

        The pipeline's triggers judge it, and how its sources without one notice changes, as `judge` does. True where
        an execution started; `Noticed.reasons` say why, or why not.

        Raises:
            FilesNeeded: when it depends on the *files* that changed, and none are given.
            PipelineKitError: when no source reads a branch, and none is given.
        """
        if branch is None and tag is None:
            branch = self._branch()
        return self._notice(PushEvent(branch=branch, tag=tag, files=files, is_new=is_new, repository=repository))

    def pull_request(
        self,
        branch: str | None = None,
        action: PullRequestAction = "OPEN",
        *,
        files: Iterable[str] | None = None,
        repository: str | None = None,
    ) -> Noticed:
        """Let a pull request into *branch* (that of the first source) be opened, updated or closed; as `push`."""
        target = self._branch() if branch is None else branch
        return self._notice(PullRequestEvent(branch=target, action=action, files=files, repository=repository))

    def _branch(self) -> str:
        for _, action in self.definition.actions():
            branch = branch_of(action)
            if branch is not None:
                return branch
        raise PipelineKitError(f"no source of {self.definition.name} reads a branch: say which, branch=... or tag=...")

    def _notice(self, event: RepositoryEvent) -> Noticed:
        verdicts = judge(self.definition, event)
        trigger = next((one.trigger_type for one in verdicts if one.trigger_type is not None), None)
        if trigger is None:
            return Noticed(execution=None, verdicts=verdicts)
        try:
            execution = self.start(trigger=trigger)
        except Refused as refused:  # AWS drops it unheard (User Guide, troubleshooting)
            return Noticed(execution=None, verdicts=verdicts, refused=refused)
        return Noticed(execution=execution, verdicts=verdicts)

    def run(self) -> None:
        """Do all that can be done without time or a person.

        Raises:
            MissingOutcome: at an action of which the test does not say how it ends.
        """
        self._collect()
        while self._ready:
            self._do(self._ready.pop(self._choose()))
            self._collect()

    def advance(self, by: Duration = 0.0, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass: what is due in it happens, one after the other."""
        until = self._now + (duration(by) + datetime.timedelta(days=days, hours=hours, minutes=minutes)).total_seconds()
        self.run()
        while (at := self._next()) is not None and at <= until:
            self._now = max(self._now, at)
            self._let_pass()
            self.run()
        self._now = until

    def run_to_end(self, within: Duration = "400d") -> None:
        """Let time pass until nothing is left that time could bring, at most *within*."""
        until = self._now + duration(within).total_seconds()
        self.run()
        while (at := self._next()) is not None and at <= until:
            self.advance(at - self._now)

    def at(self, time: Duration, what: Callable[[Simulation], object]) -> None:
        """Let *what* happen at a time, counted from the beginning: ``sim.at("3m", lambda sim: sim.push())``."""
        at = self._begin + duration(time).total_seconds()
        if at < self._now:
            raise PipelineKitError(f"{time} is past already: {self.elapsed} have passed")
        self._count += 1
        heapq.heappush(self._plans, (at, self._count, what))

    def approve(
        self, action: str, *, execution: str | None = None, summary: str = "", token: str | None = None
    ) -> None:
        """Say yes to an open manual approval, ``Stage/Action``."""
        self._answer(action, "Approved", execution, summary, token)

    def reject(self, action: str, *, execution: str | None = None, summary: str = "", token: str | None = None) -> None:
        """Say no to an open manual approval, ``Stage/Action``: the action fails."""
        self._answer(action, "Rejected", execution, summary, token)

    def enable_transition(self, stage: str) -> None:
        """Open the entrance of a stage."""
        self._ask(asked.EnableTransition(stage=stage))

    def disable_transition(self, stage: str, reason: str = "a test") -> None:
        """Close the entrance of a stage."""
        self._ask(asked.DisableTransition(stage=stage, reason=reason))

    def stop(self, execution: str | None = None, *, abandon: bool = False, reason: str = "") -> None:
        """Stop an execution: when its actions are over, or at once."""
        self._ask(asked.StopExecution(execution=self._id(execution), abandon=abandon, reason=reason))

    def retry(self, stage: str, *, execution: str | None = None, all_actions: bool = False) -> None:
        """Retry a stage: its failed actions, or all."""
        mode: Literal["ALL_ACTIONS", "FAILED_ACTIONS"] = "ALL_ACTIONS" if all_actions else "FAILED_ACTIONS"
        self._ask(asked.RetryStage(execution=self._id(execution), stage=stage, mode=mode))

    def rollback(self, stage: str, *, to: str) -> str:
        """Roll a stage back to an execution that succeeded in it; gives the id of the new execution."""
        execution = f"E{self._started + 1}"
        target = target_of(self.history, self._id(to))
        self._ask(asked.RollbackStage(execution=execution, stage=stage, target=target))
        return execution

    def override(
        self,
        stage: str,
        condition: Literal["beforeEntry", "onSuccess"] = "beforeEntry",
        *,
        execution: str | None = None,
    ) -> None:
        """Let an execution go on in spite of a condition."""
        which: Literal["BEFORE_ENTRY", "ON_SUCCESS"] = "BEFORE_ENTRY" if condition == "beforeEntry" else "ON_SUCCESS"
        self._ask(asked.OverrideStageCondition(execution=self._id(execution), stage=stage, condition=which))

    def update(self, pipeline: Pipeline | Definition) -> None:
        """Replace the pipeline while it runs."""
        self._ask(asked.UpdatePipeline(definition=define(pipeline)))

    def alarm(self, name: str, state: Literal["OK", "ALARM", "INSUFFICIENT_DATA"]) -> None:
        """Put a CloudWatch alarm into a state."""
        self._alarms.put(name, state)
        self._look_at_alarms()

    # What a test looks at

    @property
    def definition(self) -> Definition:
        """The pipeline as it is now."""
        return self.state.definition

    @property
    def now(self) -> datetime.datetime:
        """The time of the simulation."""
        return datetime.datetime.fromtimestamp(self._now, datetime.UTC)

    @property
    def elapsed(self) -> datetime.timedelta:
        """How much time has passed since it began."""
        return datetime.timedelta(seconds=self._now - self._begin)

    @property
    def executions(self) -> list[ExecutionView]:
        """All executions, rollbacks too, in the order they started."""
        return [ExecutionView(self, record) for record in self.records().values()]

    @property
    def latest(self) -> ExecutionView:
        """The execution that started last; the one that ``sim[...]`` and ``sim.status`` look at."""
        executions = self.executions
        if not executions:
            raise PipelineKitError("no execution was started yet: sim.start()")
        return executions[-1]

    @property
    def status(self) -> str:
        """The status of the execution that started last."""
        return self.latest.status

    def execution(self, name: str) -> ExecutionView:
        """Give an execution by its id, or by its label: E2 is the second that started."""
        records = self.records()
        record = records.get(name)
        if record is None:
            record = next((one for one in records.values() if f"E{one.number}" == name), None)
        if record is None:
            raise PipelineKitError(f"there is no execution {name!r}: {len(records)} were started")
        return ExecutionView(self, record)

    def __getitem__(self, key: str) -> Any:
        """Give a stage (`StageView`), action or rule (`ActionView`) of the execution that started last."""
        executions = self.executions
        return view(self, executions[-1] if executions else None, key)

    def stage(self, name: str) -> StageView:
        """Give a stage of the execution that started last; as ``sim[name]``, for type checkers."""
        found = self[name]
        assert isinstance(found, StageView), f"{name!r} is an action"
        return found

    def action(self, key: str) -> ActionView:
        """Give an action of the execution that started last; as ``sim[key]``, for type checkers."""
        found = self[key]
        assert isinstance(found, ActionView), f"{key!r} is a stage"
        return found

    def ran_before(self, first: str, second: str) -> Verdict:
        """Whether an action was over when another started, in the execution that started last."""
        a, b = self.action(first), self.action(second)
        if a.last is None or b.last is None:
            missing = first if a.last is None else second
            return Verdict(False, f"{missing} was not started")
        start = b.attempts[0]
        if a.attempts[0].ended_index is not None and a.attempts[0].ended_index < start.index:
            return Verdict(True, f"{first} was over when {second} started")
        return Verdict(False, f"{first} was not over when {second} started")

    def ran_in_parallel(self, first: str, second: str) -> Verdict:
        """Whether two actions ran at the same time, in the execution that started last."""
        a, b = self.action(first).last, self.action(second).last
        if a is None or b is None:
            return Verdict(False, f"{first if a is None else second} was not started")
        overlap = _before(a.index, b.ended_index) and _before(b.index, a.ended_index)
        return Verdict(overlap, f"{first} and {second} " + ("ran" if overlap else "did not run") + " at the same time")

    def timeline(self) -> str:
        """Write what happened so far, a line each."""
        labels = {record.id: f"E{record.number}" for record in self.records().values()}
        return timeline(self.history, self._begin, labels)

    def notifications(self) -> list[dict[str, Any]]:
        """Give what EventBridge was told so far."""
        notifiers: dict[str, Notifier] = {}
        notices: list[dict[str, Any]] = []
        definition: Definition | None = None
        for event in self.history:
            if isinstance(event, (happened.PipelineCreated, happened.PipelineUpdated)):
                definition = event.definition
            elif isinstance(event, happened.ExecutionEvent) and definition is not None:
                notifier = notifiers.get(event.execution) or Notifier(definition)
                notices += notifiers.setdefault(event.execution, notifier).notices(event)
        return notices

    def records(self) -> dict[str, ExecutionRecord]:
        """Give what is known of each execution, for views."""
        return self._records.executions()

    def keys(self) -> Iterator[str]:
        """Yield the names that ``sim[...]`` knows."""
        yield from (stage.name for stage in self.definition.pipeline.stages)
        yield from keys_of(self.definition)

    def declared(self, key: str) -> ActionDeclaration | None:
        """Give the declaration of an action or rule; None when there is none of that name."""
        for stage, action in self.definition.actions():
            if f"{stage.name}/{action.name}" == key:
                return action
        rules = (rule for stage in self.definition.pipeline.stages for _, rule in stage.told_apart())
        names = [name for name in keys_of(self.definition) if name.count("/") == 2]
        return next((as_action(rule) for name, rule in zip(names, rules, strict=True) if name == key), None)

    def __repr__(self) -> str:
        return f"<Simulation of {self.definition.name}, {len(self.records())} executions, {self.elapsed} passed>"

    # How it goes

    def _ask(self, command: asked.Command) -> None:
        decision = decide(self.state, command, self._now)
        self.state = decision.state
        self.history += decision.events
        for event in decision.events:
            if isinstance(event, (happened.ActionStarted, happened.RuleStarted)):
                job = job_of(self.state, event)
                if job is not None:
                    self._new.append(job)
            elif isinstance(event, happened.ExecutionStarted):
                self._started += 1
                if event.target:
                    self._made[event.execution] = set(self._made.get(event.target, ()))

    def _collect(self) -> None:
        """Ask the script about what has started since, and put the answers where they are due."""
        while self._new:
            jobs, self._new = self._new, []
            for job in jobs:
                if is_under_way(self.state, job):
                    self._plan(job)

    def _plan(self, job: Job) -> None:
        if job.kind == "action" and job.action.action_type_id.category == "Approval":
            given = self._script.given(job.key) if self._script.names(job.key) else None
            if given is None:
                return
        if job.action.action_type_id.provider == "CloudWatchAlarm" and not self._script.names(job.key):
            self._watch(job)
            return
        missing = self._missing_input(job)
        if missing is not None:
            self._put(_Due(job, missing))
            return
        key = (job.execution, job.key)
        self._tries[key] = number = self._tries.get(key, 0) + 1
        outcome = self._script.outcome(job, number)
        self._put(_Due(job, outcome))

    def _missing_input(self, job: Job) -> Outcome | None:
        made = self._made.get(job.execution, set())
        for name in job.action.input_artifacts:
            if name not in made and assumptions.MISSING_ARTIFACTS_FAIL_THEIR_READER:
                reason = f"the input artifact {name} does not exist: no action of this execution has made it"
                return Outcome(succeeded=False, reason=reason, code="ConfigurationError")
        return None

    def _put(self, due: _Due, after: float | None = None) -> None:
        if due.outcome.kind == "hangs":
            return  # nothing of it is ever due: the machine's clock ends it
        wait = due.outcome.after if after is None else after
        if wait <= 0:
            self._ready.append(due)
        else:
            self._count += 1
            heapq.heappush(self._later, (self._now + wait, self._count, due))

    def _choose(self) -> int:
        if len(self._ready) == 1:
            return 0
        if self._chooser is not None:
            return self._chooser([f"{due.job.execution} {due.job.key}" for due in self._ready])
        return self._random.randrange(len(self._ready))

    def _do(self, due: _Due) -> None:
        job, outcome = due.job, due.outcome
        if not is_under_way(self.state, job):
            return  # it timed out, or was abandoned
        if outcome.kind == "lost":
            self._lose(job, outcome)
            return
        report = self._report(job, outcome)
        self._ask(report)
        if outcome.kind == "twice":
            try:
                self._ask(report)
            except Refused as refused:
                self.refused.append(refused)

    def _lose(self, job: Job, outcome: Outcome) -> None:
        if job.kind == "rule":
            self._ask(asked.RuleLost(job=job.id, execution=job.execution, rule=job.action.name))
        else:
            self._ask(asked.ActionLost(job=job.id, execution=job.execution, action=job.action.name))
        again, self._new = self._new, []
        for one in again:
            if (one.execution, one.key) == (job.execution, job.key):
                self._put(_Due(one, outcome.then or Outcome()))
            else:
                self._new.append(one)

    def _report(self, job: Job, outcome: Outcome) -> asked.Command:
        if job.kind == "rule":
            return asked.ReportRule(
                job=job.id,
                execution=job.execution,
                rule=job.action.name,
                succeeded=outcome.succeeded,
                code=outcome.code,
                message=outcome.reason,
            )
        if job.action.action_type_id.category == "Approval":
            run = self.state.executions[job.execution].running[job.action.name]
            return asked.PutApprovalResult(
                execution=job.execution,
                stage=job.stage,
                action=job.action.name,
                token=run.token or "",
                status="Approved" if outcome.succeeded else "Rejected",
                summary=outcome.reason,
            )
        made: tuple[str, ...] = ()
        if outcome.succeeded:
            declared = tuple(artifact.name for artifact in job.action.output_artifacts)
            made = declared if outcome.artifacts is None else outcome.artifacts
            if made:
                self._made.setdefault(job.execution, set()).update(made)
        variables: Mapping[str, str] = made_up.variables(job) if outcome.succeeded else _NOTHING
        if outcome.succeeded and outcome.variables:
            variables = {**variables, **outcome.variables}
        return asked.ReportAction(
            job=job.id,
            execution=job.execution,
            action=job.action.name,
            succeeded=outcome.succeeded,
            variables=variables,
            artifacts=dict.fromkeys(made, _NOTHING) if made else _NOTHING,
            code=outcome.code,
            message=outcome.reason,
        )

    # Time

    def _next(self) -> float | None:
        """Give when something is due next."""
        times = [at for at in (deadline(self.state),) if at is not None]
        times += [self._later[0][0]] if self._later else []
        times += [self._plans[0][0]] if self._plans else []
        return min(times, default=None)

    def _let_pass(self) -> None:
        """Do what is due now; what a worker answers in time counts, although its time ends at the same moment."""
        while self._later and self._later[0][0] <= self._now:
            self._ready.append(heapq.heappop(self._later)[2])
        self.run()
        ends = deadline(self.state)
        if ends is not None and ends <= self._now:
            self._ask(asked.Tick())
        while self._plans and self._plans[0][0] <= self._now:
            heapq.heappop(self._plans)[2](self)

    # Alarms

    def _watch(self, job: Job) -> None:
        """Look at an alarm for a rule: now, and when it changes or its time is over."""
        verdict = self._alarms.verdict(job, waited=False)
        if verdict is not None:
            self._put(_Due(job, verdict))
            return
        over = self._alarms.verdict(job, waited=True)
        self._put(_Due(job, over or Outcome()), after=self._alarms.watch(job))

    def _look_at_alarms(self) -> None:
        for job in self._alarms.watched():
            verdict = self._alarms.verdict(job, waited=False)
            if is_under_way(self.state, job) and verdict is not None:
                self._ready.append(_Due(job, verdict))

    # Names

    def _id(self, execution: str | None) -> str:
        if execution is None:
            return self.latest.id
        records = self.records()
        return execution if execution in records else self.execution(execution).id

    def _answer(
        self, key: str, status: Literal["Approved", "Rejected"], execution: str | None, summary: str, token: str | None
    ) -> None:
        stage, slash, action = key.partition("/")
        if not slash:
            raise PipelineKitError(f"an approval is named Stage/Action, not {key!r}")
        who = self._id(execution) if execution is not None else self._asking(stage, action)
        if token is None:
            found = self.state.executions.get(who)
            run = found.running.get(action) if found is not None and found.stage == stage else None
            token = (run.token or "") if run is not None else ""
        self._ask(
            asked.PutApprovalResult(
                execution=who, stage=stage, action=action, token=token, status=status, summary=summary
            )
        )

    def _asking(self, stage: str, action: str) -> str:
        """Find the execution in which an approval is open: the oldest, where there are several."""
        for record in self.records().values():
            found = self.state.executions.get(record.id)
            if found is not None and found.stage == stage and not found.waiting and action in found.running:
                return record.id
        return self.latest.id


_NOTHING: FrozenMap[Any] = FrozenMap()


def _before(index: int, end: int | None) -> bool:
    return end is None or index < end


def _time(given: datetime.datetime | str) -> float:
    time = datetime.datetime.fromisoformat(given) if isinstance(given, str) else given
    return (time if time.tzinfo is not None else time.replace(tzinfo=datetime.UTC)).timestamp()
