"""Rolling updates of ECS services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.codepipeline.providers.image_files import IMAGE_DEFINITIONS, image_definitions
from pipelinekit.values import Text, optional_text, text


@frozen(kw_only=True)
class ECS(ReadingAction):
    """A rolling update of an ECS service (User Guide, action-reference-ECS).

    The artifact holds an image definitions file, ``imagedefinitions.json`` unless ``file_name`` says otherwise:
    `image_definitions` gives the command that writes it. For blue/green see `CodeDeployToECS`, which wants another
    file. ``deployment_timeout_minutes`` is at most 60.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "ECS"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=60,
        region_allowed=True,
        page="action-reference-ECS",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    cluster: str = field(converter=text, metadata=key("ClusterName", required=True))
    service: str = field(converter=text, metadata=key("ServiceName", required=True))
    file_name: str | None = field(default=None, converter=optional_text, metadata=key("FileName"))
    deployment_timeout_minutes: int | None = field(default=None, metadata=key("DeploymentTimeout", whole=(1, 60)))

    @staticmethod
    def image_definitions(images: Mapping[str, Text], file_name: str = IMAGE_DEFINITIONS) -> str:
        """Give the shell command that writes the image definitions file: container name -> image.

        It belongs into the buildspec that pushes the image, and the file into its artifacts:
        ``pk.BuildSpec(post_build=[pk.deploy.ECS.image_definitions({"web": "$REPOSITORY:$TAG"})], artifacts=[...])``.
        """
        return image_definitions(images, file_name)
