"""Source actions: where a pipeline's files come from (category Source)."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action, ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.values import optional_text, text

_FORMATS = ("CODE_ZIP", "CODEBUILD_CLONE_REF")


@frozen(kw_only=True)
class SourceAction(Action):
    """Base of the sources: no inputs, one output artifact."""

    @property
    def default_outputs(self) -> tuple[str, ...]:
        """One, named after the action."""
        return (self.default_output,)


@frozen(kw_only=True)
class CodeConnections(SourceAction):
    """A repository on GitHub, GitLab, Bitbucket, Azure DevOps (User Guide, action-reference-CodestarConnectionSource).

    ``repository`` is ``owner/name``; ``connection`` the ARN of a connection that was authorised in the console.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "AWS", "CodeStarSourceConnection"), inputs=(0, 0), outputs=(1, 1)
    )

    connection: str = field(converter=text, metadata=key("ConnectionArn", required=True))
    repository: str = field(converter=text, metadata=key("FullRepositoryId", required=True))
    branch: str = field(converter=text, metadata=key("BranchName", required=True))
    output_artifact_format: str | None = field(
        default=None, converter=optional_text, metadata=key("OutputArtifactFormat", values=_FORMATS)
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


@frozen(kw_only=True)
class CodeCommit(SourceAction):
    """A CodeCommit repository (User Guide, action-reference-CodeCommit)."""

    type: ClassVar[ActionType] = ActionType(ActionTypeId("Source", "AWS", "CodeCommit"), inputs=(0, 0), outputs=(1, 1))

    repository: str = field(converter=text, metadata=key("RepositoryName", required=True))
    branch: str = field(converter=text, metadata=key("BranchName", required=True))
    poll_for_source_changes: bool | None = field(default=None, metadata=key("PollForSourceChanges", values=TRUE_FALSE))
    output_artifact_format: str | None = field(
        default=None, converter=optional_text, metadata=key("OutputArtifactFormat", values=_FORMATS)
    )

    author_date = OutputVariable("AuthorDate")
    branch_name = OutputVariable("BranchName")
    commit_id = OutputVariable("CommitId")
    commit_message = OutputVariable("CommitMessage")
    committer_date = OutputVariable("CommitterDate")
    repository_name = OutputVariable("RepositoryName")


@frozen(kw_only=True)
class S3(SourceAction):
    """An object in a versioned bucket (User Guide, action-reference-S3)."""

    type: ClassVar[ActionType] = ActionType(ActionTypeId("Source", "AWS", "S3"), inputs=(0, 0), outputs=(1, 1))

    bucket: str = field(converter=text, metadata=key("S3Bucket", required=True))
    object_key: str = field(converter=text, metadata=key("S3ObjectKey", required=True))
    poll_for_source_changes: bool | None = field(default=None, metadata=key("PollForSourceChanges", values=TRUE_FALSE))
    allow_override_for_s3_object_key: bool | None = field(
        default=None, metadata=key("AllowOverrideForS3ObjectKey", values=TRUE_FALSE)
    )

    bucket_name = OutputVariable("BucketName")
    etag = OutputVariable("ETag")
    s3_object_key = OutputVariable("ObjectKey")
    version_id = OutputVariable("VersionId")


@frozen(kw_only=True)
class ECR(SourceAction):
    """A container image; its artifact holds ``imageDetail.json`` (User Guide, action-reference-ECR)."""

    type: ClassVar[ActionType] = ActionType(ActionTypeId("Source", "AWS", "ECR"), inputs=(0, 0), outputs=(1, 1))

    repository: str = field(converter=text, metadata=key("RepositoryName", required=True))
    tag: str | None = field(default=None, converter=optional_text, metadata=key("ImageTag"))

    image_digest = OutputVariable("ImageDigest")
    image_tag = OutputVariable("ImageTag")
    image_uri = OutputVariable("ImageURI")
    registry_id = OutputVariable("RegistryId")
    repository_name = OutputVariable("RepositoryName")
