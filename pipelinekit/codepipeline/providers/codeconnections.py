"""Repositories behind a connection."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import OUTPUT_ARTIFACT_FORMATS, TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import SourceAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class CodeConnections(SourceAction):
    """A repository on GitHub, GitLab, Bitbucket, Azure DevOps (User Guide, action-reference-CodestarConnectionSource).

    ``repository`` is ``owner/name``; ``connection`` the ARN of a connection that was authorised in the console.
    ``output_artifact_format`` CODEBUILD_CLONE_REF hands a reference to CodeBuild instead of the files.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "AWS", "CodeStarSourceConnection"),
        inputs=(0, 0),
        outputs=(1, 1),
        page="action-reference-CodestarConnectionSource",
    )

    connection: str = field(converter=text, metadata=key("ConnectionArn", required=True))
    repository: str = field(converter=text, metadata=key("FullRepositoryId", required=True))
    branch: str = field(converter=text, metadata=key("BranchName", required=True))
    output_artifact_format: str | None = field(
        default=None, converter=optional_text, metadata=key("OutputArtifactFormat", values=OUTPUT_ARTIFACT_FORMATS)
    )
    detect_changes: bool | None = field(default=None, metadata=key("DetectChanges", values=TRUE_FALSE))

    author_date = OutputVariable("AuthorDate")
    author_display_name = OutputVariable("AuthorDisplayName")
    author_email = OutputVariable("AuthorEmail")
    author_id = OutputVariable("AuthorId")
    branch_name = OutputVariable("BranchName")
    commit_id = OutputVariable("CommitId")
    commit_message = OutputVariable("CommitMessage")
    connection_arn = OutputVariable("ConnectionArn")
    destination_branch_name = OutputVariable("DestinationBranchName")
    full_repository_name = OutputVariable("FullRepositoryName")
    provider_type = OutputVariable("ProviderType")
    pull_request_id = OutputVariable("PullRequestId")
    pull_request_title = OutputVariable("PullRequestTitle")
    source_branch_name = OutputVariable("SourceBranchName")
    tag_name = OutputVariable("TagName")
