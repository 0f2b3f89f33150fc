"""What is wrong with an action of CodeBuild or Commands is as wrong with a rule of that type."""

from __future__ import annotations

from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import RuleTypeId

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
clone = pk.source.CodeCommit("Clone", repository="tools", branch="main", output_artifact_format="CODEBUILD_CLONE_REF")
SECRET = '[{"name":"API_TOKEN","value":"8f3k2j9x7c4v1b6n5m0q","type":"PLAINTEXT"}]'
BOTH = (checkout.output, clone.output)


def codes(rule: pk.rule.Rule, **more: Any) -> set[str]:
    """Give the codes of what is found in a rule before a stage."""
    pipeline = pk.Pipeline(
        "shop",
        [
            pk.Stage("Source", [checkout, clone]),
            pk.Stage("Ask", pk.approval.Manual("GoLive"), before_entry=pk.Condition(rule, result="FAIL")),
        ],
        role="arn:aws:iam::111122223333:role/pipeline",
        **more,
    )
    return {finding.code for finding in pk.check(pipeline) if finding.where.path[:3] == ("shop", "Ask", "before_entry")}


def build(configuration: dict[str, str], *inputs: pk.Artifact, **more: Any) -> pk.rule.Rule:
    return pk.rule.CustomRule(
        "Ready",
        rule_type=RuleTypeId("CodeBuild"),
        configuration={"ProjectName": "ready", **configuration},
        input=inputs,
        **more,
    )


def commands(*lines: str, **more: Any) -> pk.rule.Rule:
    return pk.rule.Commands("Ready", commands=lines, **{"input": checkout.output, **more})


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (build({}, checkout.output), set()),
        (build({"PrimarySource": "CheckoutOutput"}, *BOTH), set()),
        (build({}), {"PK205"}),
        (build({}, *BOTH), {"PK208"}),
        (build({"PrimarySource": "Other"}, checkout.output), {"PK209"}),
        (build({"EnvironmentVariables": "{}"}, checkout.output), {"PK306"}),
        (build({"EnvironmentVariables": SECRET}, checkout.output), {"PK810"}),
        (commands("make ready"), set()),
        (commands("make ready", input=()), {"PK205"}),
        (commands("make ready", input=clone.output), {"PK213"}),
        (commands(f'echo "{checkout.commit_message}"'), {"PK820"}),
        (commands(f'echo "{checkout.commit_id}"'), set()),
    ],
)
def test_a_rule_is_judged_like_an_action_of_its_type(rule: pk.rule.Rule, expected: set[str]) -> None:
    assert codes(rule) == expected


def test_more_inputs_than_the_action_of_that_name_takes_are_an_error_only_where_the_guide_says_the_bounds() -> None:
    many = tuple(pk.source.CodeCommit(f"S{n}", repository="shop", branch="main") for n in range(6))
    rule = pk.rule.LambdaInvoke("Ready", function="ready", input=[source.output for source in many])
    stage = pk.Stage("Ask", pk.approval.Manual("GoLive"), before_entry=pk.Condition(rule, result="SKIP"))

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", many), stage]))

    assert [(finding.code, str(finding.severity)) for finding in report] == [("PK205", "warning")]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("arn:aws:iam::444455556666:role/ready", {"PK801"}),
        ("arn:aws-cn:iam::444455556666:role/ready", {"PK804"}),
        ("arn:aws:iam::111122223333:role/ready", set()),
    ],
)
def test_a_rule_with_a_role_of_another_account_has_to_read_the_artifacts(role: str, expected: set[str]) -> None:
    assert codes(commands("make ready", role=role), artifact_store="acme-artifacts") == expected


def test_a_rule_tells_two_inputs_apart_by_names_without_a_hyphen() -> None:
    odd = pk.source.CodeCommit("Odd", repository="shop", branch="main", outputs=["odd-one"])
    rule = build({"PrimarySource": "CheckoutOutput"}, checkout.output, odd.output)
    stage = pk.Stage("Ask", pk.approval.Manual("GoLive"), before_entry=pk.Condition(rule, result="FAIL"))

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", [checkout, odd]), stage]))

    assert report.codes == ("PK207",)


def test_a_reference_in_the_buildspec_that_a_rule_runs_is_not_resolved_either() -> None:
    project = pk.Project("ready", buildspec=pk.BuildSpec(build=[f"./ready.sh {checkout.commit_id}"]))
    rule = pk.rule.CodeBuild("Ready", project=project, input=checkout.output)
    stage = pk.Stage("Ask", pk.approval.Manual("GoLive"), before_entry=pk.Condition(rule, result="FAIL"))

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", checkout), stage]))

    assert report.codes == ("PK407",)
