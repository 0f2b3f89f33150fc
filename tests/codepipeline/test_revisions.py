from __future__ import annotations

import attrs
import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.revisions import with_appspecs, without_appspecs

CHECKOUT = pk.source.S3("Checkout", bucket="b", object_key="k")
SPEC = pk.BuildSpec(build=["make"], artifacts=["dist/**/*"])
APPSPEC = pk.AppSpec.server(files={"dist": "/srv"})
OTHER = pk.AppSpec.server(files={"dist": "/opt"})
BUILD = pk.build.CodeBuild("Package", input=CHECKOUT.output, buildspec=SPEC)


def release(name: str, input: pk.Artifact, appspec: pk.AppSpec | None = APPSPEC) -> pk.Action:
    group = pk.DeploymentGroup(name.lower(), application="shop")
    return pk.deploy.CodeDeploy(name, input=input, group=group, appspec=appspec)


def pipeline(build: pk.Action | list[pk.Action], *releases: pk.Action) -> pk.Definition:
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", build), pk.Stage("Live", releases)]
    return compile_pipeline(pk.Pipeline("shop", stages))


def commands(definition: pk.Definition, project: int = 0) -> tuple[str, ...]:
    spec = definition.projects[project].buildspec
    assert isinstance(spec, pk.BuildSpec)
    return spec.post_build.commands if spec.post_build is not None else ()


def test_the_build_that_makes_the_revision_writes_the_appspec() -> None:
    revisions = with_appspecs(pipeline(BUILD, release("Web", BUILD.output)))

    assert revisions.writers == {"Live/Web": "shop-Build-Package"}
    assert revisions.artifacts == {"Live/Web": "PackageOutput"}
    assert commands(revisions.definition)[0].startswith("# pipelinekit: appspec.yml of Live/Web\n")


def test_deployments_with_the_same_appspec_share_one_command() -> None:
    definition = pipeline(BUILD, release("Web", BUILD.output), release("Worker", BUILD.output))
    revisions = with_appspecs(definition)

    (command,) = commands(revisions.definition)
    assert command.startswith("# pipelinekit: appspec.yml of Live/Web, Live/Worker\n")
    assert without_appspecs(revisions.definition, revisions.writers) == definition


def test_each_secondary_artifact_gets_the_appspec_of_its_own_deployment() -> None:
    both = pk.Artifacts(
        ["x"],
        secondary={
            "Web": pk.Artifacts(["**/*"], base_directory="web"),
            "Api": pk.Artifacts(["**/*"], base_directory="api"),
        },
    )
    build = pk.build.CodeBuild("Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["x"], artifacts=both))
    definition = pipeline(build, release("W", build.artifact("Web")), release("A", build.artifact("Api"), OTHER))
    revisions = with_appspecs(definition)

    assert revisions.writers == {"Live/W": "shop-Build-Package", "Live/A": "shop-Build-Package"}
    assert len(commands(revisions.definition)) == 2
    assert without_appspecs(revisions.definition, revisions.writers) == definition


def test_different_appspecs_in_one_directory_of_one_build_are_left_to_people() -> None:
    both = pk.Artifacts(["x"], secondary={"Web": pk.Artifacts(["web/*"]), "Api": pk.Artifacts(["api/*"])})
    build = pk.build.CodeBuild("Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["x"], artifacts=both))

    revisions = with_appspecs(
        pipeline(build, release("W", build.artifact("Web")), release("A", build.artifact("Api"), OTHER))
    )

    assert not revisions.writers
    assert set(revisions.obstacles) == {"Live/W", "Live/A"}


def shared_project() -> tuple[list[pk.Action], pk.Action]:
    project = pk.Project("builds", buildspec=SPEC)
    first = pk.build.CodeBuild("First", input=CHECKOUT.output, project=project)
    second = pk.build.CodeBuild("Second", input=CHECKOUT.output, project=project)
    return [first, second], release("Web", first.output)


def building(**more: object) -> tuple[pk.Action, pk.Action]:
    given = {"outputs": ["Out"], **more}
    build = pk.build.CodeBuild("Package", input=CHECKOUT.output, **given)  # type: ignore[arg-type]
    return build, release("Web", build.artifact("Out"))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ((BUILD, release("Web", CHECKOUT.output)), "CheckoutOutput is not made by a CodeBuild action"),
        (building(project="other"), "the project of Package is not part of this pipeline's definition"),
        (building(buildspec="b.yml"), "the buildspec of shop-Build-Package is a file of the source"),
        (
            building(project=pk.Project("p"), buildspec=SPEC),
            "Package brings a BuildspecOverride instead of its project's buildspec",
        ),
        (building(buildspec=SPEC, batch=True), "Package is a batch build"),
        (
            building(project=pk.Project("p", buildspec=SPEC, environment_type="WINDOWS_SERVER_2022_CONTAINER")),
            "p builds on Windows",
        ),
        (
            building(buildspec=pk.BuildSpec(build=["make"])),
            "shop-Build-Package cannot write it: its buildspec has no artifacts",
        ),
        (shared_project(), "builds serves several actions (First, Second)"),
    ],
)
def test_where_no_build_can_write_it_the_reason_is_told(
    made: tuple[pk.Action | list[pk.Action], pk.Action], reason: str
) -> None:
    definition = pipeline(*made)

    revisions = with_appspecs(definition)

    assert revisions.obstacles == {"Live/Web": reason}
    assert revisions.definition == definition


@pytest.mark.parametrize("appspec", [OTHER, None])
def test_deployments_of_one_artifact_that_want_different_appspecs_are_left_to_people(appspec: pk.AppSpec) -> None:
    definition = pipeline(BUILD, release("Web", BUILD.output), release("Worker", BUILD.output, appspec))

    revisions = with_appspecs(definition)

    assert "Live/Web" in revisions.obstacles
    assert revisions.definition == definition


def test_an_appspec_of_no_deployment_is_neither_written_nor_lost() -> None:
    definition = attrs.evolve(pipeline(BUILD), appspecs={"Live/Gone": APPSPEC})

    revisions = with_appspecs(definition)

    assert revisions.definition == definition
    assert not revisions.artifacts
