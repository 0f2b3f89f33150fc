"""What a test looks at: executions, stages and actions of a simulation, as they are at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.testing.records import Attempt, ExecutionRecord

if TYPE_CHECKING:
    from pipelinekit.testing.simulation import Simulation

NOT_STARTED = "NotStarted"
"""Our word for what has no record in the API yet; the console says "Didn't Run"."""


class Verdict:
    """A yes or a no that says why, so that a failed assertion explains itself."""

    __slots__ = ("_holds", "_why")

    def __init__(self, holds: bool, why: str) -> None:
        self._holds, self._why = holds, why

    def __bool__(self) -> bool:
        return self._holds

    def __repr__(self) -> str:
        return f"<{self._holds}: {self._why}>"


@frozen(repr=False, eq=False)
class ExecutionView:
    """One execution of a simulation; ``execution["Stage/Action"]`` are its stages and actions."""

    _sim: Simulation
    _record: ExecutionRecord

    @property
    def id(self) -> str:
        """Its id."""
        return self._record.id

    @property
    def label(self) -> str:
        """E1 for the first that started."""
        return f"E{self._record.number}"

    @property
    def status(self) -> str:
        """Its status as the API spells it."""
        self._sim.records()
        return self._record.status

    @property
    def type(self) -> str:
        """STANDARD or ROLLBACK."""
        return self._record.type

    @property
    def target(self) -> ExecutionView | None:
        """The execution that a rollback goes back to."""
        return self._sim.execution(self._record.target) if self._record.target else None

    @property
    def trigger(self) -> str:
        """What started it: one of the API's trigger types."""
        return self._record.trigger

    @property
    def attempt(self) -> int:
        """How often a stage of it was run, retries counted, from 1 (EventBridge: pipeline-execution-attempt)."""
        self._sim.records()
        return self._record.attempt

    @property
    def variables(self) -> Mapping[str, str]:
        """The values of the pipeline's variables in it."""
        return self._record.variables

    @property
    def waits_for(self) -> str:
        """The stage in front of which it waits; empty when it does not."""
        found = self._sim.state.executions.get(self.id)
        return found.stage or "" if found is not None and found.waiting else ""

    def __getitem__(self, key: str) -> StageView | ActionView:
        return view(self._sim, self, key)

    def stage(self, name: str) -> StageView:
        """Give one of its stages."""
        found = self[name]
        if not isinstance(found, StageView):
            raise PipelineKitError(f"{name!r} is an action, not a stage")
        return found

    def action(self, key: str) -> ActionView:
        """Give one of its actions (``Stage/Action``) or rules (``Stage/onSuccess/Rule``)."""
        found = self[key]
        if not isinstance(found, ActionView):
            raise PipelineKitError(f"{key!r} is a stage, not an action: write {key}/...")
        return found

    def record(self) -> ExecutionRecord:
        """Give what is known of it, up to now."""
        self._sim.records()
        return self._record

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExecutionView) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        waits = f", waits in front of {self.waits_for}" if self.waits_for else ""
        return f"<{self.label}: {self.status}{waits}>"


@frozen(repr=False)
class StageView:
    """A stage, in the execution that is looked at, and its entrance."""

    _sim: Simulation
    _execution: ExecutionView | None
    name: str

    @property
    def status(self) -> str:
        """Its status in the execution as the API spells it, or NotStarted."""
        if self._execution is None:
            return NOT_STARTED
        found = self._execution.record().stages.get(self.name)
        return NOT_STARTED if found is None else found.status

    @property
    def started(self) -> bool:
        """Whether the execution entered it."""
        return self.status != NOT_STARTED

    @property
    def inbound(self) -> ExecutionView | None:
        """The execution that waits in front of it and enters next, whichever is looked at."""
        waiting = self._sim.state.gates[self.name].inbound
        return None if waiting is None else self._sim.execution(waiting)

    @property
    def queue(self) -> list[ExecutionView]:
        """All executions that wait in front of it, the first to enter first."""
        return [self._sim.execution(one) for one in self._sim.state.gates[self.name].queue]

    @property
    def holder(self) -> ExecutionView | None:
        """The execution inside it, whichever is looked at."""
        inside = self._sim.state.gates[self.name].holder
        return None if inside is None else self._sim.execution(inside)

    @property
    def enabled(self) -> bool:
        """Whether the transition into it is enabled."""
        return self._sim.state.gates[self.name].enabled

    @property
    def retries(self) -> list[str]:
        """What asked for each retry: ManualStageRetry, AutomatedStageRetry."""
        found = self._execution.record().stages.get(self.name) if self._execution is not None else None
        return [] if found is None else list(found.retries)

    def condition(self, name: str) -> str:
        """Give the status of its condition ``beforeEntry``, ``onSuccess`` or ``onFailure``; NotStarted before it."""
        kinds = {"beforeEntry": "BEFORE_ENTRY", "onSuccess": "ON_SUCCESS", "onFailure": "ON_FAILURE"}
        if name not in kinds:
            raise PipelineKitError(f"a condition is one of {', '.join(kinds)}, not {name!r}")
        found = self._execution.record().stages.get(self.name) if self._execution is not None else None
        return NOT_STARTED if found is None else found.conditions.get(kinds[name], NOT_STARTED)

    def __repr__(self) -> str:
        closed = "" if self.enabled else ", transition disabled"
        waits = f", {self.inbound.label} waits in front" if self.inbound is not None else ""
        return f"<{self.name}: {self.status}{closed}{waits}>"


@frozen
class ArtifactView:
    """An artifact as an action received it: the action that made it, and which of its attempts."""

    name: str
    made_by: str
    attempt: int


@frozen(repr=False)
class ActionView:
    """An action, or a rule of a condition, in the execution that is looked at: its newest attempt."""

    _sim: Simulation
    _execution: ExecutionView | None
    key: str
    declared: ActionDeclaration

    @property
    def attempts(self) -> list[Attempt]:
        """All attempts at it in the execution, the oldest first."""
        return [] if self._execution is None else list(self._execution.record().attempts.get(self.key, ()))

    @property
    def last(self) -> Attempt | None:
        """Its newest attempt, None before the first."""
        attempts = self.attempts
        return attempts[-1] if attempts else None

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self.last is not None

    @property
    def status(self) -> str:
        """Its status as the API spells it, or NotStarted."""
        return NOT_STARTED if self.last is None else self.last.status

    @property
    def waiting(self) -> bool:
        """Whether it is a manual approval that waits for an answer."""
        return self.last is not None and self.last.token is not None

    @property
    def message(self) -> str:
        """What a manual approval asks; of others, why they failed, or what they say of themselves."""
        return "" if self.last is None else self.last.message or self.last.error or self.last.summary

    @property
    def error(self) -> str:
        """Why it failed."""
        return "" if self.last is None else self.last.error

    @property
    def configuration(self) -> Mapping[str, str]:
        """Its configuration with its variables filled in, once it was started; before that as it was written."""
        resolved = self.last.resolved if self.last is not None else None
        return self.declared.configuration if resolved is None else resolved.configuration

    @property
    def commands(self) -> tuple[str, ...]:
        """Its commands, likewise."""
        resolved = self.last.resolved if self.last is not None else None
        return self.declared.commands if resolved is None else resolved.commands

    @property
    def variables(self) -> Mapping[str, str]:
        """Its output variables."""
        return {} if self.last is None else self.last.variables

    @property
    def inputs(self) -> dict[str, ArtifactView]:
        """The artifacts it received."""
        if self._execution is None:
            return {}
        made = self._execution.record().artifacts
        found = {name: made[name] for name in self.declared.input_artifacts if name in made}
        return {name: ArtifactView(name, one.key, one.number) for name, one in found.items()}

    @property
    def seconds(self) -> float | None:
        """How long its newest attempt took; None while it runs."""
        return None if self.last is None or self.last.ended is None else self.last.ended - self.last.started

    def __repr__(self) -> str:
        said = f", {self.message}" if self.message else ""
        return f"<{self.key}: {self.status}{said}>"


def view(sim: Simulation, execution: ExecutionView | None, key: str) -> StageView | ActionView:
    """Find the stage, action or rule that is named.

    Raises:
        PipelineKitError: when there is none.
    """
    plan = sim.state.plans[str(sim.state.version)]
    if key in plan.declared:
        return StageView(sim, execution, key)
    declared = sim.declared(key)
    if declared is None:
        raise PipelineKitError(f"there is no {key!r} in the pipeline: there are {', '.join(sim.keys())}")
    return ActionView(sim, execution, key, declared)
