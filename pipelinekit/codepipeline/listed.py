"""The facts of action types that have no class here yet: such actions are written with `CustomAction`.

From the User Guide's page on each (action-reference-…). One that gets a class leaves this table, so that no fact stands
in two places.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelinekit.codepipeline.action import ActionType, Key
from pipelinekit.codepipeline.declaration import ActionTypeId
from pipelinekit.codepipeline.limits import PIPELINE_TYPES, TRUE_FALSE
from pipelinekit.values import FrozenMap

_V2 = ("V2",)


def _facts(
    type_id: str,
    inputs: tuple[int, int],
    outputs: tuple[int, int],
    *,
    required: str = "",
    optional: str = "",
    secret: str = "",
    values: Mapping[str, tuple[str, ...]] | None = None,
    variables: tuple[str, ...] | None = (),
    timeout_minutes: int = 60,
    pipeline_types: tuple[str, ...] = PIPELINE_TYPES,
) -> ActionType:
    category, owner, provider = type_id.split("/")
    needed, hidden = required.split(), secret.split()
    closed: Mapping[str, tuple[str, ...]] = values or {}
    keys = {
        name: Key(name, required=name in needed, secret=name in hidden, values=closed.get(name, ()))
        for name in [*needed, *optional.split()]
    }
    return ActionType(
        ActionTypeId(category, owner, provider),
        inputs=inputs,
        outputs=outputs,
        timeout_minutes=timeout_minutes,
        pipeline_types=pipeline_types,
        region_allowed=owner == "AWS" and category != "Source",
        variables=variables,
        keys=FrozenMap(keys),
    )


_STACK_SET_OPTIONS = "FailureTolerancePercentage MaxConcurrentPercentage RegionConcurrencyType ConcurrencyMode CallAs"
_STACK_SET_VALUES = {
    "ConcurrencyMode": ("STRICT_FAILURE_TOLERANCE", "SOFT_FAILURE_TOLERANCE"),
    "CallAs": ("SELF", "DELEGATED_ADMIN"),
}

_ALL = (
    _facts(
        "Source/ThirdParty/GitHub",
        (0, 0),
        (1, 1),
        required="Owner Repo Branch OAuthToken",
        optional="PollForSourceChanges",
        secret="OAuthToken",
        values={"PollForSourceChanges": TRUE_FALSE},
        variables=(
            "AuthorDate",
            "BranchName",
            "CommitId",
            "CommitMessage",
            "CommitterDate",
            "CommitUrl",
            "RepositoryName",
        ),
    ),
    _facts(
        "Build/AWS/ECRBuildAndPublish",
        (1, 1),
        (0, 0),
        required="ECRRepositoryName",
        optional="DockerFilePath ImageTags RegistryType",
        values={"RegistryType": ("private", "public")},
        variables=("ECRImageDigestId", "ECRRepositoryName"),
        pipeline_types=_V2,
    ),
    _facts(
        "Test/AWS/DeviceFarm",
        (1, 1),
        (0, 0),
        required="AppType ProjectId App AppiumVersion DevicePoolArn TestType",
        optional=(
            "Test RadioBluetoothEnabled RadioWifiEnabled RadioNfcEnabled RadioGpsEnabled RecordAppPerformanceData "
            "RecordVideo FuzzEventCount FuzzEventThrottle FuzzRandomizerSeed CustomHostMachineArtifacts "
            "CustomDeviceArtifacts UnmeteredDevicesOnly JobTimeoutMinutes Latitude Longitude"
        ),
        timeout_minutes=480,
    ),
    _facts(
        "Deploy/AWS/CloudFormationStackSet",
        (1, 3),
        (0, 0),
        required="StackSetName TemplatePath",
        optional=(
            "Description Parameters Capabilities PermissionModel AdministrationRoleArn ExecutionRoleName "
            f"OrganizationsAutoDeployment DeploymentTargets Regions {_STACK_SET_OPTIONS}"
        ),
        values={
            **_STACK_SET_VALUES,
            "PermissionModel": ("SELF_MANAGED", "SERVICE_MANAGED"),
            "OrganizationsAutoDeployment": ("Enabled", "Disabled", "EnabledWithStackRetention"),
        },
        variables=("OperationId", "StackSetId"),
    ),
    _facts(
        "Deploy/AWS/CloudFormationStackInstances",
        (0, 2),
        (0, 0),
        required="StackSetName Regions",
        optional=f"DeploymentTargets ParameterOverrides {_STACK_SET_OPTIONS}",
        values=_STACK_SET_VALUES,
        variables=("OperationId", "StackSetId"),
    ),
    _facts(
        "Deploy/AWS/CodeDeployToECS",
        (1, 5),
        (0, 0),
        required="ApplicationName DeploymentGroupName TaskDefinitionTemplateArtifact AppSpecTemplateArtifact",
        optional=(
            "TaskDefinitionTemplatePath AppSpecTemplatePath Image1ArtifactName Image1ContainerName Image2ArtifactName "
            "Image2ContainerName Image3ArtifactName Image3ContainerName Image4ArtifactName Image4ContainerName"
        ),
        timeout_minutes=7200,
    ),
    _facts(
        "Deploy/AWS/EC2",
        (1, 1),
        (0, 0),
        required="InstanceTagKey InstanceType",
        optional=(
            "InstanceTagValue TargetDirectory PreScript PostScript DeploySpec MaxBatch MaxError TargetGroupNameList"
        ),
        values={"InstanceType": ("EC2", "SSM_MANAGED_NODE")},
        pipeline_types=_V2,
    ),
    _facts(
        "Deploy/AWS/EKS",
        (1, 1),
        (0, 0),
        required="ClusterName",
        optional="ManifestFiles HelmReleaseName HelmChartLocation HelmValuesFiles Namespace Subnets SecurityGroupIds",
        variables=("EKSClusterName",),
        pipeline_types=_V2,
    ),
    _facts(
        "Deploy/AWS/Lambda",
        (0, 1),
        (0, 0),
        required="FunctionName",
        optional="FunctionAlias PublishedTargetVersion DeployStrategy Alarms",
        variables=("FunctionVersion",),
        pipeline_types=_V2,
    ),
    _facts("Deploy/AWS/ElasticBeanstalk", (1, 1), (0, 0), required="ApplicationName EnvironmentName"),
    _facts(
        "Deploy/AWS/AppConfig",
        (1, 1),
        (0, 0),
        required="Application Environment ConfigurationProfile InputArtifactConfigurationPath",
        optional="DeploymentStrategy",
    ),
    _facts(
        "Deploy/AWS/ServiceCatalog",
        (1, 1),
        (0, 0),
        required="ProductId",
        optional="TemplateFilePath ProductVersionName ProductType ProductVersionDescription ConfigurationFilePath",
    ),
    # Its own page says up to one output artifact, the table of all actions none.
    _facts("Deploy/AWS/OpsWorks", (1, 1), (0, 1), required="Stack App", optional="Layer"),
    _facts(
        "Deploy/ThirdParty/AlexaSkillsKit",
        (1, 2),
        (0, 0),
        required="ClientId ClientSecret RefreshToken SkillId",
        secret="ClientSecret RefreshToken",
    ),
    _facts(
        "Invoke/AWS/CodePipeline",
        (0, 0),
        (0, 0),
        required="PipelineName",
        optional="SourceRevisions Variables",
        variables=None,
        pipeline_types=_V2,
    ),
    _facts(
        "Invoke/AWS/InspectorScan",
        (0, 1),
        (1, 1),
        required="InspectorRunMode",
        optional="ECRRepositoryName ImageTag CriticalThreshold HighThreshold MediumThreshold LowThreshold",
        values={"InspectorRunMode": ("SourceCodeScan", "ECRImageScan")},
        variables=("HighestScannedSeverity",),
    ),
)

LISTED = {(facts.id.category, facts.id.owner, facts.id.provider): facts for facts in _ALL}
"""Category, owner and provider -> the facts."""
