"""CloudFormation actions: what each mode needs, and what their paths and overrides point at (PK307-PK311)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelinekit.codepipeline.checks.facts import Facts, listing, setting
from pipelinekit.codepipeline.declaration import ActionDeclaration, StageDeclaration
from pipelinekit.codepipeline.limits import CLOUDFORMATION_MODES, CONFIGURATION_VALUE_MAX
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, did_you_mean
from pipelinekit.values import is_settled

_HOW_TO_SAY = {
    "TemplatePath": 'template=build.output.at("template.yml")',
    "RoleArn": 'stack_role=pk.Parameter("StackRoleArn")',
    "ChangeSetName": 'change_set_name="release"',
}
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_PATHS = ("TemplatePath", "TemplateConfiguration")


def check_cloudformation(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Yield what is wrong with the configuration of a CloudFormation action."""
    yield from _needs(facts, stage, action)
    yield from _capabilities(facts, stage, action)
    for key in _PATHS:
        yield from _path(facts, stage, action, key)
    yield from _overrides(facts, stage, action)


def _needs(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    mode = setting(action, "ActionMode")
    for key in CLOUDFORMATION_MODES.get(mode, ()):
        if key not in action.configuration:
            yield found(
                "PK309",
                facts.at(stage.name, action.name, f"configuration.{key}"),
                f"lacks {key}, which the mode {mode} needs",
                f"write {_HOW_TO_SAY[key]}",
            )


def _capabilities(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    given = setting(action, "Capabilities")
    if not given or not is_settled(given) or given.startswith("[") or "#{" in given:
        return
    for capability in given.split(","):
        if capability not in _CAPABILITIES:
            yield found(
                "PK330",
                facts.at(stage.name, action.name, "configuration.Capabilities"),
                f"{capability!r} is not a capability",
                did_you_mean(capability, _CAPABILITIES) or f"write some of {listing(_CAPABILITIES)}, with commas only",
            )


def _path(facts: Facts, stage: StageDeclaration, action: ActionDeclaration, key: str) -> Iterator[Diagnostic]:
    path = setting(action, key)
    if not path or not is_settled(path):
        return
    artifact, separator, file = path.partition("::")
    where = facts.at(stage.name, action.name, f"configuration.{key}")
    if not separator or not artifact or not file:
        yield found(
            "PK307",
            where,
            f"{path!r} is not of the form Artifact::path",
            f'write {"template" if key == "TemplatePath" else "template_configuration"}=build.output.at("{path}")',
        )
    elif artifact not in action.input_artifacts:
        yield found(
            "PK307",
            where,
            f"{path!r} points into the artifact {artifact!r}, which is none of its inputs",
            did_you_mean(artifact, action.input_artifacts) or f"add {artifact} to its inputs",
        )


def _overrides(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    text = setting(action, "ParameterOverrides")
    if not text:
        return
    where = facts.at(stage.name, action.name, "configuration.ParameterOverrides")
    size, allowed = len(text.encode()), facts.profile.parameter_overrides_size
    # Above 1,000 characters the bound on any value has been passed as well, and that has been said.
    if size > allowed and len(text) <= CONFIGURATION_VALUE_MAX and is_settled(text):
        yield found(
            "PK308",
            where,
            f"has {size} bytes, where {facts.profile.name} allows {allowed}",
            'move fixed values into a file: template_configuration=build.output.at("parameters.json")',
            facts.profile.severity,
        )
    try:
        overrides = json.loads(text)
    except (ValueError, RecursionError):
        overrides = None if is_settled(text) else {}
    if not isinstance(overrides, dict):
        yield found(
            "PK308", where, f"{text[:40]!r} is not a JSON object", 'write parameter_overrides={"NAME": "value"}'
        )
        return
    for artifact in dict.fromkeys(_artifacts_in(overrides)):
        if artifact not in action.input_artifacts:
            yield found(
                "PK311",
                where,
                f"refers to the artifact {artifact!r}, which is none of its inputs",
                did_you_mean(artifact, action.input_artifacts) or f"add {artifact} to its inputs",
            )


def _artifacts_in(overrides: Any) -> Iterator[str]:
    rest = [overrides]
    while rest:
        value = rest.pop(0)
        if isinstance(value, list):
            rest += value
        elif isinstance(value, dict):
            for key, inside in value.items():
                if key in ("Fn::GetParam", "Fn::GetArtifactAtt") and isinstance(inside, list) and inside:
                    yield str(inside[0])
                else:
                    rest.append(inside)
