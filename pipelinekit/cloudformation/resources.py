"""The resources of a template: what `Plan` decided, as CloudFormation wants it; texts still hold parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelinekit.cloudformation.events import event_pattern
from pipelinekit.cloudformation.iam import Role, policy_document, split
from pipelinekit.cloudformation.needs import given_roles
from pipelinekit.cloudformation.plan import Plan, group_key
from pipelinekit.cloudformation.spelling import (
    actions_of,
    capitalised,
    pipeline_properties,
    project_properties,
    rules_of,
)
from pipelinekit.cloudformation.texts import Intrinsic, Later, get_att, later, ref, sub
from pipelinekit.codebuild.document import project_input
from pipelinekit.codedeploy.config_document import deployment_config_input
from pipelinekit.codedeploy.document import deployment_group_input
from pipelinekit.codepipeline.document import pipeline_input
from pipelinekit.values import is_settled, matches, sanitised

ARTIFACT_DAYS = 90
"""How long artifacts are kept: longer than a stage can wait behind a closed transition (30 days) or be rolled back."""

Resources = Iterator[tuple[str, dict[str, Any]]]
"""Logical id and resource."""


def resource(kind: str, properties: Mapping[str, Any], **attributes: str) -> dict[str, Any]:
    """Write a resource of type ``AWS::`` *kind*."""
    return {"Type": f"AWS::{kind}", **attributes, "Properties": dict(properties)}


def resources(plan: Plan) -> Resources:
    """Yield every resource, in the order in which a person would make them."""
    yield from _artifact_bucket(plan)
    for role in plan.made_roles:
        yield from _role(plan, role)
    yield from _projects(plan)
    yield from _deployments(plan)
    yield from _pipeline(plan)
    yield from _events(plan)
    yield from _notifications(plan)


# The artifact store --------------------------------------------------------------------------------------------------


def _artifact_bucket(plan: Plan) -> Resources:
    if plan.bucket is None or plan.bucket_policy is None:
        return
    store = plan.definition.pipeline.artifact_store
    key = store.encryption_key if store is not None else None
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {"SSEAlgorithm": "AES256"}
    yield (
        plan.bucket,
        resource(
            "S3::Bucket",
            {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": by_default, **({"BucketKeyEnabled": True} if key else {})}
                    ]
                },
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "ExpireArtifacts",
                            "Status": "Enabled",
                            "ExpirationInDays": ARTIFACT_DAYS,
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                        }
                    ]
                },
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": True,
                    "BlockPublicPolicy": True,
                    "IgnorePublicAcls": True,
                    "RestrictPublicBuckets": True,
                },
            },
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
        ),
    )
    statements = [_deny_without_tls(plan.bucket), *_for_given_roles(plan, plan.bucket)]
    yield (
        plan.bucket_policy,
        resource(
            "S3::BucketPolicy",
            {
                "Bucket": ref(plan.bucket),
                "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
            },
        ),
    )


def _deny_without_tls(bucket: str) -> dict[str, Any]:
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": _bucket_and_objects(bucket),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _for_given_roles(plan: Plan, bucket: str) -> Iterator[dict[str, Any]]:
    """Let the roles that actions bring reach the artifacts: one of another account can only so (User Guide)."""
    roles = given_roles(plan.definition)
    if roles:
        yield {
            "Sid": "AllowRolesOfActions",
            "Effect": "Allow",
            "Principal": {"AWS": roles[0] if len(roles) == 1 else list(roles)},
            "Action": [
                "s3:GetBucketAcl",
                "s3:GetBucketLocation",
                "s3:GetBucketVersioning",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:ListBucket",
                "s3:PutObject",
            ],
            "Resource": _bucket_and_objects(bucket),
        }


def _bucket_and_objects(bucket: str) -> list[Any]:
    return [get_att(bucket), sub(f"${{{bucket}.Arn}}/*")]


# Roles ---------------------------------------------------------------------------------------------------------------


def _role(plan: Plan, role: Role) -> Resources:
    name = plan.roles[role.name]
    trust = {"Effect": "Allow", "Principal": {"Service": role.principal}, "Action": "sts:AssumeRole"}
    properties: dict[str, Any] = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    managed = plan.managed.get(role.name, ())
    if managed:
        properties["ManagedPolicyArns"] = [ref(part) for part in managed]
    else:
        document = later(policy_document(role.statements))
        properties["Policies"] = [{"PolicyName": "LeastPrivilege", "PolicyDocument": document}]
    yield name, resource("IAM::Role", properties)
    for part, statements in zip(managed, split(role.statements) if managed else (), strict=True):
        yield part, resource("IAM::ManagedPolicy", {"PolicyDocument": later(policy_document(statements))})


# CodeBuild -----------------------------------------------------------------------------------------------------------


def _projects(plan: Plan) -> Resources:
    batches = {
        action.configuration.get("ProjectName")
        for _, action in plan.definition.actions()
        if action.configuration.get("BatchEnabled") == "true"
    }
    for project in plan.projects_made():
        properties = project_properties(project_input(project))
        role = plan.roles.get(f"project/{project.name}")
        if role is not None:
            properties["ServiceRole"] = get_att(role)
        if project.name in batches:
            said = properties.get("BuildBatchConfig", {})
            properties["BuildBatchConfig"] = {**said, "ServiceRole": properties["ServiceRole"]}
        yield plan.projects[project.name], resource("CodeBuild::Project", properties)


# CodeDeploy ----------------------------------------------------------------------------------------------------------


def _deployments(plan: Plan) -> Resources:
    for name, application in plan.applications.items():
        yield (
            application,
            resource("CodeDeploy::Application", {"ApplicationName": name, "ComputePlatform": "Server"}),
        )
    for config in plan.configs_made():
        properties = capitalised(deployment_config_input(config))
        yield plan.configs[config.name], resource("CodeDeploy::DeploymentConfig", properties)
    for group in plan.groups_made():
        properties = capitalised(deployment_group_input(group))
        properties["ApplicationName"] = ref(plan.applications[group.application])
        if group.config.name in plan.configs:
            properties["DeploymentConfigName"] = ref(plan.configs[group.config.name])
        yield plan.groups[group_key(group)], resource("CodeDeploy::DeploymentGroup", properties)


# The pipeline --------------------------------------------------------------------------------------------------------


def _pipeline(plan: Plan) -> Resources:
    properties = pipeline_properties(pipeline_input(plan.definition.pipeline)["pipeline"])
    for written in (*actions_of(properties), *rules_of(properties)):
        _refer(plan, written)
    closed = plan.definition.disabled_transitions
    if closed:
        properties["DisableInboundStageTransitions"] = [
            {"StageName": transition.stage, "Reason": transition.reason} for transition in closed
        ]
    if plan.definition.tags:
        properties["Tags"] = [{"Key": key, "Value": value} for key, value in plan.definition.tags.items()]
    yield plan.pipeline, resource("CodePipeline::Pipeline", properties)


def _refer(plan: Plan, written: dict[str, Any]) -> None:
    """Let an action or a rule refer to what it uses of the template, so that that is made before the pipeline."""
    configuration = written.get("Configuration")
    if not configuration or not plan.is_here(written.get("Region")):
        return
    provider = (written.get("ActionTypeId") or written["RuleTypeId"])["Provider"]
    project = plan.projects.get(configuration.get("ProjectName", ""))
    if project is not None and provider == "CodeBuild":
        configuration["ProjectName"] = ref(project)
    application = configuration.get("ApplicationName", "")
    group = plan.groups.get(f"{application}/{configuration.get('DeploymentGroupName', '')}")
    if group is not None and provider.startswith("CodeDeploy"):
        configuration["ApplicationName"] = ref(plan.applications[application])
        configuration["DeploymentGroupName"] = ref(group)


# Events and notifications --------------------------------------------------------------------------------------------


def _pipeline_arn(plan: Plan) -> Intrinsic:
    place = "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}"
    return sub(f"{place}:${{{plan.pipeline}}}")


def _events(plan: Plan) -> Resources:
    for stage, action in plan.definition.actions():
        name = plan.events.get(f"{stage.name}/{action.name}")
        if name is not None:
            yield (
                name,
                resource(
                    "Events::Rule",
                    {
                        "Description": Later(f"A change of {action.name} starts the pipeline {plan.definition.name}."),
                        "EventPattern": later(event_pattern(action)),
                        "Targets": [
                            {
                                "Id": "Pipeline",
                                "Arn": _pipeline_arn(plan),
                                "RoleArn": get_att(plan.roles["events"]),
                            }
                        ],
                    },
                ),
            )


_TOLD = (
    "codepipeline-pipeline-pipeline-execution-failed",
    "codepipeline-pipeline-pipeline-execution-succeeded",
    "codepipeline-pipeline-manual-approval-needed",
)


def _notifications(plan: Plan) -> Resources:
    targets: list[Any] = list(plan.topics)
    if plan.topic is not None:
        targets.append(ref(plan.topic))
        yield from _topic(plan, plan.topic)
    if plan.notification is not None:
        yield (
            plan.notification,
            resource(
                "CodeStarNotifications::NotificationRule",
                {
                    "Name": _rule_name(plan.definition.name),
                    "DetailType": "FULL",
                    "EventTypeIds": list(_TOLD),
                    "Resource": _pipeline_arn(plan),
                    "Targets": [{"TargetType": "SNS", "TargetAddress": target} for target in targets],
                },
            ),
        )


def _topic(plan: Plan, topic: str) -> Resources:
    subscriptions = [{"Protocol": "email", "Endpoint": email} for email in plan.emails]
    yield topic, resource("SNS::Topic", {"Subscription": subscriptions})
    statement = {
        "Sid": "AllowNotifications",
        "Effect": "Allow",
        "Principal": {"Service": "codestar-notifications.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": ref(topic),
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    if plan.topic_policy is not None:
        document = {"Version": "2012-10-17", "Statement": [statement]}
        yield plan.topic_policy, resource("SNS::TopicPolicy", {"Topics": [ref(topic)], "PolicyDocument": document})


def _rule_name(pipeline: str) -> str:
    """Name a notification rule after its pipeline: up to 64 letters, digits, ``-`` and ``_``."""
    if not is_settled(pipeline):
        return pipeline
    return sanitised(pipeline, lambda c: matches(r"[A-Za-z0-9\-_]", c))[:64]
