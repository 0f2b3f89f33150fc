"""Which class stands for which action type. A class has the facts of its type; it is imported only when asked for."""

from __future__ import annotations

import functools
import importlib

from pipelinekit.codepipeline.action import Action, ActionType, action_type
from pipelinekit.codepipeline.declaration import ActionTypeId

_CLASSES = {
    ("Source", "AWS", "CodeStarSourceConnection"): "source.CodeConnections",
    ("Source", "AWS", "CodeCommit"): "source.CodeCommit",
    ("Source", "AWS", "S3"): "source.S3",
    ("Source", "AWS", "ECR"): "source.ECR",
    ("Source", "ThirdParty", "GitHub"): "source.GitHub",
    ("Build", "AWS", "CodeBuild"): "build.CodeBuild",
    ("Build", "AWS", "ECRBuildAndPublish"): "build.ECRBuildAndPublish",
    ("Build", "Custom", "Jenkins"): "build.Jenkins",
    ("Build", "Custom", "CloudBees"): "build.CloudBees",
    ("Build", "Custom", "TeamCity"): "build.TeamCity",
    ("Build", "ThirdParty", "Solano"): "build.Solano",
    ("Compute", "AWS", "Commands"): "build.Commands",
    ("Test", "AWS", "CodeBuild"): "test.CodeBuild",
    ("Test", "AWS", "DeviceFarm"): "test.DeviceFarm",
    ("Test", "Custom", "Jenkins"): "test.Jenkins",
    ("Test", "Custom", "BlazeMeter"): "test.BlazeMeter",
    ("Test", "ThirdParty", "GhostInspector"): "test.GhostInspector",
    ("Test", "ThirdParty", "StormRunnerLoad"): "test.StormRunnerLoad",
    ("Test", "ThirdParty", "Nouvola"): "test.Nouvola",
    ("Test", "ThirdParty", "Runscope"): "test.Runscope",
    ("Approval", "AWS", "Manual"): "approval.Manual",
    ("Deploy", "AWS", "CodeDeploy"): "deploy.CodeDeploy",
    ("Deploy", "AWS", "S3"): "deploy.S3",
    ("Deploy", "AWS", "CloudFormation"): "deploy.CloudFormation",
    ("Deploy", "AWS", "CloudFormationStackSet"): "deploy.CloudFormationStackSet",
    ("Deploy", "AWS", "CloudFormationStackInstances"): "deploy.CloudFormationStackInstances",
    ("Deploy", "AWS", "ECS"): "deploy.ECS",
    ("Deploy", "AWS", "CodeDeployToECS"): "deploy.CodeDeployToECS",
    ("Deploy", "AWS", "EC2"): "deploy.EC2",
    ("Deploy", "AWS", "EKS"): "deploy.EKS",
    ("Deploy", "AWS", "Lambda"): "deploy.Lambda",
    ("Deploy", "AWS", "ElasticBeanstalk"): "deploy.ElasticBeanstalk",
    ("Deploy", "AWS", "AppConfig"): "deploy.AppConfig",
    ("Deploy", "AWS", "ServiceCatalog"): "deploy.ServiceCatalog",
    ("Deploy", "AWS", "OpsWorks"): "deploy.OpsWorks",
    ("Deploy", "ThirdParty", "AlexaSkillsKit"): "deploy.AlexaSkillsKit",
    ("Deploy", "Custom", "XebiaLabs"): "deploy.XebiaLabs",
    ("Invoke", "AWS", "Lambda"): "invoke.Lambda",
    ("Invoke", "AWS", "StepFunctions"): "invoke.StepFunctions",
    ("Invoke", "AWS", "CodePipeline"): "invoke.CodePipeline",
    ("Invoke", "AWS", "InspectorScan"): "invoke.InspectorScan",
    ("Invoke", "ThirdParty", "Snyk"): "invoke.Snyk",
}

DEFAULT_TIMEOUT_MINUTES = 60
"""What AWS gives the action types that it does not name (User Guide, limits)."""

_TIMEOUTS_BY_CATEGORY = {"Test": 480}
_CUSTOM_TIMEOUT_MINUTES = 1440


def known() -> tuple[ActionTypeId, ...]:
    """Give every action type that has a class, in the order of the categories."""
    return tuple(ActionTypeId(*parts) for parts in _CLASSES)


def address(type_id: ActionTypeId) -> str | None:
    """Tell where below ``pipelinekit`` people find the class of an action type, such as ``deploy.ECS``."""
    if type_id.version != "1":
        return None
    return _CLASSES.get((type_id.category, type_id.owner, type_id.provider))


@functools.cache
def class_of(type_id: ActionTypeId) -> tuple[str, type[Action]] | None:
    """Give the class of an action type with its `address`; None where it has none: then it is a `CustomAction`."""
    found = address(type_id)
    if found is None:
        return None
    module, _, name = found.partition(".")
    cls: type[Action] = getattr(importlib.import_module(f"pipelinekit.codepipeline.{module}"), name)
    return found, cls


@functools.cache
def find(type_id: ActionTypeId) -> ActionType | None:
    """Give the facts of an action type, or None when they are not known here."""
    found = class_of(type_id)
    return None if found is None else action_type(found[1])


def timeout_minutes(type_id: ActionTypeId) -> int:
    """Give how long AWS waits for an action of that type (User Guide, limits)."""
    facts = find(type_id)
    if facts is not None:
        return facts.timeout_minutes
    if type_id.owner == "Custom":
        return _CUSTOM_TIMEOUT_MINUTES
    return _TIMEOUTS_BY_CATEGORY.get(type_id.category, DEFAULT_TIMEOUT_MINUTES)
