"""What is written into a template is read out of it again."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.document import Form
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ConditionDeclaration,
    FailureConditions,
    PipelineDeclaration,
    RuleDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.define import map_actions
from strategies import pipelines


def once(action: ActionDeclaration) -> ActionDeclaration:
    """Leave out files that an artifact names again: in a template they are a set."""
    artifacts = (attrs.evolve(one, files=tuple(dict.fromkeys(one.files))) for one in action.output_artifacts)
    return attrs.evolve(action, output_artifacts=tuple(artifacts))


def untimed(part: Any) -> Any:
    """Leave out the timeouts of rules: CloudFormation has no word for them, and PK186 says so."""
    names: tuple[str, ...]
    match part:
        case RuleDeclaration():
            return attrs.evolve(part, timeout_in_minutes=None)
        case tuple():
            return tuple(map(untimed, part))
        case StageDeclaration():
            names = ("before_entry", "on_success", "on_failure")
        case ConditionDeclaration():
            names = ("rules",)
        case FailureConditions():
            names = ("conditions",)
        case PipelineDeclaration():
            names = ("stages",)
        case _:
            return part
    return attrs.evolve(part, **{name: untimed(getattr(part, name)) for name in names})


@settings(deadline=None, max_examples=40)
@given(pipelines(), st.sampled_from(["yaml", "json"]))
def test_a_pipeline_comes_back_from_its_template(given: pk.Pipeline, form: Form) -> None:
    definition = map_actions(pk.define(given), lambda _, action: once(action))
    definition = attrs.evolve(definition, pipeline=untimed(definition.pipeline))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / f"template.{form}"
        file.write_text(pk.template_text(pk.to_template(definition), form), encoding="utf-8")
        found = pk.load(file)

    assert found.pipeline == definition.pipeline
    assert found.deployment_groups == definition.deployment_groups
    assert found.disabled_transitions == definition.disabled_transitions
    assert [project.name for project in found.projects] == [project.name for project in definition.projects]
