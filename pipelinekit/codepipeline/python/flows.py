"""The steps of a stage, so that the run orders which were declared follow from them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from pipelinekit.codepipeline.action import Action, Step, parallel
from pipelinekit.codepipeline.declaration import StageDeclaration


def groups(stage: StageDeclaration) -> list[list[int]]:
    """Give the positions of a stage's actions in the groups that run side by side, first group first."""
    orders = [action.run_order for action in stage.actions]
    return [[n for n, own in enumerate(orders) if own == order] for order in sorted(set(orders))]


def flow(stage: StageDeclaration, actions: Sequence[Action]) -> list[Step]:
    """Let each group of a stage wait for the one before it: ``a >> [b, c] >> d``.

    Where that would change the order in which the actions are declared, those that come too late in it are written
    before it.
    """
    several = [[actions[n] for n in group] for group in groups(stage)]
    steps = [group[0] if len(group) == 1 else parallel(*group) for group in several]
    whole: Step = steps[0]
    for step in steps[1:]:
        whole = whole >> step
    written = [action for group in several for action in group]
    for before in range(len(actions) + 1):
        order = {id(action): action for action in (*actions[:before], *written)}
        if list(order) == [id(action) for action in actions]:
            return [*actions[:before], whole]
    raise AssertionError(stage)


def pinned(stage: StageDeclaration, actions: Sequence[Action], *, all_of_them: bool = False) -> list[Action]:
    """Give a stage's actions with a run order where it is not one more than that of the group before."""
    kept = {}
    before = 0
    for group in groups(stage):
        order = stage.actions[group[0]].run_order
        if all_of_them or order != before + 1:
            kept.update(dict.fromkeys(group, order))
        before = order
    return [attrs.evolve(action, run_order=kept.get(n)) for n, action in enumerate(actions)]
