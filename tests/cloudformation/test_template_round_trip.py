"""What is written into a template is read out of it again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.document import Form
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.define import map_actions
from strategies import pipelines

pytest.importorskip("pipelinekit.cloudformation.reading", reason="templates cannot be read yet")


def once(action: ActionDeclaration) -> ActionDeclaration:
    """Leave out files that an artifact names again: in a template they are a set."""
    artifacts = (attrs.evolve(one, files=tuple(dict.fromkeys(one.files))) for one in action.output_artifacts)
    return attrs.evolve(action, output_artifacts=tuple(artifacts))


@settings(deadline=None, max_examples=40)
@given(pipelines(), st.sampled_from(["yaml", "json"]))
def test_a_pipeline_comes_back_from_its_template(given: pk.Pipeline, form: Form) -> None:
    definition = map_actions(pk.define(given), lambda _, action: once(action))
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / f"template.{form}"
        file.write_text(pk.template_text(pk.to_template(definition), form), encoding="utf-8")
        found = pk.load(file)

    assert found.pipeline == definition.pipeline
    assert found.deployment_groups == definition.deployment_groups
    assert found.disabled_transitions == definition.disabled_transitions
    assert [project.name for project in found.projects] == [project.name for project in definition.projects]
