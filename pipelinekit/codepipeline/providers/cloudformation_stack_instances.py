"""Stacks of a stack set in accounts and Regions."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from pipelinekit.codepipeline.action import (
    ActionType,
    Artifact,
    ArtifactPath,
    OutputVariable,
    artifacts,
    key,
)
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.providers.bases import ReadingAction, joined
from pipelinekit.codepipeline.providers.stack_sets import (
    CALLERS,
    CONCURRENCY_MODES,
    PERCENTAGE,
    STACK_SET_NAME,
    STACK_SET_NAME_MEANING,
    artifacts_of,
    parameters,
    targets,
)
from pipelinekit.values import optional_text, text, texts


@frozen(kw_only=True)
class CloudFormationStackInstances(ReadingAction):
    """Stacks of a stack set that there is, in more accounts or Regions (User Guide, action-reference-StackSets).

    ``deployment_targets`` are ids of accounts or of organisational units, or the file of an artifact that lists them;
    ``parameter_overrides`` likewise. These artifacts become inputs, with those of ``input``.
    """

    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CloudFormationStackInstances"),
        inputs=(0, 2),
        outputs=(0, 0),
        region_allowed=True,
        page="action-reference-StackSets",
    )

    stack_set_name: str = field(
        converter=text,
        metadata=key("StackSetName", required=True, form=STACK_SET_NAME, meaning=STACK_SET_NAME_MEANING),
    )
    regions: tuple[str, ...] = field(converter=texts, metadata=key("Regions", required=True))
    deployment_targets: ArtifactPath | tuple[str, ...] = field(
        default=(), converter=targets, metadata=key("DeploymentTargets")
    )
    parameter_overrides: ArtifactPath | str | None = field(
        default=None, converter=parameters, metadata=key("ParameterOverrides")
    )
    failure_tolerance_percentage: int | None = field(
        default=None, metadata=key("FailureTolerancePercentage", whole=PERCENTAGE)
    )
    max_concurrent_percentage: int | None = field(
        default=None, metadata=key("MaxConcurrentPercentage", whole=PERCENTAGE)
    )
    region_concurrency_type: str | None = field(
        default=None, converter=optional_text, metadata=key("RegionConcurrencyType")
    )
    concurrency_mode: str | None = field(
        default=None, converter=optional_text, metadata=key("ConcurrencyMode", values=CONCURRENCY_MODES)
    )
    call_as: str | None = field(default=None, converter=optional_text, metadata=key("CallAs", values=CALLERS))
    input: tuple[Artifact, ...] = field(default=(), converter=artifacts)

    operation_id = OutputVariable("OperationId")
    stack_set_id = OutputVariable("StackSetId")

    @property
    def inputs(self) -> tuple[Artifact, ...]:
        """The artifacts of the targets and the parameters, then the others."""
        return joined(artifacts_of(self.deployment_targets, self.parameter_overrides), self.input)
