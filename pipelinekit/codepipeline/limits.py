"""What CodePipeline allows: lengths and counts of its service model, and the quotas that are in no model.

The names of pipelines, stages, actions, artifacts and namespaces are in `pipelinekit.values`. ``tests/test_limits.py``
holds the constants against botocore's service model, which prints them but does not enforce them.
"""

from __future__ import annotations

from attrs import evolve, frozen

from pipelinekit.diagnostics import Severity

BUCKET_PATTERN, BUCKET_MIN, BUCKET_MAX = r"[a-zA-Z0-9\-\.]+", 3, 63
RUN_ORDERS = (1, 999)
TIMEOUT_MINUTES = (5, 86400)
CONFIGURATION_KEY_MAX = 50
CONFIGURATION_VALUE_MAX = 1000
COMMANDS_MAX, COMMAND_LENGTH_MAX = 50, 1000
FILES_MAX, FILE_LENGTH_MAX = 10, 128
OUTPUT_VARIABLES_MAX, OUTPUT_VARIABLE_LENGTH_MAX = 15, 128
ENVIRONMENT_VARIABLES_MAX = 10
ENVIRONMENT_NAME_PATTERN, ENVIRONMENT_NAME_MAX = r"[A-Za-z0-9_]+", 128
ENVIRONMENT_VALUE_MAX = 2000
ENVIRONMENT_TYPES = ("PLAINTEXT", "SECRETS_MANAGER")
PROVIDER_PATTERN, PROVIDER_MAX = r"[0-9A-Za-z_-]+", 35
VERSION_PATTERN, VERSION_MAX = r"[0-9A-Za-z_-]+", 9
REASON_PATTERN, REASON_MAX = r"[a-zA-Z0-9!@ \(\)\.\*\?\-]+", 300
STOP_REASON_MAX = 200
SUMMARY_MAX = 512
CATEGORIES = ("Source", "Build", "Deploy", "Test", "Invoke", "Approval", "Compute")
OWNERS = ("AWS", "ThirdParty", "Custom")
EXECUTION_MODES = ("QUEUED", "SUPERSEDED", "PARALLEL")
PIPELINE_TYPES = ("V1", "V2")
PIPELINE_VARIABLES_MAX = 50
PIPELINE_VARIABLE_NAME_PATTERN, PIPELINE_VARIABLE_NAME_MAX = r"[A-Za-z0-9@\-_]+", 128
PIPELINE_VARIABLE_VALUE_MAX, PIPELINE_VARIABLE_DESCRIPTION_MAX = 1000, 200
TRIGGERS_MAX = 50
TAGS_MAX, TAG_KEY_MAX, TAG_VALUE_MAX = 50, 128, 256
FILTERS_MAX = 3
PATTERNS_MAX, PATTERN_LENGTH_MAX = 8, 255
PULL_REQUEST_EVENTS = ("OPEN", "UPDATED", "CLOSED")
CONDITIONS_MAX, RULES_MAX = 1, 5
RULE_VALUE_MAX = 10000
RETRY_MODES = ("FAILED_ACTIONS", "ALL_ACTIONS")
TRUE_FALSE = ("true", "false")
"""How a configuration writes yes and no."""

OUTPUT_ARTIFACT_FORMATS = ("CODE_ZIP", "CODEBUILD_CLONE_REF")
"""What a source of a repository hands on: the files, or a reference that CodeBuild clones."""

IMAGES_MAX = 4
"""How many images a blue/green deployment to ECS puts into its task definition."""

CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
"""What a template may be allowed to do (CloudFormation API: Capability)."""

CLOUDFORMATION_MODES = {
    "CREATE_UPDATE": ("TemplatePath", "RoleArn"),
    "REPLACE_ON_FAILURE": ("TemplatePath", "RoleArn"),
    "CHANGE_SET_REPLACE": ("TemplatePath", "RoleArn", "ChangeSetName"),
    "CHANGE_SET_EXECUTE": ("ChangeSetName",),
    "DELETE_ONLY": ("RoleArn",),
}
"""The modes of a CloudFormation action, and the keys that each needs (User Guide, action-reference-CloudFormation)."""


@frozen(kw_only=True)
class Profile:
    """The quotas a pipeline is checked against; ``severity`` says how much it matters to pass one.

    The User Guide's page contradicts itself on the actions of a stage: it says 50 in one line and 100 in another, so
    one number is advice and the other a bound. Sizes are in bytes.
    """

    name: str
    source: str
    date: str
    stages: int = 50
    actions: int = 1000
    actions_per_stage: int = 100
    actions_per_stage_advised: int = 50
    parameter_overrides_size: int = 1024
    severity: Severity = Severity.ERROR


AWS = Profile(name="AWS", source="CodePipeline User Guide, limits", date="2026-10")
"""What AWS gives an account that has asked for nothing more."""

LOCAL = evolve(AWS, name="local", severity=Severity.WARNING)
"""The same numbers for a run on this machine, which none of them stops."""
