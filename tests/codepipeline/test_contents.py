"""Files that an action reads from an artifact, and artifacts that cannot hold them."""

from __future__ import annotations

import pytest

import pipelinekit as pk

CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
GROUP = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})


def package(files: pk.Artifacts | list[str]) -> pk.build.CodeBuild:
    return pk.build.CodeBuild("Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make"], artifacts=files))


def released(kept: pk.Artifacts | list[str], **appspec: object) -> list[str]:
    build = package(kept)
    spec = pk.AppSpec.server(**appspec)  # type: ignore[arg-type]
    release = pk.deploy.CodeDeploy("Release", input=build.output, group=GROUP, appspec=spec)
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", build), pk.Stage("Deploy", release)]
    return [code for code in pk.check(pk.Pipeline("shop", stages)).codes if code != "PK719"]


@pytest.mark.parametrize(
    "files",
    [
        ["**/*"],
        ["dist/**/*", "scripts/*"],
        ["dist/*", "scripts"],
        ["dist/app.jar", "$SCRIPTS/*"],
        pk.Artifacts(["dist/**/*", "scripts/*"], base_directory="out"),
    ],
)
def test_a_revision_that_may_hold_everything_is_right(files: pk.Artifacts | list[str]) -> None:
    assert released(files, files={"dist": "/srv/app"}, hooks={"ApplicationStart": "scripts/start.sh"}) == []


def test_a_script_and_a_source_that_cannot_be_there_are_found() -> None:
    hooks = {"ApplicationStart": ["scripts/start.sh", "scripts/warm.sh"]}

    assert released(["dist/**/*", "scripts/start.sh"], files={"dist": "/srv"}, hooks=hooks) == ["PK709"]
    assert released(["scripts/*"], files={"dist": "/srv"}, hooks=hooks) == ["PK728"]
    assert released(["**/*"], files={"/": "/srv"}, hooks=hooks) == []


def test_a_revision_that_comes_from_a_source_is_not_judged() -> None:
    spec = pk.AppSpec.server(files={"dist": "/srv"}, hooks={"ApplicationStart": "scripts/start.sh"})
    release = pk.deploy.CodeDeploy("Release", input=CHECKOUT.output, group=GROUP, appspec=spec)

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Deploy", release)]))

    assert report.codes == ()


def test_the_file_of_a_secondary_artifact_is_looked_for_in_that_one() -> None:
    files = pk.Artifacts(
        ["README.md"], secondary={"web": pk.Artifacts(["web/**/*"]), "ops": pk.Artifacts(["template.yml"])}
    )
    build = package(files)

    def stack(artifact: str) -> tuple[str, ...]:
        deploy = pk.deploy.CloudFormation(
            "Stack",
            stack_name="shop",
            stack_role="${Parameter.Role}",
            template=build.artifact(artifact).at("template.yml"),
        )
        stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", build), pk.Stage("Deploy", deploy)]
        return pk.check(pk.Pipeline("shop", stages)).codes

    assert stack("ops") == ()
    assert stack("web") == ("PK221",)


def test_the_files_of_a_commands_action_are_known_too() -> None:
    commands = pk.build.Commands("Make", input=CHECKOUT.output, commands=["make"], files=["dist/*"])
    accept = pk.test.CodeBuild("Accept", input=commands.output, buildspec="ci/accept.yml")
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", commands), pk.Stage("Test", accept)]

    assert pk.check(pk.Pipeline("shop", stages)).codes == ("PK223",)


def images(files: list[str]) -> tuple[str, ...]:
    build = package(files)
    release = pk.deploy.ECS("Release", input=build.output, cluster="shop", service="web")
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", build), pk.Stage("Deploy", release)]
    return pk.check(pk.Pipeline("shop", stages)).codes


def test_a_standard_deployment_to_ecs_wants_its_own_image_file() -> None:
    assert images(["imagedefinitions.json"]) == ()
    assert images(["*.json"]) == ()
    assert images(["imageDetail.json"]) == ("PK222",)
    assert images(["dist/**/*"]) == ("PK221",)


@pytest.mark.parametrize(("file", "codes"), [("imageDetail.json", ()), ("imagedefinitions.json", ("PK222",))])
def test_a_blue_green_deployment_to_ecs_wants_the_other_one(file: str, codes: tuple[str, ...]) -> None:
    build = package([file, "taskdef.json", "appspec.yaml"])
    name = build.output.name
    release = pk.CustomAction(
        "Release",
        action_type=pk.ActionTypeId("Deploy", "AWS", "CodeDeployToECS"),
        input=[build.output],
        configuration={
            "ApplicationName": "shop",
            "DeploymentGroupName": "web",
            "TaskDefinitionTemplateArtifact": name,
            "AppSpecTemplateArtifact": name,
            "Image1ArtifactName": name,
            "Image1ContainerName": "IMAGE",
        },
    )
    stages = [pk.Stage("Source", CHECKOUT), pk.Stage("Build", build), pk.Stage("Deploy", release)]

    assert pk.check(pk.Pipeline("shop", stages)).codes == codes
