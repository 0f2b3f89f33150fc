"""The pipeline exactly as AWS spells it (CodePipeline API: PipelineDeclaration)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from attrs import field, frozen

from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.values import FrozenMap, frozen_map, frozen_members, said_text, texts


@frozen(kw_only=True)
class Declared:
    """A part of a declaration. ``more`` holds the members it came with that are not known here, as JSON says them.

    AWS adds members; those of a document that is read are kept, so that nothing of it is lost when it is emitted.
    Those of a part that is no `Declared` are kept by the part around it, under the part's name and, in a list, its
    position from 0: ``{"inputArtifacts": {"0": {"alias": "app"}}}``.
    """

    more: FrozenMap[Any] = field(factory=FrozenMap, converter=frozen_members)


@frozen
class ActionTypeId:
    """Which kind of action it is (CodePipeline API: ActionTypeId)."""

    category: str
    owner: str
    provider: str
    version: str = "1"

    def __str__(self) -> str:
        return f"{self.category}/{self.owner}/{self.provider}/{self.version}"


@frozen(kw_only=True)
class OutputArtifact:
    """An output artifact (API: OutputArtifact). ``files`` are globs; only compute actions may have them."""

    name: str = field(kw_only=False)
    files: tuple[str, ...] = ()


@frozen(kw_only=True)
class ActionDeclaration(Declared):
    """One action (API: ActionDeclaration). Configuration values are text, as on the wire."""

    name: str = field(kw_only=False)
    action_type_id: ActionTypeId
    run_order: int = 1
    configuration: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    commands: tuple[str, ...] = ()
    output_artifacts: tuple[OutputArtifact, ...] = ()
    input_artifacts: tuple[str, ...] = ()
    output_variables: tuple[str, ...] = ()
    role_arn: str | None = field(default=None, converter=said_text)
    region: str | None = field(default=None, converter=said_text)
    namespace: str | None = field(default=None, converter=said_text)
    timeout_in_minutes: int | None = None
    environment_variables: tuple[EnvironmentVariable, ...] = ()


@frozen
class RuleTypeId:
    """Which kind of rule it is (API: RuleTypeId): a provider such as ``VariableCheck``."""

    provider: str
    owner: str | None = field(default="AWS", converter=said_text)
    version: str | None = field(default="1", converter=said_text)
    category: str = "Rule"

    def __str__(self) -> str:
        return "/".join(part for part in (self.category, self.owner, self.provider, self.version) if part is not None)


@frozen(kw_only=True)
class RuleDeclaration(Declared):
    """One rule of a condition (API: RuleDeclaration). Configuration values are text, as on the wire."""

    name: str = field(kw_only=False)
    rule_type_id: RuleTypeId
    configuration: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    commands: tuple[str, ...] = ()
    input_artifacts: tuple[str, ...] = ()
    role_arn: str | None = field(default=None, converter=said_text)
    region: str | None = field(default=None, converter=said_text)
    timeout_in_minutes: int | None = None


@frozen(kw_only=True)
class ConditionDeclaration(Declared):
    """Rules, and the result that comes of them (API: Condition): when one fails or, on failure, when they succeed.

    ``result`` is ROLLBACK, FAIL, RETRY or SKIP; which is allowed depends on where the condition stands.
    """

    result: str | None = field(default=None, converter=said_text)
    rules: tuple[RuleDeclaration, ...] = ()


@frozen(kw_only=True)
class FailureConditions(Declared):
    """What is done when a stage failed (API: FailureConditions).

    ``result`` without conditions is RETRY or ROLLBACK; ``retry_mode`` is FAILED_ACTIONS or ALL_ACTIONS, for RETRY.
    """

    result: str | None = field(default=None, converter=said_text)
    retry_mode: str | None = field(default=None, converter=said_text)
    conditions: tuple[ConditionDeclaration, ...] = ()


def _failure(given: FailureConditions | None) -> FailureConditions | None:
    """Take what is done when a stage failed; what says nothing counts as none."""
    return None if given == FailureConditions() else given


@frozen(kw_only=True)
class StageDeclaration(Declared):
    """One stage (API: StageDeclaration). ``before_entry`` and ``on_success`` hold at most one condition on AWS."""

    name: str = field(kw_only=False)
    actions: tuple[ActionDeclaration, ...] = ()
    before_entry: tuple[ConditionDeclaration, ...] = ()
    on_success: tuple[ConditionDeclaration, ...] = ()
    on_failure: FailureConditions | None = field(default=None, converter=_failure)

    def conditions(self) -> Iterator[tuple[str, ConditionDeclaration]]:
        """Yield every condition with where it stands: ``before_entry``, ``on_success`` or ``on_failure``."""
        yield from (("before_entry", condition) for condition in self.before_entry)
        yield from (("on_success", condition) for condition in self.on_success)
        if self.on_failure is not None:
            yield from (("on_failure", condition) for condition in self.on_failure.conditions)

    def rules(self) -> Iterator[tuple[str, RuleDeclaration]]:
        """Yield every rule of its conditions with where it stands."""
        return ((hook, rule) for hook, condition in self.conditions() for rule in condition.rules)

    def told_apart(self) -> Iterator[tuple[str, RuleDeclaration]]:
        """Yield every rule as `rules`, where a second one of the same name in a condition is ``NAME~2``."""
        return ((hook, rule) for hook, condition in self.conditions() for rule in told_apart(condition.rules))


def told_apart(rules: Sequence[RuleDeclaration]) -> tuple[RuleDeclaration, ...]:
    """Give the rules of a condition, of which a second one of the same name is told apart by its number."""
    names = [rule.name for rule in rules]
    return tuple(
        rule if (count := names[:at].count(rule.name)) == 0 else attrs.evolve(rule, name=f"{rule.name}~{count + 1}")
        for at, rule in enumerate(rules)
    )


@frozen(kw_only=True)
class ArtifactStore(Declared):
    """Where artifacts are kept on AWS (API: ArtifactStore): a bucket's name, and a KMS key or None."""

    location: str = field(kw_only=False)
    encryption_key: str | None = field(default=None, converter=said_text)


@frozen(kw_only=True)
class PipelineVariableDeclaration(Declared):
    """A variable of the pipeline (API: PipelineVariableDeclaration); without a default a start has to give it."""

    name: str = field(kw_only=False)
    default_value: str | None = None
    description: str | None = field(default=None, converter=said_text)


@frozen(kw_only=True)
class FilterCriteria:
    """Which branches, tags or paths count, as globs (API: GitBranchFilterCriteria and its like). Excludes win.

    ``*`` stays between two slashes, ``**`` crosses them; ``?``, ``[a-z]``, ``[!a]`` and ``{a,b}`` are known too.
    """

    includes: tuple[str, ...] = field(default=(), converter=texts)
    excludes: tuple[str, ...] = field(default=(), converter=texts)


def _criteria(given: FilterCriteria | None) -> FilterCriteria | None:
    """Take criteria; those without any pattern count as none."""
    return None if given == FilterCriteria() else given


@frozen(kw_only=True)
class PushFilter(Declared):
    """Which pushes start an execution: those that meet every criterion that is there (API: GitPushFilter)."""

    branches: FilterCriteria | None = field(default=None, converter=_criteria)
    tags: FilterCriteria | None = field(default=None, converter=_criteria)
    file_paths: FilterCriteria | None = field(default=None, converter=_criteria)


@frozen(kw_only=True)
class PullRequestFilter(Declared):
    """Which pull requests start an execution (API: GitPullRequestFilter). ``events``: OPEN, UPDATED, CLOSED."""

    events: tuple[str, ...] = ()
    branches: FilterCriteria | None = field(default=None, converter=_criteria)
    file_paths: FilterCriteria | None = field(default=None, converter=_criteria)


@frozen(kw_only=True)
class TriggerDeclaration(Declared):
    """What starts an execution (API: PipelineTriggerDeclaration, with its GitConfiguration): any of its filters."""

    source_action_name: str = field(kw_only=False)
    push: tuple[PushFilter, ...] = ()
    pull_request: tuple[PullRequestFilter, ...] = ()
    provider_type: str = "CodeStarSourceConnection"


@frozen(kw_only=True)
class PipelineDeclaration(Declared):
    """The pipeline (API: PipelineDeclaration)."""

    name: str = field(kw_only=False)
    role_arn: str
    artifact_store: ArtifactStore | None = None
    artifact_stores: FrozenMap[ArtifactStore] = field(factory=FrozenMap, converter=frozen_map)
    stages: tuple[StageDeclaration, ...] = ()
    execution_mode: str = "SUPERSEDED"
    pipeline_type: str = "V2"
    variables: tuple[PipelineVariableDeclaration, ...] = ()
    triggers: tuple[TriggerDeclaration, ...] = ()

    def parts(self) -> Iterator[tuple[tuple[str, ...], Declared]]:
        """Yield the pipeline and every part of it that may hold ``more``, each before what is in it.

        The path is that of `Origin.places`, so that parts which have no place there share that of what is around them.
        """
        yield (), self
        stores = () if self.artifact_store is None else (self.artifact_store,)
        yield from (((), store) for store in (*stores, *self.artifact_stores.values()))
        for stage in self.stages:
            yield (stage.name,), stage
            yield from (((stage.name, action.name), action) for action in stage.actions)
            if stage.on_failure is not None:
                yield (stage.name, "on_failure"), stage.on_failure
            for hook, condition in stage.conditions():
                yield (stage.name, hook), condition
                yield from (((stage.name, hook, rule.name), rule) for rule in condition.rules)
        yield from ((("variable", variable.name), variable) for variable in self.variables)
        for trigger in self.triggers:
            path = ("trigger", trigger.source_action_name)
            yield from ((path, part) for part in (trigger, *trigger.push, *trigger.pull_request))
