"""Invoke actions (category Invoke)."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import Action, ActionType, Artifact, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class InvokeAction(Action):
    """Base of the invocations: they may read artifacts, and give those that ``outputs=`` names."""

    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts it reads."""
        return self.input


@frozen(kw_only=True)
class Lambda(InvokeAction):
    """A Lambda function that answers with a job result (User Guide, action-reference-Lambda)."""

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "Lambda"),
        inputs=(0, 5),
        outputs=(0, 5),
        timeout_minutes=1440,
        region_allowed=True,
        variables=None,
    )

    function: str = field(converter=text, metadata=key("FunctionName", required=True))
    user_parameters: str | None = field(default=None, converter=optional_text, metadata=key("UserParameters"))


@frozen(kw_only=True)
class StepFunctions(InvokeAction):
    """A state machine (User Guide, action-reference-StepFunctions).

    ``state_input`` is literal JSON, or a path in the input artifact when ``input_type`` is FilePath.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "StepFunctions"),
        inputs=(0, 1),
        outputs=(0, 1),
        timeout_minutes=10080,
        region_allowed=True,
        variables=("ExecutionArn", "StateMachineArn"),
    )

    state_machine: str = field(converter=text, metadata=key("StateMachineArn", required=True))
    execution_name_prefix: str | None = field(
        default=None, converter=optional_text, metadata=key("ExecutionNamePrefix")
    )
    input_type: str | None = field(
        default=None, converter=optional_text, metadata=key("InputType", values=("Literal", "FilePath"))
    )
    state_input: str | None = field(default=None, converter=optional_text, metadata=key("Input"))
