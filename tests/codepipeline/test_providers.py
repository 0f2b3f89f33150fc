"""Actions of every type: what they are written as, and that AWS would take them."""

from __future__ import annotations

import json
import pickle
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest

import pipelinekit as pk
from actions import CHECKOUT, FILES, IMAGE, PACKAGE, everything, pipeline_with
from pipelinekit.codepipeline import catalogue
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.document import pipeline_input, read_pipeline

ACTIONS = everything()
EXPECTED = {"Polled": {"PK325"}, "Old": {"PK324"}, "Ops": {"PK336"}, "Solano": {"PK336"}}
"""What AWS advises against."""


def name_of(action: pk.Action) -> str:
    return action.name


def declared(action: pk.Action) -> ActionDeclaration:
    """The declaration of an action."""
    declarations = {declared.name: declared for _, declared in pk.define(pipeline_with(action)).actions()}
    return declarations[action.name]


def configuration_of(name: str) -> dict[str, str]:
    (action,) = (action for action in ACTIONS if action.name == name)
    return action.configuration()


def test_there_is_an_example_of_every_class() -> None:
    assert {type(action).type.id for action in ACTIONS} == set(catalogue.known())


def test_every_configuration_key_of_every_class_is_said_in_some_example() -> None:
    said: dict[pk.ActionTypeId, set[str]] = {action.type.id: set() for action in ACTIONS}
    for action in ACTIONS:
        said[action.type.id] |= set(declared(action).configuration)

    for kind, keys in said.items():
        facts = catalogue.find(kind)
        assert facts is not None
        if facts.keys and kind.provider != "CodeBuild":  # CodeBuild's have tests of their own
            assert keys == set(facts.keys), str(kind)


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_an_action_of_every_type_is_one_that_aws_takes(action: pk.Action) -> None:
    more = [other for other in ACTIONS if action.name == "Execute" and other.name == "Prepare"]

    report = pk.check(pipeline_with(*more, action))

    assert set(report.codes) == EXPECTED.get(action.name, set()), str(report)
    assert report.errors == ()


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_an_action_of_every_type_is_read_back_as_it_was_written(action: pk.Action) -> None:
    declaration = pk.define(pipeline_with(action)).pipeline

    assert read_pipeline(json.dumps(pipeline_input(declaration)), "pipeline.json") == declaration


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_a_changed_action_is_of_its_type_and_equal_but_for_the_change(action: pk.Action) -> None:
    changed = attrs.evolve(action, namespace="Changed")

    assert type(changed) is type(action)
    assert changed != action
    assert attrs.evolve(changed, namespace=action.namespace) == action
    assert hash(attrs.evolve(changed, namespace=action.namespace)) == hash(action)


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_an_action_can_go_to_another_process(action: pk.Action) -> None:
    assert pickle.loads(pickle.dumps(action)) == action


@pytest.mark.parametrize("action", ACTIONS, ids=name_of)
def test_an_action_is_a_value_without_a_dictionary_of_its_own(action: pk.Action) -> None:
    assert not hasattr(action, "__dict__")
    with pytest.raises(AttributeError):
        action.name = "Other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_builds_and_tests_by_codebuild_are_not_equal() -> None:
    build: pk.Action = pk.build.CodeBuild("Unit", input=CHECKOUT.output, project="unit")
    test: pk.Action = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="unit")

    assert build != test
    assert repr(build).startswith("CodeBuild(name='Unit'")


# Helpers of single types ---------------------------------------------------------------------------------------------


def test_each_mode_of_a_stack_has_its_maker() -> None:
    modes = {
        name: configuration_of(name)["ActionMode"] for name in ("Stack", "StackAnew", "Prepare", "Execute", "Remove")
    }

    assert modes == {
        "Stack": "CREATE_UPDATE",
        "StackAnew": "REPLACE_ON_FAILURE",
        "Prepare": "CHANGE_SET_REPLACE",
        "Execute": "CHANGE_SET_EXECUTE",
        "Remove": "DELETE_ONLY",
    }
    assert configuration_of("Execute") == {
        "ActionMode": "CHANGE_SET_EXECUTE",
        "StackName": "shop",
        "ChangeSetName": "release",
        "OutputFileName": "made.json",
    }


def test_an_action_of_a_maker_knows_the_line_it_was_made_at() -> None:
    action = pk.deploy.CloudFormation.delete("Remove", stack_name="shop", stack_role="arn")

    assert action.where is not None
    assert action.where.file == __file__


def test_a_deployment_to_a_group_that_exists_names_it_and_brings_none() -> None:
    (elsewhere,) = (action for action in ACTIONS if action.name == "Elsewhere")

    assert elsewhere.deployment_group is None
    assert elsewhere.configuration() == {"ApplicationName": "shop", "DeploymentGroupName": "workers"}


@pytest.mark.parametrize(
    "given", [{"group": "web"}, {"group": pk.DeploymentGroup("web", application="shop"), "application": "shop"}]
)
def test_a_group_has_one_application(given: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Release: a group that exists is named with its application"):
        pk.deploy.CodeDeploy("Release", input=FILES, **given)


def test_parameters_of_a_stack_set_are_written_in_the_short_form_of_aws() -> None:
    written = configuration_of("WholeSet")

    assert written["Parameters"] == (
        "ParameterKey=Level,ParameterValue=debug ParameterKey=Count,ParameterValue=3 "
        "ParameterKey=Key,UsePreviousValue=true"
    )
    assert written["DeploymentTargets"] == "111122223333,444455556666"
    assert written["FailureTolerancePercentage"] == "0"


@pytest.mark.parametrize("value", ["two words", "a,b", 'say "hi"', "two\nlines"])
def test_a_value_that_the_short_form_cannot_hold_is_refused_with_the_way_out(value: str) -> None:
    with pytest.raises(ValueError, match=r"write the parameters into a JSON file, and say parameters=") as raised:
        pk.deploy.CloudFormationStackSet(
            "Set", stack_set_name="shop", template=FILES.at("t.yml"), parameters={"Note": value}
        )

    assert "Note" in str(raised.value)


def test_files_that_a_stack_set_points_to_become_inputs() -> None:
    action = pk.deploy.CloudFormationStackSet(
        "Set",
        stack_set_name="shop",
        template=FILES.at("template.yml"),
        parameters=CHECKOUT.output.at("parameters.json"),
        deployment_targets=FILES.at("accounts.json"),
        regions=["eu-west-1"],
    )

    assert [artifact.name for artifact in action.inputs] == ["PackageOutput", "CheckoutOutput"]
    assert action.configuration()["DeploymentTargets"] == "PackageOutput::accounts.json"


def test_templates_and_images_of_a_blue_green_deployment_become_inputs_and_keys() -> None:
    (action,) = (action for action in ACTIONS if action.name == "BlueGreen2")

    assert [artifact.name for artifact in action.inputs] == ["PackageOutput", "CheckoutOutput", "ImageOutput"]
    assert action.configuration() == {
        "ApplicationName": "shop",
        "DeploymentGroupName": "web",
        "TaskDefinitionTemplateArtifact": "PackageOutput",
        "TaskDefinitionTemplatePath": "deploy/taskdef.json",
        "AppSpecTemplateArtifact": "CheckoutOutput",
        "AppSpecTemplatePath": "deploy/appspec.yaml",
        "Image1ArtifactName": "ImageOutput",
        "Image1ContainerName": "IMAGE1_NAME",
        "Image2ArtifactName": "PackageOutput",
        "Image2ContainerName": "SIDECAR",
    }


def test_more_than_four_images_are_refused() -> None:
    images = {f"IMAGE{n}_NAME": IMAGE.output for n in range(5)}

    with pytest.raises(ValueError, match="takes up to 4 images, not 5"):
        pk.deploy.CodeDeployToECS(
            "Release", application="shop", group="web", task_definition=FILES, appspec=FILES, images=images
        )


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (["IMAGE1_NAME"], "a mapping of placeholders to artifacts"),
        ({"IMAGE1_NAME": IMAGE}, "the image of IMAGE1_NAME is an artifact"),
    ],
)
def test_images_that_are_no_artifacts_are_refused(images: object, sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        pk.deploy.CodeDeployToECS(
            "Release",
            application="shop",
            group="web",
            task_definition=FILES,
            appspec=FILES,
            images=images,  # type: ignore[arg-type]
        )


def test_the_image_definitions_file_is_written_by_the_command_that_is_given(tmp_path: Path) -> None:
    command = pk.deploy.ECS.image_definitions({"web": "$REPOSITORY:$TAG", "it's": "nginx"}, "images.json")

    subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, check=True, env={"REPOSITORY": "example.org/shop", "TAG": "1 %s"}
    )

    assert json.loads((tmp_path / "images.json").read_text()) == [
        {"name": "web", "imageUri": "example.org/shop:1 %s"},
        {"name": "it's", "imageUri": "nginx"},
    ]


def test_the_image_detail_file_is_written_by_the_command_that_is_given(tmp_path: Path) -> None:
    command = pk.deploy.CodeDeployToECS.image_detail("$IMAGE")

    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True, env={"IMAGE": "example.org/shop:1"})

    assert json.loads((tmp_path / "imageDetail.json").read_text()) == {"ImageURI": "example.org/shop:1"}


@pytest.mark.parametrize("image", ['a" > /tmp/x; "', "a\nb"])
def test_an_image_that_would_end_its_quotes_is_refused(image: str) -> None:
    with pytest.raises(ValueError, match="is the name of an image or a variable of the shell"):
        pk.deploy.ECS.image_definitions({"web": image})


def test_what_another_pipeline_is_started_with_is_json() -> None:
    written = configuration_of("Next2")

    assert json.loads(written["SourceRevisions"]) == [
        {"actionName": "Checkout", "revisionType": "COMMIT_ID", "revisionValue": "#{Checkout.CommitId}"}
    ]
    assert json.loads(written["Variables"]) == [
        {"name": "VERSION", "value": "#{Package.VERSION}"},
        {"name": "COUNT", "value": "3"},
    ]


def test_a_revision_without_its_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r'the revision of Checkout is written \("COMMIT_ID"'):
        pk.invoke.CodePipeline("Next", pipeline="shop-live", source_revisions={"Checkout": "abc"})  # type: ignore[dict-item]


def test_a_jenkins_action_is_of_the_type_that_its_plugin_registered() -> None:
    build, test = (action for action in ACTIONS if action.name in ("Jenkins", "Ui"))

    assert str(build.action_type_id) == "Build/Custom/OurJenkins/2"
    assert str(test.action_type_id) == "Test/Custom/OurJenkins/1"
    assert build.output.name == "JenkinsBuild"


def test_a_partner_action_has_the_provider_that_is_known_unless_another_is_said() -> None:
    assert str(pk.test.Nouvola("Load").action_type_id) == "Test/ThirdParty/Nouvola/1"
    assert str(pk.test.Runscope("Api", provider="runscope").action_type_id) == "Test/ThirdParty/runscope/1"


def test_secrets_of_an_action_do_not_stand_in_its_look() -> None:
    github = pk.source.GitHub("Old", owner="acme", repository="shop", branch="main", oauth_token="ghp_123")
    skill = pk.deploy.AlexaSkillsKit(
        "Skill", input=FILES, client_id="c", client_secret="s3cret", refresh_token="t0ken", skill_id="s"
    )
    snyk = pk.invoke.Snyk("Snyk", input=FILES, configuration={"Token": "h1dden"})

    looks = f"{github!r} {skill!r} {snyk!r}"
    assert not any(secret in looks for secret in ("ghp_123", "s3cret", "t0ken", "h1dden"))
    assert github.configuration()["OAuthToken"] == "ghp_123"


def test_the_environment_of_a_deployment_to_a_cluster_stands_in_the_declaration() -> None:
    (chart,) = (
        action for action in pk.define(pipeline_with(*ACTIONS)).pipeline.stages[2].actions if action.name == "Chart"
    )

    assert [(v.name, v.value) for v in chart.environment_variables] == [("TAG", "#{Package.VERSION}")]
    assert chart.configuration["Namespace"] == "beta"


def test_everything_together_is_a_pipeline_that_is_ordered_by_its_artifacts() -> None:
    together = pipeline_with(*ACTIONS)

    assert pk.check(together).errors == ()
    assert PACKAGE.name in {edge.before[1] for edge in pk.order(together).edges}


# What the keys of one type ask of each other -------------------------------------------------------------------------


def report_on(action: pk.Action, settings: Mapping[str, str | None], *, reads: bool = True) -> pk.Report:
    """Check an action whose configuration is changed: keys are set, and left out where they are None."""
    configuration = {**declared(action).configuration, **settings}
    custom = pk.CustomAction(
        action.name,
        action_type=action.action_type_id,
        configuration={key: value for key, value in configuration.items() if value is not None},
        input=action.inputs if reads else (),
        outputs=action.output_names,
    )
    return pk.check(pipeline_with(custom))


def example(name: str) -> pk.Action:
    (action,) = (action for action in ACTIONS if action.name == name)
    return action


@pytest.mark.parametrize(
    ("name", "settings", "codes"),
    [
        ("Batch", {"BatchEnabled": None}, {"PK334"}),
        ("Batch", {"BatchEnabled": "false"}, {"PK334"}),
        ("Batch", {"BatchEnabled": "#{Package.VERSION}"}, set()),
        ("Release", {"ObjectKey": None}, {"PK317"}),
        ("Set", {"DeploymentTargets": "111122223333"}, {"PK333"}),
        ("Set", {"Regions": "eu-west-1"}, {"PK333"}),
        ("Set", {"StackSetName": "1shop"}, {"PK335"}),
        ("Set", {"TemplatePath": "template.yml"}, {"PK307"}),
        ("Set", {"TemplatePath": "Other::template.yml"}, {"PK307"}),
        ("Set", {"Parameters": "Other::parameters.json"}, {"PK307"}),
        ("Set", {"Parameters": "ParameterKey=A,ParameterValue=b::c"}, set()),
        ("Set", {"Capabilities": "CAPABILITY_IAM,CAPABILITY_NAMED"}, {"PK330"}),
        ("Set", {"MaxConcurrentPercentage": "101"}, {"PK335"}),
        ("Set", {"MaxConcurrentPercentage": "-1"}, {"PK335"}),
        ("Set", {"MaxConcurrentPercentage": "ten"}, {"PK335"}),
        ("Set", {"MaxConcurrentPercentage": "${Parameter.Share}"}, set()),
        ("Set", {"OrganizationsAutoDeployment": "Enabled"}, {"PK334"}),
        ("Set", {"OrganizationsAutoDeployment": "Disabled"}, set()),
        ("Set", {"CallAs": "DELEGATED_ADMIN"}, {"PK334"}),
        ("ManagedSet", {"ExecutionRoleName": "execution"}, {"PK334"}),
        ("ManagedSet", {"PermissionModel": "SERVICE"}, {"PK330"}),
        ("Instances", {"DeploymentTargets": "Other::accounts.json"}, {"PK307"}),
        ("Instances", {"Regions": None}, {"PK303"}),
        ("BlueGreen2", {"Image1ContainerName": None}, {"PK334"}),
        ("BlueGreen2", {"Image1ArtifactName": None}, {"PK334"}),
        ("BlueGreen2", {"Image2ArtifactName": "Other"}, {"PK316"}),
        ("BlueGreen2", {"AppSpecTemplateArtifact": "#{Package.VERSION}"}, set()),
        ("BlueGreen2", {"Image0ArtifactName": "ImageOutput"}, {"PK315"}),
        ("BlueGreen2", {"Image1ArtefactName": "ImageOutput"}, {"PK302"}),
        ("Service", {"DeploymentTimeout": "61"}, {"PK335"}),
        ("Service", {"DeploymentTimeout": "0"}, {"PK335"}),
        ("Copy", {"DeploySpec": None}, {"PK333"}),
        ("Copy2", {"TargetDirectory": None}, {"PK333"}),
        ("Copy2", {"TargetDirectory": "srv/shop"}, {"PK335"}),
        ("Copy2", {"MaxBatch": "0"}, {"PK335"}),
        ("Copy2", {"MaxBatch": "0%"}, {"PK335"}),
        ("Copy2", {"MaxBatch": "101%"}, {"PK335"}),
        ("Copy2", {"MaxBatch": "500"}, set()),
        ("Apply", {"ManifestFiles": None}, {"PK333"}),
        ("Chart", {"HelmReleaseName": None}, {"PK333"}),
        ("Chart", {"HelmChartLocation": None}, {"PK333"}),
        ("Shift", {"PublishedTargetVersion": None}, {"PK333"}),
        ("Shift", {"FunctionAlias": None}, {"PK334"}),
        ("Shift", {"DeployStrategy": "Canary10Percent5Minutes"}, set()),
        ("Shift", {"DeployStrategy": "AllAtOnce"}, set()),
        ("Shift", {"DeployStrategy": "Canary10Percent"}, {"PK335"}),
        ("Product", {"ProductType": None}, {"PK333"}),
        ("Listed", {"ProductType": "CLOUD_FORMATION_TEMPLATE"}, set()),
        ("Migrate2", {"Input": None}, {"PK333"}),
        ("ScanImage", {"ECRRepositoryName": None}, {"PK333"}),
        ("ScanImage", {"CriticalThreshold": "many"}, {"PK335"}),
        ("Next", {"Variables": "VERSION=1"}, {"PK335"}),
        ("Next", {"Variables": '[{"name": "A"}]'}, {"PK335"}),
        ("Next", {"Variables": '{"name": "A", "value": "b"}'}, {"PK335"}),
        ("Next", {"Variables": "[]"}, set()),
        ("Next", {"SourceRevisions": "[" * 900}, {"PK335"}),
        ("Next2", {"SourceRevisions": "${Parameter.Revisions}"}, set()),
        ("Phones", {"FuzzEventCount": "10001"}, {"PK335"}),
        ("Phones", {"TestType": "BUILTIN_FUZ"}, {"PK330"}),
        ("Phones", {"AppiumVersion": None}, {"PK303"}),
        ("PushBoth", {"RegistryType": "internal"}, {"PK330"}),
        ("Skill", {"SkillId": None}, {"PK303"}),
        ("Remove", {"RoleArn": None}, {"PK309"}),
    ],
)
def test_a_configuration_that_contradicts_itself_is_found(
    name: str, settings: dict[str, str | None], codes: set[str]
) -> None:
    assert set(report_on(example(name), settings).codes) - {"PK210"} == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("ScanSource", {"PK337"}),
        ("Migrate2", {"PK337"}),
        ("Shift", set()),
        ("Code", {"PK333"}),
        ("Snyk", set()),
        ("Apply", {"PK205"}),
    ],
)
def test_a_configuration_that_reads_from_no_artifact_is_found(name: str, codes: set[str]) -> None:
    assert set(report_on(example(name), {}, reads=False).codes) == codes


def test_keys_of_partner_and_custom_actions_are_not_judged() -> None:
    for name in ("Bees", "Ghost", "Xebia", "Snyk"):
        assert report_on(example(name), {"Whatever": "yes"}).codes == ()


def test_a_custom_action_that_happens_to_be_called_jenkins_is_only_warned_of() -> None:
    jenkins = pk.CustomAction(
        "Scan", action_type=pk.ActionTypeId("Test", "Custom", "Jenkins"), configuration={"Job": "a"}
    )

    report = pk.check(pipeline_with(jenkins))

    assert [(finding.code, finding.severity) for finding in report] == [("PK303", pk.Severity.WARNING)]


def test_old_keys_of_a_retired_type_are_only_warned_of() -> None:
    report = report_on(example("Ops"), {"Stack": None, "StackId": "1"})

    assert report.errors == ()
    assert set(report.codes) == {"PK302", "PK303", "PK336"}


def change_sets(*, made: str = "release", executed: str = "release", first: int = 1, then: int = 2) -> pk.Report:
    make = pk.deploy.CloudFormation
    prepare = make.create_change_set(
        "Prepare",
        stack_name="shop",
        change_set_name=made,
        template=FILES.at("template.yml"),
        stack_role="arn:aws:iam::111122223333:role/stack",
        run_order=first,
    )
    execute = make.execute_change_set("Execute", stack_name="shop", change_set_name=executed, run_order=then)
    return pk.check(pipeline_with(prepare, execute))


def test_a_change_set_that_is_made_before_it_is_executed_is_right() -> None:
    assert change_sets().codes == ()


@pytest.mark.parametrize(("first", "then"), [(2, 1), (2, 2)])
def test_a_change_set_that_is_made_too_late_is_found(first: int, then: int) -> None:
    (finding,) = change_sets(first=first, then=then)

    assert finding.code == "PK310"
    assert "which Prepare has not made by then" in finding.message
    assert finding.hint == "let it wait: prepare >> execute"


def test_a_change_set_that_nobody_makes_is_a_warning_as_somebody_else_may_make_it() -> None:
    (finding,) = change_sets(executed="other")

    assert (finding.code, finding.severity) == ("PK310", pk.Severity.WARNING)
    assert "no action of the pipeline makes" in finding.message


def test_an_output_artifact_without_a_file_for_the_outputs_of_the_stack_is_found() -> None:
    stack = attrs.evolve(example("Stack"), outputs=("Outputs",))

    (finding,) = pk.check(pipeline_with(stack))

    assert finding.code == "PK334"
    assert "'Outputs', which stays empty" in finding.message
