from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings

import pipelinekit as pk
from pipelinekit.cloudformation.document import template_text
from pipelinekit.cloudformation.findings import findings_of
from pipelinekit.cloudformation.plan import plan
from pipelinekit.cloudformation.spelling import pipeline_properties
from pipelinekit.cloudformation.template import template_of
from pipelinekit.codepipeline.declaration import ConditionDeclaration, RuleDeclaration, RuleTypeId
from pipelinekit.codepipeline.revisions import with_appspecs
from pipelinekit.documents import Entries, Items, Node, Scalar, plain, read
from strategies import pipelines

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
UNIT = pk.test.CodeBuild("Unit", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make test", "make dist"]))
ROLE = "arn:aws:iam::111122223333:role/x"


def pipeline(*actions: pk.Action, source: pk.Action = CHECKOUT, **more: Any) -> pk.Pipeline:
    return pk.Pipeline("shop", [pk.Stage("Source", source), pk.Stage("Work", actions or [UNIT])], **more)


def resources(template: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """Give the properties of each resource of a type."""
    return [one["Properties"] for one in template["Resources"].values() if one["Type"] == f"AWS::{kind}"]


def actions(template: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    (properties,) = resources(template, "CodePipeline::Pipeline")
    return {action["Name"]: action for stage in properties["Stages"] for action in stage["Actions"]}


def test_a_template_makes_what_the_pipeline_needs() -> None:
    template = pk.to_template(pipeline())

    assert {name: one["Type"] for name, one in template["Resources"].items()} == {
        "ArtifactBucket": "AWS::S3::Bucket",
        "ArtifactBucketPolicy": "AWS::S3::BucketPolicy",
        "PipelineRole": "AWS::IAM::Role",
        "ShopWorkUnitRole": "AWS::IAM::Role",
        "ShopWorkUnitProject": "AWS::CodeBuild::Project",
        "Pipeline": "AWS::CodePipeline::Pipeline",
    }
    assert "Parameters" not in template


def test_the_artifact_bucket_is_private_encrypted_and_reached_by_tls_only() -> None:
    template = pk.to_template(pipeline())
    (bucket,) = resources(template, "S3::Bucket")
    (policy,) = resources(template, "S3::BucketPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert template["Resources"]["ArtifactBucket"]["DeletionPolicy"] == "Retain"


def test_the_bucket_is_encrypted_with_the_stores_key() -> None:
    store = pk.ArtifactStore(str(pk.Parameter("ArtifactBucket")), encryption_key="alias/shop")
    template = pk.to_template(pipeline(artifact_store=store))
    (bucket,) = resources(template, "S3::Bucket")
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/shop"}


def test_what_is_given_is_used_and_not_made() -> None:
    project = pk.Project("unit", role=ROLE)
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=project)
    template = pk.to_template(pipeline(unit, role=ROLE, artifact_store="mine"))
    (made,) = resources(template, "CodePipeline::Pipeline")

    assert (made["RoleArn"], made["ArtifactStore"]["Location"]) == (ROLE, "mine")
    assert resources(template, "CodeBuild::Project")[0]["ServiceRole"] == ROLE
    assert resources(template, "IAM::Role") == resources(template, "S3::Bucket") == []


def test_a_project_may_work_with_the_pipelines_own_role() -> None:
    project = pk.Project("unit", role=pk.Parameter("PipelineRoleArn"))
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=project)
    template = pk.to_template(pipeline(unit))

    assert resources(template, "CodeBuild::Project")[0]["ServiceRole"] == {"Fn::GetAtt": ["PipelineRole", "Arn"]}
    assert len(resources(template, "IAM::Role")) == 1


def test_a_value_that_is_given_counts_as_given() -> None:
    template = pk.to_template(pipeline(), {"PipelineRoleArn": ROLE, "ArtifactBucket": "mine"})

    assert set(template["Resources"]) == {"ShopWorkUnitRole", "ShopWorkUnitProject", "Pipeline"}


def test_a_project_has_its_buildspec_inline_and_its_action_refers_to_it() -> None:
    template = pk.to_template(pipeline())
    (project,) = resources(template, "CodeBuild::Project")

    assert project["Source"] == {
        "Type": "CODEPIPELINE",
        "BuildSpec": "version: 0.2\nphases:\n  build:\n    commands:\n    - make test\n    - make dist\n",
    }
    assert project["ServiceRole"] == {"Fn::GetAtt": ["ShopWorkUnitRole", "Arn"]}
    assert actions(template)["Unit"]["Configuration"] == {"ProjectName": {"Ref": "ShopWorkUnitProject"}}
    assert "        BuildSpec: |\n          version: 0.2\n" in template_text(template)


def test_a_project_that_exists_elsewhere_is_named() -> None:
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="theirs")

    assert actions(pk.to_template(pipeline(unit)))["Unit"]["Configuration"] == {"ProjectName": "theirs"}


def test_a_batch_build_has_a_role_for_its_builds() -> None:
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, batch=True, buildspec=pk.BuildSpec(build=["true"]))
    (project,) = resources(pk.to_template(pipeline(unit)), "CodeBuild::Project")

    assert project["BuildBatchConfig"] == {"ServiceRole": project["ServiceRole"]}


def test_applications_groups_and_configurations_are_made_once() -> None:
    config = pk.DeploymentConfig("Most", type="FLEET_PERCENT", value=75)
    groups = [pk.DeploymentGroup(name, application="shop", tags={"r": name}, config=config) for name in ("web", "jobs")]
    deploys = [pk.deploy.CodeDeploy(f"To{group.name}", input=CHECKOUT.output, group=group) for group in groups]
    template = pk.to_template(pipeline(*deploys))

    assert [one["ApplicationName"] for one in resources(template, "CodeDeploy::Application")] == ["shop"]
    assert [one["MinimumHealthyHosts"]["Value"] for one in resources(template, "CodeDeploy::DeploymentConfig")] == [75]
    web, jobs = resources(template, "CodeDeploy::DeploymentGroup")
    assert web["ApplicationName"] == jobs["ApplicationName"] == {"Ref": "ShopApplication"}
    assert web["DeploymentConfigName"] == {"Ref": "MostDeploymentConfig"}
    assert web["Ec2TagFilters"] == [{"Key": "r", "Value": "web", "Type": "KEY_AND_VALUE"}]
    assert web["ServiceRoleArn"] == {"Fn::GetAtt": ["CodeDeployRole", "Arn"]}
    assert actions(template)["Tojobs"]["Configuration"]["DeploymentGroupName"] == {"Ref": "ShopJobsDeploymentGroup"}


def test_parameters_without_a_value_are_the_templates() -> None:
    approval = pk.approval.Manual("Go", message=f"Into {pk.Parameter('Env')}?")
    template = pk.to_template(pipeline(approval, UNIT))

    assert template["Parameters"] == {
        "Env": {"Type": "String", "Description": "Used by Work > Go > configuration.CustomData"}
    }
    assert actions(template)["Go"]["Configuration"]["CustomData"] == {"Fn::Sub": "Into ${Env}?"}
    assert "Parameters" not in pk.to_template(pipeline(approval, UNIT), {"Env": "live"})


def test_a_parameter_keeps_its_default() -> None:
    branch = attrs.evolve(CHECKOUT, branch=pk.Parameter("Branch"))
    made = pk.to_template(attrs.evolve(pipeline(source=branch), parameters={"Branch": "main"}))

    assert made["Parameters"]["Branch"] == {
        "Type": "String",
        "Default": "main",
        "Description": "Used by Source > Checkout > configuration.BranchName",
    }


def test_a_parameter_with_a_secret_is_not_shown() -> None:
    token = pk.Parameter("Token")
    source = pk.CustomAction(
        "Checkout",
        action_type=pk.ActionTypeId("Source", "ThirdParty", "GitHub"),
        configuration={"Owner": "acme", "Repo": pk.Parameter("Repo"), "Branch": "main", "OAuthToken": token},
        outputs=["CheckoutOutput"],
    )
    parameters = pk.to_template(pipeline(pk.approval.Manual("Go"), source=source))["Parameters"]

    assert parameters["Token"].get("NoEcho") is True
    assert "NoEcho" not in parameters["Repo"]


def test_a_resource_gives_way_to_a_parameter_of_its_name() -> None:
    approval = pk.approval.Manual("Go", message=f"{pk.Parameter('Pipeline')} {pk.Parameter('PipelineRole')}")
    template = pk.to_template(pipeline(approval))

    assert set(template["Parameters"]) == {"Pipeline", "PipelineRole"}
    assert not set(template["Parameters"]) & set(template["Resources"])


def test_disabled_transitions_are_said() -> None:
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Work", UNIT)]
    shop = pk.Pipeline("shop", stages, transitions=[pk.Transition(into="Work", enabled=False, reason="Freeze")])
    (made,) = resources(pk.to_template(shop), "CodePipeline::Pipeline")

    assert made["DisableInboundStageTransitions"] == [{"StageName": "Work", "Reason": "Freeze"}]


# Events and notifications --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        pk.source.CodeCommit("Checkout", repository="shop", branch="main"),
        pk.source.S3("Checkout", bucket="b", object_key="k", poll_for_source_changes=True),
        pk.source.CodeConnections("Checkout", repository="a/b", branch="main", connection=pk.Parameter("Connection")),
    ],
    ids=lambda source: type(source).__name__,
)
def test_a_source_that_looks_for_changes_itself_has_no_event(source: pk.Action) -> None:
    template = pk.to_template(pipeline(pk.approval.Manual("Go"), source=source))

    assert resources(template, "Events::Rule") == []


def test_a_source_that_does_not_poll_is_started_by_its_event() -> None:
    source = pk.source.CodeCommit("Checkout", repository="shop", branch="main", poll_for_source_changes=False)
    template = pk.to_template(pipeline(pk.approval.Manual("Go"), source=source))
    (rule,) = resources(template, "Events::Rule")

    assert rule["EventPattern"]["detail"]["referenceName"] == ["main"]
    assert rule["Targets"][0]["RoleArn"] == {"Fn::GetAtt": ["EventRole", "Arn"]}
    assert rule["Targets"][0]["Arn"]["Fn::Sub"].endswith(":${Pipeline}")


def test_an_image_is_waited_for_with_its_tag() -> None:
    source = pk.source.ECR("Image", repository="shop/web")
    template = pk.to_template(pipeline(pk.approval.Manual("Go"), source=source))
    (rule,) = resources(template, "Events::Rule")

    assert rule["EventPattern"]["detail"]["repository-name"] == ["shop/web"]
    assert rule["EventPattern"]["detail"]["image-tag"] == ["latest"]


def test_a_bucket_that_is_waited_for_has_to_send_its_events() -> None:
    source = pk.source.S3("Checkout", bucket="b", object_key="k", poll_for_source_changes=False)
    template = template_of(pipeline(pk.approval.Manual("Go"), source=source))

    assert template.report.codes == ("PK188",)
    assert resources(template.body, "Events::Rule")[0]["EventPattern"]["detail"]["object"] == {"key": ["k"]}


def test_people_and_topics_are_told() -> None:
    topic = "arn:aws:sns:eu-west-1:111122223333:ops"
    template = pk.to_template(pipeline(), notify=["team@example.com", topic])
    (rule,) = resources(template, "CodeStarNotifications::NotificationRule")
    (made,) = resources(template, "SNS::Topic")

    assert made["Subscription"] == [{"Protocol": "email", "Endpoint": "team@example.com"}]
    assert [target["TargetAddress"] for target in rule["Targets"]] == [topic, {"Ref": "NotificationTopic"}]
    assert "codepipeline-pipeline-pipeline-execution-failed" in rule["EventTypeIds"]


def test_something_else_than_an_address_is_refused() -> None:
    with pytest.raises(pk.InvalidPipeline, match=r"neither an e-mail address nor the ARN of a topic.*PK187"):
        pk.to_template(pipeline(), notify=["team"])


# V2, Regions, accounts -----------------------------------------------------------------------------------------------


def test_conditions_triggers_and_variables_are_spelled_as_cloudformation_has_them() -> None:
    rule = {
        "name": "Calm",
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "CloudWatchAlarm", "version": "1"},
        "configuration": {"AlarmName": "errors"},
        "timeoutInMinutes": 5,
    }
    properties = pipeline_properties(
        {
            "name": "shop",
            "roleArn": ROLE,
            "artifactStores": {"eu-west-1": {"type": "S3", "location": "a"}},
            "stages": [
                {
                    "name": "Live",
                    "actions": [],
                    "beforeEntry": {"conditions": [{"result": "FAIL", "rules": [rule]}]},
                    "onFailure": {"result": "RETRY", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}},
                }
            ],
            "variables": [{"name": "ENV", "defaultValue": "live"}],
            "triggers": [
                {
                    "providerType": "CodeStarSourceConnection",
                    "gitConfiguration": {
                        "sourceActionName": "Checkout",
                        "push": [{"branches": {"includes": ["main", "main"]}, "filePaths": {"excludes": ["docs/**"]}}],
                        "pullRequest": [{"events": ["OPEN"]}],
                    },
                }
            ],
        }
    )

    (stage,) = properties["Stages"]
    (written,) = stage["BeforeEntry"]["Conditions"][0]["Rules"]
    assert properties["ArtifactStores"] == [{"Region": "eu-west-1", "ArtifactStore": {"Type": "S3", "Location": "a"}}]
    assert (written["Configuration"], "TimeoutInMinutes" in written) == ({"AlarmName": "errors"}, False)
    assert stage["OnFailure"] == {"Result": "RETRY", "RetryConfiguration": {"RetryMode": "ALL_ACTIONS"}}
    assert properties["Variables"] == [{"Name": "ENV", "DefaultValue": "live"}]
    assert properties["Triggers"][0]["GitConfiguration"] == {
        "SourceActionName": "Checkout",
        "Push": [{"Branches": {"Includes": ["main"]}, "FilePaths": {"Excludes": ["docs/**"]}}],
        "PullRequest": [{"Events": ["OPEN"]}],
    }


def several_regions() -> pk.Pipeline:
    there = pk.test.CodeBuild("There", input=CHECKOUT.output, region="us-east-1", buildspec=pk.BuildSpec(build=["x"]))
    stores = {region: pk.ArtifactStore(f"store-{region}") for region in ("eu-west-1", "us-east-1")}
    return pipeline(UNIT, there, artifact_store=stores)


def test_what_an_action_of_another_region_uses_is_left_out_and_told() -> None:
    template = template_of(several_regions(), region="eu-west-1")

    assert [one["Name"] for one in resources(template.body, "CodeBuild::Project")] == ["shop-Work-Unit"]
    assert actions(template.body)["There"]["Configuration"] == {"ProjectName": "shop-Work-There"}
    assert template.report.codes == ("PK180", "PK181")
    (pipeline_made,) = resources(template.body, "CodePipeline::Pipeline")
    assert [store["Region"] for store in pipeline_made["ArtifactStores"]] == ["eu-west-1", "us-east-1"]


def test_the_role_that_an_action_brings_is_let_in_and_told() -> None:
    deploy = pk.deploy.ECS("Deploy", input=CHECKOUT.output, cluster="c", service="s", role=ROLE)
    template = template_of(pipeline(deploy))
    (policy,) = resources(template.body, "S3::BucketPolicy")

    assert policy["PolicyDocument"]["Statement"][1]["Principal"] == {"AWS": ROLE}
    assert template.report.codes == ("PK182",)


def test_a_type_whose_permissions_are_not_known_is_told() -> None:
    new = pk.CustomAction("New", action_type=pk.ActionTypeId("Deploy", "AWS", "Balloon"), input=CHECKOUT.output)
    definition = with_rule(pipeline(new), RuleDeclaration("Tide", rule_type_id=RuleTypeId("TideTable")))
    found = list(findings_of(plan(definition), with_appspecs(definition), {"Resources": {}}))

    assert [(one.code, one.where.path[-1]) for one in found] == [("PK183", "New"), ("PK183", "Tide")]


def with_rule(given: pk.Pipeline, rule: RuleDeclaration) -> pk.Definition:
    definition = pk.define(given)
    source, work = definition.pipeline.stages
    work = attrs.evolve(work, on_success=(ConditionDeclaration(result="FAIL", rules=(rule,)),))
    return attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=(source, work)))


def test_the_timeout_of_a_rule_is_left_out_and_told() -> None:
    rule = RuleDeclaration(
        "Calm",
        rule_type_id=RuleTypeId("CloudWatchAlarm"),
        configuration={"AlarmName": "errors"},
        timeout_in_minutes=5,
    )

    assert "PK186" in template_of(with_rule(pipeline(), rule)).report.codes


# Sizes ---------------------------------------------------------------------------------------------------------------


def many(count: int, **more: Any) -> pk.Pipeline:
    builds = [
        pk.test.CodeBuild(f"Unit{n}", input=CHECKOUT.output, **{key: value(n) for key, value in more.items()})
        for n in range(count)
    ]
    stages = [pk.Stage(f"Work{n}", builds[n : n + 45]) for n in range(0, count, 45)]
    return pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), *stages])


def test_a_policy_that_is_too_long_becomes_managed_policies() -> None:
    template = template_of(many(150, project=lambda n: f"a-project-with-quite-a-long-name-{n}"))
    policies = resources(template.body, "IAM::ManagedPolicy")
    role = template.body["Resources"]["PipelineRole"]["Properties"]

    assert len(policies) == len(role["ManagedPolicyArns"]) > 1
    assert "Policies" not in role
    assert all(len(json.dumps(one["PolicyDocument"], separators=(",", ":"))) < 10_240 for one in policies)
    assert "PK184" in template.report.codes


def test_a_template_that_is_too_large_is_refused() -> None:
    with pytest.raises(pk.InvalidPipeline, match=r"resources, where CloudFormation takes 500.*PK185"):
        pk.to_template(many(260, buildspec=lambda n: pk.BuildSpec(build=["true"])))


def test_a_wrong_pipeline_is_refused() -> None:
    with pytest.raises(pk.InvalidPipeline, match="PK107"):
        pk.to_template(pipeline(pk.approval.Manual("Go Live")))


def test_two_configurations_of_one_name_are_refused() -> None:
    configs = [pk.DeploymentConfig("Most", type="FLEET_PERCENT", value=value) for value in (75, 80)]
    groups = [pk.DeploymentGroup(f"g{n}", application="shop", config=config) for n, config in enumerate(configs)]
    deploys = [pk.deploy.CodeDeploy(f"To{group.name}", input=CHECKOUT.output, group=group) for group in groups]

    with pytest.raises(pk.InvalidPipeline, match="PK143"):
        pk.to_template(pipeline(*deploys))


def test_an_appspec_that_no_build_can_write_is_told() -> None:
    group = pk.DeploymentGroup("web", application="shop")
    deploy = pk.deploy.CodeDeploy(
        "Release", input=CHECKOUT.output, group=group, appspec=pk.AppSpec.server(files={"/": "/srv"})
    )

    assert "PK719" in template_of(pipeline(deploy)).report.codes


# Whatever the pipeline -----------------------------------------------------------------------------------------------


def long_form(node: Node) -> Any:
    """Read the short intrinsics as what they are short for."""
    match node:
        case Scalar(text, "!Ref"):
            return {"Ref": text}
        case Scalar(text, "!Sub"):
            return {"Fn::Sub": text}
        case Scalar(text, "!GetAtt"):
            return {"Fn::GetAtt": text.split(".")}
        case Entries():
            return {key: long_form(value) for key, value in node}
        case Items(items):
            return [long_form(item) for item in items]
    return plain(node)


def texts(data: Any) -> Iterator[str]:
    match data:
        case Mapping():
            for value in data.values():
                yield from texts(value)
        case list():
            for value in data:
                yield from texts(value)
        case str():
            yield data


def referred(data: Any) -> Iterator[str]:
    match data:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), _]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from (name.partition(".")[0] for name in re.findall(r"\$\{([A-Za-z0-9:.]+)\}", text))
        case Mapping():
            for value in data.values():
                yield from referred(value)
        case list():
            for value in data:
                yield from referred(value)


@settings(deadline=None, max_examples=40)
@given(pipelines())
def test_yaml_says_what_json_says(given: pk.Pipeline) -> None:
    template = pk.to_template(given)

    assert long_form(read(template_text(template), "template.yaml")) == template
    assert json.loads(template_text(template, "json")) == template


@settings(deadline=None, max_examples=40)
@given(pipelines())
def test_a_template_refers_to_nothing_that_it_does_not_have(given: pk.Pipeline) -> None:
    template = pk.to_template(given, notify=["team@example.com"])
    known = {*template["Resources"], *template.get("Parameters", {})}

    assert all(re.fullmatch("[A-Za-z0-9]{1,255}", name) for name in known)
    assert {name for name in referred(template) if not name.startswith("AWS::")} <= known
    assert not any("${Parameter." in text for text in texts(template))


@settings(deadline=None, max_examples=20)
@given(pipelines())
def test_the_same_pipeline_gives_the_same_bytes(given: pk.Pipeline) -> None:
    assert template_text(pk.to_template(given)) == template_text(pk.to_template(pk.define(given)))


def test_what_a_project_says_of_its_batches_is_kept_beside_their_role() -> None:
    project = pk.Project(
        "unit", buildspec=pk.BuildSpec(build=["true"]), more={"buildBatchConfig": {"timeoutInMins": 30}}
    )
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, batch=True, project=project)
    (properties,) = resources(pk.to_template(pipeline(unit)), "CodeBuild::Project")

    assert set(properties["BuildBatchConfig"]) == {"TimeoutInMins", "ServiceRole"}


@pytest.mark.parametrize("name", ["pipeline", "events", "deployments"])
def test_a_project_of_another_region_may_be_called_like_a_role(name: str) -> None:
    project = pk.Project(name, buildspec=pk.BuildSpec(build=["true"]))
    far = pk.test.CodeBuild("Far", input=CHECKOUT.output, project=project, region="us-east-1")
    source = pk.source.CodeCommit("Checkout", repository="shop", branch="main", poll_for_source_changes=False)
    stores = {one: pk.ArtifactStore(f"artifacts-{one}") for one in ("eu-west-1", "us-east-1")}

    template = pk.to_template(pipeline(UNIT, far, source=source, artifact_store=stores), region="eu-west-1")

    assert {"PipelineRole", "EventRole"} <= set(template["Resources"])


def test_what_is_no_template_is_not_written_as_one() -> None:
    with pytest.raises(TypeError, match=r"as pk\.to_template gives it, is wanted here, not a Pipeline"):
        pk.template_text(pk.Pipeline("shop", []))  # type: ignore[arg-type]
