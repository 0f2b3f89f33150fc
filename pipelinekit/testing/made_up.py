"""Output variables that a provider gives in any case, made up: the commit of a source, the id of a deployment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pipelinekit.codepipeline.catalogue import find
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.revisions import VARIABLES
from pipelinekit.values import FrozenMap

_ONLY_SOMETIMES = frozenset(
    {"TagName", "PullRequestId", "PullRequestTitle", "SourceBranchName", "DestinationBranchName"}
)
"""Of a connection's source: given for pushes of a tag, or for pull requests, alone."""

_NONE: FrozenMap[str] = FrozenMap()

_FROM_CONFIGURATION = {
    "BranchName": ("BranchName", "Branch"),
    "RepositoryName": ("RepositoryName", "Repo"),
    "FullRepositoryName": ("FullRepositoryId",),
    "BucketName": ("S3Bucket",),
    "ObjectKey": ("S3ObjectKey",),
    "ConnectionArn": ("ConnectionArn",),
    "ImageTag": ("ImageTag",),
}


def variables(job: Job) -> Mapping[str, str]:
    """Give the fixed output variables of an action's type, the same for the same execution."""
    facts = find(job.action.action_type_id)
    if facts is None or not facts.variables:
        return _NONE
    return {name: _value(job, name) for name in facts.variables if name not in _ONLY_SOMETIMES}


def _value(job: Job, name: str) -> str:
    for kind, chosen in job.source_revision.items():
        if VARIABLES[kind] == name:
            return chosen
    for key in _FROM_CONFIGURATION.get(name, ()):
        if job.action.configuration.get(key):
            return job.action.configuration[key]
    number = hashlib.sha1(f"{job.execution}/{job.key}/{name}".encode()).hexdigest()
    return number if name in ("CommitId", "ETag", "VersionId") else f"{name}-{number[:8]}"
