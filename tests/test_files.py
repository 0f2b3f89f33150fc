from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import validate_parameters

import pipelinekit as pk
from pipelinekit.codepipeline import checks
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.diagnostics import Diagnostic, InvalidPipeline, PipelineKitError, Report
from pipelinekit.files import CannotWrite, emit, load, open_pipeline
from pipelinekit.files.layout import lay_out

HERE = Path(__file__).parent
VALUES = {
    "ArtifactBucket": "artifacts-of-shop",
    "CodeBuildRoleArn": "arn:aws:iam::111122223333:role/builds",
    "CodeDeployRoleArn": "arn:aws:iam::111122223333:role/deployments",
    "PipelineRoleArn": "arn:aws:iam::111122223333:role/pipelines",
}
CHECKOUT = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
BUILD = pk.build.CodeBuild(
    "Package", input=CHECKOUT.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["dist/*"])
)
WEB = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
APPSPEC = pk.AppSpec.server(files={"dist": "/srv"})
RELEASE = pk.deploy.CodeDeploy("Release", input=BUILD.output, group=WEB)
LIVE = pk.Stage("Live", RELEASE)
SHOP = pk.Pipeline("shop", [pk.Stage("Source", CHECKOUT), pk.Stage("Build", BUILD), LIVE])


def with_live(*actions: pk.Action) -> pk.Pipeline:
    return attrs.evolve(SHOP, stages=[*SHOP.stages[:2], pk.Stage("Live", actions)])


def listing(directory: Path) -> set[str]:
    return {str(file.relative_to(directory)) for file in directory.rglob("*") if not file.is_dir()}


def test_every_part_of_a_definition_gets_its_file(tmp_path: Path) -> None:
    pipeline = attrs.evolve(
        with_live(attrs.evolve(RELEASE, appspec=APPSPEC)),
        transitions=[pk.Transition(into="Live", enabled=False, reason="freeze")],
    )

    emitted = emit(pipeline, tmp_path, VALUES)

    assert emitted.files == (
        "pipeline.json",
        "buildspecs/shop-Build-Package.yml",
        "projects/shop-Build-Package.json",
        "appspecs/Live-Release/appspec.yml",
        "deployment-groups/web.json",
        "transitions.json",
        "manifest.json",
    )
    assert listing(tmp_path) == set(emitted.files) == set(emitted.written)


def operation(service: str, name: str) -> Shape:
    shape = ServiceModel(Loader().load_service_model(service, "service-2")).operation_model(name).input_shape
    assert shape is not None
    return shape


def test_aws_takes_every_file_as_the_input_of_its_operation(tmp_path: Path) -> None:
    own = attrs.evolve(WEB, config=pk.DeploymentConfig("Most", type="FLEET_PERCENT", value=75))
    pipeline = attrs.evolve(
        with_live(attrs.evolve(RELEASE, group=own, appspec=APPSPEC)),
        transitions=[pk.Transition(into="Live", enabled=False, reason="freeze")],
    )
    emit(pipeline, tmp_path, VALUES)
    inputs = {
        "pipeline.json": operation("codepipeline", "CreatePipeline"),
        "projects/shop-Build-Package.json": operation("codebuild", "CreateProject"),
        "deployment-configs/Most.json": operation("codedeploy", "CreateDeploymentConfig"),
        "deployment-groups/web.json": operation("codedeploy", "CreateDeploymentGroup"),
    }

    for file, shape in inputs.items():
        validate_parameters(
            json.loads((tmp_path / file).read_text()), shape
        )  # raises when AWS's tools would not take it
    for transition in json.loads((tmp_path / "transitions.json").read_text()):
        validate_parameters(transition, operation("codepipeline", "DisableStageTransition"))


def test_the_manifest_has_the_commands_in_the_order_to_apply_them() -> None:
    pipeline = attrs.evolve(SHOP, transitions=[pk.Transition(into=LIVE, enabled=False, reason="Change freeze")])

    manifest = lay_out(compile_pipeline(pipeline)).manifest

    assert [step.command for step in manifest.apply] == [
        "aws deploy create-application --application-name shop --compute-platform Server",
        "aws deploy create-deployment-group --cli-input-json file://deployment-groups/web.json",
        "aws codebuild create-project --cli-input-json file://projects/shop-Build-Package.json",
        "aws codepipeline create-pipeline --cli-input-json file://pipeline.json",
        "aws codepipeline disable-stage-transition --pipeline-name shop --stage-name Live --transition-type Inbound "
        "--reason 'Change freeze'",
    ]


TAGGED = attrs.evolve(SHOP, tags={"team": pk.Parameter("Team"), "note": ""})


def test_tags_stand_beside_the_pipeline_since_an_update_takes_none(tmp_path: Path) -> None:
    emit(TAGGED, tmp_path, {**VALUES, "Team": "web"})
    written = json.loads((tmp_path / "pipeline.json").read_text())
    tags = json.loads((tmp_path / "tags.json").read_text())
    step = next(step for step in lay_out(compile_pipeline(TAGGED)).manifest.apply if "pipeline shop" in step.what)

    validate_parameters(written, operation("codepipeline", "UpdatePipeline"))
    validate_parameters({**written, "tags": tags}, operation("codepipeline", "CreatePipeline"))
    assert tags == [{"key": "team", "value": "web"}, {"key": "note", "value": ""}]
    assert step.command.endswith("--cli-input-json file://pipeline.json --tags file://tags.json")
    assert step.update == "aws codepipeline update-pipeline --cli-input-json file://pipeline.json"
    assert step.what == "create the pipeline shop, which starts it; an update leaves its tags"


def test_emitted_tags_are_loaded_again_and_go_when_nobody_says_them(tmp_path: Path) -> None:
    emit(TAGGED, tmp_path, {**VALUES, "Team": "web"})

    loaded = load(tmp_path)
    emitted = emit(SHOP, tmp_path, VALUES)

    assert loaded.tags == {"team": "web", "note": ""}
    assert emitted.removed == ("tags.json",)
    assert load(tmp_path).tags == {}


def test_a_parameter_may_stand_in_what_is_not_known_here(tmp_path: Path) -> None:
    pipeline = attrs.evolve(SHOP, more={"newMember": [pk.Parameter("New")]})

    emit(pipeline, tmp_path, {**VALUES, "New": "thing"})

    assert load(tmp_path).pipeline.more == {"newMember": ("thing",)}


def test_commands_of_several_lines_are_blocks(tmp_path: Path) -> None:
    script = "set -e\nfor part in web worker; do\n  make $part\ndone"
    build = attrs.evolve(BUILD, buildspec=pk.BuildSpec(build=[script, "echo 3.10"], artifacts=["dist/*"]))
    emit(attrs.evolve(SHOP, stages=[SHOP.stages[0], pk.Stage("Build", build), LIVE]), tmp_path, VALUES)

    written = (tmp_path / "buildspecs/shop-Build-Package.yml").read_text()

    assert "    - |-\n      set -e\n      for part in web worker; do\n        make $part\n      done\n" in written


def test_groups_of_one_name_are_told_apart_by_their_applications(tmp_path: Path) -> None:
    other = attrs.evolve(RELEASE, name="Other", group=attrs.evolve(WEB, application="blog"))

    emitted = emit(with_live(RELEASE, other), tmp_path, VALUES)

    assert [file for file in emitted.files if "groups" in file] == [
        "deployment-groups/shop-web.json",
        "deployment-groups/blog-web.json",
    ]


def test_names_that_are_no_file_names_stay_inside_the_directory(tmp_path: Path) -> None:
    projects = tuple(pk.Project(name) for name in ("../../up", ".hidden", "a/b", "a_b", "A_B", ""))
    definition = attrs.evolve(compile_pipeline(SHOP), projects=projects)

    files = [file for file in lay_out(definition).files if file.startswith("projects/")]

    assert files == [
        "projects/_._.._up.json",
        "projects/_hidden.json",
        "projects/a_b.json",
        "projects/a_b-2.json",
        "projects/A_B-3.json",
        "projects/_.json",
    ]


def test_two_different_things_of_one_name_are_refused(tmp_path: Path) -> None:
    definition = attrs.evolve(compile_pipeline(SHOP), projects=(pk.Project("p"), pk.Project("p", privileged=True)))

    with pytest.raises(InvalidPipeline, match="two different projects are called p"):
        lay_out(definition)


def test_missing_values_are_told_all_at_once_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InvalidPipeline) as caught:
        emit(SHOP, tmp_path / "out", {"ArtifactBucket": "artifacts-of-shop"})

    assert [finding.hint for finding in caught.value.diagnostics] == [
        "give it with --parameter PipelineRoleArn=...",
        "give it with --parameter CodeBuildRoleArn=...",
        "give it with --parameter CodeDeployRoleArn=...",
    ]
    assert not (tmp_path / "out").exists()


def test_what_the_checks_refuse_is_not_emitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = Diagnostic(code="PK102", message="the first stage may hold only sources")
    monkeypatch.setattr(checks, "check", lambda definition: Report((finding,)))

    with pytest.raises(InvalidPipeline) as caught:
        emit(SHOP, tmp_path / "out", VALUES)

    assert caught.value.diagnostics == (finding,)
    assert not (tmp_path / "out").exists()


def test_an_appspec_that_no_build_can_write_is_left_to_people_and_said_so(tmp_path: Path) -> None:
    release = attrs.evolve(RELEASE, input=CHECKOUT.output, appspec=APPSPEC)

    emitted = emit(with_live(release), tmp_path, VALUES)

    (warning,) = (finding for finding in emitted.report.warnings if finding.code == "PK719")
    assert warning.hint == "put appspecs/Live-Release/appspec.yml at the root of CheckoutOutput"
    assert json.loads((tmp_path / "manifest.json").read_text())["warnings"] == [
        "Live/Release: its AppSpec does not get into CheckoutOutput by itself: CheckoutOutput is not made by a "
        "CodeBuild action; put appspecs/Live-Release/appspec.yml at the root of CheckoutOutput"
    ]


def times(directory: Path) -> dict[str, int]:
    return {file: (directory / file).stat().st_mtime_ns for file in listing(directory)}


def test_emitting_again_touches_nothing(tmp_path: Path) -> None:
    emit(SHOP, tmp_path, VALUES)
    before = times(tmp_path)

    emitted = emit(SHOP, tmp_path, VALUES)

    assert (emitted.written, emitted.removed) == ((), ())
    assert times(tmp_path) == before


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    emit(SHOP, tmp_path, VALUES)

    emitted = emit(attrs.evolve(SHOP, execution_mode="QUEUED"), tmp_path, VALUES)

    assert emitted.written == ("pipeline.json",)


def test_files_of_an_earlier_time_are_removed_and_others_are_not(tmp_path: Path) -> None:
    emit(with_live(attrs.evolve(RELEASE, appspec=APPSPEC)), tmp_path, VALUES)
    mine = tmp_path / "deployment-groups" / "notes.txt"
    mine.write_text("keep me")

    emitted = emit(
        with_live(pk.approval.Manual("GoLive")), tmp_path, {k: VALUES[k] for k in VALUES if "Deploy" not in k}
    )

    assert emitted.removed == ("appspecs/Live-Release/appspec.yml", "deployment-groups/web.json")
    assert not (tmp_path / "appspecs").exists()
    assert mine.read_text() == "keep me"
    assert "deployment-groups/web.json" not in (tmp_path / "manifest.json").read_text()


def test_a_file_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "pipeline.json").write_text("mine")

    with pytest.raises(CannotWrite, match=r"pipeline\.json: is there already, and pipelinekit did not write it"):
        emit(SHOP, tmp_path, VALUES)

    assert listing(tmp_path) == {"pipeline.json"}
    assert (tmp_path / "pipeline.json").read_text() == "mine"


def test_a_manifest_of_somebody_else_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "a web app", "icons": []}')

    with pytest.raises(CannotWrite, match="no manifest that pipelinekit can read"):
        emit(SHOP, tmp_path, VALUES)

    assert listing(tmp_path) == {"manifest.json"}


def test_the_directory_of_another_pipeline_is_left_alone(tmp_path: Path) -> None:
    emit(SHOP, tmp_path, VALUES)
    before = times(tmp_path)

    with pytest.raises(CannotWrite, match="holds the pipeline shop, not blog"):
        emit(attrs.evolve(SHOP, name="blog"), tmp_path, VALUES)

    assert times(tmp_path) == before


def test_a_manifest_that_names_files_elsewhere_removes_nothing(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside.txt", tmp_path / "out"
    outside.write_text("keep me")
    emit(SHOP, out, VALUES)
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps({**manifest, "files": ["../outside.txt"]}))

    with pytest.raises(CannotWrite, match="is no path inside it"):
        emit(SHOP, out, VALUES)

    assert outside.read_text() == "keep me"


def test_a_directory_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "projects").symlink_to(elsewhere)

    with pytest.raises(CannotWrite, match="by a symbolic link"):
        emit(SHOP, out, VALUES)

    assert listing(elsewhere) == set()


def test_a_directory_that_cannot_be_made_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotWrite) as caught:
        emit(SHOP, tmp_path / "file" / "out", VALUES)

    assert str(caught.value) == f"{tmp_path}/file/out: cannot write it: Not a directory; nothing was changed"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written_loses_nothing(tmp_path: Path) -> None:
    emit(SHOP, tmp_path, VALUES)
    before = times(tmp_path)
    tmp_path.chmod(0o500)

    with pytest.raises(CannotWrite, match="Permission denied; nothing was changed"):
        emit(attrs.evolve(SHOP, execution_mode="QUEUED"), tmp_path, VALUES)

    tmp_path.chmod(0o700)
    assert times(tmp_path) == before


@pytest.mark.parametrize("emitted_before", [True, False])
def test_a_full_disk_loses_nothing_and_leaves_nothing(tmp_path: Path, emitted_before: bool) -> None:
    if emitted_before:
        emit(SHOP, tmp_path / "out", VALUES)
    before = times(tmp_path)
    longer = attrs.evolve(BUILD, buildspec=pk.BuildSpec(build=["x" * 20_000], artifacts=["dist/*"]))
    pipeline = attrs.evolve(SHOP, stages=[SHOP.stages[0], pk.Stage("Build", longer), LIVE])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))  # the nearest a process comes to a small disk
    try:
        with pytest.raises(CannotWrite, match="nothing was changed"):
            emit(pipeline, tmp_path / "out", VALUES)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert times(tmp_path) == before
    assert (tmp_path / "out").exists() is emitted_before


def test_half_a_character_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    values = {**VALUES, "ArtifactBucket": "artifacts-\udc80"}  # what a wrong byte on a command line becomes

    with pytest.raises(PipelineKitError):
        emit(SHOP, tmp_path, values)

    assert listing(tmp_path) == set()


def test_a_removal_that_is_cut_short_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    emit(with_live(attrs.evolve(RELEASE, appspec=APPSPEC)), tmp_path, VALUES)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _refuse)
        with pytest.raises(CannotWrite, match="cannot remove it"):
            emit(SHOP, tmp_path, VALUES)

    emitted = emit(SHOP, tmp_path, VALUES)

    assert emitted.removed == ("appspecs/Live-Release/appspec.yml",)


def _refuse(path: Path, missing_ok: bool = False) -> None:
    raise PermissionError(1, "Operation not permitted", str(path))


def test_the_bytes_do_not_depend_on_the_process() -> None:
    script = "import test_files as t; print(dict(t.lay_out(t.compile_pipeline(t.SHOP)).files))"

    said = []
    for seed in ("1", "2"):
        path = os.pathsep.join([str(HERE), str(HERE.parent)])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
        said.append(done.stdout)

    assert said[0] == said[1]
    assert b"create-pipeline" in said[0]


def test_a_definition_that_was_opened_is_emitted_like_a_pipeline(tmp_path: Path) -> None:
    emit(SHOP, tmp_path / "one", VALUES)
    bare = tmp_path / "bare.json"
    bare.write_bytes((tmp_path / "one" / "pipeline.json").read_bytes())

    emitted = emit(open_pipeline(str(bare)).value, tmp_path / "two")

    assert emitted.files == ("pipeline.json", "manifest.json")
    assert (tmp_path / "two" / "pipeline.json").read_bytes() == bare.read_bytes()


def test_what_was_not_understood_of_a_document_is_emitted_and_told(tmp_path: Path) -> None:
    emit(SHOP, tmp_path / "one", VALUES)
    written = json.loads((tmp_path / "one" / "pipeline.json").read_text())
    written["pipeline"]["newer"] = {"level": 1}
    (tmp_path / "theirs.json").write_text(json.dumps(written))

    emitted = emit(load(tmp_path / "theirs.json"), tmp_path / "two")

    assert "has the unknown member 'newer', which is kept as it is" in [f.message for f in emitted.report]
    assert json.loads((tmp_path / "two" / "pipeline.json").read_text())["pipeline"]["newer"] == {"level": 1}
