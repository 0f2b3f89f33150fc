from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild.environment import (
    BuildFacts,
    MissingSecret,
    SecretReference,
    codebuild_variables,
    expanded,
    look_up,
    names_in,
    resolve,
    secret_reference,
    settings,
    wanted_elsewhere,
)
from pipelinekit.codebuild.limits import reserved, shell_name
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codebuild.spec import BuildSpec

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf"


PARAMETER, SECRET = "PARAMETER_STORE", "SECRETS_MANAGER"


def test_the_action_wins_over_the_project_and_the_project_over_the_buildspec() -> None:
    spec = BuildSpec(variables={"A": "spec", "B": "spec", "C": "spec"})
    project = [EnvironmentVariable(name="A", value="project"), EnvironmentVariable(name="B", value="project")]
    action = [EnvironmentVariable(name="A", value="action")]

    found = settings(spec, project, action)

    assert {name: (s.value, s.origin) for name, s in found.items()} == {
        "A": ("action", "action"),
        "B": ("project", "project"),
        "C": ("spec", "buildspec"),
    }


def test_within_a_buildspec_what_is_pulled_replaces_what_is_written() -> None:
    spec = BuildSpec(
        variables={"A": "plain", "B": "plain"}, parameter_store={"A": "/a", "B": "/b"}, secrets_manager={"B": "b"}
    )

    found = settings(spec)

    assert [(s.type, s.value) for s in found.values()] == [("PARAMETER_STORE", "/a"), ("SECRETS_MANAGER", "b")]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("db", SecretReference(secret_id="db")),
        ("db:user", SecretReference(secret_id="db", json_key="user")),
        ("db:user:AWSCURRENT", SecretReference(secret_id="db", json_key="user", version_stage="AWSCURRENT")),
        ("db:::v1", SecretReference(secret_id="db", version_id="v1")),
        (ARN, SecretReference(secret_id=ARN)),
        (f"{ARN}:user::v1", SecretReference(secret_id=ARN, json_key="user", version_id="v1")),
    ],
)
def test_a_reference_to_a_secret_is_taken_apart(text: str, reference: SecretReference) -> None:
    assert secret_reference(text) == reference


@pytest.mark.parametrize(
    ("reference", "secrets", "value"),
    [
        ("db", {"db": "whole"}, "whole"),
        ("db:user", {"db": '{"user": "me"}'}, "me"),
        ("db:port", {"db": '{"port": 5432}'}, "5432"),
        ("db:user", {"db:user": "given alone", "db": "{}"}, "given alone"),
        (f"{ARN}:user", {ARN: '{"user": "me"}'}, "me"),
        (f"{ARN}:user", {"shop/db-AbCdEf": '{"user": "me"}'}, "me"),
        (f"{ARN}:user", {"shop/db": '{"user": "me"}'}, "me"),
    ],
)
def test_a_secret_is_looked_up_by_what_is_written_then_by_its_id_and_key(
    reference: str, secrets: dict[str, str], value: str
) -> None:
    assert look_up(SECRET, reference, secrets) == value


@pytest.mark.parametrize(
    ("kind", "reference", "secrets", "entry"),
    [
        (PARAMETER, "/shop/token", {}, 'give an entry "/shop/token" in --secrets'),
        (SECRET, "db:user", {}, 'give an entry "db" in --secrets'),
        (SECRET, "db:user", {"db": "{}"}, 'has no key "user": give an entry "db:user" in --secrets'),
        (SECRET, "db:user", {"db": "s3cret"}, 'is no JSON object: give an entry "db:user" in --secrets'),
    ],
)
def test_a_missing_secret_says_which_entry_to_give_and_never_a_value(
    kind: str, reference: str, secrets: dict[str, str], entry: str
) -> None:
    with pytest.raises(MissingSecret) as caught:
        look_up(kind, reference, secrets)

    assert entry in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_an_unknown_type_of_a_variable_is_a_problem() -> None:
    found = resolve(settings(BuildSpec(), [EnvironmentVariable(name="X", value="db", type="VAULT")]), {"db": "y"})

    assert found.problems == (
        "X (of the project): its type is 'VAULT', which is none of PLAINTEXT, PARAMETER_STORE, SECRETS_MANAGER",
    )


def test_what_is_wanted_elsewhere_is_what_nobody_gave_once_each() -> None:
    spec = BuildSpec(
        variables={"A": "a"},
        parameter_store={"P": "/p", "Q": "/q", "CODEBUILD_X": "/x", "R": "/q"},
        secrets_manager={"S": "db:user", "T": "db:port", "U": f"{ARN}:user"},
    )

    wanted = wanted_elsewhere(settings(spec), {"/p": "given", "shop/db": "{}"})

    assert wanted == [(PARAMETER, "/q"), (SECRET, "db:user"), (SECRET, "db:port")]


def test_what_was_fetched_is_taken_and_one_problem_of_several_variables_is_told_once() -> None:
    spec = BuildSpec(parameter_store={"P": "/p", "Q": "/q"}, secrets_manager={"S": "db:user"})
    problem = MissingSecret("AWS is asleep")

    found = resolve(
        settings(spec),
        {"/p": "of a file"},
        fetched={(PARAMETER, "/p"): problem, (PARAMETER, "/q"): problem, (SECRET, "db:user"): "hunter2"},
    )

    assert found.variables == {"S": "hunter2"}
    assert found.secrets == ("hunter2",)
    assert found.problems == ("P (of the buildspec), Q (of the buildspec): AWS is asleep",)
    assert found.missing == ("P", "Q")


def test_all_that_is_missing_is_told_at_once_and_secrets_are_there_to_be_hidden() -> None:
    spec = BuildSpec(variables={"A": "a"}, parameter_store={"P": "/p", "Q": "/q"}, secrets_manager={"S": "db:user"})

    found = resolve(settings(spec), {"db": '{"user": "hunter2"}'})

    assert found.variables == {"A": "a", "S": "hunter2"}
    assert found.secrets == ("hunter2",)
    assert len(found.problems) == 2
    assert "hunter2" not in repr(found)


def test_names_of_codebuild_are_left_out_with_a_note_but_for_those_one_may_set() -> None:
    given = settings(BuildSpec(variables={"CODEBUILD_SRC_DIR": "/etc", "CODEBUILD_CONFIG_AUTO_DISCOVER": "false"}))

    found = resolve(given, {})

    assert found.variables == {"CODEBUILD_CONFIG_AUTO_DISCOVER": "false"}
    assert len(found.notes) == 1
    assert reserved("CODEBUILD_X")
    assert not reserved("CODEBUILDX")


def test_a_name_that_no_variable_can_have_is_a_problem() -> None:
    found = resolve(settings(BuildSpec(variables={"A=B": "c", "": "d"})), {})

    assert found.variables == {}
    assert len(found.problems) == 2


def test_names_of_aws_and_secrets_of_the_project_cannot_be_exported() -> None:
    spec = BuildSpec(secrets_manager={"OWN": "own"})
    project = [EnvironmentVariable(name="TOKEN", value="/t", type="PARAMETER_STORE")]
    secrets = {"/t": "1", "own": "2"}

    found = resolve(settings(spec, project), secrets, ["AWS_X", "TOKEN", "OWN", "VERSION"])

    assert [problem.split()[0] for problem in found.problems] == ["AWS_X", "TOKEN"]


FACTS = BuildFacts(
    project="shop",
    uuid="0f",
    region="eu-west-1",
    image="image:1",
    initiator="codepipeline/shop",
    start_ms=5,
    primary="Src",
    source_directories={"Src": "/b/src", "Lib": "/b/src2"},
    source_versions={"Src": "arn:aws:s3:::bucket/src.zip", "Lib": "arn:aws:s3:::bucket/lib.zip"},
    resolved_version="abc",
    number=7,
)


def test_the_documented_variables_are_set() -> None:
    assert codebuild_variables(FACTS) == {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1",
        "CODEBUILD_BUILD_ARN": "arn:aws:codebuild:eu-west-1:000000000000:build/shop:0f",
        "CODEBUILD_BUILD_ID": "shop:0f",
        "CODEBUILD_BUILD_IMAGE": "image:1",
        "CODEBUILD_BUILD_NUMBER": "7",
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_BUILD_URL": "https://eu-west-1.console.aws.amazon.com/codebuild/home?region=eu-west-1"
        "#/builds/shop:0f/view/new",
        "CODEBUILD_PROJECT_ARN": "arn:aws:codebuild:eu-west-1:000000000000:project/shop",
        "CODEBUILD_INITIATOR": "codepipeline/shop",
        "CODEBUILD_KMS_KEY_ID": "arn:aws:kms:eu-west-1:000000000000:alias/aws/s3",
        "CODEBUILD_LOG_PATH": "0f",
        "CODEBUILD_START_TIME": "5",
        "CODEBUILD_SRC_DIR": "/b/src",
        "CODEBUILD_SRC_DIR_Lib": "/b/src2",
        "CODEBUILD_SOURCE_REPO_URL": "",
        "CODEBUILD_SOURCE_VERSION": "arn:aws:s3:::bucket/src.zip",
        "CODEBUILD_SOURCE_VERSION_Lib": "arn:aws:s3:::bucket/lib.zip",
        "CODEBUILD_RESOLVED_SOURCE_VERSION": "abc",
    }


def test_variables_are_replaced_as_a_shell_does_it() -> None:
    text = "$A/${B}/$UNSET/${A}x/$$/$1"

    assert expanded(text, {"A": "a", "B": "b"}) == "a/b//ax/$$/$1"
    assert list(names_in(text)) == ["A", "B", "UNSET", "A"]
    assert [shell_name(n) for n in ("A_1", "1A", "A-B", "")] == [True, False, False, False]


@given(st.dictionaries(st.sampled_from("ABCD"), st.text(max_size=3)))
def test_a_text_without_a_dollar_stays_as_it_is(variables: dict[str, str]) -> None:
    assert expanded("dist/**/*", variables) == "dist/**/*"
