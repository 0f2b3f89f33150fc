"""Container images that are built and pushed."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, OutputVariable, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text, texts


@frozen(kw_only=True)
class ECRBuildAndPublish(ReadingAction):
    """An image, built from a Dockerfile and pushed to ECR (User Guide, action-reference-ECRBuildAndPublish).

    It runs without a project, on compute that CodePipeline manages, and needs a V2 pipeline. ``docker_file_path`` is
    where the Dockerfile stands in the source, its root when nothing is said; ``tags`` are ``latest`` then.
    ``registry_type`` is ``private`` or ``public``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Build", "AWS", "ECRBuildAndPublish"),
        inputs=(1, 1),
        outputs=(0, 0),
        pipeline_types=("V2",),
        region_allowed=True,
        page="action-reference-ECRBuildAndPublish",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    repository: str = field(converter=text, metadata=key("ECRRepositoryName", required=True))
    docker_file_path: str | None = field(default=None, converter=optional_text, metadata=key("DockerFilePath"))
    tags: tuple[str, ...] = field(default=(), converter=texts, metadata=key("ImageTags"))
    registry_type: str | None = field(
        default=None, converter=optional_text, metadata=key("RegistryType", values=("private", "public"))
    )

    image_digest_id = OutputVariable("ECRImageDigestId")
    repository_name = OutputVariable("ECRRepositoryName")
