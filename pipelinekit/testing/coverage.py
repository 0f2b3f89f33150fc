"""Which paths of a pipeline simulations went through: failures, answers, conditions, transitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import events as happened
from pipelinekit.execution.state import CONDITION_NAMES


def paths(definition: Definition) -> Iterator[str]:
    """Yield every path that a test could go through, in the order of the pipeline."""
    closed = {one.stage for one in definition.disabled_transitions}
    for stage in definition.pipeline.stages:
        if stage.name in closed:
            yield f"{stage.name}: an execution waits in front of its disabled transition"
        for hook, condition in stage.conditions():
            name = {"before_entry": "beforeEntry", "on_success": "onSuccess", "on_failure": "onFailure"}[hook]
            if condition.rules:
                yield f"{stage.name}/{name}: met"
                yield f"{stage.name}/{name}: not met"
        for action in stage.actions:
            key = f"{stage.name}/{action.name}"
            if action.action_type_id.category == "Approval":
                yield from (f"{key}: approved", f"{key}: rejected", f"{key}: expired")
            else:
                yield from (f"{key}: succeeds", f"{key}: fails")
        if stage.on_failure is not None and stage.on_failure.result is not None:
            yield f"{stage.name}: {stage.on_failure.result} when it failed"


def gone_through(history: Iterable[happened.Event]) -> Iterator[tuple[str, str]]:
    """Yield (pipeline, path) for what a history went through."""
    pipeline = ""
    approvals: set[str] = set()
    closed: set[str] = set()
    engaged_on_success: set[tuple[str, str | None]] = set()
    for event in history:
        match event:
            case happened.PipelineCreated() | happened.PipelineUpdated():
                pipeline = event.definition.name
                closed = {one.stage for one in event.definition.disabled_transitions}
            case happened.TransitionDisabled():
                closed.add(event.stage)
            case happened.TransitionEnabled():
                closed.discard(event.stage)
            case happened.ExecutionArrived() if event.stage in closed:
                yield pipeline, f"{event.stage}: an execution waits in front of its disabled transition"
            case happened.ApprovalOpened():
                approvals.add(event.job)
            case happened.ActionSucceeded():
                how = "approved" if event.job in approvals else "succeeds"
                yield pipeline, f"{event.stage}/{event.action}: {how}"
            case happened.ActionFailed():
                how = "fails"
                if event.job in approvals:
                    how = "expired" if event.message.startswith("the approval expired") else "rejected"
                yield pipeline, f"{event.stage}/{event.action}: {how}"
            case happened.ConditionEnded() if event.status in ("Succeeded", "Failed", "Errored"):
                met = "met" if event.status == "Succeeded" else "not met"
                yield pipeline, f"{event.stage}/{CONDITION_NAMES[event.condition]}: {met}"
                if event.condition == "ON_SUCCESS" and event.engaged:
                    engaged_on_success.add((event.execution, event.stage))
            case happened.StageRetried() if event.trigger == "AutomatedStageRetry":
                yield pipeline, f"{event.stage}: RETRY when it failed"
            case happened.ExecutionStarted() if event.trigger == "AutomatedRollback":
                if (event.cause, event.stage) in engaged_on_success:
                    continue  # its stage succeeded: "onSuccess: not met" is the path
                yield pipeline, f"{event.stage}: ROLLBACK when it failed"
            case _:
                pass


class Coverage:
    """What all simulations of a session went through, by pipeline."""

    def __init__(self) -> None:
        self._possible: dict[str, dict[str, None]] = {}
        self._gone: dict[str, set[str]] = {}

    def add(self, history: Iterable[happened.Event]) -> None:
        """Add a history."""
        events = list(history)
        for event in events:
            if isinstance(event, (happened.PipelineCreated, happened.PipelineUpdated)):
                known = self._possible.setdefault(event.definition.name, {})
                known.update(dict.fromkeys(paths(event.definition)))
        for pipeline, path in gone_through(events):
            self._gone.setdefault(pipeline, set()).add(path)

    def missing(self, pipeline: str) -> list[str]:
        """Give the paths of a pipeline that no history went through."""
        gone = self._gone.get(pipeline, set())
        return [path for path in self._possible.get(pipeline, {}) if path not in gone]

    def report(self) -> str:
        """Write what is missing, by pipeline."""
        if not self._possible:
            return "no pipeline was simulated"
        lines = []
        for pipeline, possible in self._possible.items():
            missing = self.missing(pipeline)
            gone = len(possible) - len(missing)
            lines.append(f"{pipeline}: {gone} of {len(possible)} paths" + (", missing:" if missing else ""))
            lines += [f"  {path}" for path in missing]
        return "\n".join(lines)
