"""What a document says of a pipeline of type V2 alone: conditions and their rules, variables, triggers."""

from __future__ import annotations

from pipelinekit.codepipeline.declaration import (
    ConditionDeclaration,
    FailureConditions,
    FilterCriteria,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    RuleDeclaration,
    RuleTypeId,
    TriggerDeclaration,
)
from pipelinekit.codepipeline.members import Members, PipelineReading, named
from pipelinekit.documents import Node
from pipelinekit.reading import Path
from pipelinekit.values import FrozenMap

HOOK = ("conditions",)
FAILURE = ("result", "retryConfiguration", "conditions")
CONDITION = ("result", "rules")
RULE = (
    "name",
    "ruleTypeId",
    "configuration",
    "commands",
    "inputArtifacts",
    "roleArn",
    "region",
    "timeoutInMinutes",
)
RULE_TYPE = ("category", "owner", "provider", "version")
VARIABLE = ("name", "defaultValue", "description")
TRIGGER = ("providerType", "gitConfiguration")
GIT = ("sourceActionName", "push", "pullRequest")
PUSH = ("tags", "branches", "filePaths")
PULL_REQUEST = ("events", "branches", "filePaths")
CRITERIA = ("includes", "excludes")


def read_conditions(
    stage: Members, name: str, path: Path, reading: PipelineReading
) -> tuple[ConditionDeclaration, ...]:
    """Read the conditions of ``beforeEntry`` or ``onSuccess``."""
    members, here = reading.part(stage, name, path, HOOK)
    return tuple(_condition(node, here, reading) for node in reading.listed(members, "conditions", here))


def read_on_failure(stage: Members, path: Path, reading: PipelineReading) -> FailureConditions | None:
    """Read ``onFailure``."""
    if "onFailure" not in stage:
        return None
    here = (*path, "onFailure")
    members = reading.members(stage["onFailure"], here, FAILURE)
    retry, at = reading.part(members, "retryConfiguration", here, ("retryMode",))
    return FailureConditions(
        result=reading.member(members, "result", here),
        retry_mode=reading.member(retry, "retryMode", at),
        conditions=tuple(_condition(node, here, reading) for node in reading.listed(members, "conditions", here)),
        more=members.more,
    )


def _condition(node: Node, path: Path, reading: PipelineReading) -> ConditionDeclaration:
    members = reading.members(node, path, CONDITION)
    return ConditionDeclaration(
        result=reading.member(members, "result", path),
        rules=tuple(_rule(rule, path, reading) for rule in reading.listed(members, "rules", path)),
        more=members.more,
    )


def _rule(node: Node, path: Path, reading: PipelineReading) -> RuleDeclaration:
    here = named(node, path)
    members = reading.members(node, here, RULE)
    return RuleDeclaration(
        reading.required(members, "name", here, node),
        rule_type_id=_rule_type(node, members, here, reading),
        configuration=FrozenMap(reading.configuration(members, here)),
        commands=reading.each_text_of(members, "commands", here),
        input_artifacts=read_inputs(members, here, reading),
        role_arn=reading.member(members, "roleArn", here),
        region=reading.member(members, "region", here),
        timeout_in_minutes=reading.number(members, "timeoutInMinutes", here, None),
        more=members.more,
    )


def _rule_type(node: Node, rule: Members, path: Path, reading: PipelineReading) -> RuleTypeId:
    within = rule.get("ruleTypeId")
    members, here = reading.part(rule, "ruleTypeId", path, RULE_TYPE, required=node)
    if within is None:
        return RuleTypeId("")
    return RuleTypeId(
        reading.required(members, "provider", here, within),
        owner=reading.member(members, "owner", here),
        version=reading.member(members, "version", here),
        category=reading.required(members, "category", here, within),
    )


def read_inputs(members: Members, path: Path, reading: PipelineReading) -> tuple[str, ...]:
    """Read the names of the input artifacts of an action or a rule."""
    return reading.parts(
        members,
        "inputArtifacts",
        path,
        ("name",),
        lambda node, inside, here: reading.required(inside, "name", here, node),
    )


def read_pipeline_variable(node: Node, path: Path, reading: PipelineReading) -> PipelineVariableDeclaration:
    """Read a variable of the pipeline; an empty default is kept, since AWS takes none for it."""
    here = named(node, path)
    members = reading.members(node, here, VARIABLE)
    return PipelineVariableDeclaration(
        reading.required(members, "name", here, node),
        default_value=reading.text(members.get("defaultValue"), (*here, "defaultValue")),
        description=reading.member(members, "description", here),
        more=members.more,
    )


def read_trigger(node: Node, path: Path, reading: PipelineReading) -> TriggerDeclaration:
    """Read a trigger with the filters of its ``gitConfiguration``."""
    members = reading.members(node, path, TRIGGER)
    within = members.get("gitConfiguration", node)
    git, here = reading.part(members, "gitConfiguration", path, GIT, required=node)
    source = reading.required(git, "sourceActionName", here, within) if "gitConfiguration" in members else ""
    push = tuple(_push(one, (*here, "push"), reading) for one in reading.listed(git, "push", here))
    pull_request = tuple(
        _pull_request(one, (*here, "pullRequest"), reading) for one in reading.listed(git, "pullRequest", here)
    )
    return TriggerDeclaration(
        source,
        push=push,
        pull_request=pull_request,
        provider_type=reading.required(members, "providerType", path, node),
        more=members.more,
    )


def _push(node: Node, path: Path, reading: PipelineReading) -> PushFilter:
    members = reading.members(node, path, PUSH)
    return PushFilter(
        branches=_criteria(members, "branches", path, reading),
        tags=_criteria(members, "tags", path, reading),
        file_paths=_criteria(members, "filePaths", path, reading),
        more=members.more,
    )


def _pull_request(node: Node, path: Path, reading: PipelineReading) -> PullRequestFilter:
    members = reading.members(node, path, PULL_REQUEST)
    return PullRequestFilter(
        events=reading.each_text_of(members, "events", path),
        branches=_criteria(members, "branches", path, reading),
        file_paths=_criteria(members, "filePaths", path, reading),
        more=members.more,
    )


def _criteria(parent: Members, name: str, path: Path, reading: PipelineReading) -> FilterCriteria:
    """Read the patterns of one criterion."""
    members, here = reading.part(parent, name, path, CRITERIA)
    return FilterCriteria(
        includes=reading.each_text_of(members, "includes", here),
        excludes=reading.each_text_of(members, "excludes", here),
    )
