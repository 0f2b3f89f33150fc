"""How a deployment goes over its hosts: which may be deployed to now, and when it has failed.

(CodeDeploy User Guide, instances-health and deployment-configurations.) Pure: each step gives a new `Rollout`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from attrs import evolve, field, frozen

from pipelinekit.codedeploy import assumptions
from pipelinekit.codedeploy.config import DeploymentConfig
from pipelinekit.values import FrozenMap

HostStatus = Literal["Pending", "InProgress", "Succeeded", "Failed", "Skipped"]
"""How it stands with a host (API: InstanceStatus)."""


@frozen(kw_only=True)
class Host:
    """A host as the service remembers it: did its last deployment succeed, and is the group's revision on it?

    A host that was never deployed to is unhealthy, its revision unknown.
    """

    name: str = field(kw_only=False)
    healthy: bool = False
    revision: Literal["unknown", "old", "current"] = "unknown"


def instance_order(hosts: Iterable[Host]) -> list[Host]:
    """Put the hosts in the order they are deployed to.

    Unhealthy ones come first, then those whose revision is unknown, old, current; elsewhere the given order stays.
    """
    ranks = ("unknown", "old", "current")
    return sorted(hosts, key=lambda host: (host.healthy, ranks.index(host.revision)))


def minimum_healthy(config: DeploymentConfig, fleet: int) -> int:
    """Give how many of a fleet's hosts must stay healthy; a percentage is rounded up."""
    match config.type:
        case "HOST_COUNT":
            return config.value
        case "FLEET_PERCENT":
            return -(-fleet * config.value // 100)
        case "MOST_CONCURRENCY":
            return max(0, fleet - config.value)


@frozen(kw_only=True)
class Outcome:
    """How a deployment ended (API: DeploymentStatus, ErrorCode)."""

    status: Literal["Succeeded", "Failed"]
    error_code: str = ""
    message: str = ""


@frozen(kw_only=True)
class Rollout:
    """A deployment under way over its hosts, in the order they are deployed to.

    ``minimum`` hosts must stay healthy; ``concurrency`` is how many may be deployed to at a time at most.
    """

    config: DeploymentConfig
    minimum: int
    hosts: FrozenMap[HostStatus]

    @property
    def fleet(self) -> int:
        """How many hosts there are."""
        return len(self.hosts)

    @property
    def concurrency(self) -> int:
        """How many hosts are deployed to at a time, while none has failed."""
        allowed = assumptions.may_start(assumptions.healthy_at_start(self.fleet), self.minimum, 0, 0)
        return min(allowed, self.config.value) if self.config.type == "MOST_CONCURRENCY" else min(allowed, self.fleet)

    def with_status(self, status: HostStatus) -> list[str]:
        """Give the hosts it stands so with, in order."""
        return [host for host, own in self.hosts.items() if own == status]

    @property
    def overview(self) -> dict[str, int]:
        """How many hosts it stands how with (API: deploymentOverview)."""
        statuses: tuple[HostStatus, ...] = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped")
        return {status: len(self.with_status(status)) for status in statuses}


def plan(config: DeploymentConfig, hosts: Iterable[str | Host]) -> Rollout:
    """Begin a deployment to *hosts*; given as `Host`, they are put in order first.

    One that cannot even begin is over at once: `outcome` tells why.
    """
    given = list(hosts)
    known = [host for host in given if isinstance(host, Host)]
    names = [host.name for host in instance_order(known)] + [host for host in given if isinstance(host, str)]
    if len(set(names)) != len(names):
        raise ValueError(f"a host stands twice in {names}")
    pending: dict[str, HostStatus] = dict.fromkeys(names, "Pending")
    rollout = Rollout(config=config, minimum=minimum_healthy(config, len(names)), hosts=FrozenMap(pending))
    return _skip_waiting(rollout) if _cannot_begin(rollout) is not None else rollout


def ready(rollout: Rollout) -> list[str]:
    """Give the hosts that may be deployed to now, in order."""
    running, failed = len(rollout.with_status("InProgress")), len(rollout.with_status("Failed"))
    free = assumptions.may_start(assumptions.healthy_at_start(rollout.fleet), rollout.minimum, running, failed)
    if rollout.config.type == "MOST_CONCURRENCY":
        free = min(free, rollout.config.value - running)
    return rollout.with_status("Pending")[: max(0, free)]


def started(rollout: Rollout, host: str) -> Rollout:
    """Note that a host is being deployed to."""
    return _with(rollout, {host: "InProgress"})


def ended(rollout: Rollout, host: str, *, succeeded: bool) -> Rollout:
    """Note how a host ended; if too many failed, the hosts that still wait are skipped."""
    rollout = _with(rollout, {host: "Succeeded" if succeeded else "Failed"})
    return _skip_waiting(rollout) if _healthy(rollout) <= rollout.minimum else rollout


def outcome(rollout: Rollout) -> Outcome | None:
    """Tell how the deployment ended; None while hosts wait or are being deployed to."""
    refusal = _cannot_begin(rollout)
    if refusal is not None:
        return refusal
    if not assumptions.is_over(len(rollout.with_status("Pending")), len(rollout.with_status("InProgress"))):
        return None
    counts = rollout.overview
    succeeded, failed, skipped = counts["Succeeded"], counts["Failed"], counts["Skipped"]
    needed = max(rollout.minimum, 1)
    if succeeded >= needed:
        return Outcome(status="Succeeded")
    return Outcome(
        status="Failed",
        error_code="HEALTH_CONSTRAINTS",
        message=(
            f"{failed} of {rollout.fleet} hosts failed{f', {skipped} skipped' if skipped else ''}; "
            f"{rollout.config.name} needs {needed} healthy"
        ),
    )


def _cannot_begin(rollout: Rollout) -> Outcome | None:
    if not rollout.hosts:
        return Outcome(status="Failed", error_code="NO_INSTANCES", message="the deployment group has no hosts")
    if assumptions.healthy_at_start(rollout.fleet) > rollout.minimum:
        return None
    return Outcome(
        status="Failed",
        error_code="HEALTH_CONSTRAINTS_INVALID",
        message=(
            f"{rollout.config.name} keeps {rollout.minimum} of {rollout.fleet} hosts healthy, "
            "so none may be deployed to"
        ),
    )


def _healthy(rollout: Rollout) -> int:
    return assumptions.healthy_at_start(rollout.fleet) - len(rollout.with_status("Failed"))


def _skip_waiting(rollout: Rollout) -> Rollout:
    return _with(rollout, dict.fromkeys(rollout.with_status("Pending"), "Skipped"))


def _with(rollout: Rollout, statuses: Mapping[str, HostStatus]) -> Rollout:
    return evolve(rollout, hosts=FrozenMap({**rollout.hosts, **statuses}))
