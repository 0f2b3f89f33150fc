"""Repositories of CodeCommit."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import OUTPUT_ARTIFACT_FORMATS, TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import SourceAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class CodeCommit(SourceAction):
    """A CodeCommit repository (User Guide, action-reference-CodeCommit).

    Write ``poll_for_source_changes=False`` where an event rule starts the pipeline; AWS polls when nothing is said.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "AWS", "CodeCommit"), inputs=(0, 0), outputs=(1, 1), page="action-reference-CodeCommit"
    )

    repository: str = field(converter=text, metadata=key("RepositoryName", required=True))
    branch: str = field(converter=text, metadata=key("BranchName", required=True))
    poll_for_source_changes: bool | None = field(default=None, metadata=key("PollForSourceChanges", values=TRUE_FALSE))
    output_artifact_format: str | None = field(
        default=None, converter=optional_text, metadata=key("OutputArtifactFormat", values=OUTPUT_ARTIFACT_FORMATS)
    )

    author_date = OutputVariable("AuthorDate")
    branch_name = OutputVariable("BranchName")
    commit_id = OutputVariable("CommitId")
    commit_message = OutputVariable("CommitMessage")
    committer_date = OutputVariable("CommitterDate")
    repository_name = OutputVariable("RepositoryName")
