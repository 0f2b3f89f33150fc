"""Apps of OpsWorks Stacks, which AWS has ended."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class OpsWorks(ReadingAction):
    """An app of OpsWorks Stacks (User Guide, action-reference-OpsWorks), for pipelines that have it already.

    AWS has ended that service; take `CodeDeploy`, `ECS` or `EC2` instead.
    """

    # Its own page says up to one output artifact, the table of all actions none: the wider bound is kept.
    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "OpsWorks"),
        inputs=(1, 1),
        outputs=(0, 1),
        timeout_minutes=60,
        region_allowed=True,
        page="action-reference-OpsWorks",
        retired="AWS has ended OpsWorks Stacks",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    stack: str = field(converter=text, metadata=key("Stack", required=True))
    app: str = field(converter=text, metadata=key("App", required=True))
    layer: str | None = field(default=None, converter=optional_text, metadata=key("Layer"))
