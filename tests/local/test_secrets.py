from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.aws import AwsSecrets, aws_named
from pipelinekit.local.secrets import Secrets, UnknownSecret, read_secrets


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    before = os.umask(0o077)
    yield tmp_path
    os.umask(before)


def write(name: str, text: str) -> Path:
    place = Path(name)
    place.write_text(text)
    return place


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.env", '/shop/token=tok-en\nPIN=\'0123\'\ndb=\'{"user": "myself", "port": 5432}\'\nKEY="one\\ntwo"\n'),
        ("secrets", '/shop/token=tok-en\nPIN=0123\ndb={"user": "myself", "port": 5432}\nKEY=\'one\ntwo\'\n'),
        ("x.yml", "/shop/token: tok-en\nPIN: 0123\ndb: {user: myself, port: 5432}\nKEY: |-\n  one\n  two\n"),
        ("x.yaml", '/shop/token: tok-en\nPIN: \'0123\'\ndb: \'{"user": "myself", "port": 5432}\'\nKEY: "one\\ntwo"\n'),
        ("x.json", '{"/shop/token": "tok-en","PIN":"0123", "db":{"user": "myself", "port": 5432},"KEY": "one\\ntwo"}'),
    ],
)
def test_a_file_is_lines_json_or_yaml(name: str, text: str) -> None:
    secrets = read_secrets(write(name, text))

    assert dict(secrets) == {
        "/shop/token": "tok-en",
        "PIN": "0123",
        "db": '{"user": "myself", "port": 5432}',
        "KEY": "one\ntwo",
    }


def test_scalars_of_yaml_and_json_are_taken_as_they_are_written() -> None:
    text = "A: maybe\nA2: true\nB: 3.10\nC: 0755\nD: 1e30\nE: 2024-01-01\nF: ''\n"

    assert dict(read_secrets(write("x.yml", text))) == {
        "A": "maybe", "A2": "true", "B": "3.10", "C": "0755", "D": "1e30", "E": "2024-01-01", "F": ""
    }  # fmt: skip
    assert dict(read_secrets(write("x.json", '{"A": 1.50, "B": true}'))) == {"A": "1.50", "B": "true"}


def test_a_mapping_may_hold_mappings() -> None:
    secrets = read_secrets({"db": {"password": "hunter2"}, "TOKEN": "tok-en"})

    assert json.loads(secrets["db"]) == {"password": "hunter2"}
    assert secrets.hidden.text("hunter2 tok-en") == "*** ***"


def test_several_sources_make_one_the_last_of_files_and_mappings_wins() -> None:
    first, second = write("a.env", "A=first\nB=first\n"), write("b.json", '{"B": "second", "C": "second"}')

    secrets = read_secrets([first, "aws:prod@eu-west-1", str(second), {"C": "third"}, AwsSecrets("", "")])

    assert dict(secrets) == {"A": "first", "B": "second", "C": "third"}
    assert secrets.asks_aws
    assert secrets.sources == (
        f"--secrets {first.absolute()}", "--secrets aws:prod@eu-west-1", f"--secrets {second.absolute()}",
        "secrets={...}", "--secrets aws",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "profile", "region"),
    [
        ("aws", "", ""),
        ("aws:prod", "prod", ""),
        ("aws:prod@eu-west-1", "prod", "eu-west-1"),
        ("aws:@us-gov-west-1", "", "us-gov-west-1"),
        ("aws:me@corp", "me@corp", ""),
        ("aws:me@corp@eu-west-1", "me@corp", "eu-west-1"),
    ],
)
def test_aws_is_named_with_profile_and_region(text: str, profile: str, region: str) -> None:
    found = aws_named(text)

    assert found is not None
    assert (found.profile, found.region, str(found)) == (profile, region, text)


def test_a_file_may_be_called_aws() -> None:
    write("aws", "A=hunter2\n")

    assert dict(read_secrets("./aws")) == dict(read_secrets(Path("aws"))) == {"A": "hunter2"}
    assert aws_named("aws.env") is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.env", "A=1\nhunter2\n", "x.env:2: a line of secrets is NAME=VALUE"),
        ("x.json", '{"A": "hunter2" hunter2}', "x.json:1:17: the secrets cannot be read: it is not JSON"),
        ("x.yml", "A: *hunter2\n", "x.yml:1:4: the secrets cannot be read: it is not YAML"),
        ("x.yml", "hunter2\n", "x.yml: a file of secrets is a mapping of names to values"),
        ("x.yml", "A:\n", "x.yml: A has no value"),
        ("x.json", "[]", "x.json: a file of secrets is a mapping"),
    ],
)
def test_a_file_that_makes_no_sense_is_named_and_nothing_of_it_is_shown(name: str, text: str, words: str) -> None:
    with pytest.raises(PipelineKitError) as caught:
        read_secrets(write(name, text))

    assert words in str(caught.value)
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nowhere.env", "nowhere.env: the secrets cannot be read: No such file or directory"),
        (".", ".: the secrets cannot be read: Is a directory"),
        ({"A": None}, "secrets: A has no value"),
        ({"A": b"hunter2"}, "secrets: A is of type bytes: give text"),
        ({"A": {"b": {"hunter2"}}}, "secrets: A is of type dict: give text"),
    ],
)
def test_what_cannot_be_a_secret_is_refused(given: Any, words: str) -> None:
    with pytest.raises(PipelineKitError) as caught:
        read_secrets(given)

    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_what_is_not_utf_8_is_refused() -> None:
    Path("x.env").write_bytes(b"A=\xff\xfe")

    with pytest.raises(PipelineKitError, match=r"x\.env: .* not UTF-8"):
        read_secrets("x.env")


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True), (0o604, True)])
def test_a_file_that_everybody_can_read_is_warned_of(mode: int, warned: bool) -> None:
    write("x.env", "A=hunter2\n").chmod(mode)
    said: list[str] = []

    read_secrets("x.env", warn=said.append)

    wanted = "x.env holds secrets, and everybody on this machine can read it: chmod 600 x.env"
    assert said == ([wanted] if warned else [])


def test_values_too_short_to_be_masked_are_warned_of_by_name() -> None:
    said: list[str] = []

    read_secrets({"PIN": "123", "db": {"user": "me", "password": "hunter2"}, "EMPTY": ""}, warn=said.append)

    assert said == [f"the secret {name} is not masked: it has fewer than 4 characters" for name in ("PIN", "db:user")]


def test_from_python_a_warning_is_a_warning() -> None:
    with pytest.warns(UserWarning, match="the secret PIN is not masked"):
        read_secrets({"PIN": "123"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_secrets({"PIN": "1234"})


def test_a_pipe_can_be_read(directory: Path) -> None:
    read, write = os.pipe()
    os.write(write, b"A=hunter2\n")
    os.close(write)

    secrets = read_secrets(f"/dev/fd/{read}")

    os.close(read)
    assert dict(secrets) == {"A": "hunter2"}


def test_a_secret_that_nobody_gave_says_which_entry_to_give() -> None:
    secrets = Secrets({"A": "hunter2"})

    with pytest.raises(UnknownSecret, match='there is no secret "B": give an entry "B" in --secrets'):
        secrets["B"]
    with pytest.raises(KeyError):
        secrets["B"]
    assert (secrets.get("B"), "B" in secrets, "A" in secrets, secrets.parameter("A")) == (None, False, True, "hunter2")


def test_parameters_and_secrets_are_found_among_what_was_given() -> None:
    secrets = Secrets({"/shop/token": "tok-en", "db": '{"user": "me", "port": 54321}'})

    assert secrets.parameter("/shop/token") == "tok-en"
    assert secrets.secret("arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:port") == "54321"
    with pytest.raises(UnknownSecret, match='the parameter "/x" is not known here: give an entry "/x" in --secrets'):
        secrets.parameter("/x")
    with pytest.raises(UnknownSecret, match='has no key "x"'):
        secrets.secret("db:x")


def test_a_run_that_goes_on_without_its_secrets_says_so() -> None:
    secrets = read_secrets("aws:prod")
    secrets.before = ("--secrets /home/me/prod.env", "--secrets aws:prod")

    assert secrets.reminder == (
        "it was started with --secrets /home/me/prod.env, and secrets are never kept: give --secrets again"
    )
    secrets.before = ("--secrets aws:prod",)
    assert secrets.reminder == ""


def test_neither_secrets_nor_their_sources_show_a_value() -> None:
    secrets = read_secrets({"A": "hunter2"})

    assert "hunter2" not in f"{secrets!r} {secrets} {secrets.sources} {secrets.hidden!r} {secrets.hidden.looks!r}"


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", True),
        ("AWS_ACCESS_KEY_ID", "testing", False),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", True),
        ("AWS_SECRET_ACCESS_KEY", "test", False),
        ("AWS_SESSION_TOKEN", "x" * 300, True),
    ],
)
def test_the_credentials_that_builds_inherit_are_hidden_where_they_are_real(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hidden: bool
) -> None:
    monkeypatch.setenv(name, value)

    assert read_secrets(None).hidden.text(f"<{value}>") == ("<***>" if hidden else f"<{value}>")
