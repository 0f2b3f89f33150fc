"""Whatever the API's JSON says reads the same when a template says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.cloudformation.reading import read_template
from pipelinekit.codebuild.document import project_input
from pipelinekit.codedeploy.config import is_predefined
from pipelinekit.codedeploy.config_document import deployment_config_input
from pipelinekit.codedeploy.document import deployment_group_input
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    Declared,
    FailureConditions,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.document import pipeline_input
from pipelinekit.documents import to_json
from pipelinekit.values import FrozenMap
from strategies import declarations, deployment_groups, projects, words

_SPELLED = {"buildspec": "BuildSpec"}


def as_properties(data: Any) -> Any:
    """Spell the API's members as CloudFormation does."""
    match data:
        case Mapping():
            return {_SPELLED.get(name, name[:1].upper() + name[1:]): _inside(name, data[name]) for name in data}
        case list():
            return [as_properties(item) for item in data]
    return data


def _inside(name: str, value: Any) -> Any:
    return value if name == "configuration" else as_properties(value)


def template(pipeline: PipelineDeclaration, **others: tuple[str, Mapping[str, Any]]) -> str:
    given = pipeline_input(pipeline)["pipeline"]
    stores = given.pop("artifactStores", {})
    properties = as_properties(given)
    if stores:
        properties["ArtifactStores"] = [
            {"Region": region, "ArtifactStore": as_properties(store)} for region, store in stores.items()
        ]
    resources = {"Pipeline": {"Type": "AWS::CodePipeline::Pipeline", "Properties": properties}}
    for logical_id, (kind, described) in others.items():
        resources[logical_id] = {"Type": kind, "Properties": as_properties(described)}
    return to_json({"Resources": resources})


def without_unknown_members(value: Any) -> Any:
    """Leave out what AWS has not: a template cannot say whether its names begin with a small letter."""
    match value:
        case tuple():
            return tuple(map(without_unknown_members, value))
        case FrozenMap():
            return FrozenMap({key: without_unknown_members(inner) for key, inner in value.items()})
        case _ if isinstance(value, Declared):
            fields = {a.name: without_unknown_members(getattr(value, a.name)) for a in attrs.fields(type(value))}
            made = attrs.evolve(value, **{**fields, "more": {}})
            return None if made == FailureConditions() else made  # it says nothing any more
    return value


@given(declarations.map(without_unknown_members))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_pipeline_is_read_from_a_template_as_from_the_api(declaration: PipelineDeclaration) -> None:
    definition = read_template(template(declaration), "t.json")

    assert definition == pk.Definition(pipeline=declaration)


def using(kind: str, configuration: Mapping[str, str]) -> PipelineDeclaration:
    action = ActionDeclaration(
        "Use", action_type_id=ActionTypeId("Any", "AWS", kind), configuration=FrozenMap(configuration)
    )
    return PipelineDeclaration("user", role_arn="r", stages=(StageDeclaration("Use", actions=(action,)),))


@given(projects)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_project_is_read_from_a_template_as_from_the_api(project: pk.Project) -> None:
    text = template(
        using("CodeBuild", {"ProjectName": project.name}), Project=("AWS::CodeBuild::Project", project_input(project))
    )

    assert read_template(text, "t.json").projects == (project,)


@given(deployment_groups)
@settings(max_examples=50, deadline=None)
def test_a_deployment_group_is_read_from_a_template_as_from_the_api(group: pk.DeploymentGroup) -> None:
    others = {"Group": ("AWS::CodeDeploy::DeploymentGroup", deployment_group_input(group))}
    if not is_predefined(group.config):
        others["Config"] = ("AWS::CodeDeploy::DeploymentConfig", deployment_config_input(group.config))
    names = {"ApplicationName": group.application, "DeploymentGroupName": group.name}
    definition = read_template(template(using("CodeDeploy", names), **others), "t.json")

    assert definition.deployment_groups == (group,)


@given(st.dictionaries(words, words | st.just("")))
@settings(max_examples=30, deadline=None)
def test_tags_are_read_from_the_template_that_has_them(tags: dict[str, str]) -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    live = pk.approval.Manual("Live")
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", live)], tags=tags)
    text = to_json(pk.to_template(pipeline))

    assert read_template(text, "t.json").tags == tags


def test_a_member_that_is_not_known_yet_is_kept_as_the_api_would_spell_it() -> None:
    text = template(attrs.evolve(using("X", {}), more={"newThing": {"maxWait": 3}}))

    assert read_template(text, "t.json").pipeline.more == {"newThing": {"maxWait": 3}}
