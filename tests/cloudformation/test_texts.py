from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.cloudformation.texts import Later, References, later, parameters_used, ref

_PIECES = st.sampled_from(
    [
        "${Parameter.Env}",
        "${Parameter.ArtifactBucket}",
        "${AWS::Region}",
        "${Env}",
        "${!x}",
        "${x:-y}",
        "$",
        "{",
        "}",
        "!",
    ]
) | st.text(max_size=4)
_TEXTS = st.lists(_PIECES, max_size=6).map("".join)
REFERENCES = References({"ArtifactBucket": "Bucket", "RoleArn": "Role.Arn"}, frozenset({"Env", "Bucket", "Role"}))
VALUES = {"Env": "<env>", "Bucket": "<bucket>", "AWS::Region": "<region>", "Role.Arn": "<role>"}


def evaluated(value: Any) -> str:
    """Do what CloudFormation does with a value that `References` gave."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return VALUES[name]
        case {"Fn::GetAtt": [resource, attribute]}:
            return VALUES[f"{resource}.{attribute}"]
        case {"Fn::Sub": [text, more]}:
            return substituted(text, {**VALUES, **more})
        case {"Fn::Sub": text}:
            return substituted(text, VALUES)
    raise AssertionError(value)


def substituted(text: str, values: dict[str, str]) -> str:
    """Replace ``${NAME}``, and ``${!TEXT}`` by ``${TEXT}`` (CloudFormation User Guide, Fn::Sub)."""
    return re.sub(r"\$\{(!?)([^}]*)\}", lambda m: f"${{{m[2]}}}" if m[1] else values[m[2]], text)


@given(_TEXTS)
def test_a_text_evaluates_to_itself_with_the_values_put_in(text: str) -> None:
    wanted = text.replace("${Parameter.Env}", "<env>").replace("${Parameter.ArtifactBucket}", "<bucket>")

    assert evaluated(REFERENCES.value(text)) == wanted


@given(_TEXTS)
def test_a_text_of_the_template_itself_has_pseudo_parameters_too(text: str) -> None:
    wanted = text.replace("${Parameter.Env}", "<env>").replace("${Parameter.ArtifactBucket}", "<bucket>")

    assert evaluated(REFERENCES.value(Later(text))) == wanted.replace("${AWS::Region}", "<region>")


def test_a_lone_parameter_is_a_reference_and_a_part_of_a_text_a_substitution() -> None:
    assert REFERENCES.value("${Parameter.Env}") == {"Ref": "Env"}
    assert REFERENCES.value("${Parameter.RoleArn}") == {"Fn::GetAtt": ["Role", "Arn"]}
    assert REFERENCES.value("shop-${Parameter.Env} ${VERSION}") == {"Fn::Sub": "shop-${Env} ${!VERSION}"}


def test_a_shell_variable_stays_text_unless_something_of_the_template_has_its_name() -> None:
    assert REFERENCES.value("echo ${VERSION}") == "echo ${VERSION}"
    assert REFERENCES.value("echo ${Env}") == {"Fn::Sub": ["echo ${Dollar}{Env}", {"Dollar": "$"}]}


def test_a_brace_that_substitution_would_misread_keeps_its_dollar_apart() -> None:
    assert REFERENCES.value("${Parameter.Env} ${x:-${y}}") == {
        "Fn::Sub": ["${Env} ${Dollar}{x:-${!y}}", {"Dollar": "$"}]
    }


def test_texts_are_resolved_however_deep_and_intrinsics_stay() -> None:
    data = {"A": ["${Parameter.Env}", 3, True], "B": {"C": ref("Bucket")}, "D": later({"E": ["${AWS::Region}"]})}

    assert REFERENCES.resolved(data) == {
        "A": [{"Ref": "Env"}, 3, True],
        "B": {"C": {"Ref": "Bucket"}},
        "D": {"E": [{"Ref": "AWS::Region"}]},
    }


def test_parameters_are_found_however_deep() -> None:
    assert list(parameters_used({"A": ["${Parameter.X} ${Parameter.Y}"], "B": {"C": "${Parameter.X}"}})) == [
        "X",
        "Y",
        "X",
    ]
