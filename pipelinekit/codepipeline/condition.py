"""What a stage is held to before it is entered, when it succeeded and when it failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from attrs import field, frozen

from pipelinekit.codebuild.project import Project
from pipelinekit.codepipeline.action import Artifact, configuration_of
from pipelinekit.codepipeline.declaration import RuleTypeId
from pipelinekit.diagnostics import Place, here
from pipelinekit.values import FrozenMap, all_of, frozen_members, optional_text, text

if TYPE_CHECKING:
    from pipelinekit.codepipeline.rule import RuleType

Result: TypeAlias = Literal["ROLLBACK", "FAIL", "RETRY", "SKIP"]
RetryMode: TypeAlias = Literal["FAILED_ACTIONS", "ALL_ACTIONS"]


@frozen(kw_only=True)
class Rule:
    """One rule of a condition (CodePipeline API: RuleDeclaration). Its name is unique in the condition.

    ``role`` and ``region`` are for rules of another account or Region; ``timeout_minutes`` is from 5 to 86400.
    ``more`` are members that no parameter stands for, as AWS spells them; so they are in the classes below.
    """

    type: ClassVar[RuleType]

    name: str = field(converter=text, kw_only=False)
    role: str | None = field(default=None, converter=optional_text)
    region: str | None = field(default=None, converter=optional_text)
    timeout_minutes: int | None = None
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    where: Place | None = field(factory=here, eq=False, repr=False)

    @property
    def rule_type_id(self) -> RuleTypeId:
        """Which kind of rule it is."""
        return self.type.id

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return ()

    @property
    def shell(self) -> tuple[str, ...]:
        """The shell commands of the rule itself."""
        return ()

    @property
    def described_project(self) -> Project | None:
        """The CodeBuild project it brings along."""
        return None

    def configuration(self) -> dict[str, str]:
        """Give the configuration as it stands on the wire: texts only, nothing that was not said."""
        return configuration_of(self)


def rules(given: Rule | Iterable[Rule]) -> tuple[Rule, ...]:
    """Take one rule or several."""
    if isinstance(given, Rule):
        return (given,)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a condition is made of rules, such as pk.rule.VariableCheck(...), not of {given!r}")
    return all_of(Rule, given, "a condition is made of rules, such as pk.rule.VariableCheck(...), not of {!r}")


@frozen(kw_only=True)
class Condition:
    """Rules, and the result that comes of them (CodePipeline API: Condition).

    Before the entry of a stage and on success all rules are to succeed, and the result (FAIL or SKIP, FAIL or ROLLBACK)
    is for when one does not. On failure the result, ROLLBACK, is for when they do.
    """

    rules: tuple[Rule, ...] = field(converter=rules, kw_only=False)
    result: Result | None
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    where: Place | None = field(factory=here, eq=False, repr=False)


def conditions(given: Condition | Iterable[Condition] | None) -> tuple[Condition, ...]:
    """Take one condition, several (AWS takes one), or none."""
    if given is None:
        return ()
    if isinstance(given, Condition):
        return (given,)
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise TypeError(f"a condition is wanted here, pk.Condition([rule, ...], result=...), not {given!r}")
    return all_of(Condition, given, "a condition is wanted here, pk.Condition([rule, ...], result=...), not {!r}")


@frozen(kw_only=True)
class Retry:
    """A stage that failed is tried once more by itself: the failed actions of it, or all (API: RetryConfiguration)."""

    mode: RetryMode = field(default="FAILED_ACTIONS", kw_only=False)
    where: Place | None = field(factory=here, eq=False, repr=False)


@frozen(kw_only=True)
class Rollback:
    """A stage that failed goes back to its last success by itself (API: FailureConditions, result ROLLBACK)."""

    where: Place | None = field(factory=here, eq=False, repr=False)


@frozen(kw_only=True)
class OnFailure:
    """What is done when a stage failed, in full (API: FailureConditions); mostly `Retry`, `Rollback` or a `Condition`.

    ``result`` is RETRY or ROLLBACK without conditions; ``retry_mode`` belongs to RETRY.
    """

    result: Result | None = None
    retry_mode: RetryMode | None = None
    conditions: tuple[Condition, ...] = field(default=(), converter=conditions)
    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)
    where: Place | None = field(factory=here, eq=False, repr=False)


def on_failure(given: Retry | Rollback | Condition | OnFailure | None) -> OnFailure | None:
    """Take what is to be done when a stage failed, in any of its forms."""
    match given:
        case None | OnFailure():
            return given
        case Retry():
            return OnFailure(result="RETRY", retry_mode=given.mode, where=given.where)
        case Rollback():
            return OnFailure(result="ROLLBACK", where=given.where)
        case Condition():
            return OnFailure(conditions=(given,), where=given.where)
    raise TypeError(f"a failure is met by pk.Retry(), pk.Rollback() or pk.Condition(...), not by {given!r}")
