"""From what people write to the definition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codebuild.checks import check_project
from pipelinekit.codepipeline.define import compile_pipeline
from places import at


def project_of(pipeline: str, stage: str = "Build", action: str = "Unit") -> pk.Project:
    """The project of an action that brings none."""
    unit = pk.test.CodeBuild(action, input=pk.Artifact("Code"), buildspec=pk.BuildSpec(build=["make"]))
    (project,) = compile_pipeline(pk.Pipeline(pipeline, [pk.Stage(stage, unit)])).projects
    return project


def test_a_project_of_ones_own_is_named_after_pipeline_stage_and_action() -> None:
    assert project_of("shop").name == "shop-Build-Unit"
    assert project_of("acme.shop@eu").name == "acme_shop_eu-Build-Unit"


def test_a_name_that_is_too_long_is_cut_and_stays_its_own() -> None:
    one, other = project_of("p" * 100, "s" * 60, "Unit"), project_of("p" * 100, "s" * 60, "Units")

    assert (len(one.name), len(other.name)) == (150, 150)
    assert one.name[:141] == other.name[:141]
    assert one.name != other.name
    assert one.name == project_of("p" * 100, "s" * 60, "Unit").name


def test_a_name_begins_with_a_letter_or_a_digit() -> None:
    names = [project_of(pipeline).name for pipeline in ("_shop", "-shop", ".shop", "@")]

    assert [name.rpartition("-")[0] for name in names] == [*["shop-Build-Unit"] * 3, "Build-Unit"]
    assert len(set(names)) == 4


@given(*[st.text("aZ0._-@é ${}", max_size=100) | st.text(st.characters(), max_size=100)] * 3)
def test_whatever_the_names_the_project_has_one_that_codebuild_allows(pipeline: str, stage: str, action: str) -> None:
    project = project_of(pipeline, stage, action)

    assert list(check_project(project, at)) == []
