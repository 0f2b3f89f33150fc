"""A walk of arbitrary steps through the machine: what people, workers and time can do to a pipeline, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import attrs

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.controlling import target_of
from pipelinekit.execution.decide import deadline, decide
from pipelinekit.execution.refusals import Refused
from pipelinekit.execution.state import Execution, State


class Walk:
    """Takes steps by name and number; the same steps give the same history."""

    STEPS: ClassVar[Sequence[str]] = (
        *("start",) * 3,
        *("succeed",) * 4,
        *("all succeed",) * 5,
        *("fail",) * 2,
        "lose",
        "begin",
        "progress",
        "report again",
        "approve",
        "reject",
        "rule holds",
        "rule fails",
        "lose rule",
        "override",
        "disable",
        "enable",
        "stop",
        "abandon",
        "retry",
        "retry all",
        "roll back",
        "update",
        "hour",
        "deadline",
        "month",
    )
    """What can happen; what happens more often stands there more than once."""

    def __init__(self, definition: Definition, now: float = 1767603600.0) -> None:
        self.state = State()
        self.now = now
        self.history: list[happened.Event] = []
        self.refused: list[str] = []
        """The errors of what was refused."""
        self._started = 0
        self._reported: asked.Command | None = None
        self._whole = definition
        self._ask(asked.CreatePipeline(definition=definition))

    def step(self, kind: str, which: int) -> tuple[happened.Event, ...]:
        """Take a step; *which* chooses among the executions, stages and actions there are. Gives what happened."""
        if kind == "all succeed":
            return self._all_succeed(which)
        command = self._command(kind, which)
        if command is None:
            return ()
        try:
            return self._ask(command)
        except Refused as refused:
            self.refused.append(refused.error)
            return ()

    def _all_succeed(self, which: int) -> tuple[happened.Event, ...]:
        """Let all end well that an execution does, as far as it comes without a person."""
        known = sorted(self.state.executions)
        before = len(self.history)
        execution = known[which % len(known)] if known else ""
        while (found := self.state.executions.get(execution)) is not None:
            command = self._of_action("succeed", 0, found) or self._of_rule("rule holds", 0, found)
            if command is None:
                break
            self._ask(command)
        return tuple(self.history[before:])

    def _ask(self, command: asked.Command) -> tuple[happened.Event, ...]:
        if isinstance(command, (asked.ReportAction, asked.ReportRule)):
            self._reported = command
        decision = decide(self.state, command, self.now)
        self.state = decision.state
        self.history += decision.events
        return decision.events

    def _command(self, kind: str, which: int) -> asked.Command | None:
        stages = self.state.plans[str(self.state.version)].stages
        stage = stages[which % len(stages)]
        match kind:
            case "start":
                self._started += 1
                return asked.StartExecution(execution=f"E{self._started}")
            case "disable":
                return asked.DisableTransition(stage=stage, reason="a walk")
            case "enable":
                return asked.EnableTransition(stage=stage)
            case "report again":
                return self._reported
            case "update":
                return self._update(which)
            case "roll back":
                to = f"E{1 + which % max(1, self._started)}"
                self._started += 1
                succeeded = [(name, gate.succeeded) for name, gate in self.state.gates.items() if gate.succeeded]
                if succeeded and which % 4:  # one that can be gone back to
                    stage, to = sorted(succeeded)[which % len(succeeded)]
                target = target_of(self.history, to)
                return asked.RollbackStage(execution=f"E{self._started}", stage=stage, target=target)
            case "hour":
                self.now += 3600
                return asked.Tick()
            case "month":
                self.now += 31 * 86400
                return asked.Tick()
            case "deadline":
                self.now = max(self.now, deadline(self.state) or self.now)
                return asked.Tick()
        known = sorted(self.state.executions)
        return self._of_execution(kind, which, self.state.executions[known[which % len(known)]]) if known else None

    def _update(self, which: int) -> asked.Command | None:
        """Say the pipeline again, with its last stage or without."""
        stages = self._whole.pipeline.stages
        if which > 1 or len(stages) < 3:
            return None
        pipeline = attrs.evolve(self._whole.pipeline, stages=stages if which == 0 else stages[:-1])
        return asked.UpdatePipeline(definition=attrs.evolve(self._whole, pipeline=pipeline))

    def _of_execution(self, kind: str, which: int, execution: Execution) -> asked.Command | None:
        stage = execution.stage or ""
        match kind:
            case "stop" | "abandon":
                return asked.StopExecution(execution=execution.id, abandon=kind == "abandon")
            case "retry":
                return asked.RetryStage(execution=execution.id, stage=stage)
            case "retry all":
                return asked.RetryStage(execution=execution.id, stage=stage, mode="ALL_ACTIONS")
            case "override":
                return self._override(which, execution)
            case "rule holds" | "rule fails" | "lose rule":
                return self._of_rule(kind, which, execution)
            case _:
                return self._of_action(kind, which, execution)

    def _override(self, which: int, chosen: Execution) -> asked.Command:
        """Override a condition that holds up an execution, where there is one; else one that does not."""
        held = [one for one in self.state.executions.values() if one.checking is not None or one.unmet]
        execution = sorted(held, key=lambda one: one.id)[which % len(held)] if held and which % 4 else chosen
        up = execution.checking.condition if execution.checking is not None else execution.unmet
        condition: Literal["BEFORE_ENTRY", "ON_SUCCESS"] = "ON_SUCCESS" if up == "ON_SUCCESS" else "BEFORE_ENTRY"
        return asked.OverrideStageCondition(execution=execution.id, stage=execution.stage or "", condition=condition)

    def _of_rule(self, kind: str, which: int, execution: Execution) -> asked.Command | None:
        runs = sorted(execution.checking.rules) if execution.checking is not None else []
        if not runs or execution.checking is None:
            return None
        run = execution.checking.rules[runs[which % len(runs)]]
        if kind == "lose rule":
            return asked.RuleLost(job=run.job, execution=execution.id, rule=run.rule)
        return asked.ReportRule(
            job=run.job, execution=execution.id, rule=run.rule, succeeded=kind == "rule holds", message="a walk"
        )

    def _of_action(self, kind: str, which: int, execution: Execution) -> asked.Command | None:
        wanted = kind in ("approve", "reject")
        runs = sorted(run.action for run in execution.running.values() if (run.token is not None) == wanted)
        if not runs:
            return None
        run = execution.running[runs[which % len(runs)]]
        match kind:
            case "succeed" | "fail":
                return asked.ReportAction(
                    job=run.job, execution=execution.id, action=run.action, succeeded=kind == "succeed"
                )
            case "begin":
                return asked.ReportStarted(job=run.job, execution=execution.id, action=run.action)
            case "progress":
                return asked.ReportProgress(job=run.job, execution=execution.id, action=run.action, summary="a walk")
            case "lose":
                return asked.ActionLost(job=run.job, execution=execution.id, action=run.action)
            case _:
                return asked.PutApprovalResult(
                    execution=execution.id,
                    stage=execution.stage or "",
                    action=run.action,
                    token=run.token or "",
                    status="Approved" if kind == "approve" else "Rejected",
                )
