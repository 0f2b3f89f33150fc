"""One action of a pipeline as a pipeline of its own, with what it reads taken as given."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition
from pipelinekit.codepipeline.order import artifact_makers
from pipelinekit.execution.variables import resolve


def givers(definition: Definition, stage: str, action: str) -> tuple[ActionKey, ...]:
    """Give the actions that make what an action reads, in the order of the definition."""
    makers = artifact_makers(definition)
    wanted = {makers[name] for name in _action(definition, stage, action).input_artifacts if name in makers}
    return tuple((s.name, a.name) for s, a in definition.actions() if (s.name, a.name) in wanted)


def excerpt(
    definition: Definition, stage: str, action: str, execution: str, known: Mapping[str, Mapping[str, str]]
) -> Definition:
    """Cut a pipeline down to one action and those that make what it reads.

    Its variables are filled in with *known*, by namespace, those of *execution*. It has a name of its own, so that the
    stages of the whole pipeline are not in its way.

    Raises:
        Unresolved: when a variable has no value there.
    """
    kept = {(stage, action), *givers(definition, stage, action)}
    stages = []
    for one in definition.pipeline.stages:
        actions = [a for a in one.actions if (one.name, a.name) in kept]
        if one.name == stage:
            actions = [resolve(a, execution, known) if a.name == action else a for a in actions]
        if actions:
            # Without its conditions: they may ask for what is not in this part.
            stages.append(attrs.evolve(one, actions=tuple(actions), before_entry=(), on_success=(), on_failure=None))
    name = f"{definition.name}@{stage}.{action}"[:100]
    return attrs.evolve(
        definition,
        pipeline=attrs.evolve(definition.pipeline, name=name, stages=tuple(stages)),
        disabled_transitions=(),
    )


def _action(definition: Definition, stage: str, action: str) -> ActionDeclaration:
    return next(a for s, a in definition.actions() if (s.name, a.name) == (stage, action))
