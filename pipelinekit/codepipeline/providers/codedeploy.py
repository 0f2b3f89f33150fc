"""Deployments to servers by CodeDeploy."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import ActionType, Artifact, Key, artifacts
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import FrozenMap


@frozen(kw_only=True)
class CodeDeploy(ReadingAction):
    """A deployment to servers by CodeDeploy (User Guide, action-reference-CodeDeploy).

    The artifact is the revision. It brings its own ``appspec.yml``, unless ``appspec`` gives one: then that is
    put into the revision.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CodeDeploy"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=7200,
        region_allowed=True,
        page="action-reference-CodeDeploy",
        keys=FrozenMap(
            {
                "ApplicationName": Key("ApplicationName", required=True),
                "DeploymentGroupName": Key("DeploymentGroupName", required=True),
            }
        ),
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    group: DeploymentGroup
    appspec: AppSpec | None = None

    @property
    def deployment_group(self) -> DeploymentGroup | None:
        """Its group."""
        return self.group

    @property
    def attached_appspec(self) -> AppSpec | None:
        """The AppSpec it was given."""
        return self.appspec

    def configuration(self) -> dict[str, str]:
        """Name the application and the group."""
        return {"ApplicationName": self.group.application, "DeploymentGroupName": self.group.name}
