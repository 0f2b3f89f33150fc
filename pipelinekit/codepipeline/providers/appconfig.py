"""Configurations of AppConfig."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class AppConfig(ReadingAction):
    """A configuration to an environment of AppConfig (User Guide, action-reference-AppConfig).

    ``configuration_path`` is the file of the artifact that holds the configuration.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "AppConfig"),
        inputs=(1, 1),
        outputs=(0, 0),
        timeout_minutes=60,
        region_allowed=True,
        page="action-reference-AppConfig",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    application_id: str = field(converter=text, metadata=key("Application", required=True))
    environment_id: str = field(converter=text, metadata=key("Environment", required=True))
    configuration_profile_id: str = field(converter=text, metadata=key("ConfigurationProfile", required=True))
    configuration_path: str = field(converter=text, metadata=key("InputArtifactConfigurationPath", required=True))
    deployment_strategy_id: str | None = field(
        default=None, converter=optional_text, metadata=key("DeploymentStrategy")
    )
