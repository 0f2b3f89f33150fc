from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.parameters import missing_values, parameters_of, with_parameters
from pipelinekit.diagnostics import InvalidPipeline
from pipelinekit.documents import plain, read


def shop(**more: object) -> pk.Definition:
    checkout = pk.source.CodeCommit("Checkout", repository=pk.Parameter("Repository"), branch="main")
    build = pk.build.CodeBuild("Build", input=checkout.output, **more)  # type: ignore[arg-type]
    return compile_pipeline(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", build)]))


def test_every_parameter_is_found_with_the_places_that_use_it() -> None:
    definition = shop(buildspec=pk.BuildSpec(build=[f"deploy {pk.Parameter('Target')}"]), environment={"T": "x"})

    assert {name: [str(place) for place in places] for name, places in parameters_of(definition).items()} == {
        "PipelineRoleArn": ["shop > role_arn"],
        "ArtifactBucket": ["shop > artifact_store.location"],
        "Repository": ["shop > Source > Checkout > configuration.RepositoryName"],
        "Target": ["shop > project > shop-Build-Build > buildspec.build.commands[0]"],
        "CodeBuildRoleArn": ["shop > project > shop-Build-Build > role"],
    }


def test_a_place_is_the_line_that_made_the_object() -> None:
    (repository,) = parameters_of(shop(buildspec="b.yml"))["Repository"]

    assert repository.place is not None
    assert repository.place.file == __file__


def test_values_are_put_in_wherever_a_text_mentions_them() -> None:
    definition = with_parameters(shop(buildspec="b.yml"), {"Repository": "web", "ArtifactBucket": "b"})

    assert definition.pipeline.stages[0].actions[0].configuration["RepositoryName"] == "web"
    assert definition.pipeline.artifact_store == pk.ArtifactStore("b")
    assert list(parameters_of(definition)) == ["PipelineRoleArn", "CodeBuildRoleArn"]


def test_names_and_the_keys_of_mappings_are_texts_too() -> None:
    stage = pk.Parameter("Where")
    checkout = pk.source.S3("Checkout", bucket="b", object_key="k")
    group = pk.DeploymentGroup("web", application="shop", tags={pk.Parameter("Tag"): "web"})  # type: ignore[dict-item]
    release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=group, appspec=pk.AppSpec.server())
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage(str(stage), release)])

    definition = with_parameters(compile_pipeline(pipeline), {"Where": "Live", "Tag": "role"})

    assert definition.pipeline.stages[1].name == "Live"
    assert definition.appspec("Live", "Release") is not None
    assert definition.deployment_groups[0].tags == {"role": "web"}
    assert definition.location("Live", "Release").place == checkout_place(definition, "Live/Release")


def checkout_place(definition: pk.Definition, key: str) -> pk.Place:
    return definition.origin.places[key]


def test_a_definition_without_parameters_stays_the_same_object() -> None:
    definition = shop(buildspec="b.yml")

    assert with_parameters(definition, {}) is definition


def test_an_unknown_name_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(InvalidPipeline) as caught:
        with_parameters(shop(buildspec="b.yml"), {"Repositroy": "web"})

    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.message, finding.hint) == (
        "PK141",
        "there is no parameter 'Repositroy' in this pipeline",
        "did you mean Repository?",
    )


def test_a_missing_value_says_where_it_is_used_and_how_to_give_it() -> None:
    definition = with_parameters(shop(buildspec="b.yml"), {"PipelineRoleArn": "r", "ArtifactBucket": "b"})

    assert [(f.code, f.message, f.hint) for f in missing_values(definition)] == [
        (
            "PK140",
            "the parameter Repository has no value; it is used by Source > Checkout > configuration.RepositoryName",
            "give it with --parameter Repository=...",
        ),
        (
            "PK140",
            "the parameter CodeBuildRoleArn has no value; it is used by project > shop-Build-Build > role",
            "give it with --parameter CodeBuildRoleArn=...",
        ),
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_value_inside_json_is_escaped(value: str) -> None:
    definition = shop(buildspec="b.yml", environment={"TARGET": pk.Parameter("Target")})

    changed = with_parameters(definition, {"Target": value})

    (variable,) = json.loads(changed.pipeline.stages[1].actions[0].configuration["EnvironmentVariables"])
    assert variable["value"] == value


def overriding(value: str) -> str:
    spec = pk.BuildSpec(build=[f"deploy {pk.Parameter('Target')}"])
    definition = shop(project="builds", buildspec=spec)
    changed = with_parameters(definition, {"Target": value})
    return changed.pipeline.stages[1].actions[0].configuration["BuildspecOverride"]


def test_a_value_inside_a_buildspec_override_is_put_in() -> None:
    assert plain(read(overriding("live --fast"), "b"))["phases"]["build"]["commands"] == ["deploy live --fast"]


@pytest.mark.parametrize("value", ["live: now", "live\n- rm -rf /", "live # now", "\t"])
def test_a_value_that_would_change_a_buildspec_override_is_refused(value: str) -> None:
    with pytest.raises(InvalidPipeline) as caught:
        overriding(value)

    assert [finding.code for finding in caught.value.diagnostics] == ["PK142"]
