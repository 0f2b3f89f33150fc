"""What a CloudFormation action says about the parameters of its stack."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.parameters import with_parameters

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
PACKAGE = pk.build.CodeBuild(
    "Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["dist/*"])
)
IMAGE = {"Fn::GetParam": [PACKAGE.output, "image.json", "uri"]}


def stack(overrides: dict[str, Any], **more: Any) -> pk.deploy.CloudFormation:
    template = CHECKOUT.output.at("template.yml")
    given = {"template": template, "stack_role": pk.Parameter("StackRoleArn"), **more}
    return pk.deploy.CloudFormation("Stack", stack_name="shop", parameter_overrides=overrides, **given)


def report_on(action: pk.Action) -> pk.Report:
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", PACKAGE), pk.Stage("Live", action)]
    return pk.check(pk.Pipeline("shop", stages))


def test_values_of_artifacts_are_written_as_json_with_the_names_of_the_artifacts() -> None:
    url = {"Fn::GetArtifactAtt": [CHECKOUT.output, "URL"]}

    written = stack({"Image": IMAGE, "Code": url, "Level": "debug", "Count": 3}).configuration()["ParameterOverrides"]

    assert written == (
        '{"Image":{"Fn::GetParam":["PackageOutput","image.json","uri"]},'
        '"Code":{"Fn::GetArtifactAtt":["CheckoutOutput","URL"]},"Level":"debug","Count":"3"}'
    )


def test_artifacts_of_the_overrides_become_inputs_once_each() -> None:
    action = stack({"Image": IMAGE, "Tag": {"Fn::GetParam": [PACKAGE.output, "image.json", "tag"]}})

    assert [artifact.name for artifact in action.inputs] == ["CheckoutOutput", "PackageOutput"]
    assert str(report_on(action)) == "no findings"


def test_a_stack_waits_for_the_artifact_that_its_overrides_read() -> None:
    together = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Live", [PACKAGE, stack({"Image": IMAGE})])])

    assert pk.order(together).groups("Live") == [["Package"], ["Stack"]]


def test_an_artifact_that_is_named_by_text_is_no_input_by_itself() -> None:
    action = stack({"Image": {"Fn::GetParam": ["PackageOutput", "image.json", "uri"]}})

    (finding,) = report_on(action)

    assert finding.code == "PK311"
    assert finding.hint == "add PackageOutput to its inputs"
    assert str(report_on(attrs.evolve(action, input=PACKAGE.output))) == "no findings"


def test_parameters_and_variables_stand_in_nested_values_too() -> None:
    action = stack({"Image": {"Fn::GetParam": [PACKAGE.output, pk.Parameter("File"), CHECKOUT.commit_id]}})
    definition = pk.define(pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Live", [PACKAGE, action])]))

    filled_in = with_parameters(definition, {"File": 'a "file".json'})

    text = filled_in.pipeline.stages[1].actions[1].configuration["ParameterOverrides"]
    assert json.loads(text) == {"Image": {"Fn::GetParam": ["PackageOutput", 'a "file".json', "#{Checkout.CommitId}"]}}


def test_an_action_with_nested_overrides_is_a_value_like_any_other() -> None:
    first, second = stack({"Image": IMAGE}), stack({"Image": IMAGE})

    assert first == second
    assert hash(first) == hash(second)
    assert attrs.evolve(first, stack_name="other").parameter_overrides == first.parameter_overrides


@pytest.mark.parametrize("value", [True, None, 1.5, {"Fn::GetParam": [PACKAGE]}])
def test_a_value_that_aws_has_no_text_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        stack({"Image": value})
