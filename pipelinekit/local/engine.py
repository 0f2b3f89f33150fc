"""The shell around the machine: it carries decisions out, and tells the machine how that went.

One thread, one selector. Events come from own decisions and from what other processes append; each started action
of an execution that this engine owns becomes a task that runs its worker.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import re
import shutil
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.decide import jobs as jobs_under_way
from pipelinekit.execution.dispatch import is_under_way, job_of
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import Execution, State
from pipelinekit.local import places
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.journal import Journal
from pipelinekit.local.logs import Log
from pipelinekit.local.ownership import Ownership, is_driven
from pipelinekit.local.processes import Processes, sweep_everywhere
from pipelinekit.local.registry import find_worker, needs_worker
from pipelinekit.local.reuse import (
    Recorded,
    Reuse,
    Tools,
    find_earlier,
    find_unchanged,
    fingerprint,
    take,
    take_all,
)
from pipelinekit.local.secrets import Secrets, as_secrets
from pipelinekit.local.tasks import Cancelled, Future, Loop, Task
from pipelinekit.local.worker import ActionResult, Context, Worker, failed, succeeded, user_environment

POLL_SECONDS = 0.02
"""How often the journal is looked at for what other processes appended."""

_REUSED = re.compile(r"^(?:reused from [0-9a-f]{8}(?:: |$))+")

NOTHING = Reuse()
"""Take nothing from earlier executions."""

Listener = Callable[[happened.Event], None]


_PATIENCE_SECONDS = 15.0
"""How long what is cancelled may take to clean up; longer than a process that is asked to end is waited for."""


def default_jobs() -> int:
    """Give how many actions run at once when nobody says."""
    return max(4, os.cpu_count() or 1)


@frozen(kw_only=True)
class Driven:
    """An execution that this engine owns."""

    pipeline: str
    bindings: Bindings
    secrets: Secrets = field(repr=False)
    environment: Mapping[str, str] = field(factory=user_environment, repr=False)
    """What its processes inherit: taken once, so that no action sees what another did to this process's."""
    reuse: Reuse
    ownership: Ownership


@frozen(kw_only=True)
class _Done:
    """How an attempt ended, with what the machine records of it."""

    result: ActionResult
    artifacts: Mapping[str, Any] = field(factory=dict)
    fingerprint: str = ""
    reused: str = ""


class Engine:
    """Drives executions of pipelines whose journal lies in a state directory."""

    def __init__(
        self,
        state: Path,
        *,
        jobs: int | None = None,
        clock: Callable[[], float] = time.time,
        listener: Listener = lambda event: None,
    ) -> None:
        self.directory = state
        self.journal = Journal(state)
        self.loop = Loop()
        self.processes = Processes(self.loop)
        self.clock = clock
        self._jobs = jobs or default_jobs()
        self._listener = listener
        self.driven: dict[str, Driven] = {}
        self._pending: deque[Job] = deque()
        self._tasks: dict[str, Task[None]] = {}
        self._deadlines: list[tuple[float, str]] = []
        self._artifacts: dict[str, dict[str, Any]] = {}
        self._tools = Tools()
        self._finished: list[Path] = []
        self._taken: dict[str, set[str]] = {}
        self._began: dict[str, float] = {}
        self._untold: deque[happened.Event] = deque()
        self._looked = 0.0
        self._interrupts = 0
        self._failure: Exception | None = None
        self._before_close: list[Callable[[], None]] = []
        self._when_told: list[Callable[[], None]] = []
        self._after_release: list[Callable[[str], None]] = []
        self._at_work: Counter[str] = Counter()

    def before_close(self, callback: Callable[[], None]) -> None:
        """Call *callback* before the loop is closed."""
        self._before_close.append(callback)

    def when_told(self, callback: Callable[[], None]) -> None:
        """Call *callback* at the end, when listeners have been told of everything."""
        self._when_told.append(callback)

    def after_release(self, callback: Callable[[str], None]) -> None:
        """Call *callback* with each execution that is released."""
        self._after_release.append(callback)

    def close(self) -> None:
        """End what is under way, give up every execution, and close the journal."""
        for callback in self._before_close:
            callback()
        self._end_tasks()
        self._tell()
        for callback in self._when_told:
            callback()
        for driven in self.driven.values():
            driven.ownership.release()
        for directory in self._finished:
            self.processes.remove_later(directory)
        self.processes.close()
        self.journal.close()
        self.loop.close()

    def _end_tasks(self) -> None:
        """Cancel what is under way and give it time to clean up; what does not end in time is left to the guardian."""
        for task in self._tasks.values():
            task.cancel()
        end = self.loop.clock() + _PATIENCE_SECONDS
        while self._tasks and self.loop.clock() < end:
            try:
                self.loop.turn(0.1)
            except Exception as error:  # a full disk, say, of which `turn` has told, or will never tell again
                self._failure = self._failure or error

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Deciding

    def submit(self, pipeline: str, *commands: asked.Command) -> None:
        """Decide commands, all or none of them, and carry out what follows.

        Raises:
            Refused: where the API would refuse one of them.
        """
        recorded = self.journal.submit(pipeline, commands, self.clock())
        self._handle(pipeline, recorded.others)
        self._handle(pipeline, recorded.own)

    def own(
        self,
        execution: str,
        pipeline: str,
        bindings: Bindings,
        secrets: Mapping[str, str],
        reuse: Reuse = NOTHING,
    ) -> None:
        """Take on the work of an execution: of what is started from now on, see `take_over` for what was before.

        Raises:
            AlreadyDriven: when another process has it.
        """
        self.journal.state(pipeline)
        ownership = Ownership(self.directory, execution)
        self.driven[execution] = Driven(
            pipeline=pipeline,
            bindings=bindings,
            secrets=as_secrets(secrets),
            reuse=reuse,
            ownership=ownership,
        )

    def disown(self, execution: str) -> None:
        """Take back that an execution is ours, of which nothing has begun."""
        self.driven.pop(execution).ownership.release()

    def release(self, execution: str) -> bool:
        """Give up an execution that is over, so that one who drives thousands keeps nothing of each.

        Gives False, and does nothing, while something of it is still going on, such as a process that is being ended.
        """
        is_going_on = self._at_work[execution] or any(job.execution == execution for job in self._pending)
        if is_going_on or self._untold:
            return False
        self.disown(execution)
        del self._at_work[execution]
        self._artifacts.pop(execution, None)
        self._taken.pop(execution, None)
        self.processes.reap_orphans()
        self._remove_finished()
        for callback in self._after_release:
            callback(execution)
        return True

    def _remove_finished(self) -> None:
        finished, self._finished = self._finished, []

        def remove() -> None:
            for directory in finished:
                shutil.rmtree(directory, ignore_errors=True)

        if finished:
            self.loop.in_thread(remove)

    def take_over(self, execution: str) -> None:
        """Go on with an execution that nobody drives: end what its dead engine left, and do its lost jobs again."""
        driven = self.driven[execution]
        state = self.journal.state(driven.pipeline)
        lost = [
            job
            for job in jobs_under_way(state, driven.pipeline)
            if job.execution == execution and needs_worker(job.action)
        ]
        sweep_everywhere({job.id for job in lost})
        self._watch_deadlines(state, execution)
        self._load_artifacts(execution)
        for job in lost:
            self._do_again(job, driven)
        for event in self._open_approvals(state, execution):
            self._listener(event)

    def _do_again(self, job: Job, driven: Driven) -> None:
        worker = find_worker(_where(job), job.action, driven.bindings)
        if not self._was_begun(job):
            self._take(job)
            self._dispatch()
        elif worker is not None and worker.repeatable:
            shutil.rmtree(places.work(self.directory, job.id), ignore_errors=True)
            lost: asked.Command = asked.ActionLost(job=job.id, execution=job.execution, action=job.action.name)
            if job.kind == "rule":
                lost = asked.RuleLost(job=job.id, execution=job.execution, rule=job.action.name)
            self.submit(driven.pipeline, lost)
        else:
            message = "its engine ended while it ran, and it may not be repeated unasked: look, then retry the stage"
            self._report(job, _Done(result=failed(message)))

    def give_up(self, execution: str) -> None:
        """Record of an execution that nobody drives that its actions under way have ended with their engine."""
        driven = self.driven[execution]
        jobs = list(jobs_under_way(self.journal.state(driven.pipeline), driven.pipeline))
        lost = [job for job in jobs if job.execution == execution and needs_worker(job.action)]
        sweep_everywhere({job.id for job in lost})
        for job in lost:
            self._report(job, _Done(result=failed("its engine ended while it ran")))

    def _was_begun(self, job: Job) -> bool:
        traces = (places.work(self.directory, job.id), places.log(self.directory, job.execution, job.id))
        return job.dispatched or any(place.exists() for place in traces)

    def _open_approvals(self, state: State, execution: str) -> list[happened.ApprovalOpened]:
        opened = {e.job: e for e in self.journal.events(execution) if isinstance(e, happened.ApprovalOpened)}
        return [opened[run.job] for e, run in state.running() if e.id == execution and run.job in opened]

    def _watch_deadlines(self, state: State, execution: str) -> None:
        for owner, run in state.running():
            if owner.id == execution:
                heapq.heappush(self._deadlines, (run.deadline, self.driven[execution].pipeline))
        for owner, rule in state.checking():
            if owner.id == execution:
                ends = rule.deadline if rule.opens is None else rule.opens
                heapq.heappush(self._deadlines, (ends, self.driven[execution].pipeline))

    def _handle(self, pipeline: str, events: Sequence[happened.Event]) -> None:
        for event in events:
            match event:
                case happened.ActionStarted() if event.execution in self.driven:
                    heapq.heappush(self._deadlines, (event.deadline, pipeline))
                    self._take(self._job(pipeline, event))
                case happened.RuleStarted() if event.execution in self.driven:
                    ends = event.deadline if event.opens is None else event.opens
                    heapq.heappush(self._deadlines, (ends, pipeline))
                    self._take(self._job(pipeline, event))
                case (
                    happened.ActionAbandoned()
                    | happened.ActionFailed()
                    | happened.RuleAbandoned()
                    | happened.RuleFailed()
                ) if event.job in self._tasks:
                    self._tasks[event.job].cancel()
                case happened.ExecutionStarted() if event.target:
                    self._adopt(pipeline, event)
                case happened.ExecutionStopping() | happened.ExecutionCancelling() if event.execution in self.driven:
                    self.loop.soon(partial(self._drop_pending, event.execution))
                case happened.ActionSucceeded() if event.artifacts and event.execution in self.driven:
                    self._artifacts.setdefault(event.execution, {}).update(event.artifacts)
        self._dispatch()
        if events:  # told only when the work that follows from them is under way: listeners have the time it takes
            self._untold.extend(events)
            self.loop.soon(self._tell)

    def _tell(self) -> None:
        while self._untold:
            try:
                self._listener(self._untold.popleft())
            except Exception as error:
                self._failure = self._failure or error

    def _adopt(self, pipeline: str, event: happened.ExecutionStarted) -> None:
        """Drive a rollback too that an execution of ours led to; each has the artifacts of the one it goes back to."""
        if event.cause in self.driven:
            cause = self.driven[event.cause]
            self.own(event.execution, pipeline, cause.bindings, cause.secrets)
        if event.execution in self.driven:
            self._artifacts[event.execution] = take_all(self.journal, self.directory, event.target, event.execution)

    def _take(self, job: Job | None) -> None:
        """Put a job behind the others, unless it has been taken already: news may come twice while one takes over."""
        if job is not None and job.id not in self._taken.setdefault(job.execution, set()):
            self._taken[job.execution].add(job.id)
            self._pending.append(job)

    def _job(self, pipeline: str, event: happened.ActionStarted | happened.RuleStarted) -> Job | None:
        return job_of(self.journal.known(pipeline), event)

    # Doing

    def turn(self, longest: float = POLL_SECONDS) -> None:
        """Do what there is to do now, and wait a moment for more, at most *longest* seconds."""
        wait = longest
        if self._deadlines:
            wait = min(wait, max(0.0, self._deadlines[0][0] - self.clock()))
        self.loop.turn(wait)
        if self._failure is not None:
            raise self._failure
        now = self.loop.clock()
        if now - self._looked >= POLL_SECONDS:
            self._looked = now
            if self.journal.changed():
                for pipeline in {driven.pipeline for driven in self.driven.values()}:
                    self._handle(pipeline, self.journal.catch_up(pipeline))
        self._tick()

    def _tick(self) -> None:
        now = self.clock()
        late = set()
        while self._deadlines and self._deadlines[0][0] <= now:
            late.add(heapq.heappop(self._deadlines)[1])
        for pipeline in late:
            self.submit(pipeline, asked.Tick())

    def _dispatch(self) -> None:
        while self._pending and len(self._tasks) < self._jobs:
            job = self._pending.popleft()
            if needs_worker(job.action) and self._is_under_way(job):
                self._tasks[job.id] = self.loop.task(self._carry_out(job))
                self._tasks[job.id].when_done(self._note_failure)
                self._at_work[job.execution] += 1

    def _note_failure(self, task: Future[None]) -> None:
        """Keep what went wrong beside the work itself, such as a full disk under the journal, for `turn` to raise."""
        try:
            task.result()
        except Cancelled:
            return
        except Exception as error:
            self._failure = self._failure or error

    def _drop_pending(self, execution: str) -> None:
        """Do not begin what has not begun of an execution that is stopping."""
        dropped = [job for job in self._pending if job.execution == execution]
        self._pending = deque(job for job in self._pending if job.execution != execution)
        for job in dropped:
            if job.kind == "rule":
                self._report(job, _Done(result=failed("it had not begun when its execution was stopped")))
                continue
            command = asked.ReportAbandoned(job=job.id, execution=execution, action=job.action.name)
            self._try_submit(job.pipeline, command)

    def _is_under_way(self, job: Job) -> bool:
        return is_under_way(self.journal.known(job.pipeline), job)

    async def _carry_out(self, job: Job) -> None:
        driven = self.driven[job.execution]
        log = Log(places.log(self.directory, job.execution, job.id), driven.secrets.hidden)
        self._began[job.id] = self.clock()
        context = self._context(job, driven, log)
        done: _Done | None = None
        try:
            done = await self._attempt(job, driven, context)
            with contextlib.suppress(OSError):  # the disk may be full; the work is done all the same
                for name in _changed_by_masking(done.result, driven.secrets):
                    log.line(f"[pipelinekit] the output variable {name} holds a secret: later actions read it as ***")
        except Cancelled:
            await self.processes.end(job.id)
            with contextlib.suppress(OSError):  # the disk may be full; that it was stopped is in the journal too
                log.line("[pipelinekit] stopped")
        finally:
            del self._tasks[job.id]
            self._at_work[job.execution] -= 1
            with contextlib.suppress(OSError):
                log.close()
        if done is not None:
            if done.result.succeeded and context.has_directory:
                self._finished.append(context.directory)
            self._report(job, done)
        self._dispatch()

    async def _attempt(self, job: Job, driven: Driven, context: Context) -> _Done:
        """Do a job, or find that it has been done before."""
        try:
            worker = find_worker(_where(job), job.action, driven.bindings)
            if worker is None:
                raise PipelineKitError(
                    f"{job.action.action_type_id} cannot be done on this machine; give its stand-in again"
                )
            # Before the worker begins: what it does may replace the very tools that the mark tells of.
            mark = self._fingerprint(job, context) if _is_reusable(worker, job) else None
            recorded = self._recorded(job, driven, mark)
        except PipelineKitError as error:
            return _Done(result=failed(str(error), code="ConfigurationError"))
        if recorded is not None:
            return self._reused(job, context, recorded, mark)
        if not worker.repeatable:
            begun = asked.ReportStarted(job=job.id, execution=job.execution, action=job.action.name)
            self._try_submit(job.pipeline, begun)
        result = await _result_of(worker, job, context)
        if result.succeeded:
            if not getattr(worker, "leaves_processes", False):
                self.processes.sweep(job.id)
            self.processes.release(job.id)
        else:
            await self.processes.end(job.id)
        return _Done(result=result, artifacts=_made(context), fingerprint=mark or "")

    def _fingerprint(self, job: Job, context: Context) -> str | None:
        artifacts = self._artifacts.get(job.execution, {})
        return fingerprint(job, context.definition, artifacts, self._tools, context.environment)

    def _recorded(self, job: Job, driven: Driven, mark: str | None) -> Recorded | None:
        """Find outputs that may be given again: those in front of where the run begins, or unchanged ones."""
        reuse = driven.reuse
        if reuse.of is not None and job.key in reuse.given:
            return find_earlier(self.journal, self.directory, reuse.of, job.stage, job.action.name)
        if reuse.unchanged and mark is not None:
            return find_unchanged(self.journal, self.directory, mark)
        return None

    def _reused(self, job: Job, context: Context, recorded: Recorded, mark: str | None) -> _Done:
        take(self.directory, recorded, job.execution)
        context.log.line(f"[pipelinekit] {recorded.origin}: pipelinekit logs {recorded.execution[:8]} {job.key}")
        said = _REUSED.sub("", recorded.summary)  # what it was reused from itself is told in its own execution
        summary = f"{recorded.origin}: {said}" if said else recorded.origin
        result = succeeded(recorded.variables, summary=summary)
        return _Done(result=result, artifacts=recorded.artifacts, fingerprint=mark or "", reused=recorded.execution)

    def _context(self, job: Job, driven: Driven, log: Log) -> Context:
        def progress(summary: str) -> None:
            self._try_submit(
                job.pipeline,
                asked.ReportProgress(
                    job=job.id,
                    execution=job.execution,
                    action=job.action.name,
                    summary=driven.secrets.hidden.text(summary),
                ),
            )

        state = self.journal.known(job.pipeline)
        return Context(
            job=job,
            definition=state.plan(state.executions[job.execution]).definition,
            bindings=driven.bindings,
            secrets=driven.secrets,
            loop=self.loop,
            processes=self.processes,
            log=log,
            directory=places.work(self.directory, job.id),
            state=self.directory,
            artifact_place=lambda name: places.artifact(self.directory, job.execution, name),
            revisions=self._revisions(job.execution),
            environment=driven.environment,
            progress=progress,
        )

    def _load_artifacts(self, execution: str) -> None:
        """Read what is known of the artifacts that an execution made in an earlier process, or goes back to."""
        for row in self.journal.query("SELECT target FROM executions WHERE id = ? AND target != ''", (execution,)):
            self._artifacts[execution] = take_all(self.journal, self.directory, row["target"], execution)
        rows = self.journal.query(
            "SELECT artifacts FROM actions WHERE execution = ? AND artifacts IS NOT NULL ORDER BY started", (execution,)
        )
        for row in rows:
            self._artifacts.setdefault(execution, {}).update(json.loads(row["artifacts"]))

    def _revisions(self, execution: str) -> dict[str, str]:
        """Give the commit or version behind each artifact that a source of an execution made."""
        known = self._artifacts.get(execution, {})
        return {name: facts["revision"] for name, facts in known.items() if facts.get("revision")}

    def _report(self, job: Job, done: _Done) -> None:
        masked = self.driven[job.execution].secrets.hidden.text
        result, began = done.result, self._began.pop(job.id, None)
        if job.kind == "rule":
            self._try_submit(job.pipeline, _of_rule(job, result, masked))
            return
        self._try_submit(
            job.pipeline,
            asked.ReportAction(
                job=job.id,
                execution=job.execution,
                action=job.action.name,
                succeeded=result.succeeded,
                variables={masked(key): masked(value) for key, value in result.variables.items()},
                artifacts=_masked_revisions(done.artifacts, masked) if result.succeeded else {},
                summary=masked(result.summary),
                external_id=masked(result.external_id),
                code=masked(result.error_code or "JobFailed"),
                message=masked(result.message),
                began=began,
                fingerprint=done.fingerprint,
                reused=done.reused,
            ),
        )

    def _try_submit(self, pipeline: str, command: asked.Command) -> None:
        """Submit a report; one that comes too late is of no interest to anybody."""
        try:
            self.submit(pipeline, command)
        except Refused as refusal:
            if refusal.error != "JobNotFoundException":
                raise

    def is_queued(self, job: str) -> bool:
        """Whether a job waits until another one is over."""
        return any(pending.id == job for pending in self._pending)

    # How far it can go

    def interrupt(self) -> None:
        """Stop what is driven: the first time when its actions are over, the second time at once."""
        self._interrupts += 1
        abandon = self._interrupts > 1
        for execution, driven in self.driven.items():
            command = asked.StopExecution(execution=execution, abandon=abandon, reason="interrupted")
            try:
                self.submit(driven.pipeline, command)
            except Refused:
                continue  # it is over already, or stopping

    def is_busy(self) -> bool:
        """Whether an action of ours runs or is about to, or an answer is about to be given."""
        return bool(self._tasks or self._pending or self.loop.has_work)

    def waits_for_people(self, execution: str) -> bool:
        """Whether nothing but a person can move an execution now."""
        driven = self.driven[execution]
        state = self.journal.state(driven.pipeline)
        found = state.executions.get(execution)
        return found is not None and found.status == "InProgress" and self._is_stuck(state, found, set())

    def _is_stuck(self, state: State, execution: Execution, seen: set[str]) -> bool:
        seen.add(execution.id)
        if execution.waiting and execution.stage is not None:
            gate = state.gates[execution.stage]
            if not gate.enabled or gate.holder is None or gate.holder in seen:
                return True
            return self._is_stuck(state, state.executions[gate.holder], seen)
        works = any(run.token is None for run in execution.running.values())
        works = works or (execution.checking is not None and bool(execution.checking.rules))
        is_driven_here = execution.id in self.driven or is_driven(self.directory, execution.id)
        return not works or not is_driven_here


def _where(job: Job) -> str:
    """Where a job stands: its stage, or the condition of a stage that a rule belongs to."""
    return job.key.rpartition("/")[0]


def _is_reusable(worker: Worker, job: Job) -> bool:
    return job.kind == "action" and getattr(worker, "reusable", False)


def _of_rule(job: Job, result: ActionResult, masked: Callable[[str], str]) -> asked.ReportRule:
    return asked.ReportRule(
        job=job.id,
        execution=job.execution,
        rule=job.action.name,
        succeeded=result.succeeded,
        summary=masked(result.summary),
        external_id=masked(result.external_id),
        code=masked(result.error_code or "JobFailed"),
        message=masked(result.message),
    )


async def _result_of(worker: Worker, job: Job, context: Context) -> ActionResult:
    """Run a worker; what it raises becomes a failure in one line."""
    try:
        return await worker.run(job, context)
    except PipelineKitError as error:
        result = failed(str(error), code="ConfigurationError")
    except OSError as error:
        result = failed(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        result = failed(f"{type(error).__name__}: {error} ({os.path.basename(last.filename)}:{last.lineno})")
    except SystemExit as error:
        result = failed(f"it called sys.exit({error.code!r})")
    context.log.line(f"[pipelinekit] {result.message}")
    return result


def _changed_by_masking(result: ActionResult, secrets: Secrets) -> list[str]:
    return [name for name, value in result.variables.items() if secrets.hidden.text(value) != value]


def _masked_revisions(artifacts: Mapping[str, Any], masked: Callable[[str], str]) -> dict[str, Any]:
    return {
        name: {**facts, "revision": masked(facts["revision"])} if "revision" in facts else facts
        for name, facts in artifacts.items()
    }


def _made(context: Context) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, packed in context.packed.items():
        made[name] = {"files": packed.files, "size": packed.size, "sha256": packed.sha256}
        if context.revision:
            made[name]["revision"] = context.revision
    return made


def drive(engine: Engine, execution: str, pipeline: str, *, wait: Callable[[], bool]) -> str:
    """Turn the engine until the execution is over, or only a person can move it and *wait* says not to wait for one.

    Returns its status as the API spells it; ``InProgress`` when it waits for a person.
    """
    while True:
        if not engine.is_busy():  # as long as it is, the answer is no, and asking takes as long as a transaction
            status = status_of(engine.journal, execution)
            if status not in ("InProgress", "Stopping"):
                return status
            if not wait() and engine.waits_for_people(execution):
                return status
        engine.turn()


def status_of(journal: Journal, execution: str) -> str:
    """Give the status of an execution as the API spells it."""
    rows = journal.query("SELECT status FROM executions WHERE id = ?", (execution,))
    return str(rows[0]["status"])
