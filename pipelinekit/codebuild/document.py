"""How buildspecs and projects are written down (CodeBuild User Guide, build-spec-ref; API: CreateProject)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.documents import Bare, to_yaml


def buildspec_text(spec: BuildSpec) -> str:
    """Write a buildspec as YAML, its keys in the order of the User Guide; lists are always lists."""
    return to_yaml(_said(_buildspec(spec)))


def _buildspec(spec: BuildSpec) -> dict[str, Any]:
    return {
        # Unquoted: a batch build cannot read it as text (aws/aws-cdk#29592).
        "version": Bare(spec.version),
        "run-as": spec.run_as,
        "env": {
            "shell": spec.shell,
            "variables": dict(spec.variables),
            "parameter-store": dict(spec.parameter_store),
            "secrets-manager": dict(spec.secrets_manager),
            "exported-variables": list(spec.exported_variables),
            "git-credential-helper": _yes_no(spec.git_credential_helper),
        },
        "phases": {name: _phase(phase) for name, phase in spec.phases().items()},
        **spec.sections,
        "artifacts": _artifacts(spec.artifacts) if spec.artifacts is not None else None,
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "run-as": phase.run_as,
        "on-failure": phase.on_failure,
        "runtime-versions": dict(phase.runtime_versions),
        "commands": list(phase.commands),
        "finally": list(phase.finally_commands),
    }


def _artifacts(artifacts: Artifacts) -> dict[str, Any]:
    return {
        "files": list(artifacts.files),
        "name": artifacts.name,
        "discard-paths": _yes_no(artifacts.discard_paths or None),
        "base-directory": artifacts.base_directory,
        "exclude-paths": list(artifacts.exclude_paths),
        "enable-symlinks": _yes_no(artifacts.enable_symlinks or None),
        "s3-prefix": artifacts.s3_prefix,
        "secondary-artifacts": {name: _artifacts(one) for name, one in artifacts.secondary.items()},
    }


def _yes_no(value: bool | None) -> Any:
    return None if value is None else Bare("yes" if value else "no")


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what nobody said: None, and empty lists and mappings, however deep."""
    kept = {key: _said(value) if isinstance(value, Mapping) else value for key, value in data.items()}
    return {key: value for key, value in kept.items() if value is not None and value not in ({}, [])}


def project_input(project: Project) -> dict[str, Any]:
    """Give the input of CreateProject, as ``aws codebuild create-project --cli-input-json`` takes it.

    The project works inside a pipeline: its source and its artifacts are of type CODEPIPELINE.
    """
    spec = project.buildspec
    text = buildspec_text(spec) if isinstance(spec, BuildSpec) else spec
    return _said(
        {
            "name": project.name,
            "description": project.description,
            "source": {"type": "CODEPIPELINE", "buildspec": text},
            "artifacts": {"type": "CODEPIPELINE"},
            "environment": {
                "type": project.environment_type,
                "image": project.image,
                "computeType": project.compute_type,
                "environmentVariables": [_variable(variable) for variable in project.environment],
                "privilegedMode": project.privileged or None,
            },
            "serviceRole": project.role,
            "timeoutInMinutes": project.timeout_minutes,
            "queuedTimeoutInMinutes": project.queued_timeout_minutes,
            "encryptionKey": project.encryption_key,
            "tags": [{"key": key, "value": value} for key, value in project.tags.items()],
        }
    )


def _variable(variable: EnvironmentVariable) -> dict[str, str]:
    return {"name": variable.name, "value": variable.value, "type": variable.type}
