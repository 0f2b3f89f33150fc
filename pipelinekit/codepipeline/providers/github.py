"""Repositories on GitHub by an OAuth token."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import TRUE_FALSE
from pipelinekit.codepipeline.providers.bases import SourceAction
from pipelinekit.values import text


@frozen(kw_only=True)
class GitHub(SourceAction):
    """A repository on GitHub by an OAuth token (User Guide, appendix-github-oauth), for pipelines that have it already.

    AWS advises against it: a new pipeline takes `CodeConnections`. Leave ``oauth_token`` to a `Parameter`, so that it
    stands in no file.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "ThirdParty", "GitHub"), inputs=(0, 0), outputs=(1, 1), page="appendix-github-oauth"
    )

    owner: str = field(converter=text, metadata=key("Owner", required=True))
    repository: str = field(converter=text, metadata=key("Repo", required=True))
    branch: str = field(converter=text, metadata=key("Branch", required=True))
    oauth_token: str = field(converter=text, repr=False, metadata=key("OAuthToken", required=True, secret=True))
    poll_for_source_changes: bool | None = field(default=None, metadata=key("PollForSourceChanges", values=TRUE_FALSE))

    author_date = OutputVariable("AuthorDate")
    branch_name = OutputVariable("BranchName")
    commit_id = OutputVariable("CommitId")
    commit_message = OutputVariable("CommitMessage")
    commit_url = OutputVariable("CommitUrl")
    committer_date = OutputVariable("CommitterDate")
    repository_name = OutputVariable("RepositoryName")
