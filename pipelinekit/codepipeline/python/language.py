"""From a definition back to the pipeline that a person would write for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import attrs

from pipelinekit.codepipeline.action import Action, Step
from pipelinekit.codepipeline.declaration import StageDeclaration
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.differences import diff
from pipelinekit.codepipeline.order import edges_of, stage_run_orders
from pipelinekit.codepipeline.parameters import with_defaults
from pipelinekit.codepipeline.pipeline import Pipeline, Stage, Transition
from pipelinekit.codepipeline.python.actions import ActionMaker, NotInPython
from pipelinekit.codepipeline.python.conditions import ConditionMaker, trigger, variables
from pipelinekit.codepipeline.python.flows import flow, pinned


def pipeline_of(definition: Definition) -> Pipeline:
    """Give a pipeline that compiles into *definition*: artifacts are passed as objects, run orders follow from them.

    Where they do not, a flow gives them; an explicit run order stands only where a flow cannot give it.

    Raises:
        NotInPython: when the definition says something that the language cannot say.
    """
    plain = attrs.evolve(definition, origin=attrs.evolve(definition.origin, flows=()))
    maker = ActionMaker(plain)
    pipeline = _pipeline(plain, _actions(plain, maker), ConditionMaker(plain, maker.artifacts))
    for arrange in _ARRANGEMENTS:
        compiled = compile_pipeline(pipeline)
        if _run_orders(compiled) == _run_orders(definition):
            break
        pipeline = _arranged(pipeline, compiled, definition, arrange)
    pipeline = _with_what_nobody_brings(pipeline, definition)
    _hold_against(definition, compile_pipeline(pipeline))
    return pipeline


def _pipeline(definition: Definition, actions: Sequence[Sequence[Action]], hooks: ConditionMaker) -> Pipeline:
    declared = definition.pipeline
    places, ignores = definition.origin.places, definition.origin.ignores
    stages = [
        Stage(
            stage.name,
            steps,
            before_entry=hooks.conditions(stage.before_entry),
            on_success=hooks.conditions(stage.on_success),
            on_failure=hooks.on_failure(stage.on_failure),
            more=stage.more,
            ignore=ignores.get(stage.name),
            where=places.get(stage.name),
        )
        for stage, steps in zip(declared.stages, actions, strict=True)
    ]
    transitions = tuple(
        Transition(
            into=transition.stage,
            enabled=False,
            reason=transition.reason,
            where=places.get(f"transition/{transition.stage}"),
        )
        for transition in definition.disabled_transitions
    )
    if declared.artifact_store is not None and declared.artifact_stores:
        raise NotInPython(f"{definition.location()}: has an artifactStore and artifactStores; AWS takes one of them")
    return Pipeline(
        declared.name,
        stages,
        transitions=transitions,
        role=declared.role_arn,
        artifact_store=declared.artifact_store or declared.artifact_stores,
        execution_mode=declared.execution_mode,  # type: ignore[arg-type]  # a document may say anything; checks judge it
        pipeline_type=declared.pipeline_type,  # type: ignore[arg-type]
        variables=variables(definition),
        triggers=[trigger(one) for one in declared.triggers],
        tags=definition.tags,
        parameters=with_defaults(definition, {}),
        more=declared.more,
        ignore=ignores.get(""),
        where=places.get(""),
    )


def _actions(definition: Definition, maker: ActionMaker) -> list[list[Action]]:
    """Make the actions of each stage, each after those of its stage that it waits for."""
    edges = list(edges_of(definition))
    made = []
    for stage in definition.pipeline.stages:
        depth = stage_run_orders(stage, edges, {})
        order = sorted(range(len(stage.actions)), key=lambda n: (depth[stage.actions[n].name], n))
        by_position = {n: maker.make(stage, stage.actions[n]) for n in order}
        made.append([by_position[n] for n in range(len(stage.actions))])
    return made


def _run_orders(definition: Definition) -> list[list[int]]:
    return [[action.run_order for action in stage.actions] for stage in definition.pipeline.stages]


Arrange = Callable[[StageDeclaration, Sequence[Action]], Iterable[Step]]

_ARRANGEMENTS: tuple[Arrange, ...] = (
    flow,
    lambda stage, actions: flow(stage, pinned(stage, actions)),
    lambda stage, actions: pinned(stage, actions, all_of_them=True),
)
"""How the actions of a stage may be written when their wiring alone does not give the run orders, the best first."""


def _arranged(pipeline: Pipeline, compiled: Definition, wanted: Definition, arrange: Arrange) -> Pipeline:
    """Arrange anew the stages whose run orders are not yet those that are wanted."""
    stages = [
        stage
        if [a.run_order for a in declared.actions] == [a.run_order for a in target.actions]
        else attrs.evolve(stage, steps=arrange(target, [attrs.evolve(a, run_order=None) for a in stage.actions()]))
        for stage, declared, target in zip(
            pipeline.stages, compiled.pipeline.stages, wanted.pipeline.stages, strict=True
        )
    ]
    return attrs.evolve(pipeline, stages=stages)


def _with_what_nobody_brings(pipeline: Pipeline, wanted: Definition) -> Pipeline:
    """Describe the projects and groups that no action brings along, since none of its class uses them."""
    brought = compile_pipeline(pipeline)
    return attrs.evolve(
        pipeline,
        projects=[one for one in wanted.projects if one not in brought.projects],
        deployment_groups=[one for one in wanted.deployment_groups if one not in brought.deployment_groups],
    )


def _hold_against(wanted: Definition, compiled: Definition) -> None:
    """Refuse a pipeline that says another thing."""
    if compiled != wanted:
        first = next(iter(diff(wanted, compiled)), None)
        would = f"; it would differ: {first}" if first is not None else ""
        raise NotInPython(f"{wanted.location()}: cannot be said in Python as it is{would}")
