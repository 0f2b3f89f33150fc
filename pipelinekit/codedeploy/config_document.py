"""How a deployment configuration of one's own is written down (CodeDeploy API: CreateDeploymentConfig), both ways."""

from __future__ import annotations

from typing import Any

from pipelinekit.codedeploy.config import DeploymentConfig
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, Location, Place


def deployment_config_input(config: DeploymentConfig) -> dict[str, Any]:
    """Give the input of CreateDeploymentConfig, for ``aws deploy create-deployment-config --cli-input-json``."""
    return {
        "deploymentConfigName": config.name,
        "minimumHealthyHosts": {"type": config.type, "value": config.value},
        "computePlatform": "Server",
    }


def read_deployment_config_input(data: object, file: str) -> DeploymentConfig:
    """Read what `deployment_config_input` gives.

    Raises:
        InvalidDocument: ``PK100`` when it is not a configuration for servers.
    """
    match data:
        case {"computePlatform": str(platform)} if platform != "Server":
            pass
        case {
            "deploymentConfigName": str(name),
            "minimumHealthyHosts": {
                "type": "HOST_COUNT" | "FLEET_PERCENT" | "MOST_CONCURRENCY" as kind,
                "value": value,
            },
        } if isinstance(value, int) and not isinstance(value, bool):
            return DeploymentConfig(name, type=kind, value=value)
    raise InvalidDocument(
        Diagnostic(
            code="PK100",
            message="is not a deployment configuration for servers",
            where=Location((), Place(file)),
            hint="it has a deploymentConfigName and minimumHealthyHosts with a type and a value",
        )
    )
