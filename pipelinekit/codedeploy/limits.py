"""What CodeDeploy allows: names and closed sets. ``tests/test_limits.py`` holds them against botocore."""

from __future__ import annotations

NAME_PATTERN, NAME_MAX = r"[A-Za-z0-9+=,.@_-]*", 100
"""Of applications, deployment groups and deployment configurations."""

SYSTEMS = ("linux", "windows")
"""What ``os`` may be (User Guide, reference-appspec-file-structure-os)."""

FILE_EXISTS_BEHAVIORS = ("DISALLOW", "OVERWRITE", "RETAIN")

EVENT_SECONDS_MAX = 3600
"""How long the service lets one lifecycle event take (User Guide, limits)."""

FLEET_PERCENT = (0, 99)
PREDEFINED_PREFIX = "CodeDeployDefault."
MINIMUM_HEALTHY_HOSTS_TYPES = ("HOST_COUNT", "FLEET_PERCENT")

SCRIPTED_EVENTS = (
    "BeforeBlockTraffic",
    "AfterBlockTraffic",
    "ApplicationStop",
    "BeforeInstall",
    "AfterInstall",
    "ApplicationStart",
    "ValidateService",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)
"""Lifecycle events of a deployment to servers that a script can be tied to, in the order they happen."""

RESERVED_EVENTS = ("DownloadBundle", "Install", "BlockTraffic", "AllowTraffic")
"""Lifecycle events that the agent or the service keeps for itself (reference-appspec-file-structure-hooks)."""
