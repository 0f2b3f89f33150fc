"""What CodeBuild allows: names, ranges and closed sets. ``tests/test_limits.py`` holds them against botocore."""

from __future__ import annotations

import re

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

REPORT_FORMATS = (
    *("CUCUMBERJSON", "JUNITXML", "NUNITXML", "NUNIT3XML", "TESTNGXML", "VISUALSTUDIOTRX"),
    *("CLOVERXML", "COBERTURAXML", "JACOCOXML", "SIMPLECOV"),
)
"""Formats of test reports and of code coverage, in any case (User Guide, build-spec-ref)."""
REPORT_GROUPS_MAX = 5
"""Report groups of one project (User Guide, limits)."""
BATCH_KINDS = ("build-list", "build-graph", "build-matrix", "build-fanout")
CACHE_ACTIONS, FALLBACK_KEYS_MAX = ("restore", "save"), 5
SECONDARY_ARTIFACTS_MAX = 12
DESCRIPTION_MAX = 255
TAGS_MAX, TAG_KEY_MAX, TAG_VALUE_MAX = 50, 127, 255
SHELLS = ("bash", "sh", "/bin/bash", "/bin/sh", "powershell", "powershell.exe", "pwsh", "pwsh.exe", "cmd", "cmd.exe")
RUNTIMES = ("java", "golang", "python", "php", "ruby", "nodejs", "dotnet", "rust", "docker", "android")
"""What ``runtime-versions`` can choose; android only in images of old."""

COMPUTE_SIZES = ("SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE")
_GENERAL = tuple(f"BUILD_GENERAL1_{size}" for size in COMPUTE_SIZES)
_LAMBDA = tuple(f"BUILD_LAMBDA_{size}GB" for size in (1, 2, 4, 8, 10))
_OF_FLEETS = ("ATTRIBUTE_BASED_COMPUTE", "CUSTOM_INSTANCE_TYPE")
COMPUTE_TYPES = (*_GENERAL, *_LAMBDA, *_OF_FLEETS)
COMPUTE_TYPES_OF = {
    "LINUX_CONTAINER": (*_GENERAL, *_OF_FLEETS),
    "LINUX_EC2": (*_GENERAL[:3], *_OF_FLEETS),
    "ARM_CONTAINER": (*_GENERAL, *_OF_FLEETS),
    "ARM_EC2": (*_GENERAL[:3], *_OF_FLEETS),
    "LINUX_GPU_CONTAINER": (_GENERAL[0], _GENERAL[2], *_OF_FLEETS),
    "WINDOWS_SERVER_2019_CONTAINER": (*_GENERAL[1:3], *_OF_FLEETS),
    "WINDOWS_SERVER_2022_CONTAINER": (*_GENERAL[1:], *_OF_FLEETS),
    "WINDOWS_EC2": (*_GENERAL[1:3], *_OF_FLEETS),
    "LINUX_LAMBDA_CONTAINER": _LAMBDA,
    "ARM_LAMBDA_CONTAINER": _LAMBDA,
    "MAC_ARM": COMPUTE_TYPES,
    "WINDOWS_CONTAINER": COMPUTE_TYPES,
}
"""Environment type -> its compute types (User Guide, build-env-ref-compute-types); of two only fleets tell."""

OLD_IMAGES = re.compile(
    r"aws/codebuild/(?:standard:[1-6]\.0|amazonlinux2?-x86_64-standard:(?:corretto\d+|[1-4]\.0)"
    r"|amazonlinux2?-aarch64-standard:[12]\.0|(?:ubuntu-base|java|python|nodejs|ruby|php|golang|dot-net|docker"
    r"|android-java-\d+|eb-[\w-]+):[\w.-]+)(?:-\d\d\.\d\d\.\d\d)?"
)
"""Images that AWS no longer maintains (aws/aws-codebuild-docker-images, README)."""


_OLDEST_OF_2022 = {"golang": "1.20", "python": "3.9", "php": "8.1", "ruby": "3.1", "nodejs": "18", "dotnet": "6"}
_OLDEST_OF_2024 = {"golang": "1.24", "python": "3.10", "php": "8.2", "ruby": "3.3", "nodejs": "22", "dotnet": "8"}
_DATED = r"(?:-\d\d\.\d\d\.\d\d)?"
OLDEST_RUNTIMES = (
    (re.compile(rf"aws/codebuild/standard:7\.0{_DATED}"), _OLDEST_OF_2022),
    (re.compile(rf"aws/codebuild/amazonlinux2?-x86_64-standard:5\.0{_DATED}"), _OLDEST_OF_2022),
    (re.compile(rf"aws/codebuild/amazonlinux2?-aarch64-standard:3\.0{_DATED}"), _OLDEST_OF_2022),
    (re.compile(rf"aws/codebuild/standard:8\.0{_DATED}"), _OLDEST_OF_2024),
    (re.compile(rf"aws/codebuild/amazonlinux2?-x86_64-standard:6\.0{_DATED}"), _OLDEST_OF_2024),
    (re.compile(rf"aws/codebuild/amazonlinux2?-aarch64-standard:4\.0{_DATED}"), _OLDEST_OF_2024),
)
"""Images that are maintained -> the oldest version of a runtime that each has (aws/aws-codebuild-docker-images).

Newer versions are not listed: they are added to an image as they come out.
"""


def reserved(name: str) -> bool:
    """Whether CodeBuild keeps that name of a variable for itself."""
    return name.startswith(RESERVED_PREFIX) and name not in RESERVED_BUT_OPEN


def shell_name(name: str) -> bool:
    """Whether a shell can have a variable of that name."""
    return matches(ENVIRONMENT_NAME_PATTERN, name)
