"""The Jenkins action, which CodePipeline has in two categories: Build and Test."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import text


def jenkins_type(category: str) -> ActionType:
    """Give the facts of the action in one of its two categories; each is registered by itself."""
    return ActionType(
        ActionTypeId(category, "Custom", "Jenkins"),
        inputs=(0, 5),
        outputs=(0, 5),
        timeout_minutes=1440,
        variables=None,
        page="tutorials-four-stage-pipeline",
    )


@frozen(kw_only=True)
class JenkinsAction(ReadingAction):
    """A project of Jenkins (User Guide, tutorials-four-stage-pipeline).

    ``provider`` is the name that was given to the server in the CodePipeline plugin of Jenkins, and ``version`` the
    version there. ``project`` is the project of Jenkins. Its output artifacts are those that ``outputs=`` names.
    """

    type: ClassVar[ActionType]

    provider: str = field(converter=text)
    project: str = field(converter=text, metadata=key("ProjectName", required=True))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
    version: str = field(default="1", converter=text)

    @property
    def action_type_id(self) -> ActionTypeId:
        """The type that the plugin registered."""
        return ActionTypeId(self.type.id.category, self.type.id.owner, self.provider, self.version)
