"""How a deployment tells the world: EventBridge's event of it (EventBridge reference, events-ref-codedeploy)."""

from __future__ import annotations

from typing import Any, Literal

from pipelinekit.codedeploy.ids import deployment_group_id

DeploymentState = Literal["START", "SUCCESS", "FAILURE", "STOP"]


def deployment_state_change(
    *, application: str, group: str, deployment: str, state: DeploymentState, region: str, account: str
) -> dict[str, Any]:
    """Give what a ``CodeDeploy Deployment State-change Notification`` says of a deployment."""
    arn = f"arn:aws:codedeploy:{region}:{account}"
    return {
        "detail-type": "CodeDeploy Deployment State-change Notification",
        "source": "aws.codedeploy",
        "resources": [f"{arn}:application:{application}", f"{arn}:deploymentgroup:{application}/{group}"],
        "detail": {
            "application": application,
            "deploymentId": deployment,
            "deploymentGroup": group,
            "instanceGroupId": deployment_group_id(application, group),
            "region": region,
            "state": state,
        },
    }
