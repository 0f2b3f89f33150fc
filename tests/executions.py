"""Executions as ``pipelinekit show --json`` prints them, made up."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition

STATUSES = (
    "Succeeded",
    "Failed",
    "InProgress",
    "Stopped",
    "Stopping",
    "Abandoned",
    "Superseded",
    "Cancelled",
    "Skipped",
)
_MESSAGES = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def acted(name: str, status: str, **more: Any) -> dict[str, Any]:
    """Make an action that began at ten and changed 65 seconds later."""
    if status == "NotStarted":
        return {"name": name, "status": status, "runOrder": 1}
    return {
        "name": name,
        "status": status,
        "runOrder": 1,
        "startTime": "2030-01-02T10:00:00.000Z",
        "lastStatusChange": "2030-01-02T10:01:05.000Z",
        "summary": "",
        "attempt": 1,
        "outputVariables": {},
    } | more


def executed(name: str, status: str, *stages: tuple[str, str, list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    """Make an execution of stages: their names, statuses and actions."""
    return {
        "pipelineName": name,
        "pipelineVersion": 1,
        "pipelineExecutionId": "0b5e0e4c-9a3f-4d8e-8a61-3f3f6f4f7a10",
        "status": status,
        "statusSummary": "",
        "trigger": {"triggerType": "StartPipelineExecution", "triggerDetail": ""},
        "startTime": "2030-01-02T09:59:59.000Z",
        "lastUpdateTime": "2030-01-02T10:02:00.000Z",
        "stages": [{"name": stage, "status": own, "actions": actions} for stage, own, actions in stages],
    } | more


@st.composite
def executions(draw: st.DrawFn, definition: Definition) -> dict[str, Any]:
    """Draw how an execution of that definition may stand; not every one of them can really happen."""
    statuses = st.sampled_from([*STATUSES, "NotStarted", "SomethingNew"])

    def action(declared: ActionDeclaration) -> dict[str, Any]:
        more: dict[str, Any] = {"attempt": draw(st.integers(1, 3)), "summary": draw(_MESSAGES)}
        if declared.action_type_id.category == "Approval" and draw(st.booleans()):
            more["approval"] = {"token": "t", "expires": "2030-01-09T10:00:00.000Z", "customData": draw(_MESSAGES)}
            return acted(declared.name, "InProgress", **more)
        status = draw(statuses)
        if status == "Failed":
            more["errorDetails"] = {"code": "JobFailed", "message": draw(_MESSAGES)}
        return acted(declared.name, status, **more)

    stages = [
        (stage.name, draw(statuses), [action(declared) for declared in stage.actions])
        for stage in definition.pipeline.stages
    ]
    return executed(definition.name, draw(statuses), *stages, statusSummary=draw(_MESSAGES))
