"""One decision under way: the events so far, the state they lead to, and what a command must name."""

from __future__ import annotations

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.execution import events as happened
from pipelinekit.execution.evolve import evolve
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import Execution, Plan, State

MOST_EXECUTIONS = 50
"""Of a QUEUED or PARALLEL pipeline at a time (User Guide, limits)."""


class Deciding:
    """The events of a decision so far, and the state they lead to at *now*."""

    __slots__ = ("events", "freed", "now", "state")

    def __init__(self, state: State, now: float) -> None:
        self.state = state
        self.now = now
        self.events: list[happened.Event] = []
        self.freed: list[str] = []
        """Stages whose entrance is to be looked at when all else is decided."""

    def emit(self, event: happened.Event) -> None:
        """Let it happen."""
        self.events.append(event)
        self.state = evolve(self.state, event)

    def plan(self, execution: str) -> Plan:
        """Give the plan an execution runs by."""
        return self.state.plan(self.state.executions[execution])

    def need_pipeline(self) -> None:
        """Refuse what is asked of a pipeline that is not there."""
        if not self.state.version:
            raise Refused("PipelineNotFoundException", "there is no such pipeline here: run it first")

    def need_stage(self, stage: str) -> None:
        """Refuse what is asked of a stage that is not there."""
        self.need_pipeline()
        if stage not in self.state.gates:
            known = ", ".join(self.state.plans[str(self.state.version)].stages)
            raise Refused("StageNotFoundException", f"there is no stage {stage!r}: there are {known}")

    def need_room(self, mode: str, live: int) -> None:
        """Refuse one execution more than there may be at a time; *live* are those there are."""
        if mode != "SUPERSEDED" and live >= MOST_EXECUTIONS:
            message = f"{live} executions are in progress, as many as a {mode} pipeline may have: wait for one to end"
            raise Refused("ConcurrentPipelineExecutionsLimitExceededException", message)

    def live(self, execution: str) -> Execution:
        """Give an execution that the machine knows: one in progress, or one that has ended and can be retried."""
        found = self.state.executions.get(execution)
        if found is None:
            raise Refused("PipelineExecutionNotFoundException", f"execution {execution} is unknown here, or over")
        return found

    def declared(self, execution: Execution, stage: str, action: str) -> ActionDeclaration:
        """Give an action of the pipeline that an execution runs by."""
        plan = self.plan(execution.id)
        if stage not in plan.groups:
            known = ", ".join(plan.stages)
            raise Refused("StageNotFoundException", f"there is no stage {stage!r}: there are {known}")
        names = [one.name for group in plan.groups[stage] for one in group]
        if action not in names:
            message = f"stage {stage} has no action {action!r}: it has {', '.join(names)}"
            raise Refused("ActionNotFoundException", message)
        return plan.action(stage, action)

    def need_latest(self, execution: str, stage: str) -> Execution:
        """Give an execution that is in *stage*, or the last that failed in it."""
        self.need_stage(stage)
        found = self.state.executions.get(execution)
        if found is None:
            message = f"execution {execution} cannot be retried: it is over, or a newer one took its place"
            raise Refused("NotLatestPipelineExecutionException", message)
        if found.stage != stage or found.waiting:
            message = f"execution {execution} did not fail in {stage} but is at {found.stage}"
            raise Refused("StageNotRetryableException", message)
        gate = self.state.gate(stage)
        parallel = self.plan(execution).mode == "PARALLEL"
        if not parallel and execution not in (gate.holder, gate.ended):
            message = f"a newer execution is in {stage} or failed in it"
            raise Refused("NotLatestPipelineExecutionException", message)
        return found

    def live_count(self) -> int:
        """Count the executions that are not over."""
        return sum(execution.is_live for execution in self.state.executions.values())
