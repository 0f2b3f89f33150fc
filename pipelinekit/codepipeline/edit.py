"""Definitions changed by pure functions, as the console's editor does; in Python these are ``pk.edit``.

Each takes a pipeline or its definition and gives another definition. Of what is not there a sentence says so; what the
result lacks otherwise, such as an artifact that nobody makes any more, `check` tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import Action
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import ActionKey, Definition, DisabledTransition, Edge
from pipelinekit.codepipeline.order import edges_of, references
from pipelinekit.codepipeline.pipeline import Pipeline, Stage
from pipelinekit.diagnostics import PipelineKitError, Place, did_you_mean
from pipelinekit.values import NAMESPACE_PATTERN, FrozenMap, Text, matches, sanitised, written_out


class CannotEdit(PipelineKitError, ValueError):
    """A pipeline cannot be changed as it was asked; says why in a sentence."""


Given = Pipeline | Definition
Called = Callable[[str], str | None]
"""What a part is called after a change, as `Origin.places` names it: ``Build/Unit``; None where it is gone."""

# Stages --------------------------------------------------------------------------------------------------------------


def add_stage(given: Given, stage: Stage, *, before: str | None = None, after: str | None = None) -> Definition:
    """Add a stage before or after another, or at the end, with all that its actions bring along.

    Raises:
        CannotEdit: there is a stage of that name already, or none of the name *before* or *after*.
    """
    definition = _defined(given)
    _refuse_taken(definition, stage.name)
    brought = _compiled(definition, [stage])
    stages = list(definition.pipeline.stages)
    stages.insert(_spot(definition, before, after), brought.pipeline.stages[0])
    return _with_namespaces(_with_brought(_with_stages(definition, stages), brought))


def remove_stage(given: Given, stage: str) -> Definition:
    """Remove a stage; projects, groups, AppSpecs, triggers and transitions that only it referred to go with it.

    Raises:
        CannotEdit: there is no such stage.
    """
    definition = _defined(given)
    gone = _stage(definition, stage)
    left = [one for one in definition.pipeline.stages if one is not gone]
    return _pruned(definition, _with_stages(definition, left))


def move_stage(given: Given, stage: str, *, before: str | None = None, after: str | None = None) -> Definition:
    """Move a stage before or after another, or to the end.

    Raises:
        CannotEdit: there is no such stage, or none of the name *before* or *after*.
    """
    definition = _defined(given)
    moved = _stage(definition, stage)
    if stage in (before, after):
        raise CannotEdit(f"{stage} cannot be moved to where it stands itself: name another stage")
    without = _with_stages(definition, [one for one in definition.pipeline.stages if one is not moved])
    stages = list(without.pipeline.stages)
    stages.insert(_spot(without, before, after), moved)
    return _with_stages(definition, stages)


def rename_stage(given: Given, stage: str, name: str) -> Definition:
    """Give a stage another name; its transition and the AppSpecs of its deployments follow.

    Raises:
        CannotEdit: there is no such stage, or one of the new name already.
    """
    definition = _defined(given)
    old = _stage(definition, stage)
    _refuse_taken(definition, name)
    new = attrs.evolve(old, name=name)
    changed = _with_stages(definition, [new if one is old else one for one in definition.pipeline.stages])
    transitions = tuple(
        DisabledTransition(name if one.stage == stage else one.stage, one.reason)
        for one in changed.disabled_transitions
    )
    renamed = attrs.evolve(changed, disabled_transitions=transitions)

    def called(key: str) -> str:
        if key in (stage, f"transition/{stage}"):
            return key.removesuffix(stage) + name
        return name + key.removeprefix(stage) if key.startswith(f"{stage}/") else key

    return _called(renamed, called)


def disable_transition(given: Given, stage: str, reason: str) -> Definition:
    """Close the entrance of a stage (API: DisableStageTransition); one that is closed gets the new reason.

    Raises:
        CannotEdit: there is no such stage.
    """
    definition = _defined(given)
    _stage(definition, stage)
    others = [one for one in definition.disabled_transitions if one.stage != stage]
    return attrs.evolve(definition, disabled_transitions=(*others, DisabledTransition(stage, reason)))


def enable_transition(given: Given, stage: str) -> Definition:
    """Open the entrance of a stage (API: EnableStageTransition); one that is open stays so.

    Raises:
        CannotEdit: there is no such stage.
    """
    definition = _defined(given)
    _stage(definition, stage)
    left = tuple(one for one in definition.disabled_transitions if one.stage != stage)
    return attrs.evolve(definition, disabled_transitions=left)


# Actions -------------------------------------------------------------------------------------------------------------


def add_action(
    given: Given,
    stage: str,
    action: Action,
    *,
    before: str | None = None,
    after: str | None = None,
    beside: str | None = None,
) -> Definition:
    """Add an action to a stage: before, after or beside another action of it, or after all of them.

    Actions that come later run later by one where room has to be made.

    Raises:
        CannotEdit: there is no such stage or action, or one of the name is in the stage already.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    if any(one.name == action.name for one in target.actions):
        raise CannotEdit(f"{stage} has an action {action.name} already: give the new one another name")
    brought = _compiled(definition, [Stage(stage, action, where=None)])
    added = _placed(target, brought.pipeline.stages[0].actions[0], before, after, beside)
    return _with_namespaces(_with_brought(_with_stage(definition, target, added), brought))


def remove_action(given: Given, stage: str, action: str) -> Definition:
    """Remove an action. What only it referred to goes with it; a stage that is empty then stays.

    Raises:
        CannotEdit: there is no such stage or action.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    left = _without(target, _action(target, action))
    return _pruned(definition, _with_stage(definition, target, left))


def replace_action(given: Given, stage: str, action: str, new: Action) -> Definition:
    """Put another action in the place of one: it runs when that one ran.

    Raises:
        CannotEdit: there is no such stage or action, or the new one's name is in the stage already.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    old = _action(target, action)
    if new.name != action and any(one.name == new.name for one in target.actions):
        raise CannotEdit(f"{stage} has an action {new.name} already: give the new one another name")
    brought = _compiled(definition, [Stage(stage, new, where=None)])
    declared = attrs.evolve(brought.pipeline.stages[0].actions[0], run_order=old.run_order)
    actions = tuple(declared if one is old else one for one in target.actions)
    without = _pruned(definition, _with_stage(definition, target, _without(target, old)))
    replaced = _with_stage(without, _stage(without, stage), attrs.evolve(target, actions=actions))
    return _in_the_order_of(definition, _with_namespaces(_with_brought(replaced, brought)))


def move_action(
    given: Given,
    stage: str,
    action: str,
    *,
    to: str | None = None,
    before: str | None = None,
    after: str | None = None,
    beside: str | None = None,
) -> Definition:
    """Move an action before, after or beside another, or after all; *to* another stage, or in its own.

    Raises:
        CannotEdit: there is no such stage or action, or the other stage has one of the name already.
    """
    definition = _defined(given)
    source = _stage(definition, stage)
    moved = _action(source, action)
    destination = _stage(definition, to or stage)
    if action in (before, after, beside) and source is destination:
        raise CannotEdit(f"{action} cannot be moved to where it stands itself: name another action")
    if source is not destination and any(one.name == action for one in destination.actions):
        raise CannotEdit(f"{destination.name} has an action {action} already: rename one of them")
    left = _without(source, moved)
    changed = _with_stage(definition, source, left)
    into = left if source is destination else destination
    changed = _with_stage(changed, into, _placed(into, moved, before, after, beside))
    old, new = f"{stage}/{action}", f"{destination.name}/{action}"
    return _called(_without_flows(changed, {(stage, action)}), lambda key: new if key == old else key)


def rename_action(given: Given, stage: str, action: str, name: str) -> Definition:
    """Give an action another name; its AppSpec and the triggers of a source follow, its artifacts keep their names.

    Raises:
        CannotEdit: there is no such stage or action, or one of the new name already.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    old = _action(target, action)
    if any(one.name == name for one in target.actions):
        raise CannotEdit(f"{stage} has an action {name} already: choose another name")
    new = attrs.evolve(old, name=name)
    actions = tuple(new if one is old else one for one in target.actions)
    changed = _with_stage(definition, target, attrs.evolve(target, actions=actions))
    follows = not any(one.name == action for _, one in changed.actions())
    triggers = tuple(
        attrs.evolve(one, source_action_name=name) if follows and one.source_action_name == action else one
        for one in changed.pipeline.triggers
    )
    makers = {artifact: name if maker == action else maker for artifact, maker in definition.origin.makers.items()}
    changed = attrs.evolve(
        changed,
        pipeline=attrs.evolve(changed.pipeline, triggers=triggers),
        origin=attrs.evolve(changed.origin, makers=FrozenMap(makers)),
    )
    return _called(changed, lambda key: f"{stage}/{name}" if key == f"{stage}/{action}" else key)


def configure_action(
    given: Given, stage: str, action: str, configuration: Mapping[str, Text | int | None]
) -> Definition:
    """Set configuration keys of an action, spelled as AWS does; None takes a key away.

    Raises:
        CannotEdit: there is no such stage or action.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    old = _action(target, action)
    both = {**old.configuration, **configuration}
    texts = {key: written_out(value) for key, value in both.items() if value is not None}
    new = attrs.evolve(old, configuration=FrozenMap(texts))
    actions = tuple(new if one is old else one for one in target.actions)
    changed = _with_stage(definition, target, attrs.evolve(target, actions=actions))
    return _with_namespaces(_pruned(definition, changed))


# Side by side, or one after the other --------------------------------------------------------------------------------


def make_parallel(given: Given, stage: str, *actions: str) -> Definition:
    """Let actions of a stage run side by side, all of them when none is named: with the first of them.

    Raises:
        CannotEdit: there is no such stage or action, or one of them waits for an artifact or a variable of another.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    chosen = _chosen(target, actions)
    keys = {(stage, one.name) for one in chosen}
    for edge in edges_of(definition):
        if edge.kind != ">>" and edge.before in keys and edge.after in keys:
            raise CannotEdit(
                f"{edge.after[1]} cannot run beside {edge.before[1]}: it waits for the {edge.kind} {edge.carried}"
            )
    first = min(one.run_order for one in chosen)
    orders = {one.name: first if one in chosen else one.run_order for one in target.actions}
    return _without_flows(_with_stage(definition, target, _with_orders(target, _closed(target, orders))), keys)


def make_sequential(given: Given, stage: str, *actions: str) -> Definition:
    """Let actions of a stage run one after the other, in the order named; all of them as they stand when none is named.

    The first of them runs when the first ran; what came after them comes after the last.

    Raises:
        CannotEdit: there is no such stage or action, or one would run before another whose artifact or variable it
            waits for.
    """
    definition = _defined(given)
    target = _stage(definition, stage)
    chosen = _chosen(target, actions)
    place = {(stage, one.name): position for position, one in enumerate(chosen)}
    for edge in edges_of(definition):
        if edge.kind != ">>" and place.get(edge.before, -1) > place.get(edge.after, len(place)):
            raise CannotEdit(
                f"{edge.after[1]} cannot run before {edge.before[1]}: it waits for the {edge.kind} {edge.carried}"
            )
    first = min(one.run_order for one in chosen)
    rest = [one for one in target.actions if one not in chosen]
    end = first + len(chosen)
    shift = max(0, end - min((one.run_order for one in rest if one.run_order > first), default=end))
    orders = {one.name: one.run_order + (shift if one.run_order > first else 0) for one in rest}
    orders |= {one.name: first + position for position, one in enumerate(chosen)}
    return _without_flows(_with_stage(definition, target, _with_orders(target, orders)), set(place))


def _chosen(stage: StageDeclaration, names: Sequence[str]) -> list[ActionDeclaration]:
    if not stage.actions:
        raise CannotEdit(f"{stage.name} has no actions")
    return [_action(stage, name) for name in dict.fromkeys(names)] if names else list(stage.actions)


# Run orders ----------------------------------------------------------------------------------------------------------


def _with_orders(stage: StageDeclaration, orders: Mapping[str, int]) -> StageDeclaration:
    actions = tuple(attrs.evolve(action, run_order=orders[action.name]) for action in stage.actions)
    return attrs.evolve(stage, actions=actions)


def _closed(stage: StageDeclaration, orders: Mapping[str, int]) -> dict[str, int]:
    """Close the gaps that run orders leave which nobody has any more; gaps that were there stay."""
    empty = sorted({action.run_order for action in stage.actions} - set(orders.values()))
    return {name: order - sum(one < order for one in empty) for name, order in orders.items()}


def _without(stage: StageDeclaration, gone: ActionDeclaration) -> StageDeclaration:
    left = attrs.evolve(stage, actions=tuple(action for action in stage.actions if action is not gone))
    return _with_orders(left, _closed(stage, {action.name: action.run_order for action in left.actions}))


def _placed(
    stage: StageDeclaration, action: ActionDeclaration, before: str | None, after: str | None, beside: str | None
) -> StageDeclaration:
    """Put an action into a stage, and make room for it."""
    if sum(one is not None for one in (before, after, beside)) > 1:
        raise CannotEdit("an action is put before, after or beside another: name one of them")
    name = before or after or beside
    if name is None:
        order = max((one.run_order for one in stage.actions), default=0) + 1
        return attrs.evolve(stage, actions=(*stage.actions, attrs.evolve(action, run_order=order)))
    anchor = _action(stage, name)
    order = anchor.run_order + (after is not None)
    taken = {one.run_order for one in stage.actions}
    if before is not None and order > 1 and order - 1 not in taken:
        order -= 1
    shifts = beside is None and order in taken
    orders = {one.name: one.run_order + (shifts and one.run_order >= order) for one in stage.actions}
    actions = list(_with_orders(stage, orders).actions)
    position = stage.actions.index(anchor) + (before is None)
    actions.insert(position, attrs.evolve(action, run_order=order))
    return attrs.evolve(stage, actions=tuple(actions))


# Parts by name -------------------------------------------------------------------------------------------------------


def _defined(given: Given) -> Definition:
    return given if isinstance(given, Definition) else compile_pipeline(given)


def _stage(definition: Definition, name: str) -> StageDeclaration:
    stages = {stage.name: stage for stage in definition.pipeline.stages}
    if name not in stages:
        raise CannotEdit(_no_such(f"there is no stage {name} in {definition.name}", name, stages))
    return stages[name]


def _action(stage: StageDeclaration, name: str) -> ActionDeclaration:
    actions = {action.name: action for action in stage.actions}
    if name not in actions:
        raise CannotEdit(_no_such(f"there is no action {name} in {stage.name}", name, actions))
    return actions[name]


def _no_such(sentence: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    hint = did_you_mean(name, names) or f"it has {', '.join(names) or 'none'}"
    return f"{sentence}: {hint}"


def _refuse_taken(definition: Definition, name: str) -> None:
    if any(stage.name == name for stage in definition.pipeline.stages):
        raise CannotEdit(f"{definition.name} has a stage {name} already: choose another name")


def _spot(definition: Definition, before: str | None, after: str | None) -> int:
    if before is not None and after is not None:
        raise CannotEdit("a stage is put before or after another: name one of them")
    stages = definition.pipeline.stages
    if before is not None:
        return stages.index(_stage(definition, before))
    return stages.index(_stage(definition, after)) + 1 if after is not None else len(stages)


# Definitions ---------------------------------------------------------------------------------------------------------


def _with_stages(definition: Definition, stages: Iterable[StageDeclaration]) -> Definition:
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=tuple(stages)))


def _with_stage(definition: Definition, old: StageDeclaration, new: StageDeclaration) -> Definition:
    stages = (new if stage.name == old.name else stage for stage in definition.pipeline.stages)
    return _with_stages(definition, stages)


def _compiled(definition: Definition, stages: list[Stage]) -> Definition:
    """Compile stages as if they stood in that pipeline."""
    return compile_pipeline(Pipeline(definition.name, stages, where=None))


def _with_brought(definition: Definition, brought: Definition) -> Definition:
    """Add what new actions bring along; a project or group that is described already must be the same.

    Raises:
        CannotEdit: something else of that name is there.
    """
    for project in brought.projects:
        known = definition.project(project.name)
        if known not in (None, project):
            raise CannotEdit(f"another project is called {project.name}: give the new one another name")
    for group in brought.deployment_groups:
        other = definition.deployment_group(group.application, group.name)
        if other not in (None, group):
            raise CannotEdit(f"another deployment group of {group.application} is called {group.name}: pass that one")
    places = {key: place for key, place in brought.origin.places.items() if key}
    origin = attrs.evolve(
        definition.origin,
        places=FrozenMap({**places, **definition.origin.places, **_of_actions(places)}),
        flows=(*definition.origin.flows, *brought.origin.flows),
        makers=FrozenMap({**definition.origin.makers, **brought.origin.makers}),
        ignores=FrozenMap({**definition.origin.ignores, **brought.origin.ignores}),
    )
    return attrs.evolve(
        definition,
        projects=tuple(dict.fromkeys((*definition.projects, *brought.projects))),
        deployment_groups=tuple(dict.fromkeys((*definition.deployment_groups, *brought.deployment_groups))),
        appspecs=FrozenMap({**definition.appspecs, **brought.appspecs}),
        origin=origin,
    )


def _of_actions(places: Mapping[str, Place]) -> dict[str, Place]:
    return {key: place for key, place in places.items() if "/" in key}


def _in_the_order_of(before: Definition, after: Definition) -> Definition:
    """Let projects and groups stand as they did; new ones come last."""
    projects = {one.name: position for position, one in enumerate(before.projects)}
    groups = {(one.application, one.name): position for position, one in enumerate(before.deployment_groups)}

    def place_of_group(one: DeploymentGroup) -> int:
        return groups.get((one.application, one.name), len(groups))

    return attrs.evolve(
        after,
        projects=tuple(sorted(after.projects, key=lambda one: projects.get(one.name, len(projects)))),
        deployment_groups=tuple(sorted(after.deployment_groups, key=place_of_group)),
    )


def _with_namespaces(definition: Definition) -> Definition:
    """Write down the default namespace of an action that somebody refers to now."""
    wanted = {variable.namespace for stage in definition.pipeline.stages for variable in references(stage)}
    wanted -= {action.namespace for _, action in definition.actions() if action.namespace is not None}

    def named(action: ActionDeclaration) -> ActionDeclaration:
        own = sanitised(action.name, lambda c: matches(NAMESPACE_PATTERN, c))
        return attrs.evolve(action, namespace=own) if action.namespace is None and own in wanted else action

    if not wanted:
        return definition
    stages = definition.pipeline.stages
    return _with_stages(definition, (attrs.evolve(stage, actions=tuple(map(named, stage.actions))) for stage in stages))


def _pruned(before: Definition, after: Definition) -> Definition:
    """Take away what was referred to before and is not any more."""
    stages, keys = {stage.name for stage in after.pipeline.stages}, _keys(after)
    projects = _used(before, _project_names) - _used(after, _project_names)
    groups = _used(before, _group_names) - _used(after, _group_names)
    sources = {name for _, name in _keys(before)} - {name for _, name in keys}
    triggers = tuple(one for one in after.pipeline.triggers if one.source_action_name not in sources)
    left = attrs.evolve(
        after,
        pipeline=attrs.evolve(after.pipeline, triggers=triggers),
        projects=tuple(one for one in after.projects if (one.name,) not in projects),
        deployment_groups=tuple(one for one in after.deployment_groups if (one.application, one.name) not in groups),
        disabled_transitions=tuple(one for one in after.disabled_transitions if one.stage in stages),
    )
    gone = {stage.name for stage in before.pipeline.stages} - stages
    lost = {"/".join(key) for key in _keys(before) - keys} | {f"transition/{stage}" for stage in gone}
    return _called(left, lambda key: None if key in lost or key.partition("/")[0] in gone else key)


def _keys(definition: Definition) -> set[ActionKey]:
    return {(stage.name, action.name) for stage, action in definition.actions()}


def _used(
    definition: Definition, names: Callable[[Mapping[str, str]], tuple[str | None, ...]]
) -> set[tuple[str | None, ...]]:
    configurations = [action.configuration for _, action in definition.actions()]
    configurations += [rule.configuration for stage in definition.pipeline.stages for _, rule in stage.rules()]
    return {names(configuration) for configuration in configurations}


def _project_names(configuration: Mapping[str, str]) -> tuple[str | None, ...]:
    return (configuration.get("ProjectName"),)


def _group_names(configuration: Mapping[str, str]) -> tuple[str | None, ...]:
    return (configuration.get("ApplicationName"), configuration.get("DeploymentGroupName"))


def _called(definition: Definition, called: Called) -> Definition:
    """Let AppSpecs and the origin follow what is called otherwise or is gone."""
    origin = definition.origin
    appspecs = {called(key): appspec for key, appspec in definition.appspecs.items()}
    places = {called(key): place for key, place in origin.places.items()}
    ignores = {called(key): reasons for key, reasons in origin.ignores.items()}
    flows = [(called("/".join(edge.before)), called("/".join(edge.after)), edge.reason) for edge in origin.flows]
    return attrs.evolve(
        definition,
        appspecs=FrozenMap({key: appspec for key, appspec in appspecs.items() if key is not None}),
        origin=attrs.evolve(
            origin,
            places=FrozenMap({key: place for key, place in places.items() if key is not None}),
            ignores=FrozenMap({key: reasons for key, reasons in ignores.items() if key is not None}),
            flows=tuple(
                Edge(_key(before), _key(after), reason)
                for before, after, reason in flows
                if before is not None and after is not None
            ),
        ),
    )


def _key(text: str) -> ActionKey:
    stage, _, action = text.partition("/")
    return stage, action


def _without_flows(definition: Definition, keys: set[ActionKey]) -> Definition:
    """Forget the flows that held actions which are arranged anew."""
    flows = tuple(edge for edge in definition.origin.flows if not {edge.before, edge.after} & keys)
    return attrs.evolve(definition, origin=attrs.evolve(definition.origin, flows=flows))
