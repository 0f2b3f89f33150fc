"""Our patterns and lengths are those of the service models, which botocore prints but does not enforce."""

from __future__ import annotations

import functools
import typing
from typing import Any

import pytest
from botocore.loaders import Loader

from pipelinekit import values
from pipelinekit.codebuild import limits as codebuild
from pipelinekit.codedeploy import limits as codedeploy
from pipelinekit.codepipeline import limits as codepipeline
from pipelinekit.codepipeline.condition import Result


@functools.cache
def shapes(service: str) -> dict[str, Any]:
    model: dict[str, Any] = Loader().load_service_model(service, "service-2")
    return model["shapes"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("service", "shape", "pattern", "longest"),
    [
        ("codepipeline", "PipelineName", values.NAME_PATTERN, values.NAME_MAX),
        ("codepipeline", "StageName", values.NAME_PATTERN, values.NAME_MAX),
        ("codepipeline", "ActionName", values.NAME_PATTERN, values.NAME_MAX),
        ("codepipeline", "ArtifactName", values.ARTIFACT_NAME_PATTERN, values.ARTIFACT_NAME_MAX),
        ("codepipeline", "ActionNamespace", values.NAMESPACE_PATTERN, values.NAMESPACE_MAX),
        ("codepipeline", "RoleArn", values.ROLE_ARN_PATTERN, values.ROLE_ARN_MAX),
        ("codepipeline", "DisabledReason", codepipeline.REASON_PATTERN, codepipeline.REASON_MAX),
        ("codepipeline", "ActionProvider", codepipeline.PROVIDER_PATTERN, codepipeline.PROVIDER_MAX),
        ("codepipeline", "Version", codepipeline.VERSION_PATTERN, codepipeline.VERSION_MAX),
        ("codepipeline", "RuleName", values.NAME_PATTERN, values.NAME_MAX),
        (
            "codepipeline",
            "PipelineVariableName",
            codepipeline.PIPELINE_VARIABLE_NAME_PATTERN,
            codepipeline.PIPELINE_VARIABLE_NAME_MAX,
        ),
        (
            "codepipeline",
            "EnvironmentVariableName",
            codepipeline.ENVIRONMENT_NAME_PATTERN,
            codepipeline.ENVIRONMENT_NAME_MAX,
        ),
        ("codebuild", "ProjectName", codebuild.PROJECT_NAME_PATTERN, codebuild.PROJECT_NAME_MAX),
        ("codedeploy", "ApplicationName", codedeploy.NAME_PATTERN, codedeploy.NAME_MAX),
        ("codedeploy", "DeploymentGroupName", codedeploy.NAME_PATTERN, codedeploy.NAME_MAX),
        ("codedeploy", "DeploymentConfigName", codedeploy.NAME_PATTERN, codedeploy.NAME_MAX),
    ],
)
def test_a_name_has_the_pattern_and_the_length_of_the_model(
    service: str, shape: str, pattern: str, longest: int
) -> None:
    published = shapes(service)[shape]

    assert (published["pattern"], published["max"]) == (pattern, longest)


@pytest.mark.parametrize(
    ("service", "shape", "bounds"),
    [
        ("codepipeline", "ApprovalSummary", (0, codepipeline.SUMMARY_MAX)),
        ("codepipeline", "ActionRunOrder", codepipeline.RUN_ORDERS),
        ("codepipeline", "ActionTimeout", codepipeline.TIMEOUT_MINUTES),
        ("codepipeline", "ActionConfigurationKey", (1, codepipeline.CONFIGURATION_KEY_MAX)),
        ("codepipeline", "ActionConfigurationValue", (1, codepipeline.CONFIGURATION_VALUE_MAX)),
        ("codepipeline", "CommandList", (1, codepipeline.COMMANDS_MAX)),
        ("codepipeline", "Command", (1, codepipeline.COMMAND_LENGTH_MAX)),
        ("codepipeline", "FilePathList", (1, codepipeline.FILES_MAX)),
        ("codepipeline", "FilePath", (1, codepipeline.FILE_LENGTH_MAX)),
        ("codepipeline", "OutputVariableList", (1, codepipeline.OUTPUT_VARIABLES_MAX)),
        ("codepipeline", "OutputVariable", (1, codepipeline.OUTPUT_VARIABLE_LENGTH_MAX)),
        ("codepipeline", "EnvironmentVariableList", (1, codepipeline.ENVIRONMENT_VARIABLES_MAX)),
        ("codepipeline", "EnvironmentVariableValue", (1, codepipeline.ENVIRONMENT_VALUE_MAX)),
        ("codepipeline", "PipelineVariableValue", (1, codepipeline.PIPELINE_VARIABLE_VALUE_MAX)),
        ("codepipeline", "PipelineVariableDescription", (0, codepipeline.PIPELINE_VARIABLE_DESCRIPTION_MAX)),
        ("codepipeline", "GitPushFilterList", (1, codepipeline.FILTERS_MAX)),
        ("codepipeline", "GitPullRequestFilterList", (1, codepipeline.FILTERS_MAX)),
        ("codepipeline", "GitBranchPatternList", (1, codepipeline.PATTERNS_MAX)),
        ("codepipeline", "GitTagPatternList", (1, codepipeline.PATTERNS_MAX)),
        ("codepipeline", "GitFilePathPatternList", (1, codepipeline.PATTERNS_MAX)),
        ("codepipeline", "GitFilePathPattern", (1, codepipeline.PATTERN_LENGTH_MAX)),
        ("codepipeline", "ConditionList", (1, codepipeline.CONDITIONS_MAX)),
        ("codepipeline", "RuleDeclarationList", (1, codepipeline.RULES_MAX)),
        ("codepipeline", "RuleConfigurationValue", (1, codepipeline.RULE_VALUE_MAX)),
        ("codepipeline", "RuleTimeout", codepipeline.TIMEOUT_MINUTES),
        ("codebuild", "BuildTimeOut", codebuild.TIMEOUT_MINUTES),
        ("codebuild", "TimeOut", codebuild.QUEUED_TIMEOUT_MINUTES),
        ("codebuild", "ProjectName", (codebuild.PROJECT_NAME_MIN, codebuild.PROJECT_NAME_MAX)),
    ],
)
def test_a_range_is_that_of_the_model(service: str, shape: str, bounds: tuple[int, int]) -> None:
    published = shapes(service)[shape]

    assert (published["min"], published["max"]) == bounds


@pytest.mark.parametrize(
    ("service", "shape", "known"),
    [
        ("codepipeline", "ActionCategory", codepipeline.CATEGORIES),
        ("codepipeline", "ActionOwner", codepipeline.OWNERS),
        ("codepipeline", "ExecutionMode", codepipeline.EXECUTION_MODES),
        ("codepipeline", "PipelineType", codepipeline.PIPELINE_TYPES),
        ("codepipeline", "EnvironmentVariableType", codepipeline.ENVIRONMENT_TYPES),
        ("codepipeline", "GitPullRequestEventType", codepipeline.PULL_REQUEST_EVENTS),
        ("codepipeline", "StageRetryMode", codepipeline.RETRY_MODES),
        ("codepipeline", "Result", typing.get_args(Result)),
        ("codebuild", "EnvironmentVariableType", codebuild.ENVIRONMENT_TYPES),
        ("codedeploy", "FileExistsBehavior", codedeploy.FILE_EXISTS_BEHAVIORS),
        ("codedeploy", "MinimumHealthyHostsType", codedeploy.MINIMUM_HEALTHY_HOSTS_TYPES),
    ],
)
def test_a_closed_set_is_that_of_the_model(service: str, shape: str, known: tuple[str, ...]) -> None:
    assert sorted(shapes(service)[shape]["enum"]) == sorted(known)


@pytest.mark.parametrize(
    ("shape", "most"),
    [
        ("PipelineVariableDeclarationList", codepipeline.PIPELINE_VARIABLES_MAX),
        ("PipelineTriggerDeclarationList", codepipeline.TRIGGERS_MAX),
    ],
)
def test_a_list_holds_as_many_as_in_the_model(shape: str, most: int) -> None:
    assert shapes("codepipeline")[shape]["max"] == most


def test_the_reason_of_a_stop_is_as_long_as_the_model_has_it() -> None:
    assert shapes("codepipeline")["StopPipelineExecutionReason"]["max"] == codepipeline.STOP_REASON_MAX
