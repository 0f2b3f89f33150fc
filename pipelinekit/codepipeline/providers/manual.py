"""Approvals by people."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action, ActionType, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.values import optional_text


@frozen(kw_only=True)
class Manual(Action):
    """A manual approval (User Guide, approvals). It expires after 7 days, or ``timeout_minutes`` (5-86400).

    ``message`` is shown to the approver (key ``CustomData``), ``link`` is the page to look at, and
    ``notification`` an SNS topic's ARN.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Approval", "AWS", "Manual"),
        inputs=(0, 0),
        outputs=(0, 0),
        timeout_minutes=10080,
        page="approvals-action-add",
    )

    notification: str | None = field(default=None, converter=optional_text, metadata=key("NotificationArn"))
    link: str | None = field(default=None, converter=optional_text, metadata=key("ExternalEntityLink"))
    message: str | None = field(default=None, converter=optional_text, metadata=key("CustomData"))
    timeout_minutes: int | None = None

    @property
    def timeout_in_minutes(self) -> int | None:
        """How long it waits for an answer."""
        return self.timeout_minutes
