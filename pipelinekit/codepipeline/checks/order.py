"""Whether an order exists, and whether the run orders keep it (PK112, PK113, PK114, PK125)."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codepipeline.checks.facts import Facts, listing, python_name
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import ActionKey, Definition
from pipelinekit.codepipeline.limits import AWS
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic

_GUARDED = ("Build", "Deploy", "Invoke", "Compute")
"""Categories that look guarded by an approval; tests are often meant to run while people look."""


def check(facts: Facts) -> Iterator[Diagnostic]:
    """Yield what is wrong with the order of the actions."""
    yield from _loops(facts)
    yield from _backwards(facts)
    yield from _contradictions(facts)
    yield from _beside_an_approval(facts)


def check_possible(definition: Definition) -> Iterator[Diagnostic]:
    """Yield what makes an order impossible: loops (``PK113``) and waits for a later stage (``PK114``)."""
    facts = Facts(definition, AWS)
    yield from _loops(facts)
    yield from _backwards(facts)


def _loops(facts: Facts) -> Iterator[Diagnostic]:
    if facts.in_order:
        return
    from pipelinekit import graphs

    waits = {(edge.before, edge.after): edge for edge in reversed(facts.edges)}
    for loop in graphs.cycles(list(facts.run_orders), list(waits)):
        edges = [waits[before, after] for before, after in zip(loop, [*loop[1:], loop[0]], strict=True)]
        short = len({stage for stage, _ in loop}) == 1
        names = [_name(key, short) for key in (*loop, loop[0])]
        reasons = [f"{_name(e.after, short)} waits for {_name(e.before, short)} ({e.reason})" for e in edges]
        yield found(
            "PK113",
            facts.at(*loop[0]),
            f"no order exists: {' -> '.join(names)}",
            f"{listing(reasons)}: take one of these away",
        )


def _name(key: ActionKey, short: bool) -> str:
    return key[1] if short else "/".join(key)


def _backwards(facts: Facts) -> Iterator[Diagnostic]:
    positions = facts.stage_positions
    for edge in facts.edges:
        if positions[edge.before[0]] > positions[edge.after[0]] and not facts.is_knotted(edge):
            stage, name = edge.before
            yield found(
                "PK114",
                facts.at(*edge.after),
                f"waits for {name} ({edge.reason}), which runs in the later stage {stage!r}",
                f"move {edge.after[1]} into {stage!r} or after it, or {name} into {edge.after[0]!r} or before it",
            )


def _contradictions(facts: Facts) -> Iterator[Diagnostic]:
    for edge in facts.contradicted(">>"):
        yield found(
            "PK112",
            facts.at(*edge.after, "run_order"),
            f"the run order {facts.run_orders[edge.after]} does not wait for {edge.before[1]}, "
            f"which has {facts.run_orders[edge.before]}",
            facts.how_to_wait(edge),
        )


def _beside_an_approval(facts: Facts) -> Iterator[Diagnostic]:
    for stage in facts.definition.pipeline.stages:
        approvals = {a.run_order: a for a in reversed(stage.actions) if a.action_type_id.category == "Approval"}
        for action in stage.actions:
            approval = approvals.get(action.run_order)
            if approval is None or action.action_type_id.category not in _GUARDED:
                continue
            pair = (stage.name, approval.name), (stage.name, action.name)
            if pair not in facts.pairs and pair[::-1] not in facts.pairs:  # else their run orders are what is wrong
                yield _unguarded(facts, stage, action, approval)


def _unguarded(
    facts: Facts, stage: StageDeclaration, action: ActionDeclaration, approval: ActionDeclaration
) -> Diagnostic:
    return found(
        "PK125",
        facts.at(stage.name, action.name),
        f"runs beside the approval {approval.name}, so it does not wait for it",
        f"write {python_name(approval.name)} >> {python_name(action.name)}, "
        f"or give {action.name} a higher run order than {action.run_order}",
    )
