from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.iam import (
    MANAGED_POLICY_MAX,
    Role,
    Statement,
    located,
    merged,
    policies,
    policy_document,
    size,
    split,
)
from pipelinekit.cloudformation.needs import Need, Reason
from pipelinekit.codepipeline.declaration import ConditionDeclaration, RuleDeclaration, RuleTypeId
from pipelinekit.values import thawed_json
from strategies import pipelines

PLACE = "${AWS::Region}:${AWS::AccountId}"
CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
CUSTOM_ROLE = "arn:aws:iam::999922223333:role/there"


def pipeline(*actions: pk.Action, **more: Any) -> pk.Pipeline:
    return pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Work", actions)], **more)


def custom(name: str, kind: str, configuration: Mapping[str, Any], **more: Any) -> pk.CustomAction:
    category, provider = kind.split("/")
    action_type = pk.ActionTypeId(category, "AWS", provider)
    return pk.CustomAction(name, action_type=action_type, configuration=configuration, **more)


def role(given: pk.Pipeline | pk.Definition, name: str = "pipeline") -> Role:
    return next(role for role in policies(given) if role.name == name)


def allowed(role: Role) -> dict[str, set[str]]:
    """Action -> resources."""
    found: dict[str, set[str]] = {}
    for statement in role.statements:
        for action in statement.actions:
            found.setdefault(action, set()).update(statement.resources)
    return found


def test_the_pipeline_may_use_what_its_actions_name_and_nothing_else() -> None:
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="unit")
    deploy = pk.deploy.ECS("Deploy", input=CHECKOUT.output, cluster="live", service="web")
    found = allowed(role(pipeline(unit, deploy)))

    assert found["codebuild:StartBuild"] == {f"arn:${{AWS::Partition}}:codebuild:{PLACE}:project/unit"}
    assert found["ecs:UpdateService"] == {f"arn:${{AWS::Partition}}:ecs:{PLACE}:service/live/web"}
    assert found["codecommit:UploadArchive"] == {f"arn:${{AWS::Partition}}:codecommit:{PLACE}:shop"}
    assert "codebuild:StartBuildBatch" not in found
    assert "*" not in {action for action in found if action.endswith("*")}


def test_actions_of_one_kind_share_their_statements() -> None:
    builds = [pk.test.CodeBuild(f"Unit{n}", input=CHECKOUT.output, project=f"unit{n}") for n in range(3)]
    statements = [one for one in role(pipeline(*builds)).statements if "codebuild:StartBuild" in one.actions]

    assert [len(one.resources) for one in statements] == [3]
    assert [reason.who for reason in statements[0].reasons] == ["Work/Unit0", "Work/Unit1", "Work/Unit2"]


def test_a_stack_asks_for_what_its_mode_does() -> None:
    def of(mode: str) -> dict[str, set[str]]:
        template = CHECKOUT.output.at("t.yml")
        action = pk.deploy.CloudFormation(
            "Stack", stack_name="web", action_mode=mode, change_set_name="c", stack_role=CUSTOM_ROLE, template=template
        )
        return allowed(role(pipeline(action)))

    assert {"cloudformation:CreateStack", "iam:PassRole"} <= set(of("CREATE_UPDATE"))
    assert not {"cloudformation:CreateStack", "iam:PassRole"} & set(of("CHANGE_SET_EXECUTE"))
    assert of("CHANGE_SET_REPLACE")["iam:PassRole"] == {CUSTOM_ROLE}
    assert "cloudformation:DeleteStack" not in of("CREATE_UPDATE")
    assert of("DELETE_ONLY")["cloudformation:DeleteStack"] == {
        f"arn:${{AWS::Partition}}:cloudformation:{PLACE}:stack/web/*"
    }


def test_a_role_is_passed_to_its_service_only() -> None:
    action = pk.deploy.CloudFormation(
        "Stack", stack_name="web", stack_role=CUSTOM_ROLE, template=CHECKOUT.output.at("t.yml")
    )
    (statement,) = (one for one in role(pipeline(action)).statements if "iam:PassRole" in one.actions)

    assert policy_document([statement])["Statement"][0]["Condition"] == {
        "StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}
    }


def test_what_a_variable_tells_only_later_is_open_in_the_policy() -> None:
    invoke = custom("Call", "Invoke/Lambda", {"FunctionName": "fn-#{Checkout.BranchName}"})
    tagged = custom("Copy", "Deploy/EC2", {"InstanceTagKey": "role", "InstanceTagValue": "#{Checkout.BranchName}"})
    pipelines_role = role(pipeline(invoke, tagged))
    conditions = [dict(one.condition) for one in pipelines_role.statements if "ssm:SendCommand" in one.actions]

    assert allowed(pipelines_role)["lambda:InvokeFunction"] == {f"arn:${{AWS::Partition}}:lambda:{PLACE}:function:fn-*"}
    assert {"StringLike": {"aws:ResourceTag/role": "*"}} in conditions


def test_a_list_is_a_resource_each() -> None:
    action = custom("Publish", "Deploy/Lambda", {"FunctionName": "fn", "Alarms": "errors, slow"})
    alarms = allowed(role(pipeline(action)))["cloudwatch:DescribeAlarms"]

    assert {alarm.rpartition(":")[2] for alarm in alarms} == {"errors", "slow"}


def test_an_action_with_a_role_of_its_own_needs_nothing_of_the_pipelines_but_to_take_it() -> None:
    deploy = pk.deploy.ECS("Deploy", input=CHECKOUT.output, cluster="live", service="web", role=CUSTOM_ROLE)
    given = pipeline(deploy)

    assert allowed(role(given))["sts:AssumeRole"] == {CUSTOM_ROLE}
    assert "ecs:UpdateService" not in allowed(role(given))
    theirs = allowed(role(given, CUSTOM_ROLE))
    assert theirs["ecs:UpdateService"] == {"arn:${AWS::Partition}:ecs:${AWS::Region}:999922223333:service/live/web"}
    assert "s3:GetObject" in theirs
    assert role(given, CUSTOM_ROLE).arn == CUSTOM_ROLE


def test_an_action_of_another_region_has_its_resources_there() -> None:
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="unit", region="us-east-1")

    assert allowed(role(pipeline(unit)))["codebuild:StartBuild"] == {
        "arn:${AWS::Partition}:codebuild:us-east-1:${AWS::AccountId}:project/unit"
    }


def test_a_rule_asks_for_permissions_too() -> None:
    rule = RuleDeclaration("Calm", rule_type_id=RuleTypeId("CloudWatchAlarm"), configuration={"AlarmName": "errors"})
    condition = ConditionDeclaration(result="ROLLBACK", rules=(rule,))
    definition = pk.define(pipeline(pk.approval.Manual("Go")))
    stages = [
        attrs.evolve(stage, on_success=(condition,)) if stage.name == "Work" else stage
        for stage in definition.pipeline.stages
    ]
    changed = attrs.evolve(definition, pipeline=attrs.evolve(definition.pipeline, stages=tuple(stages)))

    (statement,) = (one for one in role(changed).statements if "cloudwatch:DescribeAlarms" in one.actions)
    assert statement.reasons[0].who == "Work/Calm (rule)"


@pytest.mark.parametrize(
    ("key", "resource", "condition"),
    [
        ("arn:aws:kms:eu-west-1:111122223333:key/1", "arn:aws:kms:eu-west-1:111122223333:key/1", {}),
        ("1234abcd-12ab", f"arn:${{AWS::Partition}}:kms:{PLACE}:key/1234abcd-12ab", {}),
        (
            "alias/store",
            f"arn:${{AWS::Partition}}:kms:{PLACE}:key/*",
            {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/store"}},
        ),
    ],
)
def test_the_stores_key_may_be_used_however_it_is_named(key: str, resource: str, condition: dict[str, Any]) -> None:
    given = pipeline(pk.approval.Manual("Go"), artifact_store=pk.ArtifactStore("store", encryption_key=key))
    (statement,) = (one for one in role(given).statements if "kms:Decrypt" in one.actions)

    assert statement.resources == (resource,)
    assert statement.condition == condition


def test_the_key_of_another_regions_store_is_there() -> None:
    stores = {
        region: pk.ArtifactStore(f"store-{region}", encryption_key="1234") for region in ("eu-west-1", "us-east-1")
    }
    found = allowed(role(pipeline(pk.approval.Manual("Go"), artifact_store=stores)))

    assert found["kms:Decrypt"] == {
        f"arn:${{AWS::Partition}}:kms:{region}:${{AWS::AccountId}}:key/1234" for region in stores
    }
    assert found["s3:PutObject"] == {f"arn:${{AWS::Partition}}:s3:::store-{region}/*" for region in stores}


def test_commands_read_the_secrets_they_name_and_join_the_network_they_name() -> None:
    secret = pk.EnvironmentVariable(name="TOKEN", value="shop/token", type="SECRETS_MANAGER")
    bare = pk.build.Commands("Bare", input=CHECKOUT.output, commands=["true"])
    commands = pk.build.Commands(
        "Run", input=CHECKOUT.output, commands=["true"], environment=[secret], vpc_id="vpc-1", subnets=["subnet-1"]
    )
    found = allowed(role(pipeline(commands)))

    assert found["secretsmanager:GetSecretValue"] == {
        f"arn:${{AWS::Partition}}:secretsmanager:{PLACE}:secret:shop/token-??????"
    }
    assert "ec2:CreateNetworkInterface" in found
    assert "ec2:CreateNetworkInterface" not in allowed(role(pipeline(bare)))


def test_the_secrets_of_an_action_lie_in_its_region_and_the_account_of_its_role() -> None:
    variables = [
        pk.EnvironmentVariable(name="TOKEN", value="shop/token", type="SECRETS_MANAGER"),
        pk.EnvironmentVariable(name="URL", value="/shop/url", type="PARAMETER_STORE"),
    ]
    there = pk.build.Commands(
        "Run",
        input=CHECKOUT.output,
        commands=["true"],
        environment=variables,
        role=CUSTOM_ROLE,
        region="eu-west-1",
    )
    found = allowed(role(pipeline(there), CUSTOM_ROLE))

    place = "eu-west-1:999922223333"
    assert found["secretsmanager:GetSecretValue"] == {
        f"arn:${{AWS::Partition}}:secretsmanager:{place}:secret:shop/token-??????"
    }
    assert found["ssm:GetParameters"] == {f"arn:${{AWS::Partition}}:ssm:{place}:parameter/shop/url"}


# Builds --------------------------------------------------------------------------------------------------------------


def build(spec: pk.BuildSpec | None = None, **more: Any) -> dict[str, set[str]]:
    action = pk.build.CodeBuild("Unit", input=CHECKOUT.output, buildspec=spec or pk.BuildSpec(build=["true"]), **more)
    return allowed(role(pipeline(action), "project/shop-Work-Unit"))


def test_a_build_logs_reads_artifacts_and_stores_them_only_when_it_has_some() -> None:
    found = build()

    assert found["logs:PutLogEvents"] == {
        f"arn:${{AWS::Partition}}:logs:{PLACE}:log-group:/aws/codebuild/shop-Work-Unit",
        f"arn:${{AWS::Partition}}:logs:{PLACE}:log-group:/aws/codebuild/shop-Work-Unit:*",
    }
    assert found["s3:GetObject"] == {"arn:${AWS::Partition}:s3:::${Parameter.ArtifactBucket}/*"}
    assert "s3:PutObject" not in found
    assert "s3:PutObject" in build(pk.BuildSpec(build=["true"], artifacts=["dist/*"]))


def test_a_build_reads_the_secrets_that_it_names() -> None:
    spec = pk.BuildSpec(build=["true"], parameter_store={"A": "/shop/a"}, secrets_manager={"B": "shop/db:password"})
    extra = [
        pk.EnvironmentVariable(name="C", value="c", type="PARAMETER_STORE"),
        pk.EnvironmentVariable(
            name="D", value="arn:aws:secretsmanager:eu-west-1:111122223333:secret:d-AbCdEf:key", type="SECRETS_MANAGER"
        ),
    ]
    found = build(spec, environment=extra)

    assert found["ssm:GetParameters"] == {
        f"arn:${{AWS::Partition}}:ssm:{PLACE}:parameter/{name}" for name in ("shop/a", "c")
    }
    assert found["secretsmanager:GetSecretValue"] == {
        f"arn:${{AWS::Partition}}:secretsmanager:{PLACE}:secret:shop/db-??????",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:d-AbCdEf",
    }


def test_a_build_writes_the_reports_that_it_names() -> None:
    spec = pk.BuildSpec(build=["true"], sections={"reports": {"unit": {"files": ["**/*"]}}})

    assert build(spec)["codebuild:CreateReport"] == {
        f"arn:${{AWS::Partition}}:codebuild:{PLACE}:report-group/shop-Work-Unit-unit"
    }


def project(**more: Any) -> dict[str, set[str]]:
    """What a project may do that says more than the language has names for."""
    made = pk.Project("unit", buildspec=pk.BuildSpec(build=["true"]), **more)
    return allowed(role(pipeline(pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=made)), "project/unit"))


def test_a_build_in_a_vpc_makes_network_interfaces_in_its_subnets_only() -> None:
    network = {"vpcId": "vpc-1", "subnets": ["subnet-1", "subnet-2"], "securityGroupIds": ["sg-1"]}
    made = pk.Project("unit", buildspec=pk.BuildSpec(build=["true"]), more={"vpcConfig": network})
    given = pipeline(pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=made))
    statements = role(given, "project/unit").statements

    lets = next(one for one in statements if "ec2:CreateNetworkInterfacePermission" in one.actions)
    assert lets.resources == (f"arn:${{AWS::Partition}}:ec2:{PLACE}:network-interface/*",)
    assert thawed_json(lets.condition) == {
        "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
        "ArnEquals": {
            "ec2:Subnet": [f"arn:${{AWS::Partition}}:ec2:{PLACE}:subnet/subnet-{number}" for number in (1, 2)]
        },
    }
    assert "ec2:DescribeSubnets" in allowed(role(given, "project/unit"))
    assert not [action for action in project() if action.startswith("ec2:")]


def test_a_build_writes_its_log_where_it_is_told_to() -> None:
    logs = {
        "cloudWatchLogs": {"status": "ENABLED", "groupName": "builds"},
        "s3Logs": {"status": "ENABLED", "location": "logs-of-builds/shop"},
    }
    found = project(more={"logsConfig": logs})

    assert f"arn:${{AWS::Partition}}:logs:{PLACE}:log-group:builds" in found["logs:CreateLogStream"]
    assert found["s3:PutObject"] == {"arn:${AWS::Partition}:s3:::logs-of-builds/shop/*"}
    off = {"cloudWatchLogs": {"status": "DISABLED"}, "s3Logs": {"status": "DISABLED", "location": "logs-of-builds"}}
    assert not {"logs:CreateLogStream", "s3:PutObject"} & set(project(more={"logsConfig": off}))


def test_a_build_keeps_its_cache_and_pulls_its_image() -> None:
    image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/tools/python:3.12"
    more = {
        "cache": {"type": "S3", "location": "cache-of-builds/unit"},
        "environment": {
            "imagePullCredentialsType": "SERVICE_ROLE",
            "registryCredential": {"credential": "registry/login", "credentialProvider": "SECRETS_MANAGER"},
        },
    }
    found = project(image=image, more=more)

    assert found["s3:PutObject"] == {"arn:${AWS::Partition}:s3:::cache-of-builds/unit/*"}
    assert found["ecr:BatchGetImage"] == {"arn:${AWS::Partition}:ecr:eu-west-1:111122223333:repository/tools/python"}
    assert found["secretsmanager:GetSecretValue"] == {
        f"arn:${{AWS::Partition}}:secretsmanager:{PLACE}:secret:registry/login-??????"
    }
    assert "ecr:BatchGetImage" not in project(image=image)


@pytest.mark.parametrize(
    "more", [{"vpcConfig": []}, {"logsConfig": "off"}, {"cache": {"location": 1}}, {"environment": {}}]
)
def test_members_of_another_form_need_nothing(more: dict[str, Any]) -> None:
    assert project(more=more) == project()


def test_a_batch_starts_builds_of_its_own() -> None:
    assert "codebuild:StartBuild" in build(batch=True)
    assert "codebuild:StartBuild" not in build()


def test_a_build_that_clones_may_use_the_connection() -> None:
    arn = "arn:aws:codeconnections:eu-west-1:111122223333:connection/1"
    source = pk.source.CodeConnections(
        "Clone", repository="a/b", branch="main", connection=arn, output_artifact_format="CODEBUILD_CLONE_REF"
    )
    unit = pk.test.CodeBuild("Unit", input=source.output, buildspec=pk.BuildSpec(build=["true"]))
    given = pk.Pipeline("shop", [pk.Stage("Source", source), pk.Stage("Work", unit)])

    assert allowed(role(given, "project/shop-Work-Unit"))["codeconnections:UseConnection"] == {arn}


def test_a_buildspec_that_an_action_brings_counts_too() -> None:
    project = pk.Project("shared", buildspec="buildspec.yml")
    spec = pk.BuildSpec(build=["true"], parameter_store={"A": "a"})
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project=project, buildspec=spec)

    assert "ssm:GetParameters" in allowed(role(pipeline(unit), "project/shared"))


# Merging and splitting -----------------------------------------------------------------------------------------------

_WHY = Reason("A/B", "works", "https://docs.aws.amazon.com/")
_NEEDS = st.lists(
    st.builds(
        Need,
        actions=st.lists(st.sampled_from(["s3:A", "s3:B", "s3:C"]), min_size=1, unique=True).map(tuple),
        resources=st.lists(st.sampled_from(["r1", "r2", "r3"]), min_size=1, unique=True).map(tuple),
        reason=st.just(_WHY),
        condition=st.sampled_from([{}, {"Bool": {"x": "true"}}]),
    ),
    max_size=6,
)


def pairs(statements: Any) -> set[tuple[str, str, str]]:
    return {
        (action, resource, json.dumps(dict(one.condition), default=dict, sort_keys=True))
        for one in statements
        for action in one.actions
        for resource in one.resources
    }


@given(_NEEDS)
def test_merged_statements_allow_exactly_what_is_needed(needs: list[Need]) -> None:
    assert pairs(merged(needs)) == pairs(needs)


@given(_NEEDS)
def test_an_action_stands_in_one_statement_for_each_condition(needs: list[Need]) -> None:
    seen = [(action, str(one.condition)) for one in merged(needs) for action in one.actions]

    assert len(seen) == len(set(seen))


def test_a_long_policy_is_split_into_policies_that_iam_takes() -> None:
    resources = tuple(f"arn:aws:codebuild:eu-west-1:111122223333:project/project-{n:04}" for n in range(500))
    whole = (Statement(actions=("codebuild:StartBuild", "codebuild:BatchGetBuilds"), resources=resources),)
    parts = split(whole)

    assert len(parts) > 3
    assert all(size(part) <= MANAGED_POLICY_MAX for part in parts)
    assert pairs(statement for part in parts for statement in part) == pairs(whole)


def test_a_policy_that_fits_stays_in_one() -> None:
    statements = (Statement(actions=("s3:GetObject",), resources=("*",)),)

    assert split(statements) == [statements]


def test_a_place_is_put_in_with_its_partition() -> None:
    unit = pk.test.CodeBuild("Unit", input=CHECKOUT.output, project="unit")
    found = allowed(located(role(pipeline(unit)), region="cn-north-1", account="111122223333"))

    assert found["codebuild:StartBuild"] == {"arn:aws-cn:codebuild:cn-north-1:111122223333:project/unit"}


@settings(deadline=None, max_examples=50)
@given(pipelines())
def test_every_statement_of_a_pipeline_has_a_reason(given: pk.Pipeline) -> None:
    found = policies(given)

    assert found[0].name == "pipeline"
    assert all(statement.reasons for role in found for statement in role.statements)
    assert all(role.policy["Statement"] for role in found)
