"""Pipelines out of templates, with what the template describes for their actions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.reading import read_template
from pipelinekit.codepipeline.definition import DisabledTransition
from pipelinekit.codepipeline.parameters import with_parameters
from pipelinekit.diagnostics import InvalidDocument

SHOP = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Branch: {Type: String, Default: main}
  Owner: {Type: String}
Conditions:
  Approved: !Equals [!Ref Branch, main]
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      RoleArn: !GetAtt PipelineRole.Arn
      ArtifactStore:
        Type: S3
        Location: !Ref Artifacts
        EncryptionKey: {Id: !GetAtt Key.Arn, Type: KMS}
      DisableInboundStageTransitions:
        - StageName: Live
          Reason: Change freeze
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: 1}
              Configuration:
                RepositoryName: !Sub "${Owner}-shop"
                BranchName: !Ref Branch
                PollForSourceChanges: false
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Unit
              RunOrder: 1
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: !Ref Build}
              InputArtifacts: [{Name: Source}]
              OutputArtifacts: [{Name: Built}]
        - Name: Live
          Actions:
            - !If
              - Approved
              - Name: GoLive
                ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
              - !Ref AWS::NoValue
            - Name: Release
              RunOrder: 2
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
              Configuration: {ApplicationName: !Ref Application, DeploymentGroupName: !Ref Hosts}
              InputArtifacts: [{Name: Built}]
  Build:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: !Sub "${Owner}-build"
      ServiceRole: !GetAtt BuildRole.Arn
      TimeoutInMinutes: 20
      Artifacts: {Type: CODEPIPELINE}
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_MEDIUM
        Image: aws/codebuild/standard:7.0
        PrivilegedMode: true
        ImagePullCredentialsType: CODEBUILD
        EnvironmentVariables:
          - {Name: OWNER, Value: !Ref Owner}
          - {Name: TOKEN, Value: /shop/token, Type: PARAMETER_STORE}
      VpcConfig: {VpcId: vpc-1, Subnets: [subnet-1], SecurityGroupIds: [sg-1]}
      Visibility: PRIVATE
      Source:
        Type: CODEPIPELINE
        BuildSpec: !Sub |
          version: 0.2
          phases:
            build:
              commands:
                - make OWNER=${Owner} dist
          artifacts:
            files: dist/**/*
  Unused:
    Type: AWS::CodeBuild::Project
    Properties: {Name: unused, ServiceRole: x}
  Application: {Type: AWS::CodeDeploy::Application}
  Hosts:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Application
      DeploymentGroupName: hosts
      DeploymentConfigName: !Ref Slowly
      ServiceRoleArn: !GetAtt DeployRole.Arn
      Ec2TagFilters: [{Key: role, Value: web, Type: KEY_AND_VALUE}]
  Slowly:
    Type: AWS::CodeDeploy::DeploymentConfig
    Properties: {MinimumHealthyHosts: {Type: HOST_COUNT, Value: 2}}
  Artifacts: {Type: AWS::S3::Bucket}
  Key: {Type: AWS::KMS::Key}
  PipelineRole: {Type: AWS::IAM::Role}
  BuildRole: {Type: AWS::IAM::Role}
  DeployRole: {Type: AWS::IAM::Role}
  Hook:
    Type: AWS::CodePipeline::Webhook
    Properties: {TargetPipeline: !Ref Pipeline}
"""


def at(words: str, text: str = SHOP) -> str:
    """Tell where some words of a template stand: ``line:column``."""
    before = text[: text.index(words)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.fixture(scope="module")
def shop() -> pk.Definition:
    return read_template(SHOP, "shop.yml")


def test_the_pipeline_reads_as_the_api_would_say_it(shop: pk.Definition) -> None:
    pipeline = shop.pipeline

    assert (pipeline.name, pipeline.role_arn) == ("Pipeline", "${Parameter.PipelineRoleArn}")
    assert pipeline.artifact_store == pk.ArtifactStore("${Parameter.Artifacts}", encryption_key="${Parameter.KeyArn}")
    assert [[action.name for action in stage.actions] for stage in pipeline.stages] == [
        ["Checkout"],
        ["Unit"],
        ["GoLive", "Release"],
    ]


def test_numbers_and_truth_values_of_a_configuration_become_text(shop: pk.Definition) -> None:
    checkout = shop.pipeline.stages[0].actions[0]

    assert checkout.action_type_id.version == "1"
    assert checkout.configuration == {
        "RepositoryName": "${Parameter.Owner}-shop",
        "BranchName": "${Parameter.Branch}",
        "PollForSourceChanges": "false",
    }


def test_a_project_that_an_action_names_comes_along_whole(shop: pk.Definition) -> None:
    (project,) = shop.projects

    assert project == pk.Project(
        "${Parameter.Owner}-build",
        buildspec=pk.BuildSpec(build=["make OWNER=${Parameter.Owner} dist"], artifacts=pk.Artifacts(["dist/**/*"])),
        image="aws/codebuild/standard:7.0",
        compute_type="BUILD_GENERAL1_MEDIUM",
        environment=[
            pk.EnvironmentVariable(name="OWNER", value="${Parameter.Owner}"),
            pk.EnvironmentVariable(name="TOKEN", value="/shop/token", type="PARAMETER_STORE"),
        ],
        privileged=True,
        role="${Parameter.BuildRoleArn}",
        timeout_minutes=20,
        more={
            "vpcConfig": {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]},
            "environment": {"imagePullCredentialsType": "CODEBUILD"},
        },
    )


def test_a_group_comes_along_with_its_own_configuration(shop: pk.Definition) -> None:
    assert shop.deployment_groups == (
        pk.DeploymentGroup(
            "hosts",
            application="Application",
            tags={"role": "web"},
            config=pk.DeploymentConfig("Slowly", type="HOST_COUNT", value=2),
            role="${Parameter.DeployRoleArn}",
        ),
    )


def test_a_closed_entrance_is_read_with_its_place(shop: pk.Definition) -> None:
    assert shop.disabled_transitions == (DisabledTransition("Live", "Change freeze"),)
    assert str(shop.location("transition/Live").place) == f"shop.yml:{at('StageName: Live')}"


@pytest.mark.parametrize(
    ("parameter", "shown"),
    [
        ("Order: {Type: Number, Default: 7, NoEcho: true}", "is ***, by the default of Order"),
        ("Order: {Type: Number, Default: 7}", "is '7', by the default of Order"),
    ],
)
def test_what_a_parameter_does_not_echo_no_finding_shows(parameter: str, shown: str) -> None:
    text = SHOP.replace("Owner: {Type: String}", f"Owner: {{Type: String}}\n  {parameter}")
    definition = read_template(text.replace("RunOrder: 1", "RunOrder: !Ref Order"), "shop.yml")

    findings = [str(finding) for finding in definition.origin.findings if finding.code == "PK173"]
    assert any(shown in finding for finding in findings)
    assert "***" in shown or not any("***" in finding for finding in findings)
    assert definition.pipeline.stages[1].actions[0].run_order == 7


def test_a_secret_in_what_is_no_text_is_not_shown() -> None:
    text = SHOP.replace("{ProjectName: !Ref Build}", "{ProjectName: !Ref Build, UserParameters: {Password: hunter22}}")

    findings = [str(one) for one in read_template(text, "shop.yml").origin.findings if one.code == "PK305"]

    assert len(findings) == 1
    assert "hunter22" not in findings[0]
    assert "***" in findings[0]


def test_every_part_knows_its_line(shop: pk.Definition) -> None:
    places = [shop.location().place, shop.location("Live", "Release").place, shop.projects[0].where]

    assert [str(place) for place in places] == [
        f"shop.yml:{at(words)}" for words in ("Pipeline:\n    Type", "Name: Release", "Build:\n    Type")
    ]


def test_what_was_not_kept_and_what_was_decided_is_said_with_line_and_column(shop: pk.Definition) -> None:
    assert [str(finding).splitlines()[0] for finding in shop.origin.findings] == [
        f"shop.yml:{at('Pipeline:')}: hint: Pipeline: has no name of its own: it is called Pipeline here, and AWS "
        "makes up another [PK175]",
        f"shop.yml:{at('!If')}: hint: the condition Approved is taken as true, by the defaults of parameters [PK173]",
        f"shop.yml:{at('Visibility')}: warning: Build: Visibility is not kept: what is read here has no place for it "
        "[PK174]",
        f"shop.yml:{at('Hook:')}: hint: Hook: Hook is not read: a definition has no Webhook [PK174]",
        f"shop.yml:{at('Pipeline:')}: warning: Pipeline: does not say its pipelineType; AWS takes V1 [PK118]",
    ]


def test_defaults_of_parameters_are_used_when_it_is_emitted(tmp_path: Path) -> None:
    file = tmp_path / "shop.yml"
    file.write_text(SHOP)
    role = "arn:aws:iam::111122223333:role/x"
    values = {
        "Owner": "acme",
        "Artifacts": "acme-artifacts",
        "KeyArn": "alias/shop",
        **dict.fromkeys(("PipelineRoleArn", "BuildRoleArn", "DeployRoleArn"), role),
    }
    definition = pk.load(file)
    pk.emit(definition, tmp_path / "out", parameters=values)

    again = pk.load(tmp_path / "out")
    assert again == with_parameters(definition, {**values, "Branch": "main"})
    written = json.loads((tmp_path / "out" / "pipeline.json").read_text())["pipeline"]
    assert written["stages"][0]["actions"][0]["configuration"]["BranchName"] == "main"
    project = json.loads((tmp_path / "out" / "projects" / "acme-build.json").read_text())
    assert project["vpcConfig"]["subnets"] == ["subnet-1"]
    assert project["environment"]["imagePullCredentialsType"] == "CODEBUILD"


def test_a_parameter_without_a_value_says_what_it_stands_for(tmp_path: Path) -> None:
    with pytest.raises(pk.InvalidPipeline, match=r"it stands for !GetAtt PipelineRole\.Arn"):
        pk.emit(read_template(SHOP, "shop.yml"), tmp_path)


def test_json_reads_as_yaml_does() -> None:
    pure = json.dumps(_long_form(SHOP), indent="\t")

    assert read_template(pure, "shop.json") == read_template(SHOP, "shop.yml")


def _long_form(text: str) -> object:
    """Give a template with short functions as plain data with long ones."""

    def tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
        name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
        if isinstance(node, yaml.ScalarNode):
            value: object = node.value.split(".", 1) if suffix == "GetAtt" else node.value
        else:
            assert isinstance(node, yaml.SequenceNode)
            value = loader.construct_sequence(node, deep=True)
        return {name: value}

    class Loader(yaml.SafeLoader):
        pass

    yaml.add_multi_constructor("!", tagged, Loader)
    return yaml.load(text, Loader)


def two() -> str:
    other = SHOP[SHOP.index("  Pipeline:\n") : SHOP.index("  Build:\n")].replace("  Pipeline:", "  Other:")
    return SHOP.replace("  Build:\n", f"{other}  Build:\n")


def test_of_several_pipelines_one_is_picked_by_its_logical_id(tmp_path: Path) -> None:
    file = tmp_path / "two.yml"
    file.write_text(two())

    assert pk.load(f"{file}#Other").name == "Other"
    with pytest.raises(InvalidDocument, match="holds several pipelines: Pipeline, Other") as caught:
        pk.load(file)
    assert caught.value.diagnostics[0].hint == f"pick one by its logical id, as in {file}#Pipeline"
    with pytest.raises(InvalidDocument, match="holds no pipeline 'Othr'") as caught:
        pk.load(f"{file}#Othr")
    assert caught.value.diagnostics[0].hint == "did you mean Other?"


def test_a_logical_id_picks_nothing_out_of_another_document(tmp_path: Path) -> None:
    file = tmp_path / "pipeline.yml"
    file.write_text("name: shop\nroleArn: r\nstages: []\n")

    with pytest.raises(InvalidDocument, match="is no CloudFormation template, of which #Shop could pick a pipeline"):
        pk.load(f"{file}#Shop")


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        read_template(text, "t.yml")
    errors = [f for f in caught.value.diagnostics if f.severity is pk.Severity.ERROR]
    return [str(finding).splitlines()[0] for finding in errors]


@pytest.mark.parametrize(
    ("before", "after", "words", "fault"),
    [
        ("AWS::CodePipeline::Pipeline", "AWS::X", "AWST", "the template holds no pipeline [PK170]"),
        ("Stages:", "Stagez:", "Pipeline:", "Pipeline: stages is missing [PK100]"),
        (
            "RunOrder: 1",
            "runOrder: 1",
            "runOrder",
            "Pipeline > Build > Unit: a template knows no property runOrder [PK176]",
        ),
        (
            "RunOrder: 2",
            "RunOrder: !Ref Owner",
            "!Ref Owner",
            "Pipeline > Live > Release: runOrder is a whole number [PK100]",
        ),
        (
            "!Ref Artifacts",
            "!Ref Artefacts",
            "!Ref Artefacts",
            "'Artefacts' is neither a parameter nor a resource of this template [PK171]",
        ),
        (
            "TimeoutInMinutes: 20",
            "TimeoutInMinutes: soon",
            "soon",
            "Build: TimeoutInMinutes is a whole number [PK176]",
        ),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(before: str, after: str, words: str, fault: str) -> None:
    text = SHOP.replace(before, after, 1)

    assert f"t.yml:{at(words, text)}: {fault}" in faults(text)


def test_a_buildspec_that_cannot_be_read_is_an_error_at_its_line_in_the_template() -> None:
    given = SHOP.replace("- make OWNER=${Owner} dist", "- echo: ${Owner}")
    found = read_template(given, "t.yml")

    assert found.projects == ()
    (error,) = (finding for finding in found.origin.findings if finding.severity is pk.Severity.ERROR)
    assert str(error.where.place) == f"t.yml:{at('echo', given)}"
    assert error.code == "PK619"


def test_a_buildspec_written_in_one_line_is_found_wrong_at_its_own_place() -> None:
    given = SHOP[: SHOP.index("        BuildSpec: !Sub |")] + '        BuildSpec: "version: 0.2\\nphases: 3\\n"\n'
    given += SHOP[SHOP.index("  Unused:") :]
    found = read_template(given, "t.yml")

    places = {str(finding.where.place) for finding in found.origin.findings if finding.code.startswith("PK6")}
    assert places == {"t.yml:" + at('"version', given)}


def test_a_buildspec_may_be_a_path_in_the_source() -> None:
    given = SHOP[: SHOP.index("        BuildSpec: !Sub |")] + "        BuildSpec: ci/unit.yml\n"

    assert read_template(given + SHOP[SHOP.index("  Unused:") :], "t.yml").projects[0].buildspec == "ci/unit.yml"


def test_a_configuration_that_is_no_text_is_written_as_json_and_warned_of() -> None:
    given = SHOP.replace("{ProjectName: !Ref Build}", "{ProjectName: !Ref Build, More: {a: [1, !Ref Branch]}}")
    found = read_template(given, "t.yml")

    assert found.pipeline.stages[1].actions[0].configuration["More"] == '{"a":[1,"${Parameter.Branch}"]}'
    assert "PK305" in [finding.code for finding in found.origin.findings]


def test_stores_of_several_regions_are_known_by_their_region() -> None:
    store = SHOP[SHOP.index("      ArtifactStore:") : SHOP.index("      DisableInbound")]
    listed = (
        "      ArtifactStores:\n"
        "        - {Region: eu-west-1, ArtifactStore: {Type: S3, Location: ours}}\n"
        "        - {Region: !Ref AWS::Region, ArtifactStore: {Type: S3, Location: theirs}}\n"
    )
    found = read_template(SHOP.replace(store, listed), "t.yml")

    assert found.pipeline.artifact_stores == {
        "eu-west-1": pk.ArtifactStore("ours"),
        "${Parameter.AWSRegion}": pk.ArtifactStore("theirs"),
    }


def test_what_a_transform_would_add_is_said_to_be_missing() -> None:
    found = read_template(f"Transform: [AWS::Serverless-2016-10-31, Ours]\n{SHOP}", "t.yml")

    (warning,) = (finding for finding in found.origin.findings if finding.code == "PK172")
    assert (str(warning.where.place), warning.severity) == ("t.yml:1:12", pk.Severity.WARNING)


def read_or_refused(text: str) -> tuple[pk.Definition | None, tuple[pk.Diagnostic, ...]]:
    try:
        found = read_template(text, "t.yml")
    except InvalidDocument as error:
        return None, error.diagnostics
    return found, tuple(pk.check(found))


@pytest.mark.parametrize("share", range(20))
def test_a_template_that_is_cut_anywhere_is_read_or_refused_with_a_place(share: int) -> None:
    found, findings = read_or_refused(SHOP[: len(SHOP) * share // 20])

    assert found is not None or findings
    assert all(finding.where.place is not None for finding in findings)


def test_an_alias_bomb_is_refused() -> None:
    bomb = "x: &a0 [a]\n" + "".join(f"y{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))

    with pytest.raises(InvalidDocument, match="grows beyond"):
        read_template(bomb + SHOP, "t.yml")


WORDS = [
    "!Ref",
    "!Sub",
    "!GetAtt",
    "!If",
    "!Join",
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    "  ",
    "\n",
    '"',
    "~",
    "*a",
    "&a",
    "null",
]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_template_that_was_damaged_gives_a_definition_or_diagnostics(data: st.DataObject) -> None:
    text = SHOP
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(WORDS) | st.text(max_size=3)) + text[at + gone :]

    found, findings = read_or_refused(text)

    assert found is not None or (findings and all(finding.where.place is not None for finding in findings))


V2 = """\
      ExecutionMode: QUEUED
      PipelineType: V2
      Variables:
        - {Name: STAGE, DefaultValue: !Ref Branch, Description: Where to}
      Triggers:
        - ProviderType: CodeStarSourceConnection
          GitConfiguration:
            SourceActionName: Checkout
            Push:
              - Branches: {Includes: [main, "release/*"]}
                FilePaths: {Excludes: ["docs/**"]}
            PullRequest:
              - Events: [OPEN]
                Branches: {Includes: !Split [",", !Ref Branch]}
"""

HOOKS = """\
        - Name: Build
          BeforeEntry:
            Conditions:
              - Result: FAIL
                Rules:
                  - Name: Window
                    RuleTypeId: {Category: Rule, Owner: AWS, Provider: DeploymentWindow, Version: 1}
                    Configuration: {Cron: "* * * * *", Duration: 60}
          OnFailure:
            Result: RETRY
            RetryConfiguration: {RetryMode: FAILED_ACTIONS}
"""


def test_variables_triggers_and_conditions_are_read_as_the_api_has_them() -> None:
    text = SHOP.replace("      DisableInbound", f"{V2}      DisableInbound").replace("        - Name: Build\n", HOOKS)
    pipeline = read_template(text, "t.yml").pipeline
    (trigger,) = pipeline.triggers
    build = pipeline.stages[1]

    assert (pipeline.execution_mode, pipeline.pipeline_type) == ("QUEUED", "V2")
    assert [(v.name, v.default_value) for v in pipeline.variables] == [("STAGE", "${Parameter.Branch}")]
    assert trigger.source_action_name == "Checkout"
    assert trigger.push[0].branches is not None
    assert trigger.push[0].branches.includes == ("main", "release/*")
    assert trigger.pull_request[0].branches is not None
    assert trigger.pull_request[0].branches.includes == ("main",)
    assert build.before_entry[0].rules[0].configuration == {"Cron": "* * * * *", "Duration": "60"}
    assert build.on_failure is not None
    assert (build.on_failure.result, build.on_failure.retry_mode) == ("RETRY", "FAILED_ACTIONS")


@pytest.mark.parametrize(
    "written",
    [
        "!Sub '{{resolve:secretsmanager:${Owner}:SecretString:token}}'",
        "!Join ['', ['{{resolve:secretsmanager:', shop, ':SecretString:token}}']]",
    ],
)
def test_a_dynamic_reference_that_a_function_makes_is_kept_as_a_parameter(written: str) -> None:
    definition = read_template(SHOP.replace('!Sub "${Owner}-shop"', written), file="template.yml")

    (checkout,) = definition.pipeline.stages[0].actions
    assert re.fullmatch(r"\$\{Parameter\.[A-Za-z0-9]+\}", checkout.configuration["RepositoryName"])


@pytest.mark.parametrize(
    ("kind", "name", "value", "arn", "told"),
    [
        ("StepFunctions", "StateMachineType", "EXPRESS", "!Ref Machine", True),
        ("StepFunctions", "StateMachineType", "EXPRESS", "!GetAtt Machine.Arn", True),
        ("Serverless", "Type", "EXPRESS", "!Ref Machine", True),
        ("StepFunctions", "StateMachineType", "STANDARD", "!Ref Machine", False),
        ("StepFunctions", "Comment", "EXPRESS", "!Ref Machine", False),
        ("StepFunctions", "StateMachineType", "EXPRESS", "!Ref Other", False),
    ],
)
def test_an_express_machine_that_an_action_starts_is_told(
    kind: str, name: str, value: str, arn: str, told: bool
) -> None:
    source = "{Name: S, ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: '1'}, "
    invoke = "{Name: I, ActionTypeId: {Category: Invoke, Owner: AWS, Provider: StepFunctions, Version: '1'}, "
    text = f"""
Parameters: {{Other: {{Type: String}}}}
Resources:
  Machine: {{Type: "AWS::{kind}::StateMachine", Properties: {{{name}: {value}}}}}
  Shop:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      PipelineType: V2
      RoleArn: arn:aws:iam::111122223333:role/shop
      ArtifactStore: {{Type: S3, Location: shop-artifacts}}
      Stages:
        - Name: Source
          Actions: [{source}Configuration: {{S3Bucket: b, S3ObjectKey: k}}, OutputArtifacts: [{{Name: O}}]}}]
        - Name: Go
          Actions: [{invoke}Configuration: {{StateMachineArn: {arn}}}}}]
"""

    findings = read_template(text).origin.findings

    assert ("PK340" in [finding.code for finding in findings]) is told
