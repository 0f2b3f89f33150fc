"""Parameters of a template that was read are the parameters of the template that is written from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.iam import located
from pipelinekit.cloudformation.reading import read_template

SHOP = """\
Parameters:
  Branch:
    Type: String
    Default: 1.10
    AllowedValues: [main, 1.10, true]
    Description: What is built
    ConstraintDescription: one of the branches
  Token: {Type: String, NoEcho: true, MinLength: 8}
  Owner: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/owner}
  Nets: {Type: "List<AWS::EC2::Subnet::Id>"}
  Alarms: {Type: CommaDelimitedList}
  Secret: {Type: String, Default: github}
  Unused: {Type: String}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: !Sub shop-${AWS::StackName}
      RoleArn: !Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:role/pipelines
      ArtifactStore: {Type: S3, Location: !Sub "artifacts-${AWS::AccountId}-${AWS::Region}"}
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: ThirdParty, Provider: GitHub, Version: 1}
              Configuration:
                Owner: !Ref Owner
                Repo: shop
                Branch: !Ref Branch
                OAuthToken: !Sub "{{resolve:secretsmanager:${Secret}:SecretString:token}}"
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Unit
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: 1}
              Configuration: {ProjectName: !Ref Tests}
              InputArtifacts: [{Name: Source}]
              Region: !Ref AWS::Region
            - Name: Go
              ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: 1}
              Configuration:
                CustomData: !Sub ["${alarms} watch ${Branch}", {alarms: !Join [",", !Ref Alarms]}]
                ExternalEntityLink: !ImportValue Link
  Tests:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: tests
      ServiceRole: !Sub arn:aws:iam::${AWS::AccountId}:role/builds
      Artifacts: {Type: CODEPIPELINE}
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        EnvironmentVariables: [{Name: TOKEN, Value: !Ref Token}]
      VpcConfig: {VpcId: vpc-1, Subnets: !Ref Nets, SecurityGroupIds: [sg-1]}
      Source: {Type: CODEPIPELINE}
"""


def written(text: str = SHOP, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    return pk.to_template(read_template(text, "shop.yml"), values)


def action(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    stages = template["Resources"]["Pipeline"]["Properties"]["Stages"]
    return next(one for stage in stages for one in stage["Actions"] if one["Name"] == name)


def test_a_parameter_is_declared_as_in_the_template_it_comes_from() -> None:
    parameters = written()["Parameters"]

    assert parameters["Branch"] == {
        "Type": "String",
        "Description": "What is built",
        "Default": "1.10",
        "AllowedValues": ["main", "1.10", "true"],
        "ConstraintDescription": "one of the branches",
    }
    assert (parameters["Token"]["NoEcho"], parameters["Token"]["MinLength"]) == (True, 8)
    assert parameters["Owner"]["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert parameters["Owner"]["Default"] == "/shop/owner"
    assert "Unused" not in parameters


def test_awss_own_parameters_are_referred_to_and_not_asked_for() -> None:
    template = written()
    pipeline = template["Resources"]["Pipeline"]["Properties"]

    assert pipeline["Name"] == {"Fn::Sub": "shop-${AWS::StackName}"}
    assert pipeline["RoleArn"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/pipelines"}
    assert action(template, "Unit")["Region"] == {"Ref": "AWS::Region"}
    assert not [name for name in template["Parameters"] if name.startswith("AWS")]


def test_a_dynamic_reference_stays_one_with_the_parameters_inside_it() -> None:
    template = written()

    assert action(template, "Checkout")["Configuration"]["OAuthToken"] == {
        "Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:token}}"
    }
    assert template["Parameters"]["Secret"]["Default"] == "github"


def test_what_only_the_other_stack_knew_is_asked_for_with_what_it_stood_for() -> None:
    parameters = written()["Parameters"]

    assert parameters["ImportValueLink"] == {
        "Type": "String",
        "Description": "Stands for !ImportValue Link. Used by Build > Go > configuration.ExternalEntityLink",
    }


def test_a_list_stays_a_list_where_one_is_wanted_and_is_joined_in_a_text() -> None:
    template = written()

    assert template["Resources"]["TestsProject"]["Properties"]["VpcConfig"]["Subnets"] == {"Ref": "Nets"}
    assert action(template, "Go")["Configuration"]["CustomData"] == {
        "Fn::Sub": ["${Alarms} watch ${Branch}", {"Alarms": {"Fn::Join": [",", {"Ref": "Alarms"}]}}]
    }


def test_a_value_that_is_given_wins_over_what_a_parameter_stood_for() -> None:
    token = next(name for name in read_template(SHOP).origin.parameters if name.startswith("Resolve"))
    configuration = action(written(values={token: "t0ken", "Branch": "next"}), "Checkout")["Configuration"]

    assert (configuration["OAuthToken"], configuration["Branch"]) == ("t0ken", "next")


def test_a_pipeline_in_python_may_name_awss_own_parameters() -> None:
    go = pk.approval.Manual("Go", message=f"Into {pk.Parameter('AWSRegion')}?")
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    template = pk.to_template(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", go)]))

    assert action(template, "Go")["Configuration"]["CustomData"] == {"Fn::Sub": "Into ${AWS::Region}?"}
    assert "Parameters" not in template


def test_a_parameter_that_is_called_like_one_of_awss_own_keeps_apart_from_it() -> None:
    text = SHOP.replace("Unused:", "AWSRegion:").replace("Repo: shop", 'Repo: !Sub "${AWSRegion} ${AWS::Region}"')
    template = written(text)

    assert action(template, "Checkout")["Configuration"]["Repo"] == {"Fn::Sub": "${AWSRegion} ${AWS::Region}"}
    assert template["Parameters"]["AWSRegion"]["Type"] == "String"


def test_a_policy_speaks_of_the_place_and_not_of_a_parameter_for_it() -> None:
    (role, _) = pk.policies(read_template(SHOP, "shop.yml"))
    placed = located(role, region="eu-west-1", account="111122223333")
    resources = {resource for statement in placed.statements for resource in statement.resources}

    assert "arn:aws:s3:::artifacts-111122223333-eu-west-1/*" in resources
    assert not [resource for resource in resources if "Parameter.AWS" in resource]


_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=8)
_DECLARATIONS = st.fixed_dictionaries(
    {"Type": st.sampled_from(["String", "Number", "AWS::SSM::Parameter::Value<String>"])},
    optional={
        "Default": _TEXTS,
        "Description": _TEXTS.filter(bool),
        "NoEcho": st.booleans(),
        "AllowedValues": st.lists(_TEXTS, min_size=1, max_size=3),
        "AllowedPattern": _TEXTS,
        "ConstraintDescription": _TEXTS,
        "MinLength": st.integers(0, 9),
        "MaxValue": st.integers(0, 9),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.from_regex(r"[A-Z][a-z0-9]{3,8}", fullmatch=True), _DECLARATIONS, min_size=1, max_size=4),
    st.sampled_from(["Region", "AccountId", "Partition", "StackId", "StackName", "URLSuffix"]),
)
def test_a_template_that_is_written_from_one_that_was_read_says_the_same(
    declarations: dict[str, dict[str, Any]], pseudo: str
) -> None:
    message = " ".join(f"${{{name}}}" for name in declarations)
    data = {"Fn::Sub": f"{message} ${{AWS::{pseudo}}} {{{{resolve:ssm:/{pseudo}}}}}"}
    template = pk.to_template(
        pk.Pipeline(
            "shop",
            [
                pk.Stage("Source", pk.source.CodeCommit("Checkout", repository="shop", branch="main")),
                pk.Stage("Live", pk.approval.Manual("Go", message="?")),
            ],
            role="arn:aws:iam::111122223333:role/x",
            artifact_store="artifacts",
        )
    )
    action(template, "Go")["Configuration"]["CustomData"] = data
    definition = read_template(json.dumps({**template, "Parameters": declarations}), "t.json")
    again = pk.to_template(definition)

    assert action(again, "Go")["Configuration"]["CustomData"] == data
    assert set(again["Parameters"]) == set(declarations)
    for name, declaration in declarations.items():
        assert again["Parameters"][name] | declaration == again["Parameters"][name]
    assert read_template(pk.template_text(again), "t.yml") == definition
    assert pk.to_template(read_template(pk.template_text(again), "t.yml")) == again
