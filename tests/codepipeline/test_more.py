"""Members that are not known here, said in Python: they reach AWS, or a check tells that they do not."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import PipelineDeclaration
from pipelinekit.codepipeline.document import pipeline_input
from strategies import declarations

NEW = {"newMember": {"deep": [1, None]}}
CHECKOUT = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("C"))
UNIT = pk.test.CodeBuild("Unit", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make test"]))
RULE = pk.rule.CloudWatchAlarm("Errors", alarm="errors")


def shop(unit: pk.Action = UNIT, stage: dict[str, Any] | None = None, **more: Any) -> pk.Pipeline:
    return pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Test", unit, **(stage or {}))], **more)


EVERYWHERE = shop(
    attrs.evolve(UNIT, more=NEW),
    {
        "before_entry": pk.Condition(attrs.evolve(RULE, more=NEW), result="FAIL", more=NEW),
        "on_failure": pk.OnFailure(result="RETRY", retry_mode="ALL_ACTIONS", more=NEW),
        "more": NEW,
    },
    variables=[pk.PipelineVariable("V", default="1", more=NEW)],
    triggers=[
        pk.Trigger(
            CHECKOUT,
            push=pk.Push(tags=["v*"], more=NEW),
            pull_request=pk.PullRequest(branches=["main"], more=NEW),
            more=NEW,
        )
    ],
    artifact_store=pk.ArtifactStore("shop-artifacts", more=NEW),
    more=NEW,
)


def more_findings(pipeline: pk.Pipeline | pk.Definition) -> list[str]:
    return [f"{'/'.join(f.where.path[1:])}: {f.message}" for f in pk.check(pipeline) if f.code == "PK133"]


def count(data: Any) -> int:
    """Count the mappings that have the new member."""
    match data:
        case dict():
            return ("newMember" in data) + sum(map(count, data.values()))
        case list():
            return sum(map(count, data))
    return 0


def test_every_part_may_say_what_is_not_known_here() -> None:
    definition = pk.define(EVERYWHERE)
    parts = list(definition.pipeline.parts())

    assert [part.more for _, part in parts if part.more] == [{"newMember": {"deep": (1, None)}}] * 11
    assert count(pipeline_input(definition.pipeline)) == 11
    assert more_findings(definition) == []


@pytest.mark.parametrize("known", [{"region": "eu-west-1"}, {"name": "Other"}, {"configuration": {"X": "1"}}])
def test_what_has_a_parameter_cannot_be_said_as_more(known: dict[str, Any]) -> None:
    name = next(iter(known))

    assert more_findings(shop(attrs.evolve(UNIT, more=known))) == [
        f"Test/Unit/more.{name}: its more says {name!r}, which does not stand there as it is: "
        "it is known here, or has no place"
    ]


@pytest.mark.parametrize(
    "lost", [{"inputArtifacts": {"7": {"alias": "x"}}}, {"outputArtifacts": {"0": {"alias": "x"}}}]
)
def test_what_has_no_place_is_told(lost: dict[str, Any]) -> None:
    assert len(more_findings(shop(attrs.evolve(UNIT, more=lost)))) == 1


def test_a_part_that_stands_in_a_list_is_met_by_its_position() -> None:
    unit = attrs.evolve(UNIT, more={"inputArtifacts": {"0": {"alias": "app"}}})
    definition = pk.define(shop(unit))

    written = pipeline_input(definition.pipeline)["pipeline"]["stages"][1]["actions"][0]

    assert written["inputArtifacts"] == [{"name": "CheckoutOutput", "alias": "app"}]
    assert more_findings(definition) == []


def test_more_that_cannot_be_read_is_told() -> None:
    assert more_findings(shop(more={"variables": "none"})) == [": with its more it cannot be read: variables is a list"]


def test_a_pipeline_that_is_wrong_otherwise_is_not_blamed_for_its_more() -> None:
    assert more_findings(shop(role="", more=NEW)) == []


@given(declarations)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_was_read_from_a_document_stands_where_it_did(declaration: PipelineDeclaration) -> None:
    assert more_findings(pk.Definition(pipeline=declaration)) == []


@pytest.mark.parametrize("no_json", [{"x": {1, 2}}, {1: "x"}, ["x"], "x", {"x": object()}])
def test_more_is_what_json_can_say(no_json: Any) -> None:
    with pytest.raises(TypeError, match="is wanted here"):
        attrs.evolve(UNIT, more=no_json)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"projects": pk.Project("unit")}, "projects= is a list of pk.Project"),
        ({"projects": None}, "projects= is a list of pk.Project"),
        ({"projects": ["unit"]}, "a pipeline describes projects with pk.Project"),
        ({"deployment_groups": pk.DeploymentGroup("web", application="shop")}, "deployment_groups= is a list of"),
        ({"deployment_groups": "web"}, "deployment_groups= is a list of"),
    ],
)
def test_projects_and_groups_of_a_pipeline_are_lists(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        shop(**wrong)
