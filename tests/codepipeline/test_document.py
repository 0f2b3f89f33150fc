from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, StructureShape
from botocore.validate import validate_parameters
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codepipeline import reading, reading_v2
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    ArtifactStore,
    FailureConditions,
    FilterCriteria,
    OutputArtifact,
    PipelineDeclaration,
    PipelineVariableDeclaration,
    PullRequestFilter,
    PushFilter,
    StageDeclaration,
)
from pipelinekit.codepipeline.document import (
    pipeline_input,
    read_pipeline,
    read_pipeline_document,
    read_tags,
    tags_input,
)
from pipelinekit.diagnostics import InvalidDocument
from pipelinekit.documents import to_json, to_yaml
from pipelinekit.values import FrozenMap
from strategies import declarations, texts

EVERYTHING = (Path(__file__).parent / "everything.json").read_text()
"""A pipeline with every member that AWS knows."""

MODEL = ServiceModel(Loader().load_service_model("codepipeline", "service-2"))

CHECKOUT = ActionDeclaration(
    "Checkout",
    action_type_id=ActionTypeId("Source", "AWS", "CodeCommit"),
    configuration=FrozenMap({"RepositoryName": "shop", "BranchName": "main"}),
    output_artifacts=(OutputArtifact("Source"),),
    namespace="Src",
)
TEST = ActionDeclaration(
    "Test",
    action_type_id=ActionTypeId("Compute", "AWS", "Commands"),
    run_order=2,
    configuration=FrozenMap({"ComputeType": ""}),
    commands=("make test",),
    output_artifacts=(OutputArtifact("Report", files=("report/**/*",)),),
    input_artifacts=("Source",),
    output_variables=("VERSION",),
    role_arn="arn:aws:iam::111122223333:role/test",
    region="eu-west-1",
    namespace="Test",
    timeout_in_minutes=60,
    environment_variables=(EnvironmentVariable(name="COMMIT", value="#{Src.CommitId}"),),
)
SHOP = PipelineDeclaration(
    "shop",
    role_arn="arn:aws:iam::111122223333:role/pipeline",
    artifact_store=ArtifactStore("shop-artifacts", encryption_key="alias/shop"),
    stages=(StageDeclaration("Source", actions=(CHECKOUT,)), StageDeclaration("Test", actions=(TEST,))),
)


def members(shape: str) -> list[str]:
    structure = MODEL.shape_for(shape)
    assert isinstance(structure, StructureShape)
    return list(structure.members)


def test_members_stand_in_the_order_of_the_api() -> None:
    written = pipeline_input(SHOP)["pipeline"]

    assert list(written) == ["name", "roleArn", "artifactStore", "stages", "executionMode", "pipelineType"]
    assert list(written["stages"][1]["actions"][0]) == [
        name for name in members("ActionDeclaration") if name != "configuration"
    ]


def test_what_aws_would_refuse_as_empty_is_left_out() -> None:
    checkout, test = (stage["actions"][0] for stage in pipeline_input(SHOP)["pipeline"]["stages"])

    assert "inputArtifacts" not in checkout
    assert "commands" not in checkout
    assert "configuration" not in test  # its only value is empty


def test_aws_takes_the_input_as_it_is_written() -> None:
    shape = MODEL.shape_for("CreatePipelineInput")

    validate_parameters(pipeline_input(SHOP), shape)  # raises when something is missing or of another type


def test_a_pipeline_with_every_member_comes_back_as_it_was() -> None:
    declaration = read_pipeline(EVERYTHING)

    assert pipeline_input(declaration) == json.loads(EVERYTHING)
    validate_parameters(pipeline_input(declaration), MODEL.shape_for("CreatePipelineInput"))


def test_the_same_pipeline_in_yaml_is_equal() -> None:
    assert read_pipeline(to_yaml(json.loads(EVERYTHING))) == read_pipeline(EVERYTHING)


@given(declarations)
def test_reading_json_is_the_inverse_of_writing_it(declaration: PipelineDeclaration) -> None:
    assert read_pipeline(to_json(pipeline_input(declaration)), "pipeline.json") == declaration


def test_the_json_of_another_program_reads_the_same() -> None:
    wrapped = {**pipeline_input(SHOP), "metadata": {"pipelineArn": "arn:aws:codepipeline:..."}}
    wrapped["pipeline"] |= {"version": 7, "name": "shop \N{ROCKET}"}

    assert read_pipeline(json.dumps(wrapped, indent="\t")).name == "shop \N{ROCKET}"


def test_yaml_and_a_bare_declaration_read_the_same() -> None:
    bare: dict[str, Any] = pipeline_input(SHOP)["pipeline"]

    assert read_pipeline(to_yaml(bare)) == read_pipeline(to_json(pipeline_input(SHOP)))


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        read_pipeline(text, "p.yml")
    return [str(finding).split("\n")[0] for finding in caught.value.diagnostics]


def test_all_faults_come_at_once_with_line_and_column() -> None:
    text = """
name: shop
stages:
  - name: Build
    actions:
      - name: Unit
        runOrder: first
        inputArtifacts: [Source]
        configuration: {ProjectName: [a]}
  - actions: {}
"""

    assert faults(text) == [
        "p.yml:6:9: shop > Build > Unit: actionTypeId is missing [PK100]",
        "p.yml:7:19: shop > Build > Unit: runOrder is a whole number [PK100]",
        "p.yml:9:38: shop > Build > Unit > configuration > ProjectName: a configuration value is text, "
        "not a list or a mapping [PK100]",
        "p.yml:8:26: shop > Build > Unit > inputArtifacts: a mapping is wanted here [PK100]",
        "p.yml:10:5: shop: name is missing [PK100]",
        "p.yml:10:14: shop: actions is a list [PK100]",
        "p.yml:2:1: shop: roleArn is missing [PK100]",
        "p.yml:2:1: warning: shop: does not say its pipelineType; AWS takes V1 [PK118]",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "is not a pipeline document: it holds no mapping"),
        ("a: b", "is not a pipeline document: it has neither a pipeline nor stages"),
        ("pipeline: shop", "the pipeline is no mapping"),
        ("Resources: {}", "is a CloudFormation template, not a pipeline document"),
    ],
)
def test_another_document_is_refused_for_what_it_is(text: str, message: str) -> None:
    assert message in faults(text)[0]


def test_a_member_that_is_written_twice_is_refused() -> None:
    text = to_json(pipeline_input(SHOP)).replace('"roleArn"', '"name": "other",\n    "roleArn"', 1)

    assert any("'name' is written twice" in fault for fault in faults(text))


def written_with(**more: Any) -> str:
    written = pipeline_input(SHOP)
    written["pipeline"] |= more
    return to_json(written)


def test_an_unknown_member_is_warned_of_and_the_rest_is_read() -> None:
    found = read_pipeline_document(written_with(stage=[]), "p.json")

    assert [(f.code, f.severity, f.message, f.hint) for f in found.findings] == [
        ("PK100", "warning", "has the unknown member 'stage', which is kept as it is", "did you mean stages?")
    ]
    assert found.declaration.stages[0].name == "Source"


UNKNOWN = {"flag": True, "inside": [{"deep": 1}]}


def every_mapping(
    data: Any, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield every mapping of a document but those whose keys are free, with the path to it."""
    if isinstance(data, dict):
        if path[-1:] not in (("configuration",), ("artifactStores",)):
            yield path, data
        for key, inside in data.items():
            yield from every_mapping(inside, (*path, key))
    elif isinstance(data, list):
        for index, inside in enumerate(data):
            yield from every_mapping(inside, (*path, index))


def test_unknown_members_of_every_part_come_back_where_they_were() -> None:
    written = json.loads(EVERYTHING)["pipeline"]
    parts = [part for _, part in every_mapping(written)]
    for part in parts:
        part |= {"unknown": UNKNOWN}
    found = read_pipeline_document(json.dumps(written), "p.json")

    assert len(parts) > 30
    assert pipeline_input(found.declaration)["pipeline"] == written
    assert [f.message for f in found.findings] == ["has the unknown member 'unknown', which is kept as it is"] * len(
        parts
    )
    assert all(f.where.place is not None and f.where.place.column for f in found.findings)


def test_what_stands_beside_the_pipeline_is_warned_of() -> None:
    written = {**pipeline_input(SHOP), "metadata": {}, "source": {}}
    found = read_pipeline_document(to_json(written), "p.json")

    assert [f.message for f in found.findings] == ["'source' stands beside the pipeline and is not read"]


def test_what_stands_beside_the_pipeline_is_told_where_it_stands_after_the_errors() -> None:
    text = '{"source": {},\n "pipeline": {"name": "shop", "pipelineType": "V2"},\n "build": {}}'

    with pytest.raises(InvalidDocument) as caught:
        read_pipeline_document(text, "p.json")

    lines = [line for line in str(caught.value).splitlines() if line.startswith("p.json")]
    assert [line.partition(" [")[0] for line in lines] == [
        "p.json:2:14: shop: stages is missing",
        "p.json:2:14: shop: roleArn is missing",
        "p.json:1:2: warning: source: 'source' stands beside the pipeline and is not read",
        "p.json:3:2: warning: build: 'build' stands beside the pipeline and is not read",
    ]


def test_the_tags_beside_the_pipeline_are_read() -> None:
    tags = {"team": "shop", "note": ""}
    written = {**pipeline_input(SHOP), "tags": tags_input(tags)}
    found = read_pipeline_document(to_json(written), "p.json")

    assert found.tags == tags
    assert found.findings == ()


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        ({"team": "shop"}, "tags is a list"),
        (["team"], "a mapping is wanted here"),
        ([{"key": "team"}], "value is missing"),
        ([{"key": "team", "value": "a"}, {"key": "team", "value": "b"}], "two tags have the key 'team'"),
        ([{"key": "team", "value": "a", "kind": "b"}], "a tag is a key with a value, and has no 'kind'"),
    ],
)
def test_what_is_no_tag_is_refused(tags: Any, fault: str) -> None:
    assert fault in "\n".join(faults(to_json({**pipeline_input(SHOP), "tags": tags})))


@given(st.dictionaries(texts(), texts()))
def test_tags_are_read_as_they_are_written(tags: dict[str, str]) -> None:
    assert read_tags(to_json(tags_input(tags)), "tags.json") == tags


def test_blockers_are_kept_with_a_word_about_them() -> None:
    written = pipeline_input(SHOP)["pipeline"]
    written["stages"][0]["blockers"] = [{"name": "Nights", "type": "Schedule"}]
    written["stages"][1]["blockers"] = []
    found = read_pipeline_document(to_json(written), "p.json")

    assert pipeline_input(found.declaration)["pipeline"] == written
    assert [(f.code, f.severity, f.message) for f in found.findings] == [
        ("PK100", "warning", "'blockers' is reserved by AWS for future use; it is kept as it is")
    ]


def test_what_says_nothing_is_no_part_of_a_declaration() -> None:
    empty = FilterCriteria()

    assert PushFilter(branches=empty, tags=empty, file_paths=empty) == PushFilter()
    assert PullRequestFilter(branches=empty, file_paths=empty) == PullRequestFilter()
    assert StageDeclaration("Live", on_failure=FailureConditions(result="", retry_mode="")) == StageDeclaration("Live")
    assert PipelineVariableDeclaration("V", description="") == PipelineVariableDeclaration("V")
    assert PipelineVariableDeclaration("V", default_value="") != PipelineVariableDeclaration("V")  # a check tells it


@pytest.mark.parametrize(
    ("shape", "known"),
    [
        ("PipelineDeclaration", {*reading.PIPELINE, *reading.FROM_AWS}),
        ("StageDeclaration", {*reading.STAGE, *reading.RESERVED}),
        ("ActionDeclaration", {*reading.ACTION}),
        ("BeforeEntryConditions", {*reading_v2.HOOK}),
        ("SuccessConditions", {*reading_v2.HOOK}),
        ("FailureConditions", {*reading_v2.FAILURE}),
        ("Condition", {*reading_v2.CONDITION}),
        ("RuleDeclaration", {*reading_v2.RULE}),
        ("RuleTypeId", {*reading_v2.RULE_TYPE}),
        ("PipelineVariableDeclaration", {*reading_v2.VARIABLE}),
        ("PipelineTriggerDeclaration", {*reading_v2.TRIGGER}),
        ("GitConfiguration", {*reading_v2.GIT}),
        ("GitPushFilter", {*reading_v2.PUSH}),
        ("GitPullRequestFilter", {*reading_v2.PULL_REQUEST}),
        ("GitBranchFilterCriteria", {*reading_v2.CRITERIA}),
    ],
)
def test_every_member_of_the_api_is_read(shape: str, known: set[str]) -> None:
    assert set(members(shape)) == known - ({"metadata"} if shape == "PipelineDeclaration" else set())


def test_a_configuration_value_that_is_no_text_is_read_as_written() -> None:
    written = pipeline_input(SHOP)
    written["pipeline"]["stages"][0]["actions"][0]["configuration"] = {"PollForSourceChanges": False, "Branch": None}
    found = read_pipeline_document(to_json(written), "p.json")

    assert found.declaration.stages[0].actions[0].configuration == {"PollForSourceChanges": "false"}
    assert [f.code for f in found.findings] == ["PK305", "PK304"]


@pytest.mark.parametrize(
    ("more", "implied"), [({}, "V2"), ({"executionMode": "QUEUED", "stages": []}, "V2"), ({"stages": []}, "V1")]
)
def test_without_a_type_the_one_that_aws_takes_is_read(more: dict[str, Any], implied: str) -> None:
    found = read_pipeline_document(written_with(pipelineType=None, **more), "p.json")

    assert found.declaration.pipeline_type == implied
    assert [f.code for f in found.findings] == ["PK118"]


def test_places_lead_to_the_lines_of_the_document() -> None:
    places = read_pipeline_document(to_json(pipeline_input(SHOP)), "p.json").places

    assert list(places) == ["", "Source", "Source/Checkout", "Test", "Test/Test"]
    assert str(places["Source/Checkout"]) == "p.json:17:11"


def test_conditions_rules_variables_and_triggers_have_places_too() -> None:
    places = read_pipeline_document(EVERYTHING, "p.json").places
    lines = EVERYTHING.split("\n")

    for key, first_line in {
        "Deploy/on_success": '"conditions": [',
        "Deploy/before_entry/OfficeHours": '"name": "OfficeHours",',
        "variable/WHO": '"name": "WHO"',
        "trigger/App": '"providerType": "CodeStarSourceConnection",',
    }.items():
        assert lines[places[key].line].strip() == first_line


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("triggers: [{providerType: CodeStarSourceConnection}]", "gitConfiguration is missing"),
        ("triggers: [{provider: Connection, gitConfiguration: {sourceActionName: A}}]", "providerType is missing"),
        ("triggers: [{providerType: C, gitConfiguration: {push: {}}}]", "push is a list"),
        ("variables: [{defaultValue: a}]", "name is missing"),
        (
            "stages: [{name: S, actions: [], beforeEntry: {conditions: [{rules: [{name: R}]}]}}]",
            "ruleTypeId is missing",
        ),
        ("stages: [{name: S, actions: [], onFailure: [RETRY]}]", "a mapping is wanted here"),
        ("stages: [{name: S, actions: [], onFailure: {result: [RETRY]}}]", "result is text"),
    ],
)
def test_faults_of_v2_members_are_refused_with_their_place(text: str, fault: str) -> None:
    head = "name: shop\nroleArn: r\npipelineType: V2\n" + ("" if text.startswith("stages") else "stages: []\n")

    assert [line for line in faults(head + text) if fault in line and re.match(r"p\.yml:\d+:\d+: ", line)]


def test_an_empty_filter_and_an_empty_hook_say_nothing() -> None:
    written = json.loads(EVERYTHING)
    written["pipeline"]["triggers"][0]["gitConfiguration"]["push"][0]["branches"] = {"includes": []}
    written["pipeline"]["stages"][1]["onSuccess"] = {}

    assert read_pipeline(json.dumps(written)) == read_pipeline(EVERYTHING)
