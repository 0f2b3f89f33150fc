"""Stack sets of CloudFormation."""

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
from pipelinekit.codepipeline.limits import CAPABILITIES
from pipelinekit.codepipeline.providers.bases import ReadingAction, joined, needed_path
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
class CloudFormationStackSet(ReadingAction):
    """A stack set, made or changed, and the stacks in accounts and Regions (User Guide, action-reference-StackSets).

    ``template`` points into an artifact; ``parameters`` and ``deployment_targets`` may. These artifacts become inputs,
    with those of ``input``. ``deployment_targets`` are ids of accounts (SELF_MANAGED) or of organisational units
    (SERVICE_MANAGED) and need ``regions``. ``parameters`` maps names to values; None keeps the value there is.
    """

    # The page lists two capabilities; CAPABILITY_AUTO_EXPAND is what CloudFormation itself takes for macros.
    type: ClassVar[ActionType] = ActionType(
        ActionTypeId("Deploy", "AWS", "CloudFormationStackSet"),
        inputs=(1, 3),
        outputs=(0, 0),
        region_allowed=True,
        page="action-reference-StackSets",
    )

    stack_set_name: str = field(
        converter=text,
        metadata=key("StackSetName", required=True, form=STACK_SET_NAME, meaning=STACK_SET_NAME_MEANING),
    )
    template: ArtifactPath = field(converter=needed_path, metadata=key("TemplatePath", required=True, path=True))
    description: str | None = field(default=None, converter=optional_text, metadata=key("Description"))
    parameters: ArtifactPath | str | None = field(default=None, converter=parameters, metadata=key("Parameters"))
    capabilities: tuple[str, ...] = field(
        default=(), converter=texts, metadata=key("Capabilities", values=CAPABILITIES, several=True)
    )
    permission_model: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key("PermissionModel", values=("SELF_MANAGED", "SERVICE_MANAGED")),
    )
    administration_role_arn: str | None = field(
        default=None, converter=optional_text, metadata=key("AdministrationRoleArn")
    )
    execution_role_name: str | None = field(default=None, converter=optional_text, metadata=key("ExecutionRoleName"))
    organizations_auto_deployment: str | None = field(
        default=None,
        converter=optional_text,
        metadata=key("OrganizationsAutoDeployment", values=("Enabled", "Disabled", "EnabledWithStackRetention")),
    )
    deployment_targets: ArtifactPath | tuple[str, ...] = field(
        default=(), converter=targets, metadata=key("DeploymentTargets")
    )
    regions: tuple[str, ...] = field(default=(), converter=texts, metadata=key("Regions"))
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
        """The artifacts of the template, the parameters and the targets, then the others."""
        return joined(artifacts_of(self.template, self.parameters, self.deployment_targets), self.input)
