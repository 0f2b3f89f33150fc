"""From what people write to the one definition that everything else reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import attrs

from pipelinekit.codebuild.limits import PROJECT_NAME_MAX, PROJECT_NAME_PATTERN
from pipelinekit.codebuild.project import Project
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import Action
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ArtifactStore,
    ConditionDeclaration,
    FailureConditions,
    PipelineDeclaration,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    RuleDeclaration,
    StageDeclaration,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.definition import Definition, DisabledTransition, Edge, KnownParameter, Origin
from pipelinekit.codepipeline.order import Order, edges_of, order_of, references, stage_run_orders
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.diagnostics import Place
from pipelinekit.values import FrozenMap, matches, sanitised

if TYPE_CHECKING:
    from pipelinekit.codepipeline.condition import Condition, OnFailure, Rule
    from pipelinekit.codepipeline.trigger import Trigger


def define(given: Pipeline | Definition) -> Definition:
    """Compile a pipeline into its definition; a definition is given back as it is.

    Raises:
        InvalidPipeline: ``PK113`` or ``PK114``: no order exists, as actions wait for each other or for a later stage.
    """
    if isinstance(given, Definition):
        return given
    from pipelinekit.codepipeline.checks.order import check_possible
    from pipelinekit.diagnostics import refuse_on_errors

    definition = compile_pipeline(given)
    refuse_on_errors(check_possible(definition))
    return definition


def order(given: Pipeline | Definition) -> Order:
    """Tell the order a pipeline runs in: run orders, each wait with its reason, the longest chain.

    Raises:
        InvalidPipeline: as `define`.
    """
    return order_of(define(given))


def compile_pipeline(pipeline: Pipeline) -> Definition:
    """Compile a pipeline whatever is wrong with it, so that all findings can come in one pass."""
    if not isinstance(pipeline, Pipeline):
        raise TypeError(f"a pk.Pipeline or a definition is wanted here, not {pipeline!r}")
    definition = Definition(
        pipeline=_declaration(pipeline),
        projects=tuple(dict.fromkeys((*_projects(pipeline), *pipeline.projects))),
        deployment_groups=tuple(dict.fromkeys((*_deployment_groups(pipeline), *pipeline.deployment_groups))),
        appspecs=FrozenMap(_appspecs(pipeline)),
        disabled_transitions=tuple(DisabledTransition(t.into, t.reason) for t in pipeline.transitions if not t.enabled),
        tags=pipeline.tags,
        origin=_origin(pipeline),
    )
    return _with_run_orders(_with_namespaces(definition, pipeline), pipeline)


def _declaration(pipeline: Pipeline) -> PipelineDeclaration:
    store = pipeline.artifact_store
    return PipelineDeclaration(
        pipeline.name,
        role_arn=pipeline.role,
        artifact_store=store if isinstance(store, ArtifactStore) else None,
        artifact_stores=FrozenMap() if isinstance(store, ArtifactStore) else store,
        stages=tuple(_stage(pipeline, stage) for stage in pipeline.stages),
        execution_mode=pipeline.execution_mode,
        pipeline_type=pipeline.pipeline_type,
        variables=tuple(
            PipelineVariableDeclaration(one.name, default_value=one.default, description=one.description, more=one.more)
            for one in pipeline.variables
        ),
        triggers=tuple(map(_trigger, pipeline.triggers)),
        more=pipeline.more,
    )


def _stage(pipeline: Pipeline, stage: Stage) -> StageDeclaration:
    return StageDeclaration(
        stage.name,
        actions=tuple(declared_action(pipeline, stage, action) for action in stage.actions()),
        before_entry=tuple(map(_condition, stage.before_entry)),
        on_success=tuple(map(_condition, stage.on_success)),
        on_failure=None if stage.on_failure is None else _on_failure(stage.on_failure),
        more=stage.more,
    )


def _on_failure(failure: OnFailure) -> FailureConditions:
    return FailureConditions(
        result=failure.result,
        retry_mode=failure.retry_mode,
        conditions=tuple(map(_condition, failure.conditions)),
        more=failure.more,
    )


def _condition(condition: Condition) -> ConditionDeclaration:
    return ConditionDeclaration(
        result=condition.result, rules=tuple(map(declared_rule, condition.rules)), more=condition.more
    )


def declared_rule(rule: Rule) -> RuleDeclaration:
    """Declare one rule of a condition."""
    return RuleDeclaration(
        rule.name,
        rule_type_id=rule.rule_type_id,
        configuration=FrozenMap(rule.configuration()),
        commands=rule.shell,
        input_artifacts=tuple(artifact.name for artifact in rule.inputs),
        role_arn=rule.role,
        region=rule.region,
        timeout_in_minutes=rule.timeout_minutes,
        more=rule.more,
    )


def _trigger(trigger: Trigger) -> TriggerDeclaration:
    return TriggerDeclaration(
        trigger.source,
        push=tuple(
            PushFilter(branches=one.branches, tags=one.tags, file_paths=one.file_paths, more=one.more)
            for one in trigger.push
        ),
        pull_request=tuple(
            PullRequestFilter(events=one.events, branches=one.branches, file_paths=one.file_paths, more=one.more)
            for one in trigger.pull_request
        ),
        provider_type=trigger.provider_type,
        more=trigger.more,
    )


def declared_action(pipeline: Pipeline, stage: Stage, action: Action) -> ActionDeclaration:
    """Declare one action, as far as the others have no part in it: its run order is 1."""
    return ActionDeclaration(
        action.name,
        action_type_id=action.action_type_id,
        configuration=FrozenMap(_configuration(pipeline, stage, action)),
        commands=action.commands,
        output_artifacts=action.output_artifacts,
        input_artifacts=tuple(artifact.name for artifact in action.inputs),
        output_variables=action.output_variables,
        role_arn=action.role,
        region=action.region,
        namespace=action.namespace,
        timeout_in_minutes=action.timeout_in_minutes,
        environment_variables=action.environment_variables,
        more=action.more,
    )


def _configuration(pipeline: Pipeline, stage: Stage, action: Action) -> dict[str, str]:
    project = action.project_for(default_project_name(pipeline, stage, action))
    configuration = {**action.configuration(), **action.more_configuration}
    if project is None:
        return configuration
    return {"ProjectName": project.name if isinstance(project, Project) else project, **configuration}


def default_project_name(pipeline: Pipeline, stage: Stage, action: Action) -> str:
    """Name the CodeBuild project of an action that brings none: ``<pipeline>-<stage>-<action>``.

    What CodeBuild does not allow there is replaced. Where that is not enough, because the name is too long or begins
    with ``-`` or ``_``, it is cut and ends with eight digits of the SHA-256 of all three, so that it stays its own.
    """
    wanted = f"{pipeline.name}-{stage.name}-{action.name}"
    name = sanitised(wanted, lambda c: matches(r"[A-Za-z0-9\-_]", c))
    return name if matches(PROJECT_NAME_PATTERN, name) else _cut(name, wanted)


def _cut(name: str, wanted: str) -> str:
    import hashlib  # few names need it

    digits = hashlib.sha256(wanted.encode(errors="backslashreplace")).hexdigest()[:8]
    kept = name.lstrip("-_")[: PROJECT_NAME_MAX - len(digits) - 1]
    return f"{kept}-{digits}" if kept else digits


def _projects(pipeline: Pipeline) -> Iterator[Project]:
    for stage in pipeline.stages:
        for action in stage.actions():
            project = action.project_for(default_project_name(pipeline, stage, action))
            if isinstance(project, Project):
                yield project
        for _, rule in _rules(stage):
            if rule.described_project is not None:
                yield rule.described_project


def _conditions(stage: Stage) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a stage with where it stands, as `StageDeclaration.conditions` does."""
    yield from (("before_entry", condition) for condition in stage.before_entry)
    yield from (("on_success", condition) for condition in stage.on_success)
    if stage.on_failure is not None:
        yield from (("on_failure", condition) for condition in stage.on_failure.conditions)


def _rules(stage: Stage) -> Iterator[tuple[str, Rule]]:
    return ((hook, rule) for hook, condition in _conditions(stage) for rule in condition.rules)


def _deployment_groups(pipeline: Pipeline) -> Iterator[DeploymentGroup]:
    for stage in pipeline.stages:
        for action in stage.actions():
            if action.deployment_group is not None:
                yield action.deployment_group


def _appspecs(pipeline: Pipeline) -> Iterator[tuple[str, AppSpec]]:
    for stage in pipeline.stages:
        for action in stage.actions():
            if action.attached_appspec is not None:
                yield f"{stage.name}/{action.name}", action.attached_appspec


def _origin(pipeline: Pipeline) -> Origin:
    return Origin(
        places=FrozenMap(dict(_places(pipeline))),
        flows=tuple(dict.fromkeys(_flows(pipeline))),
        makers=FrozenMap(dict(_makers(pipeline))),
        ignores=FrozenMap(dict(_ignores(pipeline))),
        parameters=FrozenMap({name: KnownParameter(default=value) for name, value in pipeline.parameters.items()}),
    )


def _places(pipeline: Pipeline) -> Iterator[tuple[str, Place]]:
    return ((key, place) for key, place in _made_at(pipeline) if place is not None)


def _made_at(pipeline: Pipeline) -> Iterator[tuple[str, Place | None]]:
    yield "", pipeline.where
    for stage in pipeline.stages:
        yield stage.name, stage.where
        for action in stage.actions():
            yield f"{stage.name}/{action.name}", action.where
        yield from ((f"{stage.name}/{hook}", condition.where) for hook, condition in _conditions(stage))
        if stage.on_failure is not None:
            yield f"{stage.name}/on_failure", stage.on_failure.where
        yield from ((f"{stage.name}/{hook}/{rule.name}", rule.where) for hook, rule in _rules(stage))
    for transition in pipeline.transitions:
        yield f"transition/{transition.into}", transition.where
    for variable in pipeline.variables:
        yield f"variable/{variable.name}", variable.where
    for trigger in pipeline.triggers:
        yield f"trigger/{trigger.source}", trigger.where


def _ignores(pipeline: Pipeline) -> Iterator[tuple[str, FrozenMap[str]]]:
    if pipeline.ignore:
        yield "", pipeline.ignore
    for stage in pipeline.stages:
        if stage.ignore:
            yield stage.name, stage.ignore
        for action in stage.actions():
            # A buildspec that overrides its project's is configuration of the action, and so are its reasons.
            reasons = {**action.configuration_ignores, **action.ignore}
            if reasons:
                yield f"{stage.name}/{action.name}", FrozenMap(reasons)


def _flows(pipeline: Pipeline) -> Iterator[Edge]:
    for stage in pipeline.stages:
        for step in stage.steps:
            for before, after in step.edges():
                yield Edge((stage.name, before.name), (stage.name, after.name), ">>")


def _makers(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    for stage in pipeline.stages:
        read = [action.inputs for action in stage.actions()] + [rule.inputs for _, rule in _rules(stage)]
        for artifact in (artifact for inputs in read for artifact in inputs):
            if artifact.producer is not None:
                yield artifact.name, artifact.producer.name


def _with_namespaces(definition: Definition, pipeline: Pipeline) -> Definition:
    """Write down a default namespace where somebody refers to it: elsewhere it would only stand in the way."""
    wanted = {variable.namespace for stage in definition.pipeline.stages for variable in references(stage)}
    given = {
        (stage.name, action.name): action.variables_namespace for stage in pipeline.stages for action in stage.actions()
    }

    def named(stage: StageDeclaration, action: ActionDeclaration) -> ActionDeclaration:
        namespace = given[stage.name, action.name]
        if action.namespace is not None or namespace not in wanted:
            return action
        return attrs.evolve(action, namespace=namespace)

    return map_actions(definition, named)


def _with_run_orders(definition: Definition, pipeline: Pipeline) -> Definition:
    edges = list(edges_of(definition))
    # By position, not by name: two stages may wrongly have the same one.
    stages = tuple(
        _ordered(declared, stage, edges)
        for declared, stage in zip(definition.pipeline.stages, pipeline.stages, strict=True)
    )
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))


def _ordered(declared: StageDeclaration, stage: Stage, edges: list[Edge]) -> StageDeclaration:
    given = [action.run_order for action in stage.actions()]
    pinned = {action.name: order for action, order in zip(declared.actions, given, strict=True) if order is not None}
    orders = stage_run_orders(declared, edges, pinned)
    # By position, too: what an action says itself counts even where another wrongly has its name.
    actions = tuple(
        attrs.evolve(action, run_order=orders[action.name] if order is None else order)
        for action, order in zip(declared.actions, given, strict=True)
    )
    return attrs.evolve(declared, actions=actions)


def map_actions(
    definition: Definition, change: Callable[[StageDeclaration, ActionDeclaration], ActionDeclaration]
) -> Definition:
    """Give the definition with every action replaced by what *change* makes of it."""
    stages = tuple(
        attrs.evolve(stage, actions=tuple(change(stage, action) for action in stage.actions))
        for stage in definition.pipeline.stages
    )
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=stages))
