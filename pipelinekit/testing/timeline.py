"""A history as text: what happened when, a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelinekit.execution import events as happened
from pipelinekit.values import in_words


def timeline(history: Iterable[happened.Event], begin: float, labels: Mapping[str, str]) -> str:
    """Write a history; times count from *begin*, *labels* are short names of executions."""
    lines = []
    for event in history:
        said = _said(event, labels)
        if said is not None:
            who = labels.get(event.execution, event.execution) if isinstance(event, happened.ExecutionEvent) else ""
            lines.append((since(event.at - begin), who, *said))
    widths = [max((len(line[column]) for line in lines), default=0) for column in range(3)]
    return "\n".join(
        f"{at:>{widths[0]}}  {who:<{widths[1]}}  {what:<{widths[2]}}  {how}".rstrip() for at, who, what, how in lines
    )


def since(seconds: float) -> str:
    """Write how long after the beginning."""
    return "0 s" if seconds == 0 else in_words(seconds)


def _said(event: happened.Event, labels: Mapping[str, str]) -> tuple[str, str] | None:
    match event:
        case happened.ExecutionEvent():
            return _of_execution(event, labels)
        case happened.TransitionDisabled():
            return event.stage, f"transition disabled: {event.reason}"
        case happened.TransitionEnabled():
            return event.stage, "transition enabled"
        case happened.PipelineUpdated():
            return "", f"the pipeline was updated to version {event.version}"
        case _:
            return None


_WORDS: Mapping[type[happened.Event], str] = {
    happened.ExecutionSucceeded: "Succeeded",
    happened.ExecutionFailed: "Failed",
    happened.ExecutionStopped: "Stopped",
    happened.ExecutionCancelling: "is cancelled",
    happened.ExecutionCancelled: "Cancelled",
    happened.ExecutionArrived: "waits in front",
    happened.InboundExpired: "waited for too long in front",
    happened.StageEntered: "entered",
    happened.StageSucceeded: "Succeeded",
    happened.StageSkipped: "Skipped",
    happened.ActionStarted: "started",
    happened.ActionSucceeded: "Succeeded",
    happened.ActionAbandoned: "Abandoned",
    happened.RuleStarted: "started",
    happened.RuleSucceeded: "Succeeded",
    happened.RuleAbandoned: "Abandoned",
    happened.ConditionOverridden: "overridden",
}
"""What is said of an event that needs no more than a word."""


def _of_execution(event: happened.ExecutionEvent, labels: Mapping[str, str]) -> tuple[str, str] | None:
    what = _place(event)
    match event:
        case happened.ExecutionStarted():
            back = f", back to {labels.get(event.target, event.target)}" if event.target else ""
            return "", f"started: {event.trigger}{back}"
        case happened.ExecutionSuperseded():
            return what, f"Superseded by {labels.get(event.by, event.by)}"
        case happened.ExecutionStopping():
            return "", "is stopped at once" if event.abandon else "is stopping"
        case happened.ApprovalOpened():
            return what, f"asks: {event.message}" if event.message else "waits for an answer"
        case happened.ActionFailed() | happened.RuleFailed():
            return what, f"Failed: {event.message}"
        case happened.StageFailed():
            return what, "Failed"
        case happened.StageStopped():
            return what, event.status
        case happened.StageRetried():
            return what, f"retried ({event.trigger}, {event.mode}), attempt {event.attempt}"
        case happened.ConditionEnded():
            return what, f"{event.status}, so {event.engaged}" if event.engaged else event.status
        case _:
            word = _WORDS.get(type(event))
            return None if word is None else (what, word)


def _place(event: happened.ExecutionEvent) -> str:
    names = {"BEFORE_ENTRY": "beforeEntry", "ON_SUCCESS": "onSuccess", "ON_FAILURE": "onFailure"}
    condition = getattr(event, "condition", "")
    parts = [getattr(event, "stage", None), names.get(condition), getattr(event, "action", getattr(event, "rule", ""))]
    if isinstance(event, happened.StageFailed):
        parts = [event.stage]
    return "/".join(part for part in parts if part)
