"""Sources that do not look for changes themselves: the events that start the pipeline instead of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipelinekit.cloudformation.needs import arn
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.definition import Definition


def event_sources(definition: Definition) -> Iterator[tuple[StageDeclaration, ActionDeclaration]]:
    """Yield the source actions that need an event: ECR never polls, CodeCommit and S3 unless they were told not to.

    (User Guide, PollForSourceChanges-defaults: with a rule and polling each change would start two executions.)
    """
    for stage, action in definition.actions():
        kind = action.action_type_id
        polls = action.configuration.get("PollForSourceChanges", "true") != "false"
        if (kind.category, kind.owner) == ("Source", "AWS") and (
            kind.provider == "ECR" or (kind.provider in ("CodeCommit", "S3") and not polls)
        ):
            yield stage, action


def event_pattern(action: ActionDeclaration) -> dict[str, Any]:
    """Give the pattern of the events that tell of a change (User Guide, section on triggers)."""
    return _PATTERNS[action.action_type_id.provider](action.configuration)


def _codecommit(configuration: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [arn("codecommit", configuration["RepositoryName"])],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [configuration["BranchName"]],
        },
    }


def _ecr(configuration: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source": ["aws.ecr"],
        "detail-type": ["ECR Image Action"],
        "detail": {
            "action-type": ["PUSH"],
            "result": ["SUCCESS"],
            "repository-name": [configuration["RepositoryName"]],
            "image-tag": [configuration.get("ImageTag") or "latest"],
        },
    }


def _s3(configuration: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [configuration["S3Bucket"]]},
            "object": {"key": [configuration["S3ObjectKey"]]},
        },
    }


_PATTERNS: Mapping[str, Callable[[Mapping[str, str]], dict[str, Any]]] = {
    "CodeCommit": _codecommit,
    "ECR": _ecr,
    "S3": _s3,
}
