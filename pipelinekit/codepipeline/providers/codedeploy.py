"""Deployments to servers by CodeDeploy."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codepipeline.action import ActionType, Artifact, Key, artifacts
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import FrozenMap, Text, optional_text, text


def _group(given: DeploymentGroup | Text) -> DeploymentGroup | str:
    return given if isinstance(given, DeploymentGroup) else text(given)


@frozen(kw_only=True)
class CodeDeploy(ReadingAction):
    """A deployment to servers by CodeDeploy (User Guide, action-reference-CodeDeploy).

    The artifact is the revision. It brings its own ``appspec.yml``, unless ``appspec`` gives one: then that is
    put into the revision. ``group`` is a `DeploymentGroup`, or the name of one of ``application`` that exists.
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
    group: DeploymentGroup | str = field(converter=_group)
    application: str | None = field(default=None, converter=optional_text)
    appspec: AppSpec | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.group, str) == (self.application is None):
            raise TypeError(
                f"{self.name}: a group that exists is named with its application, group={self.group_name!r}, "
                'application="..."; a pk.DeploymentGroup knows its own'
            )

    @property
    def group_name(self) -> str:
        """What its group is called."""
        return self.group if isinstance(self.group, str) else self.group.name

    @property
    def application_name(self) -> str:
        """What the application of its group is called."""
        return self.application or "" if isinstance(self.group, str) else self.group.application

    @property
    def deployment_group(self) -> DeploymentGroup | None:
        """Its group, where that is described here."""
        return None if isinstance(self.group, str) else self.group

    @property
    def attached_appspec(self) -> AppSpec | None:
        """The AppSpec it was given."""
        return self.appspec

    def configuration(self) -> dict[str, str]:
        """Name the application and the group."""
        return {"ApplicationName": self.application_name, "DeploymentGroupName": self.group_name}
