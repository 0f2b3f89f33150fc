"""What CodeBuild allows: names, ranges and closed sets. ``tests/test_limits.py`` holds them against botocore."""

from __future__ import annotations

from pipelinekit.values import matches

PROJECT_NAME_PATTERN, PROJECT_NAME_MIN, PROJECT_NAME_MAX = r"[A-Za-z0-9][A-Za-z0-9\-_]{1,149}", 2, 150
TIMEOUT_MINUTES = (5, 2160)
QUEUED_TIMEOUT_MINUTES = (5, 480)
PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER = "PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"
ENVIRONMENT_TYPES = (PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER)

VERSIONS = ("0.2", "0.1")
"""Of the buildspec grammar (User Guide, build-spec-ref)."""

ENVIRONMENT_NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_]*"
"""What a shell can have as a variable; the service model only asks that it is not empty."""

RESERVED_PREFIX = "CODEBUILD_"
RESERVED_BUT_OPEN = ("CODEBUILD_CONFIG_AUTO_DISCOVER", "CODEBUILD_CONFIG_AUTO_DISCOVER_DIR")
"""Names with the reserved prefix that people may set (User Guide, build-spec-ref and report-auto-discover)."""

IDENTIFIER_PATTERN, IDENTIFIER_MAX = r"[A-Za-z0-9_]+", 127
"""Of a secondary source or artifact: letters, digits and ``_``, fewer than 128 (aws/aws-cdk#2230, #18710)."""

RETRIES, RETRIES_MAX = 3, 100
"""In ``on-failure: RETRY-<count>``: the count where none is said, and the highest (User Guide, build-spec-ref)."""


def reserved(name: str) -> bool:
    """Whether CodeBuild keeps that name of a variable for itself."""
    return name.startswith(RESERVED_PREFIX) and name not in RESERVED_BUT_OPEN


def shell_name(name: str) -> bool:
    """Whether a shell can have a variable of that name."""
    return matches(ENVIRONMENT_NAME_PATTERN, name)
