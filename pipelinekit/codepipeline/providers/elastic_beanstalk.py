"""Applications of Elastic Beanstalk."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import text


@frozen(kw_only=True)
class ElasticBeanstalk(ReadingAction):
    """A version of an application to an environment of Elastic Beanstalk (User Guide, action-reference-Beanstalk).

    The artifact is the source bundle, of at most 512 MB; a WAR inside it is not unpacked.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "ElasticBeanstalk"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=60,
        region_allowed=True,
        page="action-reference-Beanstalk",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    application_name: str = field(converter=text, metadata=key("ApplicationName", required=True))
    environment_name: str = field(converter=text, metadata=key("EnvironmentName", required=True))
