"""From what the machine decided to the jobs of a shell: what has begun is somebody's work."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution import events as happened
from pipelinekit.execution.jobs import Job, as_action
from pipelinekit.execution.state import Execution, Plan, State
from pipelinekit.values import FrozenMap

OF_THE_MACHINE = ("VariableCheck", "DeploymentWindow")
"""Rules that the machine evaluates itself."""


@frozen(kw_only=True)
class RuleToDo:
    """A rule that a shell evaluates, as the action that does its work; ``hook`` is where the declaration has it."""

    stage: str
    hook: str
    action: ActionDeclaration

    @property
    def where(self) -> str:
        """Where it stands, for people: ``Stage/onSuccess``."""
        return f"{self.stage}/{_HOOKS[self.hook]}"

    @property
    def key(self) -> str:
        """What people call it: ``Stage/onSuccess/Rule``."""
        return f"{self.where}/{self.action.name}"


_HOOKS = {"before_entry": "beforeEntry", "on_success": "onSuccess", "on_failure": "onFailure"}


def rules_to_do(definition: Definition) -> Iterator[RuleToDo]:
    """Yield every rule that the machine does not evaluate itself."""
    for stage in definition.pipeline.stages:
        for hook, rule in stage.told_apart():
            if rule.rule_type_id.provider not in OF_THE_MACHINE:
                yield RuleToDo(stage=stage.name, hook=hook, action=as_action(rule))


def job_of(state: State, event: happened.ActionStarted | happened.RuleStarted) -> Job | None:
    """Give the job that begins with an event; None for a rule that the machine evaluates itself."""
    plan = _plan(state, event.execution)
    pipeline = plan.definition.name
    if isinstance(event, happened.ActionStarted):
        action = event.resolved or plan.action(event.stage, event.action)
        return Job(
            id=event.job,
            pipeline=pipeline,
            execution=event.execution,
            stage=event.stage,
            attempt=event.attempt,
            action=action,
            deadline=event.deadline,
            source_revision=source_revision(state.executions.get(event.execution), action),
        )
    rule = event.resolved or plan.rule(event.stage, event.condition, event.rule)
    if rule.rule_type_id.provider in OF_THE_MACHINE:
        return None
    return Job(
        id=event.job,
        kind="rule",
        pipeline=pipeline,
        execution=event.execution,
        stage=event.stage,
        attempt=event.attempt,
        action=as_action(rule),
        deadline=event.deadline,
        condition=event.condition,
    )


def source_revision(execution: Execution | None, action: ActionDeclaration) -> FrozenMap[str]:
    """Give the revision that the start of an execution chose for a source action, by type."""
    if execution is None or action.action_type_id.category != "Source":
        return _NEWEST
    return execution.source_revisions.get(action.name, _NEWEST)


_NEWEST: FrozenMap[str] = FrozenMap()


def _plan(state: State, execution: str) -> Plan:
    found = state.executions.get(execution)
    return state.plans[str(state.version)] if found is None else state.plan(found)


def is_under_way(state: State, job: Job) -> bool:
    """Whether somebody still waits for a job."""
    execution = state.executions.get(job.execution)
    if execution is None:
        return False
    if job.kind == "rule":
        rule = execution.checking.rules.get(job.action.name) if execution.checking is not None else None
        return rule is not None and rule.job == job.id
    run = execution.running.get(job.action.name)
    return run is not None and run.job == job.id
