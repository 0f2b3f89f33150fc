from __future__ import annotations

import subprocess
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild.placing import PlacedFile, obstacle, with_file, without_file
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase

TEXT = "version: 0.0\nos: linux\nfiles:\n- source: 'it''s $HOME `x` \\'\n  destination: /srv\nPIPELINEKIT\n"
FILE = PlacedFile(name="appspec.yml", owner="Production/Release", text=TEXT)


def test_the_command_is_the_last_of_post_build_and_says_whose_file_it_writes() -> None:
    spec = with_file(BuildSpec(post_build=["echo done"], artifacts=["dist/**/*"]), FILE)

    assert spec.post_build is not None
    first, last = spec.post_build.commands
    assert first == "echo done"
    assert last.startswith("# pipelinekit: appspec.yml of Production/Release\n")


@pytest.mark.parametrize("base", [None, ".", "./", "dist", "./dist/", "it's a dir", "/tmp/elsewhere"])
def test_the_command_writes_the_file_into_the_base_directory(base: str | None, tmp_path: Path) -> None:
    if base is not None and base.startswith("/"):
        base = str(tmp_path / "elsewhere")
    source = tmp_path / "src"
    target = source / (base or "")
    target.mkdir(parents=True, exist_ok=True)
    spec = with_file(BuildSpec(artifacts=Artifacts(["**/*"], base_directory=base)), FILE)
    assert spec.post_build is not None
    (command,) = spec.post_build.commands

    subprocess.run(["/bin/sh", "-c", command], env={"CODEBUILD_SRC_DIR": str(source)}, cwd=tmp_path, check=True)

    assert (target / "appspec.yml").read_text() == TEXT


def test_a_base_directory_that_the_build_did_not_make_fails_the_build(tmp_path: Path) -> None:
    spec = with_file(BuildSpec(artifacts=Artifacts(["**/*"], base_directory="dist")), FILE)
    assert spec.post_build is not None
    environment = {"CODEBUILD_SRC_DIR": str(tmp_path)}

    done = subprocess.run(["/bin/sh", "-c", spec.post_build.commands[0]], env=environment, capture_output=True)

    assert done.returncode != 0
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("pattern", ["**/*", "*", "appspec.yml", "./appspec.yml", "**/*.yml", "**"])
def test_a_file_that_a_pattern_takes_already_is_not_named_again(pattern: str) -> None:
    spec = with_file(BuildSpec(artifacts=[pattern]), FILE)

    assert spec.artifacts == Artifacts([pattern])


@pytest.mark.parametrize("pattern", ["dist/**/*", "dist/appspec.yml", "*.yaml"])
def test_a_file_that_no_pattern_takes_is_named(pattern: str) -> None:
    spec = with_file(BuildSpec(artifacts=[pattern]), FILE)

    assert spec.artifacts == Artifacts([pattern, "appspec.yml"])


def test_a_secondary_artifact_has_files_and_a_base_directory_of_its_own() -> None:
    spec = BuildSpec(artifacts=Artifacts(["a"], secondary={"Web": Artifacts(["b"], base_directory="web")}))

    written = with_file(spec, attrs.evolve(FILE, artifact="Web"))

    assert written.artifacts is not None
    assert written.artifacts.files == ("a",)
    assert written.artifacts.secondary["Web"].files == ("b", "appspec.yml")
    assert written.post_build is not None
    assert '"$CODEBUILD_SRC_DIR"/web/appspec.yml' in written.post_build.commands[0]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (BuildSpec(), "its buildspec has no artifacts"),
        (BuildSpec(artifacts=["*"], shell="powershell.exe"), "its shell is powershell.exe"),
        (
            BuildSpec(artifacts=Artifacts(["*"], base_directory="out-*")),
            "the base-directory of its artifacts is a pattern, out-*",
        ),
        (
            BuildSpec(artifacts=Artifacts(["*"], base_directory="$OUT")),
            "the base-directory of its artifacts is a pattern, $OUT",
        ),
        (
            BuildSpec(artifacts=Artifacts(["*"], exclude_paths=["**/*.yml"])),
            "the exclude-paths of its artifacts leave appspec.yml out",
        ),
        (BuildSpec(artifacts=["*"], shell="bash"), None),
    ],
)
def test_an_obstacle_is_named(spec: BuildSpec, reason: str | None) -> None:
    assert obstacle(spec, FILE) == reason


commands = st.lists(st.sampled_from(["make", "echo a\necho b", "# pipelinekit: appspec.yml of Production/Release"]))
phases = st.builds(Phase, commands, finally_commands=commands, on_failure=st.none() | st.just("ABORT"))
patterns = st.lists(st.sampled_from(["**/*", "dist/*", "appspec.yml"]))
sections = st.builds(Artifacts, patterns, base_directory=st.none() | st.just("dist"))
specs = st.builds(
    BuildSpec,
    post_build=st.none() | phases.filter(lambda phase: phase != Phase()),
    artifacts=st.builds(
        lambda own, secondary: attrs.evolve(own, secondary=secondary),
        sections,
        st.fixed_dictionaries({"Web": sections}),
    ),
)


@given(specs, st.sampled_from([None, "Web"]))
def test_taking_the_file_out_is_the_inverse_of_putting_it_in(spec: BuildSpec, artifact: str | None) -> None:
    file = attrs.evolve(FILE, artifact=artifact)

    assert without_file(with_file(spec, file), attrs.evolve(file, text="")) == spec


def test_a_buildspec_without_the_marked_command_is_left_as_it_is() -> None:
    spec = BuildSpec(post_build=["echo appspec.yml"], artifacts=["appspec.yml"])

    assert without_file(spec, FILE) is spec
