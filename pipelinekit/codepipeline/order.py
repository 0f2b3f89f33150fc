"""Which action waits for which, and the run orders that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition, Edge
from pipelinekit.values import Variable, variables_in

RESERVED_NAMESPACES = ("codepipeline", "variables")
"""Namespaces that no action may have (User Guide, reference-variables)."""


@frozen
class Order:
    """The order a pipeline runs in.

    ``run_orders`` maps a stage to its actions' run orders, counted from 1; ``edges`` are all the waits, each with
    its reason; ``longest_chain`` is the longest row of actions that wait for each other, as (stage, action).
    """

    run_orders: Mapping[str, Mapping[str, int]]
    edges: tuple[Edge, ...]
    longest_chain: tuple[ActionKey, ...]

    def groups(self, stage: str) -> list[list[str]]:
        """Give the actions of a stage in the groups that run side by side, first group first."""
        orders = self.run_orders[stage]
        return [[name for name, own in orders.items() if own == order] for order in sorted(set(orders.values()))]

    def __str__(self) -> str:
        lines = []
        for stage in self.run_orders:
            lines.append(stage)
            lines += [f"  {n}. {', '.join(group)}" for n, group in enumerate(self.groups(stage), start=1)]
        return "\n".join(lines)


def order_of(definition: Definition) -> Order:
    """Read the order of a definition: its run orders, why they are so, and its longest chain."""
    from pipelinekit import graphs

    edges = tuple(edges_of(definition))
    keys = [(stage.name, action.name) for stage, action in definition.actions()]
    return Order(
        run_orders={s.name: {a.name: a.run_order for a in s.actions} for s in definition.pipeline.stages},
        edges=edges,
        longest_chain=tuple(graphs.longest_path(keys, [(edge.before, edge.after) for edge in edges])),
    )


def edges_of(definition: Definition) -> Iterator[Edge]:
    """Yield every wait: for an artifact, for a variable, and those written with ``>>``."""
    makers = artifact_makers(definition)
    owners = namespace_owners(definition)
    for stage, action in definition.actions():
        after = (stage.name, action.name)
        for artifact in action.input_artifacts:
            if artifact in makers:
                yield Edge(makers[artifact], after, f"artifact {artifact}")
        for variable in dict.fromkeys(v for _, text in variable_fields(action) for v in variables_in(text)):
            if variable.namespace in owners:
                yield Edge(owners[variable.namespace], after, f"variable {variable.namespace}.{variable.key}")
    yield from definition.origin.flows


def artifact_makers(definition: Definition) -> dict[str, ActionKey]:
    """Map each output artifact to the action that makes it (the first, where a name is used twice)."""
    makers: dict[str, ActionKey] = {}
    for stage, action in definition.actions():
        for artifact in action.output_artifacts:
            makers.setdefault(artifact.name, (stage.name, action.name))
    return makers


def namespace_owners(definition: Definition) -> dict[str, ActionKey]:
    """Map each namespace to the action that fills it (the first, where one is used twice)."""
    owners: dict[str, ActionKey] = {}
    for stage, action in definition.actions():
        if action.namespace is not None and action.namespace not in RESERVED_NAMESPACES:
            owners.setdefault(action.namespace, (stage.name, action.name))
    return owners


def variable_fields(action: ActionDeclaration) -> Iterator[tuple[str, str]]:
    """Yield (field, text) for each text in which AWS resolves variables (User Guide, reference-variables)."""
    for key, value in action.configuration.items():
        if isinstance(value, str):  # what is no text has a finding of its own
            yield f"configuration.{key}", value
    for index, command in enumerate(action.commands):
        yield f"commands[{index}]", command
    for variable in action.environment_variables:
        yield f"environmentVariables.{variable.name}", variable.value


def rule_fields(rule: RuleDeclaration) -> Iterator[tuple[str, str]]:
    """Yield (field, text) for each text of a rule in which AWS resolves variables."""
    for key, value in rule.configuration.items():
        if isinstance(value, str):
            yield f"configuration.{key}", value
    for index, command in enumerate(rule.commands):
        yield f"commands[{index}]", command


def references(stage: StageDeclaration) -> Iterator[Variable]:
    """Yield the variables that the actions of a stage and the rules of its conditions refer to."""
    for action in stage.actions:
        yield from (variable for _, text in variable_fields(action) for variable in variables_in(text))
    for _, rule in stage.rules():
        yield from (variable for _, text in rule_fields(rule) for variable in variables_in(text))


def stage_run_orders(stage: StageDeclaration, edges: list[Edge], pinned: Mapping[str, int]) -> dict[str, int]:
    """Give every action the smallest run order that its waits inside the stage allow, counted from 1.

    What earlier stages made is there already, so only edges inside the stage count. *pinned* run orders are kept.
    """
    names = list(dict.fromkeys(action.name for action in stage.actions))
    inside = [(edge.before[1], edge.after[1]) for edge in edges if edge.before[0] == edge.after[0] == stage.name]
    if not inside:
        return {name: pinned.get(name, 1) for name in names}
    from pipelinekit import graphs

    return graphs.levels(names, inside, pinned)
