"""CodeDeploy's groups and configurations out of a template (``AWS::CodeDeploy::DeploymentGroup`` and its like)."""

from __future__ import annotations

import re
from typing import Any, Literal, cast

from pipelinekit.cloudformation.evaluation import Evaluation
from pipelinekit.cloudformation.sections import DEPLOYMENT_CONFIG, Resource
from pipelinekit.codedeploy.config import ONE_AT_A_TIME, PREDEFINED, DeploymentConfig
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.documents import Node, Scalar
from pipelinekit.reading import Path

_GROUP = ("ApplicationName", "DeploymentGroupName", "DeploymentConfigName", "Ec2TagFilters", "ServiceRoleArn")


def read_group(resource: Resource, application: str, name: str, evaluation: Evaluation) -> DeploymentGroup | None:
    """Read a deployment group; None, with a warning, when its configuration is not one for servers that is known."""
    given = None if resource.properties is None else evaluation.value(resource.properties)
    path = (resource.logical_id,)
    members = evaluation.mapping(given, path)
    config_name = evaluation.text(members.get("DeploymentConfigName"), (*path, "DeploymentConfigName"))
    config = ONE_AT_A_TIME if config_name is None else _config(config_name, members, path, evaluation)
    if config is None:
        return None
    evaluation.known(members, _GROUP, path)
    role = evaluation.text(members.get("ServiceRoleArn"), (*path, "ServiceRoleArn"))
    more: dict[str, Any] = {} if role is None else {"role": role}
    tags = _tags(members.get("Ec2TagFilters"), (*path, "Ec2TagFilters"), evaluation)
    return DeploymentGroup(name, application=application, config=config, tags=tags, where=resource.place, **more)


def _config(name: str, members: dict[str, Node], path: Path, evaluation: Evaluation) -> DeploymentConfig | None:
    if name in PREDEFINED:
        return PREDEFINED[name]
    node = evaluation.settled(members["DeploymentConfigName"], "DeploymentConfigName")
    if isinstance(node, Scalar) and node.text in PREDEFINED:
        return PREDEFINED[node.text]
    for resource in evaluation.template.of_type(DEPLOYMENT_CONFIG):
        own = evaluation.name_of(resource)
        if isinstance(own, Scalar) and own.text == name:
            return _own_config(resource, name, evaluation)
    message = f"the group is not read: {name} is neither AWS's own configuration for servers nor in this template"
    evaluation.warning("PK174", message, members["DeploymentConfigName"], path)
    return None


def _own_config(resource: Resource, name: str, evaluation: Evaluation) -> DeploymentConfig | None:
    path = (resource.logical_id,)
    given = None if resource.properties is None else evaluation.value(resource.properties)
    members = evaluation.mapping(given, path)
    hosts = evaluation.mapping(members.get("MinimumHealthyHosts"), (*path, "MinimumHealthyHosts"))
    known = {key: evaluation.settled(node, key) for key, node in hosts.items()}
    kind = evaluation.text(known.get("Type"), (*path, "Type"))
    value = evaluation.text(known.get("Value"), (*path, "Value")) or ""
    if kind not in ("HOST_COUNT", "FLEET_PERCENT") or not re.fullmatch(r"[0-9]{1,6}", value):
        message = "is not a configuration for servers: MinimumHealthyHosts has a Type and a Value"
        evaluation.warning("PK174", message, resource.place, path)
        return None
    ours = ("DeploymentConfigName", "ComputePlatform", "MinimumHealthyHosts")
    evaluation.known(members, ours, path)
    return DeploymentConfig(name, type=cast("Literal['HOST_COUNT', 'FLEET_PERCENT']", kind), value=int(value))


def _tags(node: Node | None, path: Path, evaluation: Evaluation) -> dict[str, str]:
    tags: dict[str, str] = {}
    for item, at in evaluation.items(node, path):
        members = evaluation.mapping(item, at)
        texts = {name: evaluation.text(members.get(name), (*at, name)) for name in ("Key", "Value", "Type")}
        key, value, kind = texts["Key"], texts["Value"], texts["Type"]
        if key is None or value is None or kind not in (None, "KEY_AND_VALUE") or key in tags:
            message = "is not kept: a group has one value for each tag, and a key with it"
            evaluation.warning("PK174", message, item, at)
        else:
            tags[key] = value
    return tags
