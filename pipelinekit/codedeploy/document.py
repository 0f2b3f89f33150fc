"""How AppSpecs (User Guide, reference-appspec-file) and deployment groups (API: CreateDeploymentGroup) are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipelinekit.codedeploy.appspec import AppSpec, Hook, Permission
from pipelinekit.codedeploy.appspec_reader import examine_appspec as examine_appspec
from pipelinekit.codedeploy.config import ONE_AT_A_TIME, PREDEFINED, DeploymentConfig
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place, finding
from pipelinekit.documents import Bare, said, to_yaml


def appspec_text(appspec: AppSpec) -> str:
    """Write an AppSpec as YAML, its keys in the order of the User Guide."""
    return to_yaml(
        said(
            {
                "version": Bare("0.0"),  # the agent refuses it in quotes
                "os": appspec.os,
                "files": [{"source": f.source, "destination": f.destination} for f in appspec.files],
                "file_exists_behavior": appspec.file_exists_behavior,
                "permissions": [_permission(permission) for permission in appspec.permissions],
                "hooks": {event: [_hook(hook) for hook in hooks] for event, hooks in appspec.hooks.items()},
            }
        )
    )


def _permission(permission: Permission) -> dict[str, Any]:
    return said(
        {
            "object": permission.object,
            "pattern": permission.pattern,
            "except": list(permission.exclude),
            "owner": permission.owner,
            "group": permission.group,
            "mode": permission.mode,
            "acls": list(permission.acls),
            "context": dict(permission.context),
            "type": list(permission.type),
        }
    )


def _hook(hook: Hook) -> dict[str, Any]:
    return said({"location": hook.location, "timeout": hook.timeout, "runas": hook.runas, "sudo": hook.sudo or None})


def read_appspec(text: str, file: str) -> AppSpec:
    """Read an AppSpec for servers as agent 1.8.1 does, strict where it refuses; *file* is its name in the messages.

    What the agent ignores (`examine_appspec` tells it) is left out.

    Raises:
        InvalidDocument: all that is wrong, each with line and column: ``PK600`` not YAML, ``PK701`` empty or no
            mapping, ``PK702`` version, ``PK703`` os, ``PK704`` file_exists_behavior, ``PK705`` files, ``PK708``,
            ``PK711`` hooks, ``PK714`` to ``PK717`` permissions, ``PK724`` an AppSpec for Lambda or ECS.
    """
    appspec, report = examine_appspec(text, file)
    if appspec is None:
        raise InvalidDocument(*report.errors)
    return appspec


def deployment_group_input(group: DeploymentGroup) -> dict[str, Any]:
    """Give the input of CreateDeploymentGroup, for ``aws deploy create-deployment-group --cli-input-json``."""
    return said(
        {
            "applicationName": group.application,
            "deploymentGroupName": group.name,
            "deploymentConfigName": group.config.name,
            "ec2TagFilters": [
                {"Key": key, "Value": value, "Type": "KEY_AND_VALUE"} for key, value in group.tags.items()
            ],
            "serviceRoleArn": group.role,
        }
    )


def read_deployment_group_input(
    data: Mapping[str, Any], configs: Iterable[DeploymentConfig] = (), *, file: str = "the deployment group"
) -> DeploymentGroup:
    """Read what `deployment_group_input` gave; *configs* are the group's own configurations, beside AWS's.

    Raises:
        InvalidDocument: ``PK742``: it lacks a name, names a configuration nobody described, or says more than a
            `DeploymentGroup` can hold.
    """
    known = {**PREDEFINED, **{config.name: config for config in configs}}
    findings: list[Diagnostic] = []

    def wrong(message: str, *path: str, hint: str = "") -> None:
        findings.append(finding("PK742", message, Location(path, Place(file)), hint))

    for key in sorted(set(data) - set(_GROUP_KEYS)):
        wrong("cannot be kept in a DeploymentGroup", key, hint="leave it out here and set it on AWS")
    for key in _GROUP_KEYS[:2]:
        if not isinstance(data.get(key), str):
            wrong("is missing", key)
    config = data.get("deploymentConfigName", ONE_AT_A_TIME.name)
    if config not in known:
        wrong(f"names {config}, which is neither AWS's own nor described here", "deploymentConfigName")
    tags = _tags(data.get("ec2TagFilters", ()), wrong)
    if findings:
        raise InvalidDocument(*findings)
    role = {"role": data["serviceRoleArn"]} if "serviceRoleArn" in data else {}
    return DeploymentGroup(
        data["deploymentGroupName"], application=data["applicationName"], config=known[config], tags=tags, **role
    )


_GROUP_KEYS = ("applicationName", "deploymentGroupName", "deploymentConfigName", "ec2TagFilters", "serviceRoleArn")


def _tags(filters: Iterable[Mapping[str, str]], wrong: Callable[..., None]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for number, one in enumerate(filters):
        key, path = one.get("Key", ""), ("ec2TagFilters", str(number))
        if one.get("Type") != "KEY_AND_VALUE":
            wrong(f"is of type {one.get('Type')}; a DeploymentGroup's tags have key and value", *path)
        elif key in tags:
            wrong(f"names the tag {key} again; a DeploymentGroup has one value for a tag", *path)
        tags[key] = one.get("Value", "")
    return tags
