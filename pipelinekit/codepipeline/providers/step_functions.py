"""State machines of Step Functions."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import ActionType, Artifact, OutputVariable, artifacts, key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction
from pipelinekit.values import optional_text, text


@frozen(kw_only=True)
class StepFunctions(ReadingAction):
    """A state machine (User Guide, action-reference-StepFunctions).

    ``state_input`` is literal JSON, or a path in the input artifact when ``input_type`` is FilePath. An express machine
    has succeeded as soon as it has started: it makes no artifact and no ``execution_arn``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Invoke", "AWS", "StepFunctions"),
        inputs=(0, 1),
        outputs=(0, 1),
        timeout_minutes=10080,
        region_allowed=True,
        page="action-reference-StepFunctions",
    )

    state_machine: str = field(converter=text, metadata=key("StateMachineArn", required=True))
    execution_name_prefix: str | None = field(
        default=None, converter=optional_text, metadata=key("ExecutionNamePrefix")
    )
    input_type: str | None = field(
        default=None, converter=optional_text, metadata=key("InputType", values=("Literal", "FilePath"))
    )
    state_input: str | None = field(default=None, converter=optional_text, metadata=key("Input"))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    execution_arn = OutputVariable("ExecutionArn")
    state_machine_arn = OutputVariable("StateMachineArn")
