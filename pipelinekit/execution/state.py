"""What the machine knows between two commands: small, and nothing that events and projections keep already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.table import Table
from pipelinekit.values import FrozenMap


@frozen(kw_only=True)
class ActionRun:
    """An action under way. ``token`` is that of an open approval; ``dispatched``: its worker is known to have begun."""

    action: str
    job: str
    attempt: int
    tries: int
    deadline: float
    token: str | None = None
    dispatched: bool = False


@frozen(kw_only=True)
class Execution:
    """A live execution, or an ended one that can still be retried.

    ``stage`` is the stage it is in or, when ``waiting``, in front of (None before the first). ``group`` counts the
    stage's run-order groups from 0, ``attempt`` the runs of the stage from 1. ``running`` are the actions under way,
    all of the current group; ``failed`` those of the stage that failed or were abandoned. ``ending`` is what it
    becomes when they are over: Stopped or Cancelled.
    """

    id: str
    version: int
    status: str = "InProgress"
    stage: str | None = None
    waiting: bool = False
    group: int = 0
    attempt: int = 1
    running: Table[ActionRun] = field(factory=Table)
    failed: tuple[str, ...] = ()
    ending: str | None = None
    abandoned: bool = False
    variables: Table[FrozenMap[str]] = field(factory=Table)


@frozen(kw_only=True)
class Gate:
    """The entrance of a stage and who is behind it.

    ``holder`` is the execution in the stage, ``inbound`` the one that waits in front of it, ``ended`` the last one
    that failed or stopped in it and can be retried until another enters.
    """

    enabled: bool = True
    reason: str = ""
    holder: str | None = None
    inbound: str | None = None
    ended: str | None = None


class Plan:
    """A definition laid out for running: each stage's actions in their run-order groups."""

    __slots__ = ("_actions", "definition", "groups", "stages")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.definition)

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.stages: tuple[str, ...] = tuple(stage.name for stage in definition.pipeline.stages)
        self.groups: Mapping[str, tuple[tuple[ActionDeclaration, ...], ...]] = {
            stage.name: _groups(stage) for stage in definition.pipeline.stages
        }
        self._actions = {(stage.name, action.name): action for stage, action in definition.actions()}

    def action(self, stage: str, action: str) -> ActionDeclaration:
        """Give an action's declaration."""
        return self._actions[stage, action]

    def after(self, stage: str) -> str | None:
        """Give the stage behind *stage*."""
        index = self.stages.index(stage) + 1
        return self.stages[index] if index < len(self.stages) else None


def _groups(stage: StageDeclaration) -> tuple[tuple[ActionDeclaration, ...], ...]:
    orders: dict[int, list[ActionDeclaration]] = {}
    for action in stage.actions:
        orders.setdefault(action.run_order, []).append(action)
    return tuple(tuple(orders[order]) for order in sorted(orders))


@frozen(kw_only=True)
class State:
    """One pipeline and its executions. ``version`` 0: there is no pipeline yet."""

    version: int = 0
    plans: FrozenMap[Plan] = field(factory=FrozenMap)
    """By version, as text: the current one and those that an execution still runs."""
    gates: Table[Gate] = field(factory=Table)
    executions: Table[Execution] = field(factory=Table)

    @property
    def definition(self) -> Definition:
        """The current definition."""
        return self.plans[str(self.version)].definition

    def plan(self, execution: Execution) -> Plan:
        """Give the plan an execution runs by."""
        return self.plans[str(execution.version)]

    def running(self) -> Iterator[tuple[Execution, ActionRun]]:
        """Yield every action under way."""
        for execution in self.executions.values():
            for run in execution.running.values():
                yield execution, run
