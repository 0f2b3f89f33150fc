"""Lambda functions that are invoked."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class Lambda(ReadingAction):
    """A Lambda function that answers with a job result (User Guide, action-reference-Lambda).

    It may read up to five artifacts, and makes those that ``outputs=`` names. Its output variables are those of its
    answer: ``notify.variable("NAME")``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "Lambda"),
        inputs=(0, 5),
        outputs=(0, 5),
        timeout_minutes=1440,
        region_allowed=True,
        variables=None,
        page="action-reference-Lambda",
    )

    function: str = field(converter=text, metadata=key("FunctionName", required=True))
    user_parameters: str | None = field(default=None, converter=optional_text, metadata=key("UserParameters"))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)
