"""What the role of an action needs, for each action type and rule: a table of facts, each with AWS's page about it.

Pages are of the CodePipeline User Guide unless they say otherwise. In a resource, ``{Key}`` is the value of the
action's configuration (``*`` where it has none, or where a variable gives it), ``{*Key}`` one resource for each of a
list with commas, and ``{partition}``, ``{region}``, ``{account}``, ``{pipeline}`` are what their names say.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pipelinekit.values import FrozenMap, frozen_map, frozen_members

USER_GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"


@frozen(kw_only=True)
class Grant:
    """IAM actions on resources, and why an action needs them.

    It applies where, for each key of ``only``, the action's configuration has a value that matches one of the patterns
    (``*`` and ``?``), and for each key of ``unless`` it has none that does.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    why: str
    page: str
    only: FrozenMap[tuple[str, ...]] = field(factory=FrozenMap, converter=frozen_map)
    unless: FrozenMap[tuple[str, ...]] = field(factory=FrozenMap, converter=frozen_map)
    condition: FrozenMap[object] = field(factory=FrozenMap, converter=frozen_members)

    @property
    def source(self) -> str:
        """The address of AWS's page."""
        return self.page if self.page.startswith("https:") else f"{USER_GUIDE}{self.page}.html"


def grant(
    actions: str,
    *resources: str,
    why: str,
    page: str,
    only: Mapping[str, tuple[str, ...]] | None = None,
    unless: Mapping[str, tuple[str, ...]] | None = None,
    condition: Mapping[str, object] | None = None,
) -> Grant:
    """Write a `Grant`: *actions* are ``service:First Second``, further services after a ``;``."""
    return Grant(
        actions=tuple(f"{service.strip()}:{name}" for service, names in _services(actions) for name in names.split()),
        resources=tuple(resource.replace("arn:", "arn:{partition}:", 1) for resource in resources),
        why=why,
        page=page,
        only=only or {},
        unless=unless or {},
        condition=condition or {},
    )


def _services(actions: str) -> list[tuple[str, str]]:
    parts = (part.partition(":") for part in actions.split(";"))
    return [(service, names) for service, _, names in parts]


def _passed_to(*services: str) -> dict[str, object]:
    return {"StringEquals": {"iam:PassedToService": services[0] if len(services) == 1 else list(services)}}


_LOG_GROUP = "arn:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"


def _logs(page: str) -> Grant:
    return grant(
        "logs:CreateLogGroup CreateLogStream PutLogEvents",
        _LOG_GROUP,
        f"{_LOG_GROUP}:*",
        why="writes the log of its compute",
        page=page,
    )


def _network(page: str, key: str) -> tuple[Grant, ...]:
    """Give what compute in a VPC needs (CodeBuild User Guide, auth-and-access-control-iam-identity-based)."""
    return (
        grant(
            "ec2:CreateNetworkInterface DeleteNetworkInterface DescribeDhcpOptions DescribeNetworkInterfaces "
            "DescribeRouteTables DescribeSecurityGroups DescribeSubnets DescribeVpcs",
            "*",
            why="joins its compute to the VPC",
            page=page,
            only={key: ("*",)},
        ),
        grant(
            "ec2:CreateNetworkInterfacePermission",
            "arn:ec2:{region}:{account}:network-interface/*",
            why="lets its compute use the network interface it made",
            page=page,
            only={key: ("*",)},
            condition={"StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"}},
        ),
    )


_PROJECT = "arn:codebuild:{region}:{account}:project/{ProjectName}"


def _codebuild(page: str) -> tuple[Grant, ...]:
    return (
        grant("codebuild:StartBuild BatchGetBuilds", _PROJECT, why="starts and follows its build", page=page),
        grant(
            "codebuild:StartBuildBatch BatchGetBuildBatches",
            _PROJECT,
            why="starts and follows its batch of builds",
            page=page,
            only={"BatchEnabled": ("true",)},
        ),
    )


def _lambda(page: str) -> tuple[Grant, ...]:
    return (
        grant(
            "lambda:InvokeFunction",
            "arn:lambda:{region}:{account}:function:{FunctionName}",
            why="invokes its function",
            page=page,
        ),
        grant("lambda:ListFunctions", "*", why="looks its function up", page=page),
    )


_STACK = "arn:cloudformation:{region}:{account}:stack/{StackName}/*"
_CLOUDFORMATION = "action-reference-CloudFormation"
_REPLACES = {"ActionMode": ("REPLACE_ON_FAILURE",)}
_CHANGES = {"ActionMode": ("CREATE_UPDATE", "REPLACE_ON_FAILURE")}
_PREPARES = {"ActionMode": ("CHANGE_SET_REPLACE",)}
_EXECUTES = {"ActionMode": ("CHANGE_SET_EXECUTE",)}
_DELETES = {"ActionMode": ("DELETE_ONLY",)}
_READS_TEMPLATE = {"ActionMode": ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")}

_STACK_SETS = "action-reference-StackSets"
_STACK_SET = "arn:cloudformation:{region}:{account}:stackset/{StackSetName}:*"
_STACK_SET_TARGETS = (
    _STACK_SET,
    "arn:cloudformation:*:{account}:stackset-target/{StackSetName}:*/*",
    "arn:cloudformation:*::type/resource/*",
)

_CODEDEPLOY = "action-reference-CodeDeploy"
_BLUE_GREEN = "action-reference-ECSbluegreen"
_APPLICATION = "arn:codedeploy:{region}:{account}:application:{ApplicationName}"
_GROUP = "arn:codedeploy:{region}:{account}:deploymentgroup:{ApplicationName}/{DeploymentGroupName}"


def _codedeploy(page: str) -> tuple[Grant, ...]:
    return (
        grant("codedeploy:CreateDeployment GetDeployment", _GROUP, why="makes and follows its deployment", page=page),
        grant(
            "codedeploy:GetApplication GetApplicationRevision RegisterApplicationRevision",
            _APPLICATION,
            why="registers its artifact as a revision",
            page=page,
        ),
        grant(
            "codedeploy:GetDeploymentConfig",
            "arn:codedeploy:{region}:{account}:deploymentconfig:{DeploymentConfigName}",
            why="reads how fast its deployment goes",
            page=page,
        ),
    )


def _task_definitions(page: str) -> tuple[Grant, ...]:
    return (
        grant(
            "ecs:DescribeTaskDefinition RegisterTaskDefinition",
            "*",
            why="registers the task definition with its new image",
            page=page,
        ),
        grant(
            "ecs:TagResource",
            "arn:ecs:{region}:{account}:task-definition/*:*",
            why="keeps the tags of the task definition",
            page=page,
            condition={"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
        ),
        grant(
            "iam:PassRole",
            "arn:iam::{account}:role/*",
            why="passes the roles of the task definition, which is read only when it runs",
            page=page,
            condition=_passed_to("ecs.amazonaws.com", "ecs-tasks.amazonaws.com"),
        ),
    )


_ECR_REPOSITORY = "arn:ecr:{region}:{account}:repository/{ECRRepositoryName}"
_FUNCTION = "arn:lambda:{region}:{account}:function:{FunctionName}"
_DEVICE_FARM = "arn:devicefarm:{region}:{account}"
_CONFIGURED = "arn:appconfig:{region}:{account}:application/{Application}"
_CODECOMMIT_REPOSITORY = "arn:codecommit:{region}:{account}:{RepositoryName}"
_CLONES = {"OutputArtifactFormat": ("CODEBUILD_CLONE_REF",)}
_ANY_KEY = {"AllowOverrideForS3ObjectKey": ("true",)}
_PUBLIC = {"RegistryType": ("public",)}
_S3_OBJECT = "s3:GetObject GetObjectVersion GetObjectTagging GetObjectVersionTagging"

ACTIONS: dict[tuple[str, str, str], tuple[Grant, ...]] = {
    ("Source", "AWS", "CodeCommit"): (
        grant(
            "codecommit:CancelUploadArchive GetBranch GetCommit GetUploadArchiveStatus UploadArchive",
            _CODECOMMIT_REPOSITORY,
            why="fetches its branch",
            page="action-reference-CodeCommit",
        ),
        grant(
            "codecommit:GetRepository",
            _CODECOMMIT_REPOSITORY,
            why="gives builds the address to clone from",
            page="action-reference-CodeCommit",
            only=_CLONES,
        ),
    ),
    ("Source", "AWS", "CodeStarSourceConnection"): (
        grant(
            "codeconnections:UseConnection;codestar-connections:UseConnection",
            "{ConnectionArn}",
            why="fetches its branch through the connection",
            page="action-reference-CodestarConnectionSource",
        ),
    ),
    ("Source", "AWS", "S3"): (
        grant(
            "s3:GetBucketAcl GetBucketLocation GetBucketVersioning",
            "arn:s3:::{S3Bucket}",
            why="looks at its bucket",
            page="action-reference-S3",
        ),
        grant(
            _S3_OBJECT,
            "arn:s3:::{S3Bucket}/{S3ObjectKey}",
            why="fetches its object",
            page="action-reference-S3",
            unless=_ANY_KEY,
        ),
        grant(
            _S3_OBJECT,
            "arn:s3:::{S3Bucket}/*",
            why="fetches whatever object it is started with",
            page="action-reference-S3",
            only=_ANY_KEY,
        ),
    ),
    ("Source", "AWS", "ECR"): (
        grant(
            "ecr:DescribeImages",
            "arn:ecr:{region}:{account}:repository/{RepositoryName}",
            why="looks up its image",
            page="action-reference-ECR",
        ),
    ),
    ("Source", "ThirdParty", "GitHub"): (),
    ("Build", "AWS", "CodeBuild"): _codebuild("action-reference-CodeBuild"),
    ("Test", "AWS", "CodeBuild"): _codebuild("action-reference-CodeBuild"),
    ("Build", "AWS", "ECRBuildAndPublish"): (
        grant(
            "ecr:BatchCheckLayerAvailability CompleteLayerUpload DescribeRepositories GetDownloadUrlForLayer "
            "InitiateLayerUpload PutImage UploadLayerPart",
            _ECR_REPOSITORY,
            why="pushes its image",
            page="action-reference-ECRBuildAndPublish",
            unless=_PUBLIC,
        ),
        grant(
            "ecr:GetAuthorizationToken",
            "*",
            why="logs in to the registry",
            page="action-reference-ECRBuildAndPublish",
            unless=_PUBLIC,
        ),
        grant(
            "ecr-public:BatchCheckLayerAvailability CompleteLayerUpload DescribeRepositories InitiateLayerUpload "
            "PutImage UploadLayerPart",
            "arn:ecr-public::{account}:repository/{ECRRepositoryName}",
            why="pushes its image",
            page="action-reference-ECRBuildAndPublish",
            only=_PUBLIC,
        ),
        grant(
            "ecr-public:GetAuthorizationToken;sts:GetServiceBearerToken",
            "*",
            why="logs in to the public registry",
            page="action-reference-ECRBuildAndPublish",
            only=_PUBLIC,
        ),
        _logs("action-reference-ECRBuildAndPublish"),
    ),
    ("Test", "AWS", "DeviceFarm"): (
        grant("devicefarm:ListProjects", "*", why="finds its project", page="action-reference-DeviceFarm"),
        grant(
            "devicefarm:ListDevicePools CreateUpload",
            f"{_DEVICE_FARM}:project:{{ProjectId}}",
            why="uploads what is tested",
            page="action-reference-DeviceFarm",
        ),
        grant(
            "devicefarm:ScheduleRun",
            f"{_DEVICE_FARM}:project:{{ProjectId}}",
            f"{_DEVICE_FARM}:upload:{{ProjectId}}/*",
            "{DevicePoolArn}",
            why="runs its tests",
            page="action-reference-DeviceFarm",
        ),
        grant(
            "devicefarm:GetRun",
            f"{_DEVICE_FARM}:run:{{ProjectId}}/*",
            why="follows its tests",
            page="action-reference-DeviceFarm",
        ),
        grant(
            "devicefarm:GetUpload",
            f"{_DEVICE_FARM}:upload:{{ProjectId}}/*",
            why="waits for its upload",
            page="action-reference-DeviceFarm",
        ),
    ),
    ("Compute", "AWS", "Commands"): (
        _logs("action-reference-Commands"),
        *_network("action-reference-Commands", "VpcId"),
    ),
    ("Approval", "AWS", "Manual"): (
        grant(
            "sns:Publish",
            "{NotificationArn}",
            why="tells the topic that somebody is asked",
            page="approvals-iam-permissions",
            only={"NotificationArn": ("*",)},
        ),
    ),
    ("Deploy", "AWS", "CodeDeploy"): _codedeploy(_CODEDEPLOY),
    ("Deploy", "AWS", "CodeDeployToECS"): (*_codedeploy(_BLUE_GREEN), *_task_definitions(_BLUE_GREEN)),
    ("Deploy", "AWS", "ECS"): (
        grant(
            "ecs:DescribeServices UpdateService",
            "arn:ecs:{region}:{account}:service/{ClusterName}/{ServiceName}",
            why="updates its service",
            page="action-reference-ECS",
        ),
        *_task_definitions("action-reference-ECS"),
    ),
    ("Deploy", "AWS", "S3"): (
        grant(
            "s3:GetBucketAcl GetBucketLocation GetBucketVersioning",
            "arn:s3:::{BucketName}",
            why="looks at its bucket",
            page="action-reference-S3Deploy",
        ),
        grant(
            "s3:PutObject PutObjectAcl PutObjectVersionAcl",
            "arn:s3:::{BucketName}/*",
            why="puts its objects",
            page="action-reference-S3Deploy",
        ),
        grant(
            "kms:Decrypt GenerateDataKey",
            "{KMSEncryptionKeyARN}",
            why="encrypts its objects",
            page="action-reference-S3Deploy",
            only={"KMSEncryptionKeyARN": ("*",)},
        ),
    ),
    ("Deploy", "AWS", "CloudFormation"): (
        grant(
            "cloudformation:CreateStack DescribeStacks SetStackPolicy UpdateStack",
            _STACK,
            why="makes or updates its stack",
            page=_CLOUDFORMATION,
            only=_CHANGES,
        ),
        grant(
            "cloudformation:DeleteStack",
            _STACK,
            why="replaces its stack when it failed",
            page=_CLOUDFORMATION,
            only=_REPLACES,
        ),
        grant(
            "cloudformation:CreateChangeSet DeleteChangeSet DescribeChangeSet DescribeStacks",
            _STACK,
            why="makes its change set",
            page=_CLOUDFORMATION,
            only=_PREPARES,
        ),
        grant(
            "cloudformation:DescribeChangeSet DescribeStacks ExecuteChangeSet",
            _STACK,
            why="executes its change set",
            page=_CLOUDFORMATION,
            only=_EXECUTES,
        ),
        grant(
            "cloudformation:DeleteStack DescribeStacks",
            _STACK,
            why="deletes its stack",
            page=_CLOUDFORMATION,
            only=_DELETES,
        ),
        grant(
            "cloudformation:ValidateTemplate", "*", why="reads its template", page=_CLOUDFORMATION, only=_READS_TEMPLATE
        ),
        grant(
            "cloudformation:CreateChangeSet",
            "arn:cloudformation:{region}:aws:transform/*",
            why="applies the transforms of its template",
            page=_CLOUDFORMATION,
            only={**_READS_TEMPLATE, "Capabilities": ("*CAPABILITY_AUTO_EXPAND*",)},
        ),
        grant(
            "iam:PassRole",
            "{RoleArn}",
            why="passes the role its stack is made with",
            page=_CLOUDFORMATION,
            only={"RoleArn": ("*",)},
            unless=_EXECUTES,
            condition=_passed_to("cloudformation.amazonaws.com"),
        ),
    ),
    ("Deploy", "AWS", "CloudFormationStackSet"): (
        grant(
            "cloudformation:CreateStackSet DescribeStackSet DescribeStackSetOperation ListStackInstances",
            _STACK_SET,
            why="makes and follows its stack set",
            page=_STACK_SETS,
        ),
        grant(
            "cloudformation:CreateStackInstances UpdateStackSet",
            *_STACK_SET_TARGETS,
            why="updates the stacks of its stack set",
            page=_STACK_SETS,
        ),
        grant(
            "iam:PassRole",
            "{AdministrationRoleArn}",
            why="passes the role that administers its stack set",
            page=_STACK_SETS,
            only={"AdministrationRoleArn": ("*",)},
            condition=_passed_to("cloudformation.amazonaws.com"),
        ),
    ),
    ("Deploy", "AWS", "CloudFormationStackInstances"): (
        grant(
            "cloudformation:CreateStackInstances",
            *_STACK_SET_TARGETS,
            why="makes the stacks of its stack set",
            page=_STACK_SETS,
        ),
        grant("cloudformation:DescribeStackSetOperation", _STACK_SET, why="follows its operation", page=_STACK_SETS),
    ),
    ("Deploy", "AWS", "EC2"): (
        grant(
            "ec2:DescribeInstances;elasticloadbalancing:DescribeTargetGroupAttributes DescribeTargetGroups "
            "DescribeTargetHealth;ssm:CancelCommand DescribeInstanceInformation ListCommandInvocations",
            "*",
            why="finds its instances and follows its commands",
            page="action-reference-EC2Deploy",
        ),
        grant(
            "ssm:SendCommand",
            "arn:ec2:{region}:{account}:instance/*",
            why="sends its commands to the instances with its tag",
            page="action-reference-EC2Deploy",
            only={"InstanceTagValue": ("*",)},
            unless={"InstanceType": ("SSM_MANAGED_NODE",)},
            condition={"StringEquals": {"aws:ResourceTag/{InstanceTagKey}": "{InstanceTagValue}"}},
        ),
        grant(
            "ssm:SendCommand",
            "arn:ec2:{region}:{account}:instance/*",
            why="sends its commands to the instances with its tag",
            page="action-reference-EC2Deploy",
            unless={"InstanceTagValue": ("*",), "InstanceType": ("SSM_MANAGED_NODE",)},
            condition={"Null": {"aws:ResourceTag/{InstanceTagKey}": "false"}},
        ),
        grant(
            "ssm:SendCommand",
            "arn:ssm:{region}:{account}:managed-instance/*",
            why="sends its commands to the managed nodes with its tag",
            page="action-reference-EC2Deploy",
            only={"InstanceType": ("SSM_MANAGED_NODE",)},
        ),
        grant(
            "ssm:SendCommand",
            "arn:ssm:{region}::document/AWS-RunPowerShellScript",
            "arn:ssm:{region}::document/AWS-RunShellScript",
            why="runs scripts as its commands",
            page="action-reference-EC2Deploy",
        ),
        grant(
            "elasticloadbalancing:DeregisterTargets RegisterTargets",
            "arn:elasticloadbalancing:{region}:{account}:targetgroup/{*TargetGroupNameList}/*",
            why="takes its instances out of the target groups while it deploys",
            page="action-reference-EC2Deploy",
            only={"TargetGroupNameList": ("*",)},
        ),
        _logs("action-reference-EC2Deploy"),
    ),
    ("Deploy", "AWS", "EKS"): (
        grant(
            "eks:DescribeCluster",
            "arn:eks:{region}:{account}:cluster/{ClusterName}",
            why="finds its cluster",
            page="action-reference-EKS",
        ),
        grant(
            "ec2:DescribeDhcpOptions DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroups "
            "DescribeSubnets DescribeVpcs",
            "*",
            why="finds the network of its cluster",
            page="action-reference-EKS",
        ),
        *_network("action-reference-EKS", "Subnets"),
        _logs("action-reference-EKS"),
    ),
    ("Deploy", "AWS", "Lambda"): (
        grant(
            "lambda:GetAlias GetFunction GetFunctionConfiguration GetProvisionedConcurrencyConfig PublishVersion "
            "UpdateAlias UpdateFunctionCode",
            _FUNCTION,
            f"{_FUNCTION}:*",
            why="publishes its function and moves the alias",
            page="action-reference-LambdaDeploy",
        ),
        grant(
            "cloudwatch:DescribeAlarms",
            "arn:cloudwatch:{region}:{account}:alarm:{*Alarms}",
            why="watches its alarms",
            page="action-reference-LambdaDeploy",
            only={"Alarms": ("*",)},
        ),
        _logs("action-reference-LambdaDeploy"),
    ),
    ("Deploy", "AWS", "ElasticBeanstalk"): (
        grant(
            "elasticbeanstalk:*;ec2:*;elasticloadbalancing:*;autoscaling:*;cloudwatch:*;s3:*;sns:*;cloudformation:*;"
            "rds:*;sqs:*;ecs:*",
            "*",
            why="updates its environment; AWS documents nothing narrower",
            page="action-reference-Beanstalk",
        ),
    ),
    ("Deploy", "AWS", "AppConfig"): (
        grant(
            "appconfig:StartDeployment",
            _CONFIGURED,
            f"{_CONFIGURED}/environment/{{Environment}}",
            f"{_CONFIGURED}/configurationprofile/{{ConfigurationProfile}}",
            "arn:appconfig:{region}:{account}:deploymentstrategy/{DeploymentStrategy}",
            why="starts its deployment",
            page="action-reference-AppConfig",
        ),
        grant(
            "appconfig:GetDeployment StopDeployment",
            _CONFIGURED,
            f"{_CONFIGURED}/environment/{{Environment}}",
            f"{_CONFIGURED}/environment/{{Environment}}/deployment/*",
            why="follows its deployment",
            page="action-reference-AppConfig",
        ),
    ),
    ("Deploy", "AWS", "ServiceCatalog"): (
        grant(
            "servicecatalog:CreateProvisioningArtifact DeleteProvisioningArtifact DescribeProvisioningArtifact "
            "ListProvisioningArtifacts UpdateProduct",
            "arn:catalog:{region}:{account}:product/{ProductId}",
            why="makes the new version of its product",
            page="action-reference-ServiceCatalog",
        ),
        grant("cloudformation:ValidateTemplate", "*", why="reads its template", page="action-reference-ServiceCatalog"),
    ),
    ("Deploy", "AWS", "OpsWorks"): (
        grant(
            "opsworks:CreateDeployment DescribeApps DescribeCommands DescribeDeployments DescribeInstances "
            "DescribeStacks UpdateApp UpdateStack",
            "*",
            why="deploys its app; the stack is known by its name only",
            page="how-to-custom-role",
        ),
    ),
    ("Deploy", "ThirdParty", "AlexaSkillsKit"): (),
    ("Invoke", "AWS", "Lambda"): _lambda("action-reference-Lambda"),
    ("Invoke", "AWS", "StepFunctions"): (
        grant(
            "states:DescribeStateMachine StartExecution",
            "{StateMachineArn}",
            why="starts its state machine",
            page="action-reference-StepFunctions",
        ),
        grant(
            "states:DescribeExecution",
            "{StateMachineExecutions}",
            why="follows its execution",
            page="action-reference-StepFunctions",
        ),
    ),
    ("Invoke", "AWS", "CodePipeline"): (
        grant(
            "codepipeline:StartPipelineExecution",
            "arn:codepipeline:{region}:{account}:{PipelineName}",
            why="starts the other pipeline",
            page="action-reference-PipelineInvoke",
        ),
    ),
    ("Invoke", "AWS", "InspectorScan"): (
        grant("inspector-scan:ScanSbom", "*", why="has its scan judged", page="action-reference-InspectorScan"),
        grant(
            "ecr:BatchCheckLayerAvailability BatchGetImage GetDownloadUrlForLayer",
            _ECR_REPOSITORY,
            why="pulls the image it scans",
            page="action-reference-InspectorScan",
            only={"ECRRepositoryName": ("*",)},
        ),
        grant(
            "ecr:GetAuthorizationToken",
            "*",
            why="logs in to the registry",
            page="action-reference-InspectorScan",
            only={"ECRRepositoryName": ("*",)},
        ),
        _logs("action-reference-InspectorScan"),
    ),
    ("Invoke", "ThirdParty", "Snyk"): (),
}
"""Category, owner and provider -> what the role needs. Types of other owners work with credentials of their own."""

RULES: dict[str, tuple[Grant, ...]] = {
    "CloudWatchAlarm": (
        grant(
            "cloudwatch:DescribeAlarms",
            "arn:cloudwatch:{region}:{account}:alarm:{AlarmName}",
            why="looks at its alarm",
            page="rule-reference-CloudWatchAlarm",
        ),
    ),
    "CodeBuild": _codebuild("rule-reference-CodeBuild"),
    "Commands": (_logs("rule-reference-Commands"),),
    "DeploymentWindow": (),
    "LambdaInvoke": _lambda("rule-reference-LambdaInvoke"),
    "VariableCheck": (),
}
"""Provider of a rule -> what the role needs."""
