"""Container images as a source."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, OutputVariable, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import SourceAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class ECR(SourceAction):
    """A container image; its artifact holds ``imageDetail.json`` (User Guide, action-reference-ECR).

    That file is what `CodeDeployToECS` reads; a rolling update by `ECS` needs ``imagedefinitions.json`` instead. AWS
    never polls here: an event rule starts the pipeline. ``tag`` is ``latest`` when nothing is said.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Source", "AWS", "ECR"), inputs=(0, 0), outputs=(1, 1), page="action-reference-ECR"
    )

    repository: str = field(converter=text, metadata=key("RepositoryName", required=True))
    tag: str | None = field(default=None, converter=optional_text, metadata=key("ImageTag"))

    image_digest = OutputVariable("ImageDigest")
    image_tag = OutputVariable("ImageTag")
    image_uri = OutputVariable("ImageURI")
    registry_id = OutputVariable("RegistryId")
    repository_name = OutputVariable("RepositoryName")
