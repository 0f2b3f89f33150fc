"""CloudFormation actions: what each mode needs, and what their overrides point at (PK308-PK311)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelinekit.codepipeline.checks.facts import Facts, is_cloudformation, python_name, setting
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


def check_change_sets(facts: Facts) -> Iterator[Diagnostic]:
    """Yield the change sets that are executed before an action of the pipeline has made them, or without one."""
    made: dict[tuple[str, ...], list[tuple[tuple[int, int], str]]] = {}
    executed = []
    for stage, action in facts.actions:
        mode, time = setting(action, "ActionMode"), (facts.stage_positions[stage.name], action.run_order)
        if is_cloudformation(action) and mode == "CHANGE_SET_REPLACE":
            made.setdefault(_change_set(action), []).append((time, action.name))
        elif is_cloudformation(action) and mode == "CHANGE_SET_EXECUTE":
            executed.append((stage, action, time))
    for stage, action, time in executed:
        makers = made.get(_change_set(action), [])
        if not any(before < time for before, _ in makers):
            name, stack = setting(action, "ChangeSetName"), setting(action, "StackName")
            yield found(
                "PK310",
                facts.at(stage.name, action.name),
                f"executes the change set {name!r} of {stack!r}, which "
                + (f"{makers[0][1]} has not made by then" if makers else "no action of the pipeline makes"),
                f"let it wait: {python_name(makers[0][1])} >> {python_name(action.name)}"
                if makers
                else "add pk.deploy.CloudFormation.create_change_set(...) with the same names, before it",
            )


def _change_set(action: ActionDeclaration) -> tuple[str, ...]:
    return (action.region or "", setting(action, "StackName"), setting(action, "ChangeSetName"))


def check_cloudformation(facts: Facts, stage: StageDeclaration, action: ActionDeclaration) -> Iterator[Diagnostic]:
    """Yield what is wrong with the configuration of a CloudFormation action."""
    yield from _needs(facts, stage, action)
    yield from _overrides(facts, stage, action)
    made = [output.name for output in action.output_artifacts]
    if made and "OutputFileName" not in action.configuration:
        yield found(
            "PK334",
            facts.at(stage.name, action.name, "outputs"),
            f"has the output {made[0]!r}, which stays empty: no file for the outputs of the stack is named",
            'write output_file_name="outputs.json"',
        )


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
