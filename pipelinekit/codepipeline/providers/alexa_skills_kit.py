"""Skills for Alexa."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import text


@frozen(kw_only=True)
class AlexaSkillsKit(ReadingAction):
    """A skill for Alexa (User Guide, tutorials-alexa-skills-kit).

    Leave ``client_secret`` and ``refresh_token`` to a `Parameter`, so that they stand in no file.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "ThirdParty", "AlexaSkillsKit"),
        inputs=(1, 2),
        outputs=(0, 0),
        timeout_minutes=60,
        page="tutorials-alexa-skills-kit",
    )

    input: tuple[Artifact, ...] = field(converter=artifacts)
    client_id: str = field(converter=text, metadata=key("ClientId", required=True))
    client_secret: str = field(converter=text, repr=False, metadata=key("ClientSecret", required=True, secret=True))
    refresh_token: str = field(converter=text, repr=False, metadata=key("RefreshToken", required=True, secret=True))
    skill_id: str = field(converter=text, metadata=key("SkillId", required=True))
