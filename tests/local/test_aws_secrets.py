from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
from moto.server import ThreadedMotoServer

from local.harness import Bench
from pipelinekit.codebuild.environment import MissingSecret
from pipelinekit.codebuild.limits import PARAMETER_STORE, SECRETS_MANAGER
from pipelinekit.codebuild.project import EnvironmentVariable, Project
from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId
from pipelinekit.local.aws import AwsSecrets, aws_secrets
from pipelinekit.local.secrets import Secrets, UnknownSecret, read_secrets
from pipelinekit.local.workers.codebuild import CodeBuildWorker
from pipelinekit.local.workers.commands import CommandsWorker

REGION = "eu-west-1"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


class Aws:
    """Parameter Store and Secrets Manager over HTTP, with what the tests put there."""

    def __init__(self) -> None:
        ssm, self.secretsmanager = boto3.client("ssm"), boto3.client("secretsmanager")
        for value in ("tok-en-1", "tok-en-2"):
            ssm.put_parameter(Name="/shop/token", Value=value, Type="SecureString", Overwrite=True)
        ssm.label_parameter_version(Name="/shop/token", ParameterVersion=1, Labels=["old"])
        for number in range(12):
            ssm.put_parameter(Name=f"many-{number}", Value=f"value-{number}", Type="String")
        self.parameter_arn = ssm.get_parameter(Name="/shop/token")["Parameter"]["ARN"]
        made = self.secretsmanager.create_secret(Name="db", SecretString='{"user": "myself", "password": "hunter1"}')
        self.secret_arn, self.first_version = made["ARN"], made["VersionId"]
        self.secretsmanager.put_secret_value(SecretId="db", SecretString='{"user": "myself", "password": "hunter2"}')
        self.secretsmanager.create_secret(Name="bytes", SecretBinary=b"\xff\xfe")
        self.secretsmanager.create_secret(Name="text-in-bytes", SecretBinary=b"in bytes")
        self.secretsmanager.create_secret(Name="pin", SecretString="123")
        boto3.client("secretsmanager", region_name="us-west-2").create_secret(Name="db", SecretString="far away")


@pytest.fixture
def aws(server: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    import urllib.request

    urllib.request.urlopen(urllib.request.Request(f"{server}/moto-api/reset", method="POST")).close()
    return Aws()


def parameter(name: str) -> tuple[str, str]:
    return PARAMETER_STORE, name


def secret(reference: str) -> tuple[str, str]:
    return SECRETS_MANAGER, reference


def test_parameters_are_fetched_decrypted_by_name_arn_version_and_label(aws: Aws) -> None:
    names = ["/shop/token", "/shop/token:1", "/shop/token:old", aws.parameter_arn, *(f"many-{n}" for n in range(12))]

    found = aws_secrets().fetch([parameter(name) for name in names])

    assert [found[parameter(name)] for name in names[:4]] == ["tok-en-2", "tok-en-1", "tok-en-1", "tok-en-2"]
    assert [found[parameter(name)] for name in names[4:]] == [f"value-{n}" for n in range(12)]


def test_secrets_are_fetched_by_key_stage_version_and_arn(aws: Aws) -> None:
    wanted = {
        "db": '{"user": "myself", "password": "hunter2"}',
        "db:password": "hunter2",
        "db:password:AWSPREVIOUS": "hunter1",
        f"db:password::{aws.first_version}": "hunter1",
        f"{aws.secret_arn}:user": "myself",
        "text-in-bytes": "in bytes",
    }

    found = aws_secrets().fetch(map(secret, wanted))

    assert {reference: value for (_, reference), value in found.items()} == wanted


def test_the_region_is_that_of_the_arn_then_ours_then_the_actions_then_the_profiles(aws: Aws) -> None:
    far = boto3.client("secretsmanager", region_name="us-west-2").describe_secret(SecretId="db")["ARN"]

    assert aws_secrets(region=REGION).fetch([secret(far)])[secret(far)] == "far away"
    assert aws_secrets(region="us-west-2").fetch([secret("db")], REGION)[secret("db")] == "far away"
    assert aws_secrets().fetch([secret("db")], "us-west-2")[secret("db")] == "far away"
    assert aws_secrets().fetch([secret("db:user")])[secret("db:user")] == "myself"


def test_a_profile_brings_its_own_credentials_and_region(aws: Aws, tmp_path: Path, monkeypatch: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text("[far]\naws_access_key_id = testing\naws_secret_access_key = testing\n")
    (tmp_path / "config").write_text("[profile far]\nregion = us-west-2\n")

    assert aws_secrets(profile="far").fetch([secret("db")])[secret("db")] == "far away"


def test_what_was_fetched_is_not_asked_for_again(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    source = aws_secrets()
    first = source.fetch([secret("db:user"), parameter("/shop/token")])
    aws.secretsmanager.delete_secret(SecretId="db", ForceDeleteWithoutRecovery=True)
    boto3.client("ssm").delete_parameter(Name="/shop/token")

    again = source.fetch([secret("db:user"), secret("db:password"), parameter("/shop/token")])

    assert first.items() <= again.items()
    assert again[secret("db:password")] == "hunter2"


def problem(reference: tuple[str, str], source: AwsSecrets | None = None) -> str:
    found = (source or aws_secrets()).fetch([reference])[reference]
    assert isinstance(found, MissingSecret)
    return str(found)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (
            parameter("/nope"),
            'the parameter "/nope" is not in AWS (eu-west-1): create it there, or give an entry "/nope"',
        ),
        (parameter("/shop/token:9"), 'the parameter "/shop/token:9" is not in AWS (eu-west-1)'),
        (secret("nope:key"), 'the secret "nope" is not in AWS (eu-west-1): create it there, or give an entry "nope"'),
        (secret("db:password:NEXT"), 'the secret "db" has no version NEXT, or is not in AWS (eu-west-1)'),
        (secret("db:nope"), 'the secret "db", which has no key "nope": give an entry "db:nope" in --secrets'),
        (secret("pin:key"), 'the secret "pin", which is no JSON object'),
        (secret("bytes"), 'the secret "bytes" is no text in AWS: give an entry of that name in --secrets'),
    ],
)
def test_what_is_not_there_is_a_sentence_with_a_hint(aws: Aws, reference: tuple[str, str], words: str) -> None:
    said = problem(reference)

    assert words in said
    assert "hunter" not in said
    assert "\n" not in said


def test_what_is_there_is_given_beside_what_is_not(aws: Aws) -> None:
    found = aws_secrets().fetch([parameter("/shop/token"), parameter("/nope"), secret("db:user"), secret("nope")])

    assert [isinstance(value, str) for value in found.values()].count(True) == 2
    assert found[parameter("/shop/token")] == "tok-en-2"
    assert found[secret("db:user")] == "myself"


def test_the_next_profile_is_asked_for_what_the_first_has_not(aws: Aws) -> None:
    secrets = read_secrets(["aws", "aws:@us-west-2", "aws:nobody"])

    found = secrets.fetch([secret("db"), parameter("/shop/token"), parameter("/nope")])

    assert (found[secret("db")], found[parameter("/shop/token")]) == (
        '{"user": "myself", "password": "hunter2"}',
        "tok-en-2",
    )
    nope = str(found[parameter("/nope")])
    assert nope.count("is not in AWS") == 2
    assert "there is no profile 'nobody'" in nope


# Where AWS cannot be asked.


def test_without_credentials_it_is_said_how_to_get_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    for reference in (parameter("/shop/token"), secret("db")):
        said = problem(reference)
        assert "no credentials were found" in said
        assert "`aws configure`, `aws sso login`, or --secrets aws:PROFILE" in said


def test_an_unknown_profile_is_named() -> None:
    assert "there is no profile 'nobody'; `aws configure list-profiles`" in problem(
        secret("db"), aws_secrets(profile="nobody")
    )


def test_without_a_region_it_is_said_where_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert "no Region is known; name one: --secrets aws:PROFILE@REGION" in problem(parameter("/shop/token"))


def test_a_sign_in_that_has_expired_is_to_be_renewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "config").write_text(
        "[profile sso]\nsso_session = me\nsso_account_id = 123456789012\nsso_role_name = dev\nregion = eu-west-1\n"
        "[sso-session me]\nsso_region = eu-west-1\nsso_start_url = https://example.org/start\n"
    )

    said = problem(secret("db"), aws_secrets(profile="sso"))

    assert "the sign-in to AWS has expired; renew it: `aws sso login --profile sso`" in said


def test_an_aws_that_cannot_be_reached_is_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    assert "AWS cannot be reached" in problem(secret("db"))


class Refusing(http.server.BaseHTTPRequestHandler):
    """Answers each request with one and the same error."""

    answer: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        data = json.dumps(self.answer).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def refusing(code: str, message: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    handler = type("Handler", (Refusing,), {"answer": {"__type": code, "message": message}})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "AccessDeniedException",
            ["may not be read (AccessDeniedException)", "kms:Decrypt", "AWS says: User me\tis  not"],
        ),
        ("ExpiredTokenException", ["AWS does not accept the credentials (ExpiredTokenException)", "`aws sso login`"]),
        ("UnrecognizedClientException", ["AWS does not accept the credentials", "`aws sso login`"]),
        ("InvalidRequestException", ["AWS says InvalidRequestException: User me"]),
    ],
)
@pytest.mark.parametrize(
    ("reference", "permission"),
    [(parameter("/shop/token"), "ssm:GetParameters"), (secret("db:password"), "secretsmanager:GetSecretValue")],
)
def test_a_refusal_of_aws_is_one_sentence_with_a_hint(
    code: str, words: list[str], reference: tuple[str, str], permission: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with refusing(code, "User me\tis  not\nallowed", monkeypatch):
        said = problem(reference)

    for word in words:
        assert " ".join(word.split()) in said
    assert ("allow " + permission in said) == (code == "AccessDeniedException")
    assert "\n" not in said


# In a build.

SPEC = BuildSpec(
    parameter_store={"TOKEN": "/shop/token", "FILED": "/filed"},
    secrets_manager={"PASSWORD": "db:password", "PIN": "pin"},
    build=['echo "$TOKEN $FILED $PASSWORD $PIN"; echo "$TOKEN" | base64; test $TOKEN$PASSWORD = tok-en-2hunter2'],
)
BUILD = ActionDeclaration(
    "Unit",
    action_type_id=ActionTypeId("Build", "AWS", "CodeBuild"),
    configuration={"ProjectName": "unit"},
    input_artifacts=("Src",),
)


def test_a_build_asks_for_what_no_file_has_and_its_log_masks_it(bench: Bench, aws: Aws) -> None:
    bench.artifact("Src")
    secrets = read_secrets([{"/filed": "of-a-file"}, "aws"])

    attempt = bench.run(CodeBuildWorker(), BUILD, Project("unit", buildspec=SPEC), secrets=secrets)

    assert attempt.result.succeeded, attempt.text
    assert attempt.said == ["*** *** *** 123", "***"]
    asked = 'Asking AWS for the parameter "/shop/token", the secret "db", the secret "pin"'
    assert asked in attempt.lines
    assert "The value of pin is not masked: it has fewer than 4 characters" in attempt.lines
    assert not any(value in attempt.text for value in ("tok-en", "of-a-file", "hunter2", "dG9rLWVu"))


def test_commands_ask_for_what_their_action_names(bench: Bench, aws: Aws) -> None:
    bench.artifact("Src")
    action = ActionDeclaration(
        "Unit",
        action_type_id=ActionTypeId("Compute", "AWS", "Commands"),
        commands=('echo "$PASSWORD"; test $PASSWORD = hunter2',),
        environment_variables=(EnvironmentVariable(name="PASSWORD", value="db:password", type="SECRETS_MANAGER"),),
        input_artifacts=("Src",),
    )

    attempt = bench.run(CommandsWorker(), action, secrets=read_secrets("aws"))

    assert attempt.result.succeeded, attempt.text
    assert attempt.said == ["***"]


def test_a_build_that_cannot_have_its_secrets_fails_in_download_source_in_one_sentence(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    bench.artifact("Src")

    attempt = bench.run(CodeBuildWorker(), BUILD, Project("unit", buildspec=SPEC), secrets=read_secrets("aws"))

    message = attempt.result.message
    assert "Phase: DOWNLOAD_SOURCE, Code: CLIENT_ERROR, Message: TOKEN (of the buildspec), FILED (of the" in message
    assert message.count("no credentials were found") == 1
    assert attempt.said == []


def test_nothing_is_asked_of_aws_where_it_was_not_said_to_be_asked(bench: Bench, aws: Aws) -> None:
    bench.artifact("Src")

    attempt = bench.run(CodeBuildWorker(), BUILD, Project("unit", buildspec=SPEC), secrets={})

    assert 'the parameter "/shop/token" is not known here: give an entry "/shop/token"' in attempt.result.message
    assert "Asking AWS" not in attempt.text


def test_a_stand_in_asks_by_name_and_what_it_learns_is_hidden_from_then_on(aws: Aws) -> None:
    secrets = read_secrets([{"db": '{"user": "of-a-file"}'}, "aws"])

    assert secrets.hidden.text("tok-en-2") == "tok-en-2"
    assert (secrets.parameter("/shop/token"), secrets.secret("db:user")) == ("tok-en-2", "of-a-file")
    assert secrets.hidden.text("tok-en-2 of-a-file") == "*** ***"
    with pytest.raises(UnknownSecret, match='the parameter "/nope" is not in AWS'):
        secrets.parameter("/nope")
    with pytest.raises(UnknownSecret, match=r'of AWS: work\.secrets\.parameter\("/shop/token"\) or \.secret'):
        secrets["/shop/token"]
    assert isinstance(secrets, Secrets)
