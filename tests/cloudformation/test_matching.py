from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.cloudformation.iam import Role
from pipelinekit.cloudformation.matching import compare, covers, overlaps, read_policies
from pipelinekit.cloudformation.needs import Need, Reason
from pipelinekit.diagnostics import InvalidDocument

PROJECT = "arn:${AWS::Partition}:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop"
WHY = Reason("Build/Unit", "starts and follows its build", "https://docs.aws.amazon.com/")


def role(actions: str, *resources: str) -> Role:
    need = Need(actions=tuple(actions.split()), resources=resources, reason=WHY)
    return Role(name="pipeline", kind="pipeline", principal="codepipeline.amazonaws.com", needs=(need,))


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def missing(needed: Role, *statements: dict[str, Any]) -> list[tuple[tuple[str, ...], str, bool]]:
    return [(one.actions, one.resource, one.denied) for one in compare(needed, [policy(*statements)]).missing]


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "arn:aws:codebuild:eu-west-1:111122223333:project/shop",
        "arn:aws:codebuild:*:*:project/sh?p",
        "arn:*:project/*",
        PROJECT.replace("${AWS::AccountId}", "111122223333"),
    ],
)
def test_a_pattern_covers_what_its_wildcards_reach(pattern: str) -> None:
    assert missing(role("codebuild:StartBuild", PROJECT), allow("*", pattern)) == []


@pytest.mark.parametrize(
    "pattern",
    [
        "arn:aws:codebuild:eu-west-1:111122223333:project/blog",
        "arn:aws:codebuild:eu-west-1:1:1:project/shop",
        "arn:aws:codebuild:eu-west-1:111122223333:project/shop2",
        "arn:aws:s3:::shop",
        "",
    ],
)
def test_a_pattern_does_not_cover_something_else(pattern: str) -> None:
    assert not covers(pattern, PROJECT)


def test_what_is_needed_of_all_is_covered_by_a_wildcard_only() -> None:
    assert covers("arn:aws:s3:::b*", "arn:aws:s3:::b/*")
    assert not covers("arn:aws:s3:::b/key", "arn:aws:s3:::b/*")
    assert not covers("arn:aws:s3:::b", "*")


_SIGNS = st.text("ab:*?", max_size=6)
_PLAIN = st.text("ab:", max_size=6)


@given(_SIGNS, _PLAIN)
def test_of_a_text_without_wildcards_a_pattern_means_what_it_means_to_a_shell(pattern: str, text: str) -> None:
    assert covers(pattern, text) == overlaps(pattern, text) == fnmatchcase(text, pattern)


@given(_SIGNS, st.text("ab:*", max_size=6), _PLAIN)
def test_a_pattern_that_covers_another_matches_all_its_texts(pattern: str, needed: str, text: str) -> None:
    if covers(pattern, needed) and fnmatchcase(text, needed):
        assert fnmatchcase(text, pattern)


@given(_SIGNS, st.text("ab:*", max_size=6), _PLAIN)
def test_patterns_that_match_one_text_overlap(pattern: str, needed: str, text: str) -> None:
    if fnmatchcase(text, pattern) and fnmatchcase(text, needed):
        assert overlaps(pattern, needed)


def test_what_is_allowed_is_not_missing_whatever_the_case_of_the_action() -> None:
    needed = role("codebuild:StartBuild codebuild:BatchGetBuilds", PROJECT)

    assert missing(needed, allow(["codebuild:startbuild", "CodeBuild:BatchGet*"])) == []


def test_permissions_that_are_missing_are_told_together_for_each_resource() -> None:
    needed = role("codebuild:StartBuild codebuild:BatchGetBuilds s3:GetObject", PROJECT)

    found = missing(needed, allow("s3:*"))

    assert found == [(("codebuild:StartBuild", "codebuild:BatchGetBuilds"), PROJECT, False)]


def test_a_denial_wins_over_an_allowance() -> None:
    needed = role("s3:PutObject", "arn:aws:s3:::store/*")

    assert missing(needed, allow("*"), deny("s3:Put*", "arn:aws:s3:::store/secret/*")) == [
        (("s3:PutObject",), "arn:aws:s3:::store/*", True)
    ]
    assert missing(needed, allow("*"), deny("s3:Put*", "arn:aws:s3:::other/*")) == []


def test_conditions_are_counted_and_not_evaluated() -> None:
    condition = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    compared = compare(role("s3:GetObject", "*"), [policy(allow("s3:*", **condition), deny("s3:*", **condition))])

    assert compared.missing == ()
    assert (compared.allowed_under_conditions, compared.denied_under_conditions) == (1, 1)


def test_statements_may_say_what_they_are_not_about() -> None:
    needed = role("s3:GetObject", "arn:aws:s3:::store/*")

    assert missing(needed, {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}) == []
    assert missing(needed, {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}) != []
    assert missing(needed, {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::store/x"}) != []
    assert missing(needed, allow("*"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"}) == []
    assert missing(needed, allow("*"), {"Effect": "Deny", "NotAction": "ec2:*", "Resource": "*"}) != []


@pytest.mark.parametrize(
    "text",
    [
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}',
        '{"RoleName": "x", "PolicyName": "y", "PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": ["s3:*"], '
        '"Resource": ["*"]}]}}',
        '{"PolicyVersion": {"Document": {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}}}',
        '[{"Statement": []}, {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}]',
    ],
)
def test_policies_are_read_as_aws_prints_them(text: str) -> None:
    assert compare(role("s3:GetObject", "*"), read_policies(text, "policy.json")).missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        "{}",
        '{"Statement": "all"}',
        '{"Statement": [{"Effect": "Allow", "Action": "s3:*"}]}',
        '{"Statement": [{"Effect": "Perhaps", "Action": "s3:*", "Resource": "*"}]}',
        '{"Statement": [{"Effect": "Allow", "Action": [1], "Resource": "*"}]}',
        '{"Statement": [{"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}]}',
    ],
)
def test_something_else_is_no_policy(text: str) -> None:
    with pytest.raises(InvalidDocument, match="is not an IAM policy"):
        read_policies(text, "policy.json")
