from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from pipelinekit.cli import cli

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))
deploy = pk.deploy.ECS("Deploy", input=checkout.output, cluster="live", service=pk.Parameter("Service"),
                       role="arn:aws:iam::999922223333:role/there")
shop = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit), pk.Stage("Live", deploy)])
"""


@pytest.fixture
def pipeline(tmp_path: Path) -> str:
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    return str(tmp_path / "pipeline.py")


def pipelinekit(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, standalone_mode=False)


def as_json(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_template_is_printed_and_what_it_lacks_is_told(pipeline: str) -> None:
    done = pipelinekit("emit", pipeline, "--format", "cloudformation")

    assert done.return_value == 0
    assert done.stdout.startswith('AWSTemplateFormatVersion: "2010-09-09"\n')
    assert "!GetAtt PipelineRole.Arn" in done.stdout
    assert "[PK182]" in done.stderr


def test_a_template_is_written_as_its_file_is_named(pipeline: str, tmp_path: Path) -> None:
    written = pipelinekit("emit", pipeline, "--format", "cloudformation", "-o", str(tmp_path / "template.json"))
    printed = pipelinekit("emit", pipeline, "--format", "cloudformation", "--json")

    assert written.stdout == f"{tmp_path / 'template.json'}\n"
    assert json.loads((tmp_path / "template.json").read_text()) == as_json(printed)


def test_a_template_takes_values_and_addresses(pipeline: str) -> None:
    options = ["--parameter", "Service=web", "--notify", "team@example.com", "--region", "eu-west-1", "--json"]
    template = as_json(pipelinekit("emit", pipeline, "--format", "cloudformation", *options))

    assert "Parameters" not in template
    assert "NotificationTopic" in template["Resources"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name the directory"),
        (["-o", "{}"], "is a file"),
        (["-o", "out", "--json"], "belong to --format cloudformation"),
    ],
)
def test_files_need_a_directory_and_none_of_a_templates_options(
    pipeline: str, arguments: list[str], sentence: str
) -> None:
    done = pipelinekit("emit", pipeline, *(argument.format(pipeline) for argument in arguments))

    assert isinstance(done.exception, click.UsageError)
    assert sentence in done.exception.message


def test_policies_are_printed_with_their_reasons(pipeline: str) -> None:
    done = pipelinekit("iam", pipeline)

    assert done.return_value == 0
    assert "pipeline: the role that codepipeline.amazonaws.com takes" in done.stdout
    assert "Test/Unit: starts and follows its build (https://docs.aws.amazon.com/" in done.stdout
    assert "project/shop-Test-Unit: the role that codebuild.amazonaws.com takes" in done.stdout


def test_policies_are_data_too(pipeline: str) -> None:
    options = ["--region", "eu-west-1", "--account", "111122223333", "--role", "shop-Test-Unit", "--json"]
    (role,) = as_json(pipelinekit("iam", pipeline, *options))

    assert role["role"] == "project/shop-Test-Unit"
    assert "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/codebuild/shop-Test-Unit" in json.dumps(role["policy"])
    assert len(role["why"]) == len(role["policy"]["Statement"])


def test_a_role_that_is_not_there_is_told(pipeline: str) -> None:
    done = pipelinekit("iam", pipeline, "--role", "Pipeline")

    assert isinstance(done.exception, click.UsageError)
    assert (
        "it is one of pipeline, arn:aws:iam::999922223333:role/there, project/shop-Test-Unit" in done.exception.message
    )


def test_nothing_is_missing_from_the_policy_that_was_printed(pipeline: str, tmp_path: Path) -> None:
    for role in as_json(pipelinekit("iam", pipeline, "--json")):
        (tmp_path / "policy.json").write_text(json.dumps(role["policy"]))
        done = pipelinekit("iam", pipeline, "--role", role["role"], "--against", str(tmp_path / "policy.json"))

        assert done.return_value == 0
        assert done.stdout.startswith(f"nothing is missing for {role['role']}\n")


def test_what_a_policy_lacks_is_told_with_1(pipeline: str, tmp_path: Path) -> None:
    role = as_json(pipelinekit("iam", pipeline, "--json"))[0]
    kept = [one for one in role["policy"]["Statement"] if "sts:AssumeRole" not in one["Action"]]
    kept.append({"Effect": "Deny", "Action": "codebuild:*", "Resource": "*"})
    (tmp_path / "policy.json").write_text(json.dumps({"Statement": kept}))
    done = pipelinekit("iam", pipeline, "--against", str(tmp_path / "policy.json"))
    told = pipelinekit("iam", pipeline, "--against", str(tmp_path / "policy.json"), "--json")

    assert done.return_value == told.return_value == 1
    assert (
        "missing: sts:AssumeRole on arn:aws:iam::999922223333:role/there\n   Live/Deploy: takes the role" in done.stdout
    )
    assert "denied: codebuild:StartBuild, codebuild:BatchGetBuilds on arn:" in done.stdout
    assert "3 permissions are missing for pipeline" in done.stdout
    assert [one["denied"] for one in as_json(told)["missing"]] == [True, False]
