"""From a pipeline's declaration to the JSON that AWS takes (CodePipeline API: CreatePipeline)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ArtifactStore,
    ConditionDeclaration,
    Declared,
    FailureConditions,
    FilterCriteria,
    PipelineDeclaration,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    RuleDeclaration,
    StageDeclaration,
    TriggerDeclaration,
)
from pipelinekit.documents import said
from pipelinekit.values import thawed_json


def pipeline_input(declaration: PipelineDeclaration) -> dict[str, Any]:
    """Give the input of CreatePipeline and UpdatePipeline, for ``--cli-input-json``: ``{"pipeline": {...}}``.

    Members stand in the order of the API; ``executionMode`` and ``pipelineType`` are always said. Empty lists and
    empty texts are left out, since AWS refuses them, and so is what only AWS may say (``version``, ``metadata``).
    Members that are not known here stand behind the others, as they came.
    """
    store, stores = declaration.artifact_store, declaration.artifact_stores
    head = {
        "name": declaration.name,
        "roleArn": declaration.role_arn,
        "artifactStore": None if store is None else _store(store),
        "artifactStores": {region: _store(one) for region, one in stores.items()},
    }
    tail = {
        "variables": [_variable(variable) for variable in declaration.variables],
        "triggers": [_trigger(trigger) for trigger in declaration.triggers],
    }
    pipeline = {
        **_said(head),
        "stages": [_stage(stage) for stage in declaration.stages],
        "executionMode": declaration.execution_mode,
        "pipelineType": declaration.pipeline_type,
        **_said(tail),
    }
    return {"pipeline": _with_more(pipeline, declaration)}


def tags_input(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Give the tags of CreatePipeline and TagResource: UpdatePipeline takes none, so they stand beside its input."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def disable_transition_input(pipeline: str, stage: str, reason: str) -> dict[str, Any]:
    """Give the input of DisableStageTransition: the pipeline's own JSON cannot say that an entrance is closed."""
    return {"pipelineName": pipeline, "stageName": stage, "transitionType": "Inbound", "reason": reason}


# Stages and actions -------------------------------------------------------------------------------------------------


def _store(store: ArtifactStore) -> dict[str, Any]:
    key = {"id": store.encryption_key, "type": "KMS"} if store.encryption_key else None
    return _with_more(_said({"type": "S3", "location": store.location, "encryptionKey": key}), store)


def _stage(stage: StageDeclaration) -> dict[str, Any]:
    failure = stage.on_failure
    hooks = {
        "beforeEntry": _said({"conditions": [_condition(condition) for condition in stage.before_entry]}),
        "onSuccess": _said({"conditions": [_condition(condition) for condition in stage.on_success]}),
        "onFailure": None if failure is None else _on_failure(failure),
    }
    written = {"name": stage.name, "actions": [_action(action) for action in stage.actions], **_said(hooks)}
    return _with_more(written, stage)


def _action(action: ActionDeclaration) -> dict[str, Any]:
    type_id = action.action_type_id
    written = {
        "name": action.name,
        "actionTypeId": {
            "category": type_id.category,
            "owner": type_id.owner,
            "provider": type_id.provider,
            "version": type_id.version,
        },
        "runOrder": action.run_order,
        "configuration": _said(action.configuration),
        "commands": list(action.commands),
        "outputArtifacts": [
            _said({"name": artifact.name, "files": list(artifact.files)}) for artifact in action.output_artifacts
        ],
        "inputArtifacts": [{"name": name} for name in action.input_artifacts],
        "outputVariables": list(action.output_variables),
        "roleArn": action.role_arn,
        "region": action.region,
        "namespace": action.namespace,
        "timeoutInMinutes": action.timeout_in_minutes,
        "environmentVariables": [variable.members() for variable in action.environment_variables],
    }
    return _with_more(_said(written), action)


# Conditions and their rules -----------------------------------------------------------------------------------------


def _on_failure(failure: FailureConditions) -> dict[str, Any]:
    written = {
        "result": failure.result,
        "retryConfiguration": _said({"retryMode": failure.retry_mode}),
        "conditions": [_condition(condition) for condition in failure.conditions],
    }
    return _with_more(_said(written), failure)


def _condition(condition: ConditionDeclaration) -> dict[str, Any]:
    written = {"result": condition.result, "rules": [_rule(rule) for rule in condition.rules]}
    return _with_more(_said(written), condition)


def _rule(rule: RuleDeclaration) -> dict[str, Any]:
    type_id = rule.rule_type_id
    written = {
        "name": rule.name,
        "ruleTypeId": _said(
            {
                "category": type_id.category,
                "owner": type_id.owner,
                "provider": type_id.provider,
                "version": type_id.version,
            }
        ),
        "configuration": _said(rule.configuration),
        "commands": list(rule.commands),
        "inputArtifacts": [{"name": name} for name in rule.input_artifacts],
        "roleArn": rule.role_arn,
        "region": rule.region,
        "timeoutInMinutes": rule.timeout_in_minutes,
    }
    return _with_more(_said(written), rule)


# Variables and triggers ---------------------------------------------------------------------------------------------


def _variable(variable: PipelineVariableDeclaration) -> dict[str, Any]:
    written = {
        "name": variable.name,
        "defaultValue": variable.default_value,
        "description": variable.description,
    }
    return _with_more(_said(written), variable)


def _trigger(trigger: TriggerDeclaration) -> dict[str, Any]:
    filters = {
        "push": [_push(one) for one in trigger.push],
        "pullRequest": [_pull_request(one) for one in trigger.pull_request],
    }
    git = {"sourceActionName": trigger.source_action_name, **_said(filters)}
    return _with_more({"providerType": trigger.provider_type, "gitConfiguration": git}, trigger)


def _push(push: PushFilter) -> dict[str, Any]:
    written = {
        "tags": _criteria(push.tags),
        "branches": _criteria(push.branches),
        "filePaths": _criteria(push.file_paths),
    }
    return _with_more(_said(written), push)


def _pull_request(request: PullRequestFilter) -> dict[str, Any]:
    written = {
        "events": list(request.events),
        "branches": _criteria(request.branches),
        "filePaths": _criteria(request.file_paths),
    }
    return _with_more(_said(written), request)


def _criteria(criteria: FilterCriteria | None) -> dict[str, Any]:
    if criteria is None:
        return {}
    return _said({"includes": list(criteria.includes), "excludes": list(criteria.excludes)})


# What is left out, and what is put back -----------------------------------------------------------------------------


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what nobody said; an empty text is nothing to AWS, too."""
    return said(data, nothing=(None, "", [], {}))


def _with_more(written: dict[str, Any], part: Declared) -> dict[str, Any]:
    """Put back the members that a part came with and that are not known here."""
    return _merged(written, part.more) if part.more else written


_BY_POSITION = ("inputArtifacts", "outputArtifacts", "environmentVariables")
"""Lists of parts that are no `Declared`: what was not known of them means nothing without the list."""


def _merged(written: Any, more: Any) -> Any:
    """Put *more* into what is written, however deep; what is written wins. A list is met by position."""
    match written, more:
        case dict(), Mapping():
            known = {key: _merged(value, more[key]) if key in more else value for key, value in written.items()}
            new = {key: thawed_json(value) for key, value in more.items() if key not in written}
            return {**known, **{key: value for key, value in new.items() if not _lacks_its_list(key, value)}}
        case list(), Mapping():
            return [_merged(item, more.get(str(index), {})) for index, item in enumerate(written)]
        case _:
            return written


def _lacks_its_list(key: str, more: Any) -> bool:
    return key in _BY_POSITION and isinstance(more, dict)
