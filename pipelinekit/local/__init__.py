"""Run a pipeline for real on this machine: engine, journal, artifacts, processes and workers."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

_NAMES = {
    "Bindings": "bindings",
    "ActionResult": "worker",
    "LambdaFunction": "bindings",
    "Job": "standins",
    "Recorded": "recorders",
    "Recorder": "recorders",
    "Result": "verbs",
    "StandIn": "standins",
    "Work": "standins",
    "Worker": "worker",
    "Page": "listing",
    "action_history": "listing",
    "approve": "control",
    "aws_secrets": "aws",
    "clean": "cleaning",
    "disable_transition": "control",
    "enable_transition": "control",
    "failed": "worker",
    "gc": "retention",
    "history": "listing",
    "rule_history": "listing",
    "plan_gc": "retention",
    "record": "recorders",
    "reject": "control",
    "report": "reporting",
    "resume": "verbs",
    "override": "verbs",
    "retry": "verbs",
    "rollback": "verbs",
    "run": "verbs",
    "stop": "control",
    "Subscriber": "subscribers",
    "succeeded": "worker",
    "timeline": "timelines",
    "Judged": "watching",
    "watch": "watching",
}

__all__ = list(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _NAMES:
        raise AttributeError(f"pipelinekit.local has no {name!r}")
    value: object = getattr(importlib.import_module(f"pipelinekit.local.{_NAMES[name]}"), name)
    return value


if TYPE_CHECKING:
    from pipelinekit.execution.jobs import Job as Job
    from pipelinekit.local.aws import aws_secrets as aws_secrets
    from pipelinekit.local.bindings import Bindings as Bindings
    from pipelinekit.local.bindings import LambdaFunction as LambdaFunction
    from pipelinekit.local.cleaning import clean as clean
    from pipelinekit.local.control import approve as approve
    from pipelinekit.local.control import disable_transition as disable_transition
    from pipelinekit.local.control import enable_transition as enable_transition
    from pipelinekit.local.control import reject as reject
    from pipelinekit.local.control import stop as stop
    from pipelinekit.local.listing import Page as Page
    from pipelinekit.local.listing import action_history as action_history
    from pipelinekit.local.listing import history as history
    from pipelinekit.local.listing import rule_history as rule_history
    from pipelinekit.local.recorders import Recorded as Recorded
    from pipelinekit.local.recorders import Recorder as Recorder
    from pipelinekit.local.recorders import record as record
    from pipelinekit.local.reporting import report as report
    from pipelinekit.local.retention import gc as gc
    from pipelinekit.local.retention import plan_gc as plan_gc
    from pipelinekit.local.standins import StandIn as StandIn
    from pipelinekit.local.standins import Work as Work
    from pipelinekit.local.subscribers import Subscriber as Subscriber
    from pipelinekit.local.timelines import timeline as timeline
    from pipelinekit.local.verbs import Result as Result
    from pipelinekit.local.verbs import override as override
    from pipelinekit.local.verbs import resume as resume
    from pipelinekit.local.verbs import retry as retry
    from pipelinekit.local.verbs import rollback as rollback
    from pipelinekit.local.verbs import run as run
    from pipelinekit.local.watching import Judged as Judged
    from pipelinekit.local.watching import watch as watch
    from pipelinekit.local.worker import ActionResult as ActionResult
    from pipelinekit.local.worker import Worker as Worker
    from pipelinekit.local.worker import failed as failed
    from pipelinekit.local.worker import succeeded as succeeded
