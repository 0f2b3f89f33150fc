"""How fast a deployment goes: deployment configurations (CodeDeploy User Guide, deployment-configurations)."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen


@frozen(kw_only=True)
class DeploymentConfig:
    """A deployment configuration for servers: how many hosts must stay healthy.

    ``type`` is HOST_COUNT (``value`` hosts), FLEET_PERCENT (``value`` percent, 0-99) or MOST_CONCURRENCY
    (at most ``value`` at a time; only AWS's own OneAtATime has it).
    """

    name: str = field(kw_only=False)
    type: Literal["HOST_COUNT", "FLEET_PERCENT", "MOST_CONCURRENCY"]
    value: int


ALL_AT_ONCE = DeploymentConfig("CodeDeployDefault.AllAtOnce", type="HOST_COUNT", value=0)
HALF_AT_A_TIME = DeploymentConfig("CodeDeployDefault.HalfAtATime", type="FLEET_PERCENT", value=50)
ONE_AT_A_TIME = DeploymentConfig("CodeDeployDefault.OneAtATime", type="MOST_CONCURRENCY", value=1)

PREDEFINED = {config.name: config for config in (ALL_AT_ONCE, HALF_AT_A_TIME, ONE_AT_A_TIME)}


def is_predefined(config: DeploymentConfig) -> bool:
    """Whether it is one of AWS's own, which is there already and known by its name alone."""
    return PREDEFINED.get(config.name) == config
