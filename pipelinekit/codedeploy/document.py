"""How AppSpecs (User Guide, reference-appspec-file) and deployment groups (API: CreateDeploymentGroup) are written."""

from __future__ import annotations

from typing import Any

from pipelinekit.codedeploy.appspec import AppSpec, Hook, Permission
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.documents import Bare, to_yaml


def appspec_text(appspec: AppSpec) -> str:
    """Write an AppSpec as YAML, its keys in the order of the User Guide."""
    return to_yaml(
        _said(
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
    return _said(
        {
            "object": permission.object,
            "pattern": permission.pattern,
            "except": list(permission.exclude),
            "owner": permission.owner,
            "group": permission.group,
            "mode": permission.mode,
            "acls": list(permission.acls),
            "type": list(permission.type),
        }
    )


def _hook(hook: Hook) -> dict[str, Any]:
    return _said({"location": hook.location, "timeout": hook.timeout, "runas": hook.runas})


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody said."""
    return {key: value for key, value in data.items() if value is not None and value not in ({}, [])}


def deployment_group_input(group: DeploymentGroup) -> dict[str, Any]:
    """Give the input of CreateDeploymentGroup, for ``aws deploy create-deployment-group --cli-input-json``."""
    return _said(
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
