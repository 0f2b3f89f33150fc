"""The functions of templates: what is evaluated, what is kept, what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.cloudformation.evaluation import MAX_CHARACTERS, Evaluation
from pipelinekit.cloudformation.expressions import written
from pipelinekit.cloudformation.intrinsics import function_of
from pipelinekit.cloudformation.sections import read_sections
from pipelinekit.documents import Entries, plain, read, to_json

HEAD = """
Parameters:
  Stage: {Type: String, Default: dev}
  Token: {Type: String}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /images/web}
  Count: {Type: Number, Default: 3}
Mappings:
  Sizes:
    dev: {size: small, zones: [x, y]}
    prod: {size: large}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Equals [a, a]]
  Known: !Or [!Condition IsProd, !Equals [!Ref Token, !Ref Token]]
  HasToken: !Not [!Equals [!Ref Token, ""]]
  Around: !Not [!Condition Around]
Resources:
  Bucket: {Type: "AWS::S3::Bucket"}
  Named: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Sub "${Stage}-files"}}
  Repository: {Type: "AWS::CodeCommit::Repository", Properties: {RepositoryName: shop}}
  Role: {Type: "AWS::IAM::Role"}
  Build: {Type: "AWS::CodeBuild::Project"}
  One: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref Two}}
  Two: {Type: "AWS::S3::Bucket", Properties: {BucketName: !Ref One}}
Value:
"""


def evaluation(value: str, head: str = HEAD) -> tuple[Any, Evaluation]:
    indented = "\n".join(f"  {line}" for line in value.splitlines())
    root = read(f"{head}{indented}\n", "t.yml")
    assert isinstance(root, Entries)
    made = Evaluation(read_sections(root))
    node = root.get("Value")
    assert node is not None
    found = made.value(node)
    return None if found is None else plain(found), made


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("!Ref Stage", "${Parameter.Stage}"),
        ("Ref: Stage", "${Parameter.Stage}"),
        ("!Ref AWS::Region", "${Parameter.AWSRegion}"),
        ("!Ref Bucket", "${Parameter.Bucket}"),
        ("!Ref Named", "${Parameter.Stage}-files"),
        ("!Ref Build", "Build"),
        ("!Ref Zones", ["a", "b"]),
        ("!GetAtt Role.Arn", "${Parameter.RoleArn}"),
        ("Fn::GetAtt: [Role, Arn]", "${Parameter.RoleArn}"),
        ("!GetAtt Repository.Name", "shop"),
        ("!Sub '${Stage}/${Role.Arn}/${!Literal}/$x'", "${Parameter.Stage}/${Parameter.RoleArn}/${Literal}/$x"),
        ("!Sub ['${a}-${Zones}', {a: !Ref Count}]", "${Parameter.Count}-${Parameter.Zones}"),
        ("!Join ['-', [a, !Ref Stage, 1, true]]", "a-${Parameter.Stage}-1-true"),
        ("!Join [',', !Ref Zones]", "${Parameter.Zones}"),
        ("!Join ['/', !Ref Zones]", "a/b"),
        ("!Split ['/', a/b]", ["a", "b"]),
        ("!Select [1, !Split ['-', !Ref Named]]", "files"),
        ("!Select ['1', [a, b]]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, size]", "small"),
        ("!FindInMap [Sizes, dev, zones]", ["x", "y"]),
        ("!FindInMap [Sizes, none, size, {DefaultValue: medium}]", "medium"),
        ("!Base64 text", base64.b64encode(b"text").decode()),
        ("Fn::Base64: !Sub text", base64.b64encode(b"text").decode()),
        ("!ToJsonString {a: [1, !Ref Stage]}", '{"a":[1,"${Parameter.Stage}"]}'),
        ("!Length [a, b]", "2"),
        ("!ImportValue net-VpcId", "${Parameter.ImportValueNetVpcId}"),
        ("!Select [0, !GetAZs '']", "${Parameter.Select0GetAZs}"),
        ("!If [IsProd, a, b]", "b"),
        ("!If [IsDev, a, b]", "a"),
        ("!If [Both, a, b]", "a"),
        ("!If [Known, a, b]", "a"),
        ("!If [HasToken, a, b]", "${Parameter.IfHasToken}"),
        ("!If [HasToken, [a], b]", ["a"]),
        ("!If [HasToken, !Ref AWS::NoValue, [b]]", ["b"]),
        ("[a, !If [IsProd, b, !Ref 'AWS::NoValue'], c]", ["a", "c"]),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
        (
            "'{{resolve:secretsmanager:github:SecretString:token}}'",
            "${Parameter.ResolveSecretsmanagerGithubSecretStringToken}",
        ),
    ],
)
def test_what_a_value_becomes(value: str, result: object) -> None:
    found, made = evaluation(value)

    assert found == result
    assert made.errors == ()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("!Ref Stagee", "'Stagee' is neither a parameter nor a resource of this template"),
        ("!GetAtt Rol.Arn", "'Rol' is neither a parameter nor a resource"),
        ("!Sub '${Nobody}'", "'Nobody' is neither a parameter nor a resource"),
        ("!Sub '${HOME:-x}'", "${HOME:-x} in Fn::Sub is neither a parameter nor a resource"),
        ("!GetAtt Role", "Fn::GetAtt takes a resource and its attribute, such as Role.Arn"),
        ("!Ref [a]", "Ref takes the name of a parameter or a resource"),
        ("!Ref One", "refers to itself: One -> Two -> One"),
        ("!If [Around, a, b]", "the condition Around refers to itself"),
        ("!If [Nothing, a, b]", "there is no condition 'Nothing' in this template"),
        ("!If [IsProd, a]", "Fn::If takes the name of a condition and two values"),
        ("!Join [a]", "Fn::Join takes a delimiter and a list"),
        ("!Select [2, [a, b]]", "Fn::Select: there is no item 2 in a list of 2"),
        ("!FindInMap [Sizes, dev, color]", "there is no Sizes > dev > color in Mappings"),
        ("!Equals [a, b]", "Fn::Equals belongs into the section Conditions"),
        ("!Joined [a]", "Joined is no function of CloudFormation"),
        ("{a: }", "has no value, and a template may hold no null"),
        ("!Sub {a: b}", "Fn::Sub takes a text, or a list of a text and a mapping"),
    ],
)
def test_what_cloudformation_refuses_is_refused_with_its_line(value: str, message: str) -> None:
    _, made = evaluation(value)

    assert [finding.message[: len(message)] for finding in made.errors] == [message]
    place = made.errors[0].where.place
    assert place is not None
    assert place.line > 1


def test_a_wrong_name_is_told_the_right_one() -> None:
    _, made = evaluation("!Ref Stagee")

    assert made.errors[0].hint == "did you mean Stage?"


def test_a_parameter_keeps_its_default_and_an_expression_its_meaning() -> None:
    _, made = evaluation("[!Ref Stage, !Ref Token, !GetAtt Role.Arn, !Ref AWS::Partition, !Ref Image]")

    known = made.expressions.known
    assert {name: parameter.default for name, parameter in known.items()} == {
        "Stage": "dev",
        "Token": None,
        "RoleArn": None,
        "AWSPartition": "aws",
        "Image": None,  # what stands in the template is the name of a value in SSM
    }
    assert known["RoleArn"].meaning == "!GetAtt Role.Arn"


def test_two_expressions_never_share_a_name_and_one_always_has_the_same() -> None:
    head = HEAD.replace("  Token:", "  RoleArn: {Type: String}\n  Token:")
    found, made = evaluation("[!Ref RoleArn, !GetAtt Role.Arn, !Sub '${Role.Arn}']", head)

    assert found == ["${Parameter.RoleArn}", "${Parameter.RoleArn2}", "${Parameter.RoleArn2}"]
    assert made.expressions.known["RoleArn2"].meaning == "!GetAtt Role.Arn"


def test_a_condition_that_was_decided_by_defaults_is_told_once() -> None:
    _, made = evaluation("[!If [IsProd, a, b], !If [IsProd, c, d]]")

    assert [finding.message for finding in made.findings] == [
        "the condition IsProd is taken as false, by the defaults of parameters"
    ]


def test_an_undecided_condition_is_warned_of_with_its_parameter() -> None:
    _, made = evaluation("!If [HasToken, a, b]")

    assert [finding.message for finding in made.findings] == [
        "the condition HasToken cannot be decided from the defaults of parameters: "
        "the value is kept as the parameter IfHasToken"
    ]


def test_a_macro_may_make_what_is_not_there() -> None:
    found, made = evaluation("!Ref ApiDeployment", f"Transform: AWS::Serverless-2016-10-31{HEAD}")

    assert found == "${Parameter.ApiDeployment}"
    assert [finding.code for finding in made.findings] == ["PK172"]


def ten_times(name: str) -> str:
    return f"${{{name}}}" * 10


def test_values_that_multiply_each_other_are_evaluated_once_each() -> None:
    names = [f"P{number}" for number in range(15)]
    values = "".join(
        f'  {name}: {{Type: "AWS::SSM::Parameter", Properties: {{Value: !Sub "{ten_times(after)}"}}}}\n'
        for name, after in zip(names, [*(f"{name}.Value" for name in names[1:]), "Nobody"], strict=True)
    )
    _, made = evaluation("!GetAtt P0.Value", HEAD.replace("Value:\n", f"{values}Value:\n"))

    assert len(made.errors) == 10  # one for each time that the last of them mentions Nobody


def test_texts_that_multiply_each_other_are_stopped() -> None:
    names = [f"B{number}" for number in range(15)]
    buckets = "".join(
        f'  {name}: {{Type: "AWS::S3::Bucket", Properties: {{BucketName: !Sub "{ten_times(after)}"}}}}\n'
        for name, after in zip(names, [*names[1:], "Stage"], strict=True)
    )
    _, made = evaluation("!Ref B0", HEAD.replace("Value:", f"{buckets}Value:"))

    assert [finding.message for finding in made.errors] == [
        f"the functions of this template make more than {MAX_CHARACTERS:,} characters"
    ]


@pytest.mark.parametrize(
    "kind", ["conditions", "!Ref B{}", "!Sub 'x${{B{}}}'", "!Join ['', [!Sub ['${{a}}', {{a: !Ref B{}}}]]]"]
)
def test_a_chain_of_references_without_end_is_stopped(kind: str) -> None:
    numbers = range(1000)
    if kind == "conditions":
        chain = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in numbers) + "  C1000: !Equals [a, a]\n"
        head, value = HEAD.replace("Conditions:\n", f"Conditions:\n{chain}"), "!If [C0, a, b]"
    else:
        chain = "".join(
            f'  B{n}: {{Type: "AWS::S3::Bucket", Properties: {{BucketName: {kind.format(n + 1)}}}}}\n' for n in numbers
        )
        head, value = HEAD.replace("Resources:\n", f"Resources:\n{chain}  B1000: {{Type: x}}\n"), "!Ref B0"

    _, made = evaluation(value, head)

    assert [finding.message for finding in made.errors] == ["values are nested or refer to each other too deep"]


def test_a_function_is_written_in_one_line() -> None:
    assert written(read("Fn::Select: [0, {'Fn::GetAZs': {Ref: 'AWS::Region'}}]", "t")) == (
        "!Select [0, !GetAZs !Ref AWS::Region]"
    )


def test_a_mapping_of_one_key_is_no_function_unless_it_is_called_like_one() -> None:
    assert function_of(read("Name: x", "t")) is None
    assert function_of(read("!Sub x", "t")) == function_of(read("Fn::Sub: x", "t"))


texts = st.text(st.characters(codec="utf-8", exclude_characters="${}-/|"), max_size=8)


@given(st.lists(texts, min_size=1), st.sampled_from(["-", "/", "|-|"]))
def test_split_undoes_join(parts: list[str], delimiter: str) -> None:
    value = {"Fn::Split": [delimiter, {"Fn::Join": [delimiter, parts]}]}
    found, made = evaluation(to_json(value))

    assert made.errors == ()
    assert found == parts
