"""What the catalogue says of each action type is what the specification says, whether it has a class or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import pipelinekit as pk
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.listed import LISTED

BEYOND = {"ServiceRoleArnOverride"}
"""Keys that came after the specification was written (User Guide, action-reference-CodeBuild)."""


@pytest.fixture(scope="module")
def providers(shared: Path) -> list[dict[str, Any]]:
    document: dict[str, Any] = yaml.safe_load((shared / "spec" / "action_providers.yaml").read_text())
    return [row for row in document["action_types"] if row["confirmed"] and row["owner"] != "Custom"]


def test_every_action_type_of_the_specification_is_known(providers: list[dict[str, Any]]) -> None:
    specified = {(row["category"], row["owner"], row["provider"]) for row in providers}

    assert {(kind.category, kind.owner, kind.provider) for kind in catalogue.all_types()} == specified


def test_the_facts_of_each_action_type_are_those_of_the_specification(providers: list[dict[str, Any]]) -> None:
    for row in providers:
        facts = catalogue.find(pk.ActionTypeId(row["category"], row["owner"], row["provider"]))

        assert facts is not None
        name = str(facts.id)
        assert facts.inputs == tuple(row["input_artifacts"].values()), name
        assert facts.pipeline_types == tuple(row["pipeline_types"]), name
        assert facts.region_allowed == row["region_allowed"], name
        assert row["timeout_minutes"] in (None, facts.timeout_minutes), name
        assert set(facts.keys) - BEYOND == set(row["configuration"]), name
        for key, said in row["configuration"].items():
            assert facts.keys[key].required == said["required"], f"{name} {key}"
        if facts.variables is not None:
            assert sorted(facts.variables) == sorted(row["output_variables"]), name


def test_the_outputs_of_each_action_type_are_those_of_the_specification(providers: list[dict[str, Any]]) -> None:
    for row in providers:
        facts = catalogue.find(pk.ActionTypeId(row["category"], row["owner"], row["provider"]))

        assert facts is not None
        if row["provider"] != "OpsWorks":  # two pages of the guide disagree, and the wider bound is kept
            assert facts.outputs == tuple(row["output_artifacts"].values()), str(facts.id)


def test_no_action_type_has_its_facts_in_two_places() -> None:
    with_class = {(kind.category, kind.owner, kind.provider) for kind in catalogue.known()}

    assert with_class & set(LISTED) == set()


def test_another_version_of_an_aws_action_type_is_not_known() -> None:
    assert catalogue.find(pk.ActionTypeId("Deploy", "AWS", "ElasticBeanstalk", "2")) is None
