from __future__ import annotations

import json
import os
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    OutputArtifact,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.definition import Definition, DisabledTransition
from pipelinekit.codepipeline.revisions import with_appspecs
from pipelinekit.diagnostics import InvalidDocument
from pipelinekit.files import emit, load
from pipelinekit.files.layout import lay_out
from pipelinekit.files.manifest import MANIFEST
from pipelinekit.files.writing import write_files
from pipelinekit.values import FrozenMap
from strategies import appspecs, declarations, deployment_groups, projects, texts, words

ROLE = "arn:aws:iam::111122223333:role/x"
CHECKOUT = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
GO_LIVE = pk.approval.Manual("GoLive", message="Ship?")
SMALL = pk.Pipeline(
    "small",
    [pk.Stage("Source", CHECKOUT), pk.Stage("Live", GO_LIVE)],
    transitions=[pk.Transition(into="Live", enabled=False, reason="Change freeze")],
    role=ROLE,
    artifact_store="artifacts-of-small",
)


def emitted(directory: Path) -> Path:
    emit(SMALL, directory)
    return directory


def test_a_directory_its_pipeline_and_its_manifest_give_the_same(tmp_path: Path) -> None:
    emitted(tmp_path)

    definitions = [load(path) for path in (tmp_path, tmp_path / "pipeline.json", tmp_path / "manifest.json")]

    assert definitions[0].disabled_transitions == (DisabledTransition("Live", "Change freeze"),)
    assert definitions[0] == definitions[1] == definitions[2]


def test_what_was_loaded_knows_the_lines_of_the_document(tmp_path: Path) -> None:
    definition = load(emitted(tmp_path))

    place = definition.location("Live", "GoLive").place
    assert place is not None
    assert place.file == str(tmp_path / "pipeline.json")
    assert json.loads((tmp_path / "pipeline.json").read_text())["pipeline"]["stages"][1]["actions"][0]
    assert (tmp_path / "pipeline.json").read_text().splitlines()[place.line - 1].strip() == "{"


def test_a_pipeline_of_somebody_else_is_known_alone(tmp_path: Path) -> None:
    emitted(tmp_path / "emitted")
    bare = tmp_path / "theirs.json"
    bare.write_text("\ufeff" + (tmp_path / "emitted" / "pipeline.json").read_text(), encoding="utf-8")

    assert load(bare) == attrs.evolve(load(tmp_path / "emitted"), disabled_transitions=())


def test_a_manifest_of_something_else_beside_a_pipeline_is_passed_over(tmp_path: Path) -> None:
    emitted(tmp_path)
    (tmp_path / MANIFEST).write_text('{"name": "a web app", "icons": []}')

    assert load(tmp_path) == load(tmp_path / "pipeline.json")


def test_what_is_odd_about_a_document_comes_with_it(tmp_path: Path) -> None:
    bare = tmp_path / "theirs.yml"
    bare.write_text("name: shop\nroleArn: r\nstages: []\ntrigger: []\npipelineType: V1\n")

    definition = load(bare)

    assert [finding.hint for finding in definition.origin.findings] == ["did you mean triggers?"]


def test_what_is_odd_about_a_document_is_reported_by_a_check_and_by_emitting_once_each(tmp_path: Path) -> None:
    document = json.loads((emitted(tmp_path / "ours") / "pipeline.json").read_text())
    del document["pipeline"]["pipelineType"]
    document["pipeline"]["stages"][1]["actions"][0]["configuration"]["Odd"] = 5
    theirs = tmp_path / "theirs.json"
    theirs.write_text(json.dumps(document))
    definition = load(theirs)

    report, written = pk.check(definition), emit(definition, tmp_path / "again")

    assert report.codes == ("PK118", "PK305", "PK302")
    assert written.report == report


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "is not UTF-8 (byte 0)"),
        (b"{", "is not YAML"),
        (b"", "is empty"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_by_its_name(content: bytes | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "pipeline.json"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(InvalidDocument) as caught:
        load(file)

    assert str(caught.value).startswith(str(file))
    assert message in str(caught.value)


def test_a_directory_with_nothing_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDocument, match=r"holds neither manifest\.json nor pipeline\.json"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "is of format 2, and this version knows format 1"),
        ({"projects": [{"nam": "x"}]}, "is a manifest of pipelinekit that was damaged"),
        ({"projects": 3}, "is a manifest of pipelinekit that was damaged"),
        ({"transitions": "pipeline.json"}, "is not a list of disable-stage-transition inputs"),
        ({"file": "../../etc/passwd"}, "is no path inside it"),
        ({"transitions": "/etc/passwd"}, "is no path inside it"),
    ],
)
def test_a_manifest_is_not_trusted(change: dict[str, object], message: str, tmp_path: Path) -> None:
    file = emitted(tmp_path) / MANIFEST
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))

    with pytest.raises(InvalidDocument, match=message):
        load(tmp_path)


def written_and_read(definition: Definition, directory: Path) -> Definition:
    layout = lay_out(definition)
    ours = [str(file.relative_to(directory)) for file in directory.rglob("*") if file.is_file()]
    write_files(directory, layout.files, ours, MANIFEST, layout.files[MANIFEST])
    return load(directory)


transitions = st.lists(st.builds(DisabledTransition, words, texts(1)), max_size=2).map(tuple)


@given(st.builds(Definition, pipeline=declarations, disabled_transitions=transitions))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_pipeline_is_read_as_it_was_written(tmp_path: Path, definition: Definition) -> None:
    assert written_and_read(definition, tmp_path) == definition


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Definitions in which one build makes an artifact that two deployments read, with or without AppSpecs."""
    build = ActionDeclaration(
        "Build",
        action_type_id=ActionTypeId("Build", "AWS", "CodeBuild"),
        configuration=FrozenMap({"ProjectName": draw(st.sampled_from(["builds", "elsewhere"]))}),
        output_artifacts=(OutputArtifact("Out"),),
        input_artifacts=("Source",),
    )
    deploys = [
        ActionDeclaration(name, action_type_id=ActionTypeId("Deploy", "AWS", "CodeDeploy"), input_artifacts=("Out",))
        for name in draw(st.sampled_from([["One"], ["One", "Two"]]))
    ]
    appspec = draw(appspecs())
    return Definition(
        pipeline=PipelineDeclaration(
            draw(words),
            role_arn=ROLE,
            artifact_store=pk.ArtifactStore("store"),
            stages=(StageDeclaration("Build", actions=(build,)), StageDeclaration("Live", actions=tuple(deploys))),
        ),
        projects=tuple(attrs.evolve(project, name="builds") for project in draw(st.lists(projects, max_size=1))),
        deployment_groups=tuple(
            draw(st.lists(deployment_groups, max_size=2, unique_by=lambda g: (g.name, g.application)))
        ),
        appspecs={f"Live/{deploy.name}": draw(st.just(appspec) | appspecs()) for deploy in deploys},
    )


@given(definitions())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_a_definition_is_read_as_it_was_written(tmp_path: Path, definition: Definition) -> None:
    assert written_and_read(definition, tmp_path) == definition


RELEASING = Definition(
    pipeline=PipelineDeclaration(
        "releasing",
        role_arn=ROLE,
        artifact_store=pk.ArtifactStore("store"),
        stages=(
            StageDeclaration(
                "Build",
                actions=(
                    ActionDeclaration(
                        "Package",
                        action_type_id=ActionTypeId("Build", "AWS", "CodeBuild"),
                        configuration=FrozenMap({"ProjectName": "builds"}),
                        output_artifacts=(OutputArtifact("Out"),),
                    ),
                ),
            ),
            StageDeclaration(
                "Live",
                actions=(
                    ActionDeclaration(
                        "Web", action_type_id=ActionTypeId("Deploy", "AWS", "CodeDeploy"), input_artifacts=("Out",)
                    ),
                ),
            ),
        ),
    ),
    projects=(pk.Project("builds", buildspec=pk.BuildSpec(build=["make"], artifacts=["dist/*"]), role=ROLE),),
    deployment_groups=(
        pk.DeploymentGroup(
            "web", application="shop", config=pk.DeploymentConfig("Most", type="HOST_COUNT", value=3), role=ROLE
        ),
    ),
    appspecs=FrozenMap({"Live/Web": pk.AppSpec.server(files={"dist": "/srv"})}),
)


def test_the_command_that_writes_an_appspec_is_taken_out_again(tmp_path: Path) -> None:
    assert with_appspecs(RELEASING).writers == {"Live/Web": "builds"}
    assert "pipelinekit: appspec.yml of Live/Web" in lay_out(RELEASING).files["buildspecs/builds.yml"]

    assert written_and_read(RELEASING, tmp_path) == RELEASING


def test_a_configuration_of_ones_own_is_read_from_its_own_file(tmp_path: Path) -> None:
    loaded = written_and_read(RELEASING, tmp_path)

    assert loaded.deployment_groups[0].config == pk.DeploymentConfig("Most", type="HOST_COUNT", value=3)


def test_a_configuration_that_is_described_nowhere_is_refused(tmp_path: Path) -> None:
    written_and_read(RELEASING, tmp_path)
    group = tmp_path / "deployment-groups" / "web.json"
    group.write_text(group.read_text().replace("Most", "Other"))

    with pytest.raises(InvalidDocument, match="names Other, which is neither AWS's own nor described here"):
        load(tmp_path)


def test_a_buildspec_that_was_changed_beside_its_project_is_warned_of(tmp_path: Path) -> None:
    written_and_read(RELEASING, tmp_path)
    beside = tmp_path / "buildspecs" / "builds.yml"
    beside.write_text(beside.read_text().replace("make", "make all"))

    loaded = load(tmp_path)

    assert loaded == RELEASING
    assert [finding.message for finding in loaded.origin.findings] == [
        "differs from the buildspec in projects/builds.json, which is the one that is read and that AWS gets"
    ]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipeline.json")

    with pytest.raises(InvalidDocument, match="is no regular file"):
        load(tmp_path / "pipeline.json")
