"""What the machine knows between two commands: small, and nothing that events and projections keep already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Literal, TypeAlias, TypeVar

import attrs
from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration, RuleDeclaration, StageDeclaration, told_apart
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.table import Table
from pipelinekit.values import FrozenMap

T = TypeVar("T")

ConditionType: TypeAlias = Literal["BEFORE_ENTRY", "ON_SUCCESS", "ON_FAILURE"]
"""Where a condition stands (API: ConditionType; ON_FAILURE is ours, as it cannot be overridden)."""

CONDITION_NAMES: Mapping[str, str] = {
    "BEFORE_ENTRY": "beforeEntry",
    "ON_SUCCESS": "onSuccess",
    "ON_FAILURE": "onFailure",
}
"""How a stage's declaration names them."""


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
class RuleRun:
    """A rule under way. ``opens``: when the machine itself lets it succeed, for a deployment window."""

    rule: str
    job: str
    deadline: float
    tries: int = 0
    opens: float | None = None


@frozen(kw_only=True)
class Checking:
    """A condition under way, with its result should it engage. ``failed`` are the rules that failed, ``errored`` those
    of them that could not be evaluated."""

    condition: ConditionType
    result: str
    rules: Table[RuleRun] = field(factory=Table)
    failed: tuple[str, ...] = ()
    errored: tuple[str, ...] = ()


@frozen(kw_only=True)
class Execution:
    """A live execution, or an ended one that can still be retried.

    ``stage`` is the stage it is in or, when ``waiting``, in front of (None before the first). ``group`` counts the
    stage's run-order groups from 0 and is -1 before the first, ``attempt`` the runs of the stage from 1.
    ``running`` are the actions under way, all of the current group; ``pending`` those of it that wait their turn;
    ``failed`` those of the stage that failed or were abandoned. ``ending`` is what it becomes when they are over:
    Stopped or Cancelled. ``since`` is when it started or began to wait. ``only`` is the stage of a rollback
    execution, which runs that stage alone. ``retries`` counts the automatic retries of the stage; ``unmet`` is the
    condition that failed it. ``source_revisions`` are those that its start chose, by source action and type.
    """

    id: str
    version: int
    status: str = "InProgress"
    stage: str | None = None
    waiting: bool = False
    group: int = 0
    attempt: int = 1
    running: Table[ActionRun] = field(factory=Table)
    pending: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    ending: str | None = None
    abandoned: bool = False
    variables: Table[FrozenMap[str]] = field(factory=Table)
    since: float = 0.0
    only: str | None = None
    retries: int = 0
    checking: Checking | None = None
    unmet: str = ""
    source_revisions: FrozenMap[FrozenMap[str]] = field(factory=FrozenMap)

    @property
    def is_live(self) -> bool:
        """Whether it is not over."""
        return self.status in ("InProgress", "Stopping")


@frozen(kw_only=True)
class Gate:
    """The entrance of a stage and who is behind it.

    ``holder`` is the execution in the stage, ``queue`` those that wait in front of it, the first to enter first;
    ``ended`` the last one that failed or stopped in it and can be retried until another enters; ``succeeded`` the last
    one that a rollback can go back to. ``since`` is when the transition was disabled.
    """

    enabled: bool = True
    reason: str = ""
    since: float = 0.0
    holder: str | None = None
    queue: tuple[str, ...] = ()
    ended: str | None = None
    succeeded: str | None = None

    @property
    def inbound(self) -> str | None:
        """The execution that enters next (API: inboundExecution)."""
        return self.queue[0] if self.queue else None


_OPEN = Gate()


@frozen(kw_only=True)
class Target:
    """An execution as a rollback can go back to it: the stages that it succeeded in, and its variables by namespace."""

    execution: str
    version: int
    type: str = "STANDARD"
    stages: tuple[str, ...] = ()
    variables: Mapping[str, FrozenMap[str]] = field(factory=FrozenMap)


class Plan:
    """A definition laid out for running: each stage's actions in their run-order groups, and the stage itself."""

    __slots__ = ("_actions", "declared", "definition", "groups", "mode", "stages")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.definition)

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.mode = definition.pipeline.execution_mode
        self.stages: tuple[str, ...] = tuple(stage.name for stage in definition.pipeline.stages)
        self.declared: Mapping[str, StageDeclaration] = {stage.name: stage for stage in definition.pipeline.stages}
        self.groups: Mapping[str, tuple[tuple[ActionDeclaration, ...], ...]] = {
            stage.name: _groups(stage) for stage in definition.pipeline.stages
        }
        self._actions = {(stage.name, action.name): action for stage, action in definition.actions()}

    def action(self, stage: str, action: str) -> ActionDeclaration:
        """Give an action's declaration."""
        return self._actions[stage, action]

    def rule(self, stage: str, condition: ConditionType, rule: str) -> RuleDeclaration:
        """Give a rule's declaration."""
        return next(one for one in self.rules(stage, condition) if one.name == rule)

    def rules(self, stage: str, condition: ConditionType) -> tuple[RuleDeclaration, ...]:
        """Give the rules of a stage's condition; a second one of the same name is told apart by its number."""
        declared = self.declared[stage]
        if condition == "ON_FAILURE":
            conditions = declared.on_failure.conditions if declared.on_failure is not None else ()
        else:
            conditions = declared.before_entry if condition == "BEFORE_ENTRY" else declared.on_success
        return told_apart([rule for one in conditions[:1] for rule in one.rules])

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
    past: Table[Target] = field(factory=Table)
    """What a gate calls its last success, for a rollback to go back to: at most one for each stage. It is named with
    the newest of its stages alone: of which it is the last success is said by the gates."""

    @property
    def definition(self) -> Definition:
        """The current definition."""
        return self.plans[str(self.version)].definition

    def plan(self, execution: Execution) -> Plan:
        """Give the plan an execution runs by."""
        return self.plans[str(execution.version)]

    def gate(self, stage: str) -> Gate:
        """Give the gate of a stage, one of an earlier version of the pipeline too."""
        return self.gates.get(stage) or _OPEN

    def running(self) -> Iterator[tuple[Execution, ActionRun]]:
        """Yield every action under way."""
        for execution in self.executions.values():
            for run in execution.running.values():
                yield execution, run

    def checking(self) -> Iterator[tuple[Execution, RuleRun]]:
        """Yield every rule under way."""
        for execution in self.executions.values():
            if execution.checking is not None:
                for run in execution.checking.rules.values():
                    yield execution, run


def changed(value: T, **changes: object) -> T:
    """Give a copy of a part of the state with some members changed.

    What `attrs.evolve` does, at half its cost: the parts of the state have no converters, and an event changes
    several of them.
    """
    cls = type(value)
    setters, values = _MEMBERS.get(cls) or _members(cls)
    copy = object.__new__(cls)
    for set_member, old in zip(setters.values(), values(value), strict=True):
        set_member(copy, old)
    for name, new in changes.items():
        setters[name](copy, new)
    return copy


_Members: TypeAlias = tuple[dict[str, Callable[[Any, Any], None]], Callable[[Any], tuple[Any, ...]]]
_MEMBERS: dict[type, _Members] = {}


def _members(cls: type) -> _Members:
    names = [one.name for one in attrs.fields(cls)]
    setters = {name: getattr(cls, name).__set__ for name in names}  # what a frozen value hides is there all the same
    return _MEMBERS.setdefault(cls, (setters, attrgetter(*names)))
