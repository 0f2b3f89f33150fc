"""Hypothesis strategies: pipelines, stages and histories, for properties of pipelines and of what reads their events.

They need hypothesis, which pipelinekit itself does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from hypothesis import strategies as st

from pipelinekit.codepipeline.action import Action, Artifact, CustomAction
from pipelinekit.codepipeline.approval import Manual
from pipelinekit.codepipeline.condition import Condition, Retry, Rollback, Rule
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.define import define
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.codepipeline.rule import CloudWatchAlarm, DeploymentWindow, LambdaInvoke, VariableCheck
from pipelinekit.codepipeline.source import CodeCommit
from pipelinekit.testing.walk import Walk

if TYPE_CHECKING:
    from pipelinekit.execution.events import Event

Mode = Literal["SUPERSEDED", "QUEUED", "PARALLEL"]
MODES: Sequence[Mode] = ("SUPERSEDED", "QUEUED", "PARALLEL")

_KIND = ActionTypeId("Test", "Custom", "T")


@st.composite
def stages(draw: st.DrawFn, name: str, artifact: Artifact, *, mode: Mode = "SUPERSEDED") -> Stage:
    """Draw a stage behind the source: one to three actions that read *artifact*, an approval and conditions maybe."""
    actions: list[Action] = [
        CustomAction(f"{name}{number}", action_type=_KIND, input=artifact, run_order=draw(st.integers(1, 2)))
        for number in range(draw(st.integers(1, 3)))
    ]
    if draw(st.booleans()):
        actions.append(Manual(f"{name}Yes", timeout_minutes=draw(st.sampled_from([60, 1440]))))
    rollback = mode != "PARALLEL"
    after = draw(st.sampled_from([None, "FAIL", *(["ROLLBACK"] if rollback else [])]))
    return Stage(
        name,
        actions,
        before_entry=draw(st.none() | _entry_conditions),
        on_success=None if after is None else Condition(draw(_rules), result=after),  # type: ignore[arg-type]
        on_failure=draw(st.sampled_from([None, Retry(), Retry("ALL_ACTIONS"), *([Rollback()] if rollback else [])])),
    )


_EXECUTION = "#{codepipeline.PipelineExecutionId}"
_LAMBDA = LambdaInvoke("Probe", function="probe")
_RULES: Sequence[Rule] = (
    _LAMBDA,
    CloudWatchAlarm("Errors", alarm="errors"),
    DeploymentWindow("Office", cron="* * 9-17 ? * MON-FRI"),
    VariableCheck("Holds", variable=_EXECUTION, operator="NE", value="none"),
    VariableCheck("HoldsNot", variable=_EXECUTION, operator="EQ", value="none"),
)
_rules = st.lists(st.sampled_from(_RULES), min_size=1, max_size=2, unique_by=lambda rule: rule.name)
_skipping = st.sampled_from([rule for rule in _RULES if rule.type.with_skip])
_entry_conditions = st.one_of(
    _rules.map(lambda rules: Condition(rules, result="FAIL")),
    _skipping.map(lambda rule: Condition(rule, result="SKIP")),
)


@st.composite
def pipelines(draw: st.DrawFn, *, mode: Mode | None = None, most_stages: int = 4) -> Pipeline:
    """Draw a pipeline that AWS would take: a source, and one to three stages behind it."""
    chosen = draw(st.sampled_from(MODES)) if mode is None else mode
    checkout = CodeCommit("Checkout", repository="shop", branch="main")
    names = ["Build", "Beta", "Live", "After", "Last"][: draw(st.integers(1, max(1, most_stages - 1)))]
    behind = [draw(stages(name, checkout.output, mode=chosen)) for name in names]
    return Pipeline("drawn", [Stage("Source", checkout), *behind], execution_mode=chosen)


@st.composite
def histories(draw: st.DrawFn, pipeline: Pipeline | None = None, *, most_steps: int = 40) -> list[Event]:
    """Draw what could happen to a pipeline, as events: starts, ends of actions, answers, stops, retries, time."""
    walk = Walk(define(pipeline if pipeline is not None else draw(pipelines())))
    for kind, which in draw(st.lists(st.tuples(st.sampled_from(Walk.STEPS), st.integers(0, 7)), max_size=most_steps)):
        walk.step(kind, which)
    return walk.history
