"""What differs between two pipelines, as changes of the graph and of what its actions do."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen

from pipelinekit.codebuild.checks.secrets import without_secrets
from pipelinekit.codepipeline.changes import (
    Added,
    Change,
    Changed,
    Differences,
    GateLost,
    Moved,
    Removed,
    Renamed,
    Reordered,
    Rewired,
    RunOrderChanged,
    RunOrdersRenumbered,
    TransitionDisabled,
    TransitionEnabled,
)
from pipelinekit.codepipeline.comparing import Hidden, changed, compared, configuration, members, parts
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import ActionKey, Definition
from pipelinekit.codepipeline.parameters import parameters_of, with_defaults
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.values import Text

T = TypeVar("T")


def diff(before: Pipeline | Definition, after: Pipeline | Definition) -> Differences:
    """Tell what differs between two pipelines: stages and actions first, then what they are made of.

    There are no changes exactly when the definitions are equal and the parameters that both mention have the same
    defaults. Values that look like secrets are hidden.
    """
    old = before if isinstance(before, Definition) else compile_pipeline(before)
    new = after if isinstance(after, Definition) else compile_pipeline(after)
    changes = list(_Comparison(old, new).changes())
    return Differences(tuple(sorted(changes, key=lambda change: change.sign != "!")))


@frozen
class _Side:
    """One of the two definitions, so that what is asked often is found at once."""

    definition: Definition
    actions: Mapping[ActionKey, ActionDeclaration]
    positions: Mapping[ActionKey, tuple[int, int]]
    """The position of the stage, and the run order."""
    makers: Mapping[str, tuple[ActionKey, int]]
    """Of each artifact, the action that makes it, and which of its outputs it is."""

    @classmethod
    def of(cls, definition: Definition) -> _Side:
        """Look at a definition."""
        stages = {stage.name: position for position, stage in enumerate(definition.pipeline.stages)}
        actions = {(stage.name, action.name): action for stage, action in definition.actions()}
        makers: dict[str, tuple[ActionKey, int]] = {}
        for key, action in actions.items():
            for position, artifact in enumerate(action.output_artifacts):
                makers.setdefault(artifact.name, (key, position))
        positions = {key: (stages[key[0]], action.run_order) for key, action in actions.items()}
        return cls(definition, actions, positions, makers)

    def waiting_for(self, key: ActionKey) -> list[ActionKey]:
        """Give the actions that run after that one."""
        own = self.positions[key]
        return [other for other, position in self.positions.items() if position > own]

    def place(self, position: int) -> str:
        """Say where a stage stands."""
        return f"after {self.definition.pipeline.stages[position - 1].name}" if position else "the beginning"

    @property
    def stages(self) -> tuple[StageDeclaration, ...]:
        """Its stages."""
        return self.definition.pipeline.stages


class _Comparison:
    """Two definitions, and which stage and action of one is which of the other."""

    def __init__(self, old: Definition, new: Definition) -> None:
        self.old, self.new = _Side.of(old), _Side.of(new)
        self.stages = _matched(self.old.stages, self.new.stages, _same_stage)
        self.actions = self._match_actions()
        self._keys = dict(self.actions)
        self._kept = {old.name for old, _ in self.stages}, {new.name for _, new in self.stages}

    def changes(self) -> Iterator[Change]:
        old, new = self.old.definition, self.new.definition
        if not (_unambiguous(old) and _unambiguous(new)):
            yield from compared((), "", old.pipeline, new.pipeline)
            yield from compared((), "disabledTransitions", old.disabled_transitions, new.disabled_transitions)
        else:
            yield from self._of_pipeline()
            yield from self._of_stages()
            yield from self._of_gates()
            yield from self._of_actions()
            yield from self._of_transitions()
        yield from self._of_parts()

    def _match_actions(self) -> list[tuple[ActionKey, ActionKey]]:
        """Match actions by stage and name, then renamed ones of a stage, then those that went to another stage."""
        pairs: list[tuple[ActionKey, ActionKey]] = []
        for old, new in self.stages:
            matched = _matched(old.actions, new.actions, _same_action)
            pairs += [((old.name, before.name), (new.name, after.name)) for before, after in matched]
        befores, afters = {before for before, _ in pairs}, {after for _, after in pairs}
        come: dict[object, list[ActionKey]] = defaultdict(list)
        for key, action in self.new.actions.items():
            if key not in afters:
                come[action.name, action.action_type_id].append(key)
        for key, action in self.old.actions.items():
            candidates = come[action.name, action.action_type_id]
            if key not in befores and candidates:
                pairs.append((key, candidates.pop(0)))
        return pairs

    # The pipeline itself, and its stages.

    def _of_pipeline(self) -> Iterator[Change]:
        old, new = self.old.definition, self.new.definition
        yield from members((), "", old.pipeline, new.pipeline, leave=("stages",))

    def _of_stages(self) -> Iterator[Change]:
        kept_old, kept_new = self._kept
        for stage in self.old.stages:
            if stage.name not in kept_old:
                yield Removed((stage.name,), what="stage", detail=_names(stage.actions))
        for position, stage in enumerate(self.new.stages):
            if stage.name not in kept_new:
                detail = f"{self.new.place(position)}, with {_names(stage.actions)}"
                yield Added((stage.name,), what="stage", detail=detail)
        for old, new in self.stages:
            if old.name != new.name:
                yield Renamed((old.name,), what="stage", name=new.name)
        yield from self._of_stage_order()
        for old, new in self.stages:
            yield from members((new.name,), "", old, new, leave=("name", "actions"))

    def _of_stage_order(self) -> Iterator[Change]:
        before = {stage.name: position for position, stage in enumerate(self.old.stages)}
        after = {stage.name: position for position, stage in enumerate(self.new.stages)}
        pairs = sorted(((old.name, new.name) for old, new in self.stages), key=lambda pair: after[pair[1]])
        stay = _longest_row([before[old] for old, _ in pairs])
        for old, new in pairs:
            if before[old] not in stay:
                places = self.old.place(before[old]), self.new.place(after[new])
                yield Moved((new,), what="stage", before=places[0], after=places[1])

    # Approvals, and what waits for them.

    def _of_gates(self) -> Iterator[Change]:
        for key, action in self.old.actions.items():
            if action.action_type_id.category == "Approval":
                after = self._keys.get(key)
                if after is not None and self.new.actions[after].action_type_id.category != "Approval":
                    after = None  # an action of the same name that asks nobody
                still = set() if after is None else {after, *self.new.waiting_for(after)}
                held = [self._keys[other] for other in self.old.waiting_for(key) if other in self._keys]
                lost = tuple("/".join(other) for other in held if other not in still)
                if lost:
                    yield GateLost(after or key, removed=after is None, actions=lost)
                elif after is None and key[0] in self._kept[0]:
                    yield Removed(key, what="approval")

    # Actions.

    def _of_actions(self) -> Iterator[Change]:
        come = set(self._keys.values())
        for key, action in self.old.actions.items():
            if key not in self._keys and key[0] in self._kept[0] and action.action_type_id.category != "Approval":
                yield Removed(key, what="action")
        for key, action in self.new.actions.items():
            if key not in come and key[0] in self._kept[1]:
                what = "approval" if action.action_type_id.category == "Approval" else "action"
                detail = f"{action.action_type_id.provider}, run order {action.run_order}"
                yield Added(key, what=what, detail=detail)
        yield from self._of_action_places()
        for before, after in self.actions:
            yield from self._of_action(after, self.old.actions[before], self.new.actions[after])

    def _of_action_places(self) -> Iterator[Change]:
        partner = {old.name: new.name for old, new in self.stages}
        together: dict[str, list[tuple[ActionKey, ActionKey]]] = {new.name: [] for _, new in self.stages}
        for before, after in self.actions:
            if partner.get(before[0]) == after[0]:
                together[after[0]].append((before, after))
            else:
                yield Moved(after, what="action", before=f"stage {before[0]}", after=f"stage {after[0]}")
            if before[1] != after[1]:
                yield Renamed(before, what="action", name=after[1])
        for stage, pairs in together.items():
            yield from self._of_run_orders(stage, pairs)

    def _of_run_orders(self, stage: str, pairs: Sequence[tuple[ActionKey, ActionKey]]) -> Iterator[Change]:
        befores = [self.old.actions[before].run_order for before, _ in pairs]
        afters = [self.new.actions[after].run_order for _, after in pairs]
        same = [_relations(b, befores) == _relations(a, afters) for b, a in zip(befores, afters, strict=True)]
        for (_, key), before, after, is_same in zip(pairs, befores, afters, same, strict=True):
            if before != after and not is_same:
                yield RunOrderChanged(key, before=before, after=after)
        kept = [(before, after) for before, after, is_same in zip(befores, afters, same, strict=True) if is_same]
        if any(before != after for before, after in kept):
            numbers = [tuple(sorted(set(side))) for side in zip(*kept, strict=True)]
            yield RunOrdersRenumbered((stage,), before=numbers[0], after=numbers[1])
        positions = {key: position for position, key in enumerate(self.new.actions)}
        written = [positions[after] for _, after in pairs]
        if written != sorted(written):
            yield Reordered((stage,), what="actions")

    def _of_action(self, path: ActionKey, old: ActionDeclaration, new: ActionDeclaration) -> Iterator[Change]:
        if old.action_type_id != new.action_type_id:
            yield Changed(path, member="actionTypeId", before=str(old.action_type_id), after=str(new.action_type_id))
        yield from configuration(path, "configuration", old.configuration, new.configuration)
        before, after = self._wires(old.input_artifacts, self.old), self._wires(new.input_artifacts, self.new)
        if [wire for wire, _ in before] != [wire for wire, _ in after]:
            yield Rewired(path, before=tuple(said for _, said in before), after=tuple(said for _, said in after))
        if len(old.output_artifacts) == len(new.output_artifacts):
            for one, other in zip(old.output_artifacts, new.output_artifacts, strict=True):
                if one.name != other.name:
                    yield Renamed((*path, one.name), what="output artifact", name=other.name)
                yield from members(path, f"outputArtifacts.{other.name}", one, other, leave=("name",))
        else:
            yield from compared(path, "outputArtifacts", old.output_artifacts, new.output_artifacts)
        known = ("name", "action_type_id", "run_order", "configuration", "input_artifacts", "output_artifacts")
        yield from members(path, "", old, new, leave=known)

    def _wires(self, names: Iterable[str], side: _Side) -> list[tuple[Hashable, str]]:
        """Tell for each artifact which output of which action it is, by the keys of the new definition; and say it."""
        found: list[tuple[Hashable, str]] = []
        for name in names:
            if name in side.makers:
                maker, position = side.makers[name]
                key = self._keys.get(maker, ("", *maker)) if side is self.old else maker
                found.append(((key, position), f"{name} of {'/'.join(maker)}"))
            else:
                found.append((name, name))
        return found

    # What stands beside the pipeline.

    def _of_transitions(self) -> Iterator[Change]:
        renamed = {old.name: new.name for old, new in self.stages}
        old = {renamed.get(t.stage, t.stage): t.reason for t in self.old.definition.disabled_transitions}
        new = {t.stage: t.reason for t in self.new.definition.disabled_transitions}
        for stage, reason in old.items():
            if stage not in new:
                yield TransitionEnabled((stage,), reason=without_secrets(reason))
            elif new[stage] != reason:
                yield changed((stage,), "transition.reason", reason, new[stage])
        for stage, reason in new.items():
            if stage not in old:
                yield TransitionDisabled((stage,), reason=without_secrets(reason))
        if list(old) != [stage for stage in new if stage in old] and set(old) == set(new):
            yield Reordered((), what="disabled transitions")

    def _of_parts(self) -> Iterator[Change]:
        old, new = self.old.definition, self.new.definition
        yield from compared((), "tags", old.tags, new.tags)
        yield from compared((), "parameters", *_defaults(old, new))
        yield from parts("project", old.projects, new.projects, lambda one: (one.name,))
        yield from parts(
            "deployment group", old.deployment_groups, new.deployment_groups, lambda one: (one.application, one.name)
        )
        moved = {"/".join(before): "/".join(after) for before, after in self.actions}
        appspecs = {moved.get(key, key): appspec for key, appspec in old.appspecs.items()}
        for key in dict.fromkeys((*appspecs, *new.appspecs)):
            path = tuple(key.split("/", 1))
            yield from compared(path, "appspec", appspecs.get(key), new.appspecs.get(key))


def _defaults(old: Definition, new: Definition) -> tuple[dict[str, Text | int], dict[str, Text | int]]:
    """Give the defaults of the parameters that both mention.

    Where only one mentions a parameter, the texts that do differ, and tell more than its default.
    """
    before, after = with_defaults(old, {}), with_defaults(new, {})
    if not before and not after:
        return before, after
    both = parameters_of(old).keys() & parameters_of(new).keys()
    hidden = {name for one in (old, new) for name, known in one.origin.parameters.items() if known.no_echo}

    def shown(defaults: dict[str, Text | int]) -> dict[str, Text | int]:
        return {n: Hidden(str(value)) if n in hidden else value for n, value in defaults.items() if n in both}

    return shown(before), shown(after)


def _unambiguous(definition: Definition) -> bool:
    """Whether every stage, every action of a stage and every closed entrance has a name of its own."""
    stages = definition.pipeline.stages
    transitions = definition.disabled_transitions
    return (
        len({stage.name for stage in stages}) == len(stages)
        and all(len({action.name for action in stage.actions}) == len(stage.actions) for stage in stages)
        and len({one.stage for one in transitions}) == len(transitions)
    )


def _matched(old: Sequence[T], new: Sequence[T], same: Callable[[T, T], bool]) -> list[tuple[T, T]]:
    """Pair what has the same name, then what is the same by another name; in the order of the old."""
    by_name = {_name(one): one for one in new}
    left = [one for one in new if _name(one) not in {_name(other) for other in old}]
    pairs = []
    for one in old:
        partner = by_name.get(_name(one))
        if partner is None:
            partner = next((other for other in left if same(one, other)), None)
            left = [other for other in left if other is not partner]
        if partner is not None:
            pairs.append((one, partner))
    return pairs


def _name(value: Any) -> str:
    name: str = value.name
    return name


def _same_stage(old: StageDeclaration, new: StageDeclaration) -> bool:
    names = {action.name for action in old.actions}
    return bool(names) and names == {action.name for action in new.actions}


def _same_action(old: ActionDeclaration, new: ActionDeclaration) -> bool:
    def said(action: ActionDeclaration) -> tuple[object, ...]:
        return (action.action_type_id, action.configuration, action.input_artifacts, action.commands)

    return said(old) == said(new)


def _names(several: Iterable[Any]) -> str:
    return ", ".join(one.name for one in several) or "no actions"


def _longest_row(numbers: Sequence[int]) -> set[int]:
    """Give the members of a longest row of numbers that already stand in rising order."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        position = bisect_left(ends, number)
        before[number] = ends[position - 1] if position else None
        ends[position:] = [number, *ends[position + 1 :]]
    row, last = set(), ends[-1] if ends else None
    while last is not None:
        row.add(last)
        last = before[last]
    return row


def _relations(own: int, others: Iterable[int]) -> tuple[int, ...]:
    """Say of each other run order whether it comes before, beside or after."""
    return tuple((other > own) - (other < own) for other in others)
