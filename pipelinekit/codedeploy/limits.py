"""What CodeDeploy allows: names and closed sets. ``tests/test_limits.py`` holds them against botocore.

The lifecycle events and how long one may take are in `lifecycle`.
"""

from __future__ import annotations

NAME_PATTERN, NAME_MAX = r"[A-Za-z0-9+=,.@_-]*", 100
"""Of applications, deployment groups and deployment configurations."""

SYSTEMS = ("linux", "windows")
"""What ``os`` may be (User Guide, reference-appspec-file-structure-os)."""

PERMISSION_TYPES = ("file", "directory")
"""What a permission may be for (User Guide, reference-appspec-file-structure-permissions)."""

FILE_EXISTS_BEHAVIORS = ("DISALLOW", "OVERWRITE", "RETAIN")

TAGS_MAX, TAG_KEY_MAX, TAG_VALUE_MAX = 10, 128, 256
"""Tags of one deployment group, and their lengths (User Guide, limits)."""

FLEET_PERCENT = (0, 99)
PREDEFINED_PREFIX = "CodeDeployDefault."
MINIMUM_HEALTHY_HOSTS_TYPES = ("HOST_COUNT", "FLEET_PERCENT")
