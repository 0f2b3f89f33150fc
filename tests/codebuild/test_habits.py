"""Commands that do something else than they look like, and those that only look as if they did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.codebuild.checks import check_buildspec, check_project, check_use, git_in, is_read_unset
from pipelinekit.codebuild.checks.habits import bash_in, docker_in
from pipelinekit.codebuild.checks.secrets import looks_like_a_secret
from pipelinekit.codebuild.document import examine_buildspec
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec, Phase
from places import at


def codes(spec: BuildSpec) -> list[str]:
    return [finding.code for finding in check_buildspec(spec, at)]


@pytest.mark.parametrize(
    "command",
    [
        "make test | tee test.log",
        "cd app && make test | tee -a test.log",
        "(make test | tee test.log)",
    ],
)
def test_a_pipe_into_tee_hides_a_failure(command: str) -> None:
    assert codes(BuildSpec(build=[command])) == ["PK660"]


@pytest.mark.parametrize(
    "command",
    [
        "set -o pipefail; make test | tee test.log",
        "echo done | tee -a test.log",
        "cd app && echo done | tee test.log",
        "# make test | tee test.log",
        "make test || tee test.log",
        "make test | grep -v ok | tee test.log",
        'echo "make test | tee test.log"',
        "make test | teeth",
    ],
)
def test_what_only_looks_like_it_hides_nothing(command: str) -> None:
    assert codes(BuildSpec(build=[command])) == []


@pytest.mark.parametrize("command", ["set -e", "set -eux", "set -euo pipefail", "alias ll='ls -l'", "say() { echo; }"])
def test_what_a_shell_of_its_own_forgets_is_lost(command: str) -> None:
    assert codes(BuildSpec(build=[command, "make"])) == ["PK661"]
    assert "PK661" not in codes(BuildSpec(build=[command, "make"], version="0.1"))


@pytest.mark.parametrize("command", ["set -e; make", "set -e\nmake", "export A=1", "cd app", "settle -e", "set -- a b"])
def test_what_reaches_the_next_command_is_not_called_lost(command: str) -> None:
    assert codes(BuildSpec(build=[command, "make"])) == []


def test_publishing_after_the_build_is_warned_of_once() -> None:
    spec = BuildSpec(build=["make"], post_build=["docker push shop:1", "docker push shop:2"])

    assert codes(spec) == ["PK605"]


@pytest.mark.parametrize(
    "spec",
    [
        BuildSpec(build=Phase(["make"], on_failure="ABORT"), post_build=["docker push shop"]),
        BuildSpec(build=["make"], post_build=['test "$CODEBUILD_BUILD_SUCCEEDING" = 1', "docker push shop"]),
        BuildSpec(pre_build=["make"], post_build=["docker push shop"]),
        BuildSpec(build=["make", "docker push shop"]),
        BuildSpec(build=["make"], post_build=["echo docker push shop", "aws s3 cp test.log s3://logs"]),
    ],
)
def test_publishing_what_was_built_is_left_alone(spec: BuildSpec) -> None:
    assert codes(spec) == []


def test_docker_is_looked_for_at_the_beginning_of_a_statement() -> None:
    assert docker_in([("build", "cd app && docker build .")]) == ("build", "docker build")
    assert docker_in([("build", "if make; then docker run app; fi")]) == ("build", "docker run")
    assert docker_in([("build", "echo to docker build it"), ("build", "# docker build .")]) is None
    assert docker_in([("build", "docker login -u AWS"), ("build", "apt-get install docker-compose")]) is None
    assert docker_in([("build", "export DOCKER_HOST=tcp://builder:2376"), ("build", "docker build .")]) is None


def test_a_privileged_project_and_one_for_windows_may_use_docker() -> None:
    spec = BuildSpec(build=["docker build ."])
    windows = Project("shop", environment_type="WINDOWS_SERVER_2022_CONTAINER")

    assert [finding.code for finding in check_use(Project("shop"), spec, at)] == ["PK607"]
    assert list(check_use(Project("shop", privileged=True), spec, at)) == []
    assert list(check_use(windows, spec, at)) == []


def test_bash_is_looked_for_where_bash_is_not_named() -> None:
    assert bash_in([("build", "[[ -f x ]] && make")]) == ("build", "[[")
    assert bash_in([("build", "source venv/bin/activate")]) == ("build", "source venv/bin/activate")
    assert bash_in([("build", "bash -c '[[ -f x ]]'"), ("build", "[ -f x ]"), ("build", "echo '[[ x'")]) is None
    assert bash_in([("build", "aws s3 cp source /tmp")]) is None


def test_git_is_looked_for_where_no_repository_is_made() -> None:
    assert git_in([("build", "V=$(git describe --tags)")]) == ("build", "git describe")
    assert git_in([("build", "git log -1 || true"), ("build", "git config user.name x")]) is None
    assert git_in([("build", "git clone https://example.com/x && cd x"), ("build", "git log -1")]) is None


@pytest.mark.parametrize("command", ["VERSION=1", "export VERSION", "read VERSION", "make\nVERSION=1", ". ./env"])
def test_a_command_that_may_give_a_value_is_believed(command: str) -> None:
    assert not is_read_unset("VERSION", [("build", command), ("build", "echo $VERSION")])


def test_a_variable_that_is_only_read_is_unset() -> None:
    assert is_read_unset("VERSION", [("build", 'echo "${VERSION}"'), ("build", "MY_VERSION=1; VERSION_OLD=2")])
    assert not is_read_unset("VERSION", [("build", "make dist")])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "k3Vq9-Zt7xB2mWc8Lr4P"),
        ("API_KEY", "9f86d081884c7d659a2feaa0c55ad015"),
        ("github-token", "f00ba4b4z1q8w9e7r6t5y4u3"),
    ],
)
def test_a_name_and_a_random_value_look_like_a_secret(name: str, value: str) -> None:
    assert looks_like_a_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "shop/production/database"),
        ("DB_PASSWORD", "$GENERATED_PASSWORD_0123456789"),
        ("DB_PASSWORD", "correct-horse-battery-staple"),
        ("DB_PASSWORD", "hunter2"),
        ("TOKEN", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x"),
        ("TOKEN_URL", "9f86d081884c7d659a2feaa0c55ad015"),
        ("COMMIT", "9f86d081884c7d659a2feaa0c55ad015"),
        ("API_KEY", "aaaaaaaaaaaaaaaaaaaaaaa1"),
        ("API_KEY", "example-9f86d081884c7d659a2f"),
        ("API_KEY", "#{Build.KEY_0123456789abcdef}"),
    ],
)
def test_a_path_a_reference_and_a_word_do_not(name: str, value: str) -> None:
    assert not looks_like_a_secret(name, value)


def test_a_reference_to_a_secret_is_one_whatever_its_name_is() -> None:
    kept = EnvironmentVariable(name="DB_PASSWORD", value="k3Vq9-Zt7xB2mWc8Lr4P", type="SECRETS_MANAGER")

    assert list(check_project(Project("shop", environment=[kept]), at)) == []


@pytest.mark.parametrize(
    "reference",
    [
        "shop",
        "shop:key",
        "shop:key:AWSCURRENT",
        "shop:::EXAMPLE1-90ab",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf:key:AWSCURRENT",
        "${Parameter.Secret}:a:b:c:d",
    ],
)
def test_a_reference_to_a_secret_may_leave_parts_out(reference: str) -> None:
    assert codes(BuildSpec(build=["make"], secrets_manager={"TOKEN": reference})) == []


@pytest.mark.parametrize("reference", ["shop:key:AWSCURRENT:id", "shop:a:b:c:d"])
def test_a_reference_with_too_much_in_it_is_refused(reference: str) -> None:
    assert codes(BuildSpec(build=["make"], secrets_manager={"TOKEN": reference})) == ["PK650"]


def test_a_finding_in_a_section_has_its_line() -> None:
    from pipelinekit.codebuild.checks import check_buildspec_text

    text = """version: 0.2
phases: {build: {commands: [make]}}
reports:
  unit:
    files: ['*.xml']
    file-format: JUNIT
batch:
  build-list:
    - identifier: a-b
cache:
  action: load
"""

    found = [(f.code, f.message.partition(":")[0]) for f in check_buildspec_text(text, at)]

    assert found == [("PK620", "line 6"), ("PK645", "line 9"), ("PK648", "line 11")]


@pytest.mark.parametrize("value", [None, "", 5, [], {}, ["x"], {"x": None}, {"x": 5}, {"build-list": [None, 5, "x"]}])
@pytest.mark.parametrize("section", ["reports", "batch", "cache"])
def test_a_section_of_any_type_is_judged_without_failing(section: str, value: object) -> None:
    found = set(codes(BuildSpec(build=["make"], sections={section: value})))

    assert found <= {"PK620", "PK627", "PK629", "PK645", "PK646", "PK648", "PK649"}


def test_a_batch_is_ordered() -> None:
    def graph(*builds: tuple[str, list[str]]) -> list[tuple[str, str]]:
        given = [{"identifier": name, "depend-on": before} for name, before in builds]
        spec = BuildSpec(sections={"batch": {"build-graph": given}})
        return [(finding.code, finding.severity.value) for finding in check_buildspec(spec, at)]

    assert graph(("a", []), ("b", ["a"])) == []
    assert graph(("b", ["a"]), ("a", [])) == [("PK646", "warning")]
    assert graph(("a", ["a"])) == [("PK646", "error")]
    assert graph(("a", []), ("a", [])) == [("PK645", "error")]


def specs(shared: Path) -> Iterator[tuple[str, BuildSpec]]:
    for path in sorted((shared / "corpus" / "buildspec").iterdir()):
        spec = examine_buildspec(path.read_text(encoding="utf-8-sig", errors="replace"), path.name).spec
        if spec is not None:
            yield path.name, spec


def test_no_real_buildspec_that_can_be_read_has_an_error_but_one_with_hyphens_in_a_batch(shared: Path) -> None:
    wrong = {
        (name.partition("__")[0], finding.code)
        for name, spec in specs(shared)
        for finding in check_buildspec(spec, at)
        if finding.severity.value == "error"
    }

    # Identifiers such as test-1, which CodeBuild refuses: BATCH_SPEC_VALIDATION_ERROR.
    assert wrong == {("BIBSYSDEV", "PK645")}


def test_what_real_commands_are_warned_of_was_read_by_a_person(shared: Path) -> None:
    warned = {
        code: {name for name, spec in specs(shared) if code in codes(spec)} for code in ("PK660", "PK661", "PK810")
    }

    assert warned == {
        "PK660": {"awslabs__amazon-ecr-credential-helper__.codebuild-source-archive.yml"},
        "PK661": {"aws-samples__aws-identitycenter-codepipeline-auto-assignment__src-codebuild-buildspec-param.yml"},
        "PK810": set(),
    }


def test_a_number_of_builds_of_thousands_of_digits_is_judged_like_any_other() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    spec = pk.BuildSpec(build=["true"], sections={"batch": {"build-fanout": {"parallelism": "9" * 5000}}})
    unit = pk.test.CodeBuild("Unit", input=checkout.output, batch=True, buildspec=spec)

    report = pk.check(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)]))

    assert "PK629" in report.codes


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        (["exit 0", "make"], True),
        (["make docs && exit 0", "make"], True),
        (["if [ -f x ]; then exit 0; fi", "make"], True),
        (["make docs\nexit 0\n", "make"], True),
        (["make", "exit 0"], False),
        (["make docs || exit 0", "make"], False),
        (["exit 1", "make"], False),
        (["echo exit 0", "make"], False),
    ],
)
def test_an_exit_that_looks_as_if_it_skipped_the_rest_is_told(commands: list[str], told: bool) -> None:
    assert ("PK663" in codes(BuildSpec(build=commands))) is told


@pytest.mark.parametrize(
    ("phases", "told"),
    [
        ({"pre_build": ["terraform apply", "make seed"], "post_build": ["terraform destroy"]}, True),
        ({"install": ["cdk deploy it"], "pre_build": ["make"], "post_build": ["cdk destroy it"]}, True),
        ({"pre_build": ["kubectl apply -f x", "make"], "post_build": ["kubectl delete job y"]}, False),
        ({"pre_build": ["make seed", "terraform apply"], "post_build": ["terraform destroy"]}, False),
        ({"build": ["terraform apply", "make"], "post_build": ["terraform destroy"]}, False),
        ({"pre_build": ["echo terraform apply", "make"], "post_build": ["terraform destroy"]}, False),
        ({"pre_build": ["docker run -d db", "make"], "post_build": ["docker stop db"]}, False),
        ({"pre_build": ["terraform apply", "make"], "post_build": ["cdk destroy"]}, False),
        (
            {
                "pre_build": Phase(["terraform apply", "make"], finally_commands=["./undo"]),
                "post_build": ["terraform destroy"],
            },
            False,
        ),
        (
            {
                "pre_build": Phase(["terraform apply", "make"], on_failure="CONTINUE"),
                "post_build": ["terraform destroy"],
            },
            False,
        ),
    ],
)
def test_what_post_build_removes_and_a_failure_before_the_build_leaves_is_told(
    phases: dict[str, Any], told: bool
) -> None:
    assert ("PK666" in codes(BuildSpec(**{"build": ["make"], **phases}))) is told


@pytest.mark.parametrize(
    ("cache", "told"),
    [
        ({"key": "npm"}, True),
        ({"key": "npm", "action": "save"}, True),
        ({"key": "npm", "action": "restore"}, False),
        ({"key": "npm-$(codebuild-hash-files package-lock.json)"}, False),
        ({"key": "npm-$CODEBUILD_WEBHOOK_HEAD_REF"}, False),
        ({"key": "npm-`date +%U`"}, False),
        ({"key": "npm-${Parameter.Week}"}, False),
        ({}, False),
    ],
)
def test_a_key_of_a_cache_that_never_changes_is_told(cache: dict[str, Any], told: bool) -> None:
    spec = BuildSpec(build=["make"], sections={"cache": {"paths": ["node_modules/**/*"], **cache}})

    assert ("PK665" in codes(spec)) is told


@pytest.mark.parametrize(
    ("image", "runtimes", "told"),
    [
        ("standard:7.0", {"python": "3.8"}, True),
        ("standard:7.0", {"python": "3.8.10"}, True),
        ("standard:7.0", {"nodejs": "16"}, True),
        ("amazonlinux2-x86_64-standard:5.0", {"nodejs": "16"}, True),
        ("amazonlinux-aarch64-standard:3.0-24.10.29", {"golang": "1.18"}, True),
        ("standard:8.0", {"python": "3.9"}, True),
        ("standard:7.0", {"python": "3.9"}, False),
        ("standard:7.0", {"python": "3"}, False),
        ("standard:7.0", {"python": "3.99"}, False),
        ("standard:7.0", {"python": "3.x", "nodejs": "latest", "java": "corretto8", "cobol": "1"}, False),
        ("standard:5.0", {"python": "3.7"}, False),
        ("amazonlinux-x86_64-lambda-standard:python3.12", {"python": "3.7"}, False),
    ],
)
def test_a_runtime_older_than_all_of_the_image_is_told(image: str, runtimes: dict[str, str], told: bool) -> None:
    spec = BuildSpec(install=Phase(runtime_versions=runtimes), build=["make"])
    project = Project("shop", image=f"aws/codebuild/{image}", buildspec=spec)

    assert ([finding.code for finding in check_use(project, spec, at)] == ["PK664"]) is told


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        (["docker run --rm amazon/aws-cli s3 ls"], True),
        (["docker run --rm -v $PWD:/aws public.ecr.aws/aws-cli/aws-cli:2.15.0 s3 cp a s3://b/a"], True),
        (["docker run --rm -e AWS_CONTAINER_CREDENTIALS_RELATIVE_URI amazon/aws-cli s3 ls"], False),
        (["docker run --rm -v ~/.aws:/home/ci/.aws amazon/aws-cli s3 ls"], False),
        (["export AWS_ACCESS_KEY_ID=$(get)", "docker run --env AWS amazon/aws-cli s3 ls"], False),
        (["docker run --rm amazon/aws-cli --version"], False),
        (["docker run --rm amazon/aws-cli help"], False),
        (["docker pull amazon/aws-cli"], False),
        (["docker run --rm alpine true; aws s3 ls"], False),
    ],
)
def test_a_container_that_asks_aws_without_credentials_is_told(commands: list[str], told: bool) -> None:
    assert ("PK668" in codes(BuildSpec(build=commands))) is told


@pytest.mark.parametrize(
    ("cache", "vpc", "told"), [("LOCAL", True, True), ("LOCAL", False, False), ("S3", True, False)]
)
def test_a_local_cache_in_a_vpc_is_told(cache: str, vpc: bool, told: bool) -> None:
    network = {"vpcConfig": {"vpcId": "vpc-1", "subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}} if vpc else {}
    project = Project("shop", buildspec=BuildSpec(build=["make"]), more={"cache": {"type": cache}, **network})

    assert ("PK667" in [finding.code for finding in check_project(project, at)]) is told
