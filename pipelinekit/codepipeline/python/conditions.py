"""From the conditions, variables and triggers of a declaration back to the objects that a person would write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from pipelinekit.codepipeline import rule as rules
from pipelinekit.codepipeline.condition import Condition, OnFailure, Rule
from pipelinekit.codepipeline.declaration import (
    ConditionDeclaration,
    FailureConditions,
    RuleDeclaration,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.define import declared_rule
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.python.arguments import Arguments, Artifacts, environment, from_keys
from pipelinekit.codepipeline.trigger import PullRequest, Push, Trigger
from pipelinekit.codepipeline.variable import PipelineVariable

_CLASSES: dict[str, type[Rule]] = {
    cls.type.id.provider: cls
    for cls in (
        rules.CloudWatchAlarm,
        rules.CodeBuild,
        rules.Commands,
        rules.DeploymentWindow,
        rules.LambdaInvoke,
        rules.VariableCheck,
    )
}


class ConditionMaker:
    """Makes the conditions of a definition; *artifacts* are those that its actions made."""

    def __init__(self, definition: Definition, artifacts: Artifacts) -> None:
        self._definition = definition
        self._artifacts = artifacts

    def conditions(self, declared: Iterable[ConditionDeclaration]) -> tuple[Condition, ...]:
        """Make the conditions of one hook."""
        return tuple(
            Condition(
                tuple(map(self._rule, one.rules)),
                result=one.result,  # type: ignore[arg-type]  # a document may say anything; checks judge it
                more=one.more,
                where=None,
            )
            for one in declared
        )

    def on_failure(self, declared: FailureConditions | None) -> OnFailure | None:
        """Make what is done when a stage failed."""
        if declared is None:
            return None
        return OnFailure(
            result=declared.result,  # type: ignore[arg-type]
            retry_mode=declared.retry_mode,  # type: ignore[arg-type]
            conditions=self.conditions(declared.conditions),
            more=declared.more,
            where=None,
        )

    def _rule(self, declared: RuleDeclaration) -> Rule:
        """Make a rule: of the class of its type, else a `CustomRule`."""
        for attempt in self._attempts(declared):
            try:
                rule = attempt()
            except (TypeError, ValueError):  # a value that the class does not take
                continue
            if declared_rule(rule) == declared:
                return rule
        return self._custom(declared)

    def _attempts(self, declared: RuleDeclaration) -> Iterator[Callable[[], Rule]]:
        cls = _CLASSES.get(declared.rule_type_id.provider)
        if cls is not None:
            yield lambda: cls(declared.name, **self._typed(cls, declared))

    def _common(self, declared: RuleDeclaration) -> Arguments:
        return {
            "role": declared.role_arn,
            "region": declared.region,
            "timeout_minutes": declared.timeout_in_minutes,
            "more": declared.more,
            "where": None,
        }

    def _typed(self, cls: type[Rule], declared: RuleDeclaration) -> Arguments:
        members = {attribute.name for attribute in attrs.fields(cls)}
        configuration = declared.configuration
        project = configuration.get("ProjectName", "")
        known = {
            "input": self._artifacts.named(declared.input_artifacts),
            "commands": declared.commands,
            "project": self._definition.project(project) or project,
            "environment": environment(configuration.get("EnvironmentVariables")),
        }
        more = {name: value for name, value in known.items() if name in members}
        return {**self._common(declared), **from_keys(cls, configuration, self._artifacts), **more}

    def _custom(self, declared: RuleDeclaration) -> Rule:
        return rules.CustomRule(
            declared.name,
            rule_type=declared.rule_type_id,
            configuration=declared.configuration,
            commands=declared.commands,
            input=self._artifacts.named(declared.input_artifacts),
            **self._common(declared),
        )


def variables(definition: Definition) -> tuple[PipelineVariable, ...]:
    """Make the variables of the pipeline."""
    return tuple(
        PipelineVariable(one.name, default=one.default_value, description=one.description, more=one.more, where=None)
        for one in definition.pipeline.variables
    )


def trigger(declared: TriggerDeclaration) -> Trigger:
    """Make a trigger of the pipeline."""
    return Trigger(
        declared.source_action_name,
        push=[
            Push(branches=one.branches, tags=one.tags, file_paths=one.file_paths, more=one.more)
            for one in declared.push
        ],
        pull_request=[
            PullRequest(
                events=one.events,  # type: ignore[arg-type]
                branches=one.branches,
                file_paths=one.file_paths,
                more=one.more,
            )
            for one in declared.pull_request
        ],
        provider_type=declared.provider_type,
        more=declared.more,
        where=None,
    )
