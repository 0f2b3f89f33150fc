from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.harness import STAGE, Attempt, Bench, definition_of
from pipelinekit.codebuild.document import buildspec_text
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.diagnostics import Diagnostic, Severity
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.tasks import Cancelled
from pipelinekit.local.worker import Worker
from pipelinekit.local.workers.building import user
from pipelinekit.local.workers.codebuild import CodeBuildWorker


def action(
    configuration: Mapping[str, str] | None = None,
    *,
    inputs: tuple[str, ...] = ("Src",),
    outputs: tuple[str, ...] = (),
) -> ActionDeclaration:
    return ActionDeclaration(
        "Unit",
        action_type_id=ActionTypeId("Build", "AWS", "CodeBuild"),
        configuration={"ProjectName": "unit", **(configuration or {})},
        input_artifacts=inputs,
        output_artifacts=tuple(OutputArtifact(name) for name in outputs),
    )


def build(
    bench: Bench,
    spec: BuildSpec | None,
    *,
    files: Mapping[str, str | bytes] | None = None,
    outputs: tuple[str, ...] = (),
    secrets: Mapping[str, str] | None = None,
    configuration: Mapping[str, str] | None = None,
    reads_outputs: bool = True,
    **project: object,
) -> Attempt:
    """Run one build of a project with that buildspec, on a source of those files."""
    bench.artifact("Src", files or {})
    made = Project("unit", buildspec=spec, **project)  # type: ignore[arg-type]
    asked = action(configuration, outputs=outputs)
    return bench.run(CodeBuildWorker(), asked, made, secrets=secrets, reads_outputs=reads_outputs)


def findings(asked: ActionDeclaration, *projects: Project) -> list[Diagnostic]:
    definition = definition_of(asked, *projects)
    return list(CodeBuildWorker().check(definition, STAGE, asked, Bindings()))


def test_it_may_be_repeated_and_leaves_nothing_running() -> None:
    worker: Worker = CodeBuildWorker()

    assert worker.repeatable
    assert not worker.leaves_processes


# Where the buildspec comes from.


def test_the_buildspec_of_the_project_is_run_in_the_source(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["cat hello.txt"]), files={"hello.txt": "hello\n"})

    assert attempt.result.succeeded
    assert attempt.said == ["hello"]
    assert re.fullmatch(r"unit:[0-9a-f-]{36}", attempt.result.external_id)


def test_without_one_buildspec_yml_of_the_source_is_run(bench: Bench) -> None:
    bench.artifact("Src", {"buildspec.yml": "version: 0.2\nphases: {build: {commands: [echo from the source]}}"})

    attempt = bench.run(CodeBuildWorker(), action())

    assert attempt.said == ["from the source"]


def test_a_project_may_name_the_path_of_its_buildspec(bench: Bench) -> None:
    bench.artifact("Src", {"ci/unit.yml": "version: 0.2\nphases: {build: {commands: [pwd]}}"})

    attempt = bench.run(CodeBuildWorker(), action(), Project("unit", buildspec="ci/unit.yml"))

    assert attempt.said == [f"{attempt.directory}/src"]
    assert f"YAML location is {attempt.directory}/src/ci/unit.yml" in attempt.lines


@pytest.mark.parametrize("override", ["other.yml", buildspec_text(BuildSpec(build=["echo overridden"]))])
def test_the_action_may_override_it_with_a_path_or_a_text(bench: Bench, override: str) -> None:
    attempt = build(
        bench,
        BuildSpec(build=["echo not me"]),
        files={"other.yml": "version: 0.2\nphases: {build: {commands: [echo overridden]}}"},
        configuration={"BuildspecOverride": override},
    )

    assert attempt.said == ["overridden"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("buildspec.yml", "buildspec.yml is not in the source"),
        ("../outside.yml", "../outside.yml leads out of the source"),
        ("/etc/hostname", "/etc/hostname leads out of the source"),
        ("link.yml", "link.yml leads out of the source"),
        ("broken.yml", "broken.yml:3:13: phases > build > commands[0]: YAML reads this command as a mapping"),
        ("latin.yml", "latin.yml cannot be read"),
        ("arn:aws:s3:::bucket/buildspec.yml", "nothing is fetched from S3 here"),
    ],
)
def test_a_buildspec_that_cannot_be_had_fails_in_download_source(bench: Bench, path: str, message: str) -> None:
    files: dict[str, str | bytes] = {
        "link.yml": "-> /etc/hostname",
        "broken.yml": "version: 0.2\nphases: {build: {commands:\n          [ a: b ]}}",
        "latin.yml": b"version: 0.2 # \xff",
    }

    attempt = build(bench, None, files=files, configuration={"BuildspecOverride": path})

    assert not attempt.result.succeeded
    assert "Phase: DOWNLOAD_SOURCE, Code: YAML_FILE_ERROR, Message: " in attempt.result.message
    assert message in attempt.result.message
    assert "Entering phase INSTALL" not in attempt.lines


def test_warnings_of_a_buildspec_are_in_the_log(bench: Bench) -> None:
    bench.artifact("Src", {"buildspec.yml": "version: 0.2\nphases: {build: {commands: [pwd], labels: []}}"})

    attempt = bench.run(CodeBuildWorker(), action())

    assert attempt.result.succeeded
    assert any("labels: is not a key that CodeBuild knows here [PK602]" in line for line in attempt.lines)


# Phases and their failures.


def test_the_log_has_the_shape_of_codebuilds(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(install=Phase(["echo one"], runtime_versions={"python": "3.12"}), build=["false"]))

    source = f"{attempt.directory}/src"
    assert attempt.lines == [
        "Waiting for DOWNLOAD_SOURCE",
        "Phase is DOWNLOAD_SOURCE",
        f"CODEBUILD_SRC_DIR={source}",
        "YAML location is unit, inline",
        "Processing environment variables",
        "Runtime python 3.12 is not installed here: commands find what this machine has",
        f"Moving to directory {source}",
        "Phases found in YAML: 2",
        " INSTALL: 1 commands",
        " BUILD: 1 commands",
        "Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED",
        "Phase context status code:  Message: ",
        "Entering phase INSTALL",
        "Running command echo one",
        "one",
        "Phase complete: INSTALL State: SUCCEEDED",
        "Phase context status code:  Message: ",
        "Entering phase PRE_BUILD",
        "Phase complete: PRE_BUILD State: SUCCEEDED",
        "Phase context status code:  Message: ",
        "Entering phase BUILD",
        "Running command false",
        "Command did not exit successfully false exit status 1",
        "Phase complete: BUILD State: FAILED",
        "Phase context status code: COMMAND_EXECUTION_ERROR Message: "
        "Error while executing command: false. Reason: exit status 1",
        "Entering phase POST_BUILD",
        "Phase complete: POST_BUILD State: SUCCEEDED",
        "Phase context status code:  Message: ",
        "Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED",
        "Phase context status code:  Message: ",
    ]
    assert re.match(r"\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} Waiting", attempt.text)


def test_a_failed_command_fails_the_action_with_its_status_in_one_line(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["true\nexit 3\n", "echo never"]))

    assert attempt.result.error_code == "JobFailed"
    assert attempt.result.message == (
        "Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, "
        "Message: Error while executing command: true exit 3 . Reason: exit status 3"
    )
    assert "never" not in attempt.text


def test_a_command_that_dies_of_a_signal_says_so(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["kill -9 $$"]))

    assert attempt.result.message.endswith("Reason: signal 9")


def test_state_lasts_over_commands_and_phases(bench: Bench) -> None:
    spec = BuildSpec(install=["A=1; mkdir sub; cd sub"], build=["echo $A $PWD"], post_build=["basename $(pwd)"])

    attempt = build(bench, spec)

    assert attempt.said == [f"1 {attempt.directory}/src/sub", "sub"]


def test_version_0_1_has_a_shell_for_each_command(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(version="0.1", build=["A=1; cd /", 'echo "${A-unset} $(pwd)"']))

    assert attempt.said == [f"unset {attempt.directory}/src"]


def test_post_build_runs_after_a_failed_build_and_knows_it(bench: Bench) -> None:
    spec = BuildSpec(
        pre_build=["echo $CODEBUILD_BUILD_SUCCEEDING"],
        build=Phase(["false"], finally_commands=["echo finally $CODEBUILD_BUILD_SUCCEEDING"]),
        post_build=["echo $CODEBUILD_BUILD_SUCCEEDING"],
    )

    attempt = build(bench, spec)

    assert attempt.said == ["1", "finally 1", "0"]
    assert not attempt.result.succeeded


def test_a_failed_pre_build_ends_with_its_finally(bench: Bench) -> None:
    spec = BuildSpec(pre_build=Phase(["false", "echo no"], finally_commands=["echo cleaned"]), build=["echo no"])

    attempt = build(bench, spec)

    assert attempt.said == ["cleaned"]


def test_a_retry_sees_what_the_last_attempt_left(bench: Bench) -> None:
    spec = BuildSpec(build=Phase(['echo x >> tries; [ "$(wc -l < tries)" -eq 3 ]'], on_failure="RETRY-5"))

    attempt = build(bench, spec)

    assert attempt.result.succeeded
    assert attempt.lines.count("Entering phase BUILD") == 3


def test_a_build_that_takes_too_long_times_out_and_is_over(bench: Bench) -> None:
    spec = BuildSpec(build=Phase(["sleep 60"], finally_commands=["echo no"]), post_build=["echo no"])

    attempt = build(bench, spec, timeout_minutes=0)

    assert attempt.said == []
    assert attempt.result.message == (
        "Build terminated with state: TIMED_OUT. Phase: BUILD, Code: BUILD_TIMED_OUT, "
        "Message: Build has timed out after 0 minutes"
    )


def test_env_shell_says_which_shell_runs(bench: Bench) -> None:
    spec = BuildSpec(shell="bash", build=["[[ a == a ]] && echo ${BASH_VERSION:+bash}"])

    assert build(bench, spec).said == ["bash"]


def test_a_shell_that_is_not_on_this_machine_fails_the_command_with_a_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bench.root))

    attempt = build(bench, BuildSpec(shell="bash", build=["true"]))

    assert "Error while executing command: true. Reason: its shell could not be started: " in attempt.result.message


def test_a_shell_that_codebuild_does_not_have_on_linux_fails_before_any_command(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(shell="zsh", build=["echo no"]))

    assert "env.shell is zsh, which cannot be had here: use bash or /bin/sh" in attempt.result.message
    assert attempt.said == []


def test_commands_of_a_debugging_session_are_passed_over(bench: Bench) -> None:
    assert build(bench, BuildSpec(build=["codebuild-breakpoint", "echo on"])).said == ["on"]


def test_what_is_not_done_here_is_said(bench: Bench) -> None:
    sections = {"cache": {"paths": ["a"]}, "reports": {"r": {"files": ["*.xml"]}}}

    attempt = build(bench, BuildSpec(build=["true"], run_as="somebody-else", sections=sections))

    assert f"run-as: somebody-else is not followed here: commands run as {user()}" in attempt.lines
    assert any("nothing is cached" in line for line in attempt.lines)
    assert any("not processed" in line for line in attempt.lines)


# Sources and the environment.


def test_the_primary_source_is_the_one_the_action_names(bench: Bench) -> None:
    bench.artifact("Lib", {"which": "lib"})
    bench.artifact("App", {"which": "app"})
    spec = BuildSpec(build=["cat which; echo", "cat $CODEBUILD_SRC_DIR_Lib/which; echo", "env | grep -c SRC_DIR_App"])

    attempt = bench.run(
        CodeBuildWorker(), action({"PrimarySource": "App"}, inputs=("Lib", "App")), Project("unit", buildspec=spec)
    )

    assert attempt.said == ["app", "lib", "0"]


@pytest.mark.parametrize(
    ("inputs", "configuration", "message"),
    [
        (("A", "B"), {}, "PrimarySource is missing"),
        (("A", "B"), {"PrimarySource": "C"}, "PrimarySource is C, which is none of its input artifacts (A, B)"),
        ((), {}, "it has no input artifact"),
        (("A",), {"ProjectName": ""}, "ProjectName is missing"),
        (("A",), {"EnvironmentVariables": "{"}, "EnvironmentVariables is not JSON"),
        (("A",), {"EnvironmentVariables": '[{"name": "X"}]'}, "EnvironmentVariables has no value"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_told_before_the_run_and_at_it(
    bench: Bench, inputs: tuple[str, ...], configuration: dict[str, str], message: str
) -> None:
    asked = action(configuration, inputs=inputs)

    result = bench.run(CodeBuildWorker(), asked).result

    assert result.error_code == "ConfigurationError"
    assert message in result.message
    assert [(d.code, message in d.message) for d in findings(asked)] == [("PK634", True)]


def test_an_input_that_was_never_made_is_told(bench: Bench) -> None:
    result = bench.run(CodeBuildWorker(), action(inputs=("Nowhere",))).result

    assert 'input artifact "Nowhere" is not there' in result.message


def test_the_action_wins_over_the_project_and_the_project_over_the_buildspec(bench: Bench) -> None:
    variables = [{"name": "A", "value": "action", "type": "PLAINTEXT"}]

    attempt = build(
        bench,
        BuildSpec(variables={"A": "spec", "B": "spec", "C": "$A"}, build=['echo "$A $B $C"']),
        environment={"A": "project", "B": "project"},
        configuration={"EnvironmentVariables": json.dumps(variables)},
    )

    assert attempt.said == ["action project $A"]


def test_the_user_s_environment_is_there_but_not_what_would_mislead(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", "mine")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    monkeypatch.setenv("CODEBUILD_BUILD_NUMBER", "77")
    monkeypatch.setenv("CODEBUILD_OTHER", "x")
    spec = BuildSpec(
        variables={"CODEBUILD_SRC_DIR": "/etc", "AWS_DEFAULT_REGION": "eu-west-3"},
        build=[
            'echo "$MINE $HOME $AWS_REGION $AWS_DEFAULT_REGION $CODEBUILD_BUILD_NUMBER ${CODEBUILD_OTHER-none}"',
            "pwd; echo $CODEBUILD_SRC_DIR",
        ],
    )

    attempt = build(bench, spec)

    source = f"{attempt.directory}/src"
    assert attempt.said == [f"mine {os.environ['HOME']} eu-north-1 eu-west-3 1 none", source, source]


def test_builds_of_a_project_are_counted(bench: Bench) -> None:
    bench.artifact("Src")
    project = Project("unit", buildspec=BuildSpec(build=["echo $CODEBUILD_BUILD_NUMBER"]))

    numbers = [bench.run(CodeBuildWorker(), action(), project).said for _ in range(3)]

    assert numbers == [["1"], ["2"], ["3"]]


COUNT = """
import pathlib, sys
from pipelinekit.local.workers.codebuild import next_build_number
for _ in range(50):
    print(next_build_number(pathlib.Path(sys.argv[1]), "../a project"))
"""


def test_builds_are_counted_safely_by_several_processes(tmp_path: Path) -> None:
    counts = [subprocess.Popen([sys.executable, "-c", COUNT, str(tmp_path)], stdout=subprocess.PIPE) for _ in range(3)]
    numbers = [int(number) for count in counts for number in count.communicate(timeout=60)[0].split()]

    assert sorted(numbers) == list(range(1, 151))
    assert [path.name for path in tmp_path.rglob("*.number")] == ["..%2Fa%20project.number"]


# Secrets.

SECRETS = BuildSpec(
    parameter_store={"TOKEN": "/shop/token"},
    secrets_manager={"USER_NAME": "db:user", "WHOLE": "other"},
    build=['echo "$TOKEN $USER_NAME $WHOLE"', "[ $TOKEN = tok-en ] && [ $USER_NAME = user-name ]"],
)


def test_secrets_are_given_to_the_commands_and_masked_in_the_log(bench: Bench) -> None:
    secrets = {"/shop/token": "tok-en", "db": '{"user": "user-name", "n": 1}', "other": "whole-secret"}

    attempt = build(bench, SECRETS, secrets=secrets)

    assert attempt.result.succeeded
    assert attempt.said == ["*** *** ***"]
    assert not any(value in attempt.text for value in ("tok-en", "user-name", "whole-secret"))


def test_a_missing_secret_fails_in_download_source_and_says_what_to_give(bench: Bench) -> None:
    attempt = build(bench, SECRETS, secrets={"db": "{}", "other": "x"})

    assert "Phase: DOWNLOAD_SOURCE, Code: CLIENT_ERROR" in attempt.result.message
    assert 'TOKEN (of the buildspec): the parameter "/shop/token"' in attempt.result.message
    assert 'give an entry "/shop/token" in --secrets' in attempt.result.message
    assert 'give an entry "db:user" in --secrets' in attempt.result.message
    assert attempt.said == []


def test_a_secret_of_the_project_cannot_be_exported(bench: Bench) -> None:
    attempt = build(
        bench,
        BuildSpec(build=["true"], exported_variables=["TOKEN"]),
        environment=[EnvironmentVariable(name="TOKEN", value="/t", type="PARAMETER_STORE")],
        secrets={"/t": "x"},
    )

    assert "TOKEN cannot be exported" in attempt.result.message


# Exported variables.


def test_exported_variables_are_output_variables_with_their_last_value(bench: Bench) -> None:
    spec = BuildSpec(
        variables={"STAGE": "beta"},
        build=["VERSION=1", "VERSION='2\n3'"],
        post_build=["OTHER=x"],
        exported_variables=["VERSION", "STAGE", "UNSET"],
    )

    attempt = build(bench, spec)

    assert attempt.result.variables == {"VERSION": "2\n3", "STAGE": "beta", "UNSET": ""}
    assert "Exported variable UNSET was never set" in attempt.lines


def test_a_failed_build_exports_nothing(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["VERSION=1", "false"], exported_variables=["VERSION"]))

    assert not attempt.result.succeeded
    assert attempt.result.variables == {}


# Artifacts.

MAKE = "mkdir -p dist/js; echo a > dist/a; echo b > dist/js/b; echo c > dist/.hidden; echo d > top"


def test_one_output_is_made_of_the_artifacts_section(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=[MAKE], artifacts=["dist/**/*", "top"]), outputs=("Out",))

    assert attempt.outputs["Out"] == {"dist/a": "a\n", "dist/js/b": "b\n", "dist/.hidden": "c\n", "top": "d\n"}


def test_several_outputs_are_made_of_the_secondary_artifacts_of_their_names(bench: Bench) -> None:
    secondary = {"Js": Artifacts(["**/*"], base_directory="dist/js"), "Top": Artifacts(["top"])}

    attempt = build(
        bench,
        BuildSpec(build=[MAKE], artifacts=Artifacts(["**/*"], secondary=secondary)),
        outputs=("Js", "Top"),
    )

    assert attempt.outputs == {"Js": {"b": "b\n"}, "Top": {"top": "d\n"}}


def test_the_base_is_the_source_wherever_commands_have_gone(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=[MAKE, "cd /"], artifacts=["top"]), outputs=("Out",))

    assert attempt.outputs["Out"] == {"top": "d\n"}


def test_variables_are_replaced_in_the_base_directory_and_the_globs(bench: Bench) -> None:
    spec = BuildSpec(
        build=[MAKE, "WHERE=dist"],
        artifacts=Artifacts(["$NAME", "js/*"], base_directory="$CODEBUILD_SRC_DIR/${WHERE}"),
        variables={"NAME": "a"},
    )

    assert build(bench, spec, outputs=("Out",)).outputs["Out"] == {"a": "a\n", "js/b": "b\n"}


def test_a_pattern_that_leaves_out_what_lies_deeper_says_so(bench: Bench) -> None:
    make = "mkdir -p out/css/deep; touch out/a out/css/b out/css/deep/c"

    attempt = build(bench, BuildSpec(build=[make], artifacts=["out/*"]), outputs=("Out",))

    assert list(attempt.outputs["Out"]) == ["out/a"]
    assert "out/* leaves out 2 file(s) of the directories below, which out/**/* takes too" in attempt.lines


def test_what_another_pattern_takes_or_excludes_is_not_left_out(bench: Bench) -> None:
    make = "mkdir -p out/css out/doc; touch out/a out/css/b out/doc/c"
    given = Artifacts(["out/*", "out/css/**/*"], exclude_paths=["out/doc/**/*"])

    attempt = build(bench, BuildSpec(build=[make], artifacts=given), outputs=("Out",))

    assert sorted(attempt.outputs["Out"]) == ["out/a", "out/css/b"]
    assert not any("leaves out" in line for line in attempt.lines)


def test_a_pattern_that_meets_nothing_is_skipped_with_a_line(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=[MAKE], artifacts=["nothing/*", "top"]), outputs=("Out",))

    assert attempt.outputs["Out"] == {"top": "d\n"}
    assert "Skipping invalid file path nothing/*" in attempt.lines
    assert "Found 1 file(s)" in attempt.lines


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (Artifacts(["x/*", "y"]), "no matching artifact paths found: none of x/*, y is in the source directory"),
        (Artifacts(["dist"]), "dist is a directory, write dist/**/* for all that is in it"),
        (Artifacts(["../tmp/*"]), "no matching artifact paths found"),
        (Artifacts(["*"], base_directory="nowhere"), "no matching base directory path found for nowhere"),
        (Artifacts(["*"], base_directory="no*"), "no matching base directory path found for no*"),
        (Artifacts(["*"], base_directory="/etc"), "base-directory /etc lies outside of the sources"),
        (Artifacts(["*"], base_directory="../.."), "base-directory ../.. lies outside of the sources"),
        (Artifacts(["*"], base_directory="../tmp"), "base-directory ../tmp lies outside of the sources"),
        (Artifacts(["*"], base_directory="etc"), "base-directory etc lies outside of the sources"),
        (Artifacts(["etc/hostname"]), "no matching artifact paths found"),
        (Artifacts((), secondary={"Out": Artifacts(["*"])}), "no definition for primary artifacts in buildspec"),
    ],
)
def test_an_artifact_that_takes_nothing_fails_the_upload(bench: Bench, given: Artifacts, message: str) -> None:
    attempt = build(
        bench, BuildSpec(build=[MAKE, "mkdir ../tmp"], artifacts=given), files={"etc": "-> /etc"}, outputs=("Out",)
    )

    assert "Phase: UPLOAD_ARTIFACTS, Code: CLIENT_ERROR, Message: " in attempt.result.message
    assert message in attempt.result.message
    assert attempt.outputs == {}


def test_the_first_failure_is_told_not_the_artifact_that_follows_from_it(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["false"], artifacts=["dist/*"]), outputs=("Out",))

    assert "Phase: BUILD, Code: COMMAND_EXECUTION_ERROR" in attempt.result.message


def test_outputs_without_a_section_of_their_name_are_listed(bench: Bench) -> None:
    given = Artifacts(["top"], secondary={"A": Artifacts(["top"])})

    attempt = build(bench, BuildSpec(build=[MAKE], artifacts=given), outputs=("A", "B", "C"))

    assert "no secondary artifact in buildspec for B, C" in attempt.result.message


def test_an_output_without_artifacts_in_the_buildspec_is_not_made(bench: Bench) -> None:
    attempt = build(bench, BuildSpec(build=["true"]), outputs=("Out",))

    assert attempt.result.succeeded
    assert attempt.outputs == {}
    assert "No artifacts in the buildspec: Out will not be there" in attempt.lines


def test_links_become_the_files_they_lead_to_unless_they_are_wanted_as_links(bench: Bench) -> None:
    make = (
        "echo a > a; mkdir d; echo x > d/x; ln -s a link; ln -s d dir; ln -s /etc/hostname out; ln -s nowhere dangling"
    )
    bench.artifact("Src")

    followed = bench.run(
        CodeBuildWorker(),
        action(outputs=("Out",)),
        Project("unit", buildspec=BuildSpec(build=[make], artifacts=["**/*"])),
    )
    kept = bench.run(
        CodeBuildWorker(),
        action(outputs=("Out",)),
        Project("unit", buildspec=BuildSpec(build=[make], artifacts=Artifacts(["**/*"], enable_symlinks=True))),
    )

    assert followed.outputs["Out"] == {"a": "a\n", "d/x": "x\n", "link": "a\n"}
    assert [line for line in followed.lines if line.startswith("Skipping symbolic")] == [
        f"Skipping symbolic link {name}" for name in ("dangling", "dir", "out")
    ]
    assert kept.outputs["Out"]["link"] == "-> a"
    assert kept.outputs["Out"]["dir"] == "-> d"


def test_modes_of_files_are_kept(bench: Bench) -> None:
    build(bench, BuildSpec(build=["touch run; chmod 750 run"], artifacts=["run"]), outputs=("Out",))

    (entry,) = artifacts.entries(bench.place("Out"))

    assert entry.mode == 0o750


def test_several_base_directories_and_discarded_paths(bench: Bench) -> None:
    make = "mkdir -p b1 b2/sub; echo 1 > b1/f1; echo 2 > b2/f2; echo 3 > b2/sub/f3; echo 4 > b2/sub/f1"

    attempt = build(
        bench,
        BuildSpec(build=[make], artifacts=Artifacts(["**/*"], base_directory="b*", discard_paths=True)),
        outputs=("Out",),
    )

    assert attempt.outputs["Out"] == {"f1": "4\n", "f2": "2\n", "f3": "3\n"}
    assert "Several files are called f1 in the artifact: the last one is taken" in attempt.lines


def test_a_name_that_is_a_file_here_and_a_directory_there_is_told(bench: Bench) -> None:
    make = "mkdir -p b1 b2/x; echo 1 > b1/x; echo 2 > b2/x/y"

    attempt = build(
        bench, BuildSpec(build=[make], artifacts=Artifacts(["**/*"], base_directory="b*")), outputs=("Out",)
    )

    assert "x/y is a file in one of the base directories and a directory in another" in attempt.result.message


def test_another_source_may_be_the_base(bench: Bench) -> None:
    bench.artifact("App")
    bench.artifact("Lib", {"l/a": "lib"})
    spec = BuildSpec(build=["true"], artifacts=Artifacts(["l/*"], base_directory="$CODEBUILD_SRC_DIR_Lib"))

    attempt = bench.run(
        CodeBuildWorker(),
        action({"PrimarySource": "App"}, inputs=("App", "Lib"), outputs=("Out",)),
        Project("unit", buildspec=spec),
    )

    assert attempt.outputs["Out"] == {"l/a": "lib"}


def test_an_artifact_that_cannot_be_written_fails_the_upload_in_one_line(bench: Bench) -> None:
    (bench.place("Out") / "in the way").mkdir(parents=True)

    result = build(bench, BuildSpec(build=[MAKE], artifacts=["top"]), outputs=("Out",), reads_outputs=False).result

    assert re.search(r"Phase: UPLOAD_ARTIFACTS, Code: CLIENT_ERROR, Message: .*directory: .*Out", result.message)


# Processes.


def test_a_process_in_the_background_is_not_waited_for_serves_the_build_and_is_swept(bench: Bench) -> None:
    serve = "(while :; do echo serving; sleep 0.02; done) & echo $! > pid"
    wait = "n=0; while [ $n -lt 500 ] && ! kill -0 $(cat pid); do n=$((n+1)); done; sleep 0.1; kill -0 $(cat pid)"
    bench.artifact("Src")
    context = bench.context(action(), Project("unit", buildspec=BuildSpec(build=[serve], post_build=[wait])))

    task = bench.start(CodeBuildWorker(), context)
    bench.until(lambda: task.done)
    alive = bench.alive(context)
    bench.finish(context)

    assert task.result().succeeded
    assert len(alive) >= 1
    assert bench.survivors(context) == []
    assert context.log.place.read_text().count("serving") > 1


def test_a_build_that_is_cancelled_leaves_no_process_and_no_state(bench: Bench) -> None:
    bench.artifact("Src")
    spec = BuildSpec(build=["SECRET=1", "setsid sleep 300 & sleep 300"])
    context = bench.context(action(), Project("unit", buildspec=spec))
    task = bench.start(CodeBuildWorker(), context)
    bench.until(lambda: len(bench.alive(context)) >= 3)

    task.cancel()
    bench.until(lambda: task.done)
    bench.finish(context)

    with pytest.raises(Cancelled):
        task.result()
    assert bench.survivors(context) == []
    assert [path for path in context.directory.rglob("*") if path.is_file()] == []
    assert context.log.place.read_text().rstrip().endswith("Running command setsid sleep 300 & sleep 300")


def test_progress_names_the_phases_that_are_there(bench: Bench) -> None:
    bench.artifact("Src")
    told: list[str] = []

    bench.run(CodeBuildWorker(), action(), Project("unit", buildspec=BuildSpec(build=["true"])), progress=told.append)

    assert told == ["BUILD"]


# What is refused before the run.


@pytest.mark.parametrize(
    ("configuration", "project", "codes"),
    [
        ({}, None, []),
        ({"BatchEnabled": "true"}, None, ["PK631"]),
        ({"BatchEnabled": "false"}, None, []),
        ({}, Project("unit", environment_type="WINDOWS_SERVER_2022_CONTAINER"), ["PK630"]),
        ({}, Project("unit", environment_type="ARM_CONTAINER"), []),
        ({}, Project("unit", buildspec=BuildSpec(shell="powershell.exe", build=["dir"])), ["PK630"]),
        ({}, Project("unit", buildspec="arn:aws:s3:::bucket/buildspec.yml"), ["PK633"]),
        ({"BuildspecOverride": "version: 0.2\nphases:\n  build:\n    commands: [true]\n"}, None, ["PK619"]),
        ({"EnvironmentVariables": '[{"name": "A", "value": #{Source.X}}]'}, None, []),
    ],
)
def test_what_cannot_run_here_is_refused_before_the_run(
    configuration: dict[str, str], project: Project | None, codes: list[str]
) -> None:
    found = findings(action(configuration), *([project] if project else []))

    assert [d.code for d in found] == codes
    assert all(d.where.path[:3] == ("shop", STAGE, "Unit") for d in found)


def test_another_user_is_a_warning(bench: Bench) -> None:
    spec = BuildSpec(build=Phase(["true"], run_as="somebody-else"), post_build=Phase(["true"], run_as=user()))

    (warning,) = findings(action(), Project("unit", buildspec=spec))

    assert (warning.code, warning.severity) == ("PK632", Severity.WARNING)
    assert "somebody-else" in warning.message
