"""Checks of projects and buildspecs by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelinekit.codebuild.checks import check_buildspec, check_buildspec_text, check_project, check_secret
from pipelinekit.codebuild.document import examine_buildspec
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec, Phase
from places import at

# Put together here, so that the scanners of those who issue such tokens do not take them for real ones.
LETTERS = "QWERTYUIOPASDFGHJKLZXCVBNMqwertyuiopasdfghjklzxcvbnm" * 2
TOKENS = {
    "an AWS access key": "AKIA" + LETTERS[:16],
    "an AWS secret access key": "AWS_SECRET_ACCESS_KEY=" + LETTERS[:40],
    "a GitHub token": "ghp_" + LETTERS[:36],
    "a GitLab token": "glpat-" + LETTERS[:20],
    "a Slack token": "xoxb-" + "9182736450" + "-" + LETTERS[:24],
    "an npm token": "npm_" + LETTERS[:36],
    "a Stripe key": "sk_live_" + LETTERS[:24],
    "a Google API key": "AIza" + LETTERS[:35],
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "a password in a URL": "https://deploy:" + "correct-horse" + "@git.acme.io/shop.git",
}


@pytest.mark.parametrize(("kind", "text"), TOKENS.items(), ids=TOKENS)
def test_a_secret_is_recognised_and_not_repeated(kind: str, text: str) -> None:
    (finding,) = check_secret(f"curl -H 'Authorization: {text}' api", at("build"))

    assert finding.code == "PK618"
    assert kind in finding.message
    assert text.partition("=")[2] or text not in str(finding)
    assert text[8:] not in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "https://$USER:$TOKEN@github.com/acme/shop",
        "https://oauth2:${GITLAB_TOKEN}@gitlab.com/acme/shop",
        "git@github.com:acme/shop.git",
        "https://user:password@host.example.com",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/token-AbCdEf",
        "ghp_short",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "npm_config_registry=https://npm.example.com",
    ],
)
def test_what_only_looks_like_a_secret_is_left_alone(text: str) -> None:
    assert list(check_secret(text, at("build"))) == []


@pytest.mark.parametrize(
    "value",
    ["ABORT", "CONTINUE", "RETRY", "RETRY-3", "Retry-0", "RETRY-100", "RETRY-timed out.*", "RETRY-8-invalid+"],
)
def test_on_failure_has_the_forms_of_the_guide(value: str) -> None:
    spec = BuildSpec(build=Phase(["make"], on_failure=value))

    assert list(check_buildspec(spec, at)) == []


@pytest.mark.parametrize("value", ["abort", "STOP", "RETRY-101", "RETRY-", "ABORT | CONTINUE"])
def test_another_on_failure_is_refused(value: str) -> None:
    spec = BuildSpec(build=Phase(["make"], on_failure=value))

    assert [finding.code for finding in check_buildspec(spec, at)] == ["PK616"]


def test_a_batch_may_leave_the_phases_to_its_builds() -> None:
    spec = BuildSpec(sections={"batch": {"build-list": [{"identifier": "a", "buildspec": "a.yml"}]}})

    assert list(check_buildspec(spec, at)) == []


def test_the_install_phase_may_only_choose_runtimes() -> None:
    spec = BuildSpec(install=Phase(runtime_versions={"python": "3.12"}), build=["make"])

    assert list(check_buildspec(spec, at)) == []


def test_a_windows_shell_is_not_judged_as_a_posix_one() -> None:
    lines = "nuget restore\nmsbuild"
    project = Project(
        "shop",
        buildspec=BuildSpec(build=[lines]),
        environment_type="WINDOWS_SERVER_2022_CONTAINER",
        compute_type="BUILD_GENERAL1_MEDIUM",
    )

    assert list(check_buildspec(BuildSpec(build=[lines], shell="powershell.exe"), at)) == []
    assert list(check_project(project, at)) == []
    assert [f.code for f in check_buildspec(BuildSpec(build=[lines]), at)] == ["PK604"]


def test_names_that_codebuild_lets_people_set_are_allowed() -> None:
    spec = BuildSpec(build=["make"], variables={"CODEBUILD_CONFIG_AUTO_DISCOVER": "false"})

    assert list(check_buildspec(spec, at)) == []


def test_a_variable_with_an_aws_name_cannot_be_exported() -> None:
    (finding,) = check_buildspec(BuildSpec(build=["make"], exported_variables=["AWS_REGION"]), at)

    assert finding.code == "PK608"
    assert "export REGION=$AWS_REGION" in finding.hint


def test_the_name_of_a_secret_is_not_taken_for_a_secret() -> None:
    kept = EnvironmentVariable(name="TOKEN", value=TOKENS["a GitHub token"], type="SECRETS_MANAGER")

    assert list(check_project(Project("shop", environment=[kept]), at)) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('echo "Tests: begin"', "as a mapping"),
        ("yes", "as the boolean yes"),
        ("5", "as the number 5"),
        ("", "nothing"),
        ("[a, b]", "a list"),
    ],
)
def test_a_command_that_yaml_does_not_read_as_text_is_found_with_its_line(command: str, said: str) -> None:
    text = f"version: 0.2\nphases:\n  build:\n    commands:\n      - make\n      - {command}\n"

    (finding,) = check_buildspec_text(text, at)

    assert finding.code == "PK619"
    assert finding.message.startswith("line 6: ")
    assert said in finding.message
    assert str(finding.where) == "build.commands[1]"


def judged(text: str) -> list[tuple[str, str, str]]:
    """What is found in a text: code, field and the beginning of the message."""
    found = check_buildspec_text(text, at)
    return [(f.code, str(f.where), f.message.partition(":")[0]) for f in found]


def test_a_text_is_judged_like_any_buildspec_and_each_finding_has_its_line() -> None:
    text = """version: 0.1
env:
  variables:
    CODEBUILD_STAGE: beta
  exported-variables: [AWS_REGION]
phases:
  build:
    commands:
      - make
      - |
        make a
        make b
artifacts:
  secondary-artifacts:
    web: {files: [web]}
"""

    assert judged(text) == [
        ("PK601", "version", "line 1"),
        ("PK601", "env", "line 2"),
        ("PK601", "artifacts.secondary_artifacts", "line 14"),
        ("PK608", "variables.CODEBUILD_STAGE", "line 4"),
        ("PK608", "exported_variables", "line 5"),
        ("PK640", "artifacts", "line 13"),
        ("PK604", "build.commands[1]", "line 10"),
    ]


def test_what_belongs_to_no_part_of_a_text_has_its_line_all_the_same() -> None:
    (finding,) = check_buildspec_text("# ours\nversion: 0.2\n", at)

    assert (finding.code, str(finding.where)) == ("PK603", "line 2")


def test_a_secret_in_a_text_is_found_once_with_its_line_even_in_a_comment() -> None:
    token = TOKENS["a GitHub token"]
    text = "version: 0.2\nphases:\n  build:\n    commands:\n      - make\n"

    assert judged(text.replace("make", f"curl -H {token} x")) == [("PK618", "build.commands[0]", "line 5")]
    assert [code for code, _, _ in judged(f"# {token}\n{text}")] == ["PK618"]


def test_a_line_of_a_text_that_mentions_a_parameter_waits_for_its_value() -> None:
    text = "version: 0.2\nphases:\n  build:\n    on-failure: ${Parameter.Policy}\n    commands: [make]\n"

    assert judged(text) == []
    assert [code for code, _, _ in judged(text.replace("${Parameter.Policy}", "STOP"))] == ["PK616"]
    assert [code for code, _, _ in judged(text.replace("[make]", "['${Parameter.X}', a: b]"))] == ["PK619"]


def test_a_text_for_windows_is_not_judged_as_one_for_a_posix_shell() -> None:
    text = "version: 0.2\nphases:\n  build:\n    commands:\n      - |\n        nuget restore\n        msbuild\n"

    assert [code for code, _, _ in judged(text)] == ["PK604"]
    assert list(check_buildspec_text(text, at, windows=True)) == []


def test_the_path_of_a_buildspec_is_not_read_as_one() -> None:
    assert list(check_buildspec_text("ci/buildspec.yml", at)) == []


def buildspecs(shared: Path) -> Iterator[tuple[str, BuildSpec]]:
    for path in sorted((shared / "corpus" / "buildspec").iterdir()):
        spec = examine_buildspec(path.read_text(encoding="utf-8-sig", errors="replace"), path.name).spec
        if spec is not None:
            yield path.name, spec


def test_no_real_buildspec_is_suspected_of_a_secret(shared: Path) -> None:
    files = sorted((shared / "corpus" / "buildspec").iterdir())

    suspected = [path.name for path in files if list(check_secret(path.read_text(errors="replace"), at()))]

    assert len(files) > 200
    assert suspected == []


def test_real_commands_of_several_lines_are_warned_of_only_where_a_failure_is_hidden(shared: Path) -> None:
    warned = {
        name
        for name, spec in buildspecs(shared)
        if any(finding.code == "PK604" for finding in check_buildspec(spec, at))
    }

    # Each was read by a person: an unguarded `mkdir`, `cd`, `cat` or command substitution before the last line.
    assert warned == {
        "GEOS-ESM__GEOSgcm__.codebuild-buildspec--12926ff.yml",
        "GEOS-ESM__GEOSgcm__.codebuild-buildspec--86850ea.yml",
        "aws-samples__aws-codepipeline-devsecops-amazoneks__buildspec-buildspec.yml",
        "aws__aws-toolkit-jetbrains__buildspec-linuxTestsForToolkit.yml",
        "aws__s2n-tls__codebuild-spec-buildspec_timing.yml",
        "aws__s2n-tls__codebuild-spec-buildspec_unit_nix.yml",
    }
