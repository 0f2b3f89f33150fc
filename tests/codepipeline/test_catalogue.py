"""The class of each action type says what the specification says of it: neither can drift."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml

import pipelinekit as pk
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.action import ActionType, Key, OutputVariable
from pipelinekit.codepipeline.limits import CAPABILITIES, CLOUDFORMATION_MODES

BEYOND = {"ServiceRoleArnOverride"}
"""Keys that came after the specification was written (User Guide, action-reference-CodeBuild)."""
CATEGORIES = ("source", "build", "test", "approval", "deploy", "invoke")


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[dict[str, Any]]:
    """Every row but the one for custom actions, which is `CustomAction`."""
    document: dict[str, Any] = yaml.safe_load((shared / "spec" / "action_providers.yaml").read_text())
    return [row for row in document["action_types"] if row["provider"] != "*"]


def parts(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["category"], row["owner"], row["provider"]


def class_of(kind: pk.ActionTypeId) -> tuple[str, type[pk.Action]]:
    found = catalogue.class_of(kind)
    assert found is not None, str(kind)
    return found


def facts_of(row: dict[str, Any]) -> ActionType:
    facts = catalogue.find(pk.ActionTypeId(*parts(row)))
    assert facts is not None, parts(row)
    return facts


def test_every_action_type_of_the_specification_has_a_class_and_no_other_has_one(rows: list[dict[str, Any]]) -> None:
    assert len(rows) == 42
    assert {(kind.category, kind.owner, kind.provider) for kind in catalogue.known()} == set(map(parts, rows))


def test_the_class_of_an_action_type_is_of_that_type_and_stands_in_the_module_of_its_category() -> None:
    for kind in catalogue.known():
        address, cls = class_of(kind)

        assert address == catalogue.address(kind)
        module, _, name = address.partition(".")
        assert cls.type.id == kind
        assert cls.__name__ == name
        assert getattr(getattr(pk, module), name) is cls
        assert module == {"Compute": "build"}.get(kind.category, kind.category.lower())


def test_the_modules_of_the_categories_list_the_classes_of_the_catalogue_and_no_others() -> None:
    listed = {f"{module}.{name}" for module in CATEGORIES for name in dir(getattr(pk, module))}

    assert listed == {catalogue.address(kind) for kind in catalogue.known()}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_type_checker_sees_the_classes_that_are_loaded(category: str) -> None:
    module = importlib.import_module(f"pipelinekit.codepipeline.{category}")
    seen = dict(re.findall(r"providers\.(\w+) import \(?\s*(?:\w+) as (\w+)", inspect.getsource(module)))
    names = set(re.findall(r" as (\w+)", inspect.getsource(module)))

    assert names == set(dir(module))
    for file, name in seen.items():
        assert getattr(module, name).__module__ == f"pipelinekit.codepipeline.providers.{file}"


def test_an_unknown_class_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"deploy has no 'ECX'"):
        getattr(pk.deploy, "ECX")  # noqa: B009


def test_bounds_timeouts_and_kinds_of_pipelines_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        facts = facts_of(row)

        name = str(facts.id)
        assert facts.inputs == tuple(row["input_artifacts"].values()), name
        if row["provider"] != "OpsWorks":  # two pages of the guide disagree, and the wider bound is kept
            assert facts.outputs == tuple(row["output_artifacts"].values()), name
        assert facts.pipeline_types == tuple(row["pipeline_types"]), name
        assert facts.region_allowed == row["region_allowed"], name
        assert row["timeout_minutes"] in (None, facts.timeout_minutes), name
        assert facts.confirmed == row["confirmed"], name


def keys_with_rows(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Key, dict[str, Any]]]:
    for row in rows:
        facts = facts_of(row)
        assert set(facts.keys) - BEYOND == set(row["configuration"]), str(facts.id)
        for name, said in row["configuration"].items():
            yield f"{facts.id} {name}", facts.keys[name], said


def test_configuration_keys_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    for name, key, said in keys_with_rows(rows):
        assert key.required == said["required"], name
        assert key.secret == said["secret"], name
        assert key.path == said.get("format", "").startswith("Artifact::path"), name


def test_closed_sets_of_values_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    wider: dict[str, tuple[str, ...]] = {"Deploy/AWS/CloudFormationStackSet/1 Capabilities": CAPABILITIES}
    """CloudFormation itself takes one more there, whatever the page says."""

    for name, key, said in keys_with_rows(rows):
        assert set(key.values) == set(wider[name] if name in wider else said.get("values", ())), name
    assert set(CLOUDFORMATION_MODES) == set(
        facts_of({"category": "Deploy", "owner": "AWS", "provider": "CloudFormation"}).keys["ActionMode"].values
    )


def test_ranges_of_numbers_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    for name, key, said in keys_with_rows(rows):
        written = re.search(r"(\d+)\.\.(\d+)", said.get("format", ""))
        if written and "[" not in said["format"]:
            assert key.whole == (int(written[1]), int(written[2])), name


def test_environment_variables_of_the_declaration_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        said = row.get("declaration_fields", {}).get("environmentVariables", "")

        assert set(facts_of(row).environment_types) == set(re.findall(r"PLAINTEXT|SECRETS_MANAGER", said)), parts(row)


def test_fixed_output_variables_are_those_of_the_specification(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        facts = facts_of(row)

        if facts.variables is None:  # only an execution tells which there are
            assert row["output_variables"] == [], str(facts.id)
        else:
            assert sorted(facts.variables) == sorted(row["output_variables"]), str(facts.id)
            assert "dynamic_output_variables" not in row, str(facts.id)


def test_each_fixed_output_variable_is_an_attribute_that_refers_to_it(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        _, cls = class_of(pk.ActionTypeId(*parts(row)))
        attributes = {value.key for value in vars(cls).values() if isinstance(value, OutputVariable)}

        assert attributes == set(row["output_variables"]), parts(row)


def test_every_class_tells_the_page_it_is_from_and_what_it_is() -> None:
    for kind in catalogue.known():
        _, cls = class_of(kind)
        facts = cls.type

        assert facts.page or facts.retired, str(kind)
        assert cls.__doc__, str(kind)
        assert facts.page in cls.__doc__ or not facts.confirmed or kind.provider == "Manual", str(kind)
        if not facts.confirmed:
            assert "any configuration goes" in cls.__doc__.lower(), str(kind)


def test_every_configuration_key_has_one_field(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        _, cls = class_of(pk.ActionTypeId(*parts(row)))
        names = [key.name for a in attrs.fields(cls) for key in a.metadata.values()]

        assert len(names) == len(set(names)), parts(row)


def providers_loaded_by(code: str) -> list[str]:
    package = "pipelinekit.codepipeline.providers."
    code += f"\nprint(*sorted(name.rpartition('.')[2] for name in sys.modules if name.startswith('{package}')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_only_the_classes_that_are_used_are_made() -> None:
    code = """
import sys
import pipelinekit as pk
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
pk.deploy.ECS("Deploy", input=checkout.output, cluster="shop", service="web")
"""

    assert providers_loaded_by(code) == ["bases", "codecommit", "ecs", "image_files"]


def test_checking_makes_the_classes_of_the_types_that_are_there_and_no_others() -> None:
    code = """
import sys
import pipelinekit as pk
from pipelinekit.codepipeline.document import read_pipeline
kind = {"category": "Deploy", "owner": "AWS", "provider": "ElasticBeanstalk", "version": "1"}
action = {"name": "A", "actionTypeId": kind, "configuration": {}}
pipeline = {"name": "p", "roleArn": "r", "stages": [{"name": "S", "actions": [action]}]}
import json
report = pk.check(pk.Definition(pipeline=read_pipeline(json.dumps(pipeline), "p.json")))
assert "PK303" in report.codes
"""

    assert providers_loaded_by(code) == ["bases", "elastic_beanstalk"]


def test_another_version_of_an_aws_action_type_is_not_known() -> None:
    assert catalogue.find(pk.ActionTypeId("Deploy", "AWS", "ElasticBeanstalk", "2")) is None
    assert catalogue.address(pk.ActionTypeId("Deploy", "AWS", "ElasticBeanstalk", "2")) is None


def test_a_custom_action_takes_as_many_artifacts_as_the_service_model_lets_anybody_declare() -> None:
    assert (pk.CustomAction.type.inputs, pk.CustomAction.type.outputs) == ((0, 10), (0, 10))
