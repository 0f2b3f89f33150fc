from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
bundle = pk.build.Commands(
    "Bundle",
    input=checkout.output,
    commands=['echo "[$FIRST] [$SECOND]"', '[ "${#FIRST} ${#SECOND}" = "10 14" ]'],
    environment=[
        pk.EnvironmentVariable(name="FIRST", value="first", type="SECRETS_MANAGER"),
        pk.EnvironmentVariable(name="SECOND", value="second:key", type="SECRETS_MANAGER"),
    ],
)
site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Build", bundle)])
LOCAL = pk.local.Bindings(sources={"Checkout": "source"})
"""
FAULTY = """

class Faulty:
    repeatable = leaves_processes = True

    async def run(self, job, context):
        return pk.local.succeeded()

    def check(self, *_):
        raise RuntimeError("cannot sign in with one-secret")


LOCAL = pk.local.Bindings(sources={"Checkout": "source"}, workers={"Build/Bundle": Faulty()})
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello\n")
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    write(tmp_path, "first.env", "first=one-secret\n")
    write(tmp_path, "second.yml", "second:\n  key: another-secret\n")
    return tmp_path


def write(home: Path, name: str, text: str, mode: int = 0o600) -> None:
    (home / name).write_text(text)
    (home / name).chmod(mode)


def run(home: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PIPELINEKIT"))}
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", "run", "pipeline.py", *options],
        cwd=home,
        env={**kept, "AWS_EC2_METADATA_DISABLED": "true", "HOME": str(home), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_secrets_may_be_given_in_several_files(home: Path) -> None:
    done = run(home, "--secrets", "first.env", "--secrets", "second.yml")

    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "one-secret" not in done.stdout


def test_a_file_that_everybody_can_read_and_values_too_short_to_be_masked_are_warned_of(home: Path) -> None:
    write(home, "open.env", "first=one-secret\nPIN=123\n", 0o644)

    done = run(home, "--secrets", "open.env", "--secrets", "second.yml")

    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "warning: open.env holds secrets, and everybody on this machine can read it: chmod 600 open.env",
        "warning: the secret PIN is not masked: it has fewer than 4 characters",
    ]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("nowhere.env", None, "error: nowhere.env: the secrets cannot be read: No such file or directory"),
        ("wrong.env", "one-secret", "error: wrong.env:1: a line of secrets is NAME=VALUE"),
        ("wrong.json", '{"a": *one-secret}', "error: wrong.json:1:7: the secrets cannot be read: it is not JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_before_anything_runs(
    home: Path, name: str, text: str | None, words: str
) -> None:
    if text is not None:
        write(home, name, text)

    done = run(home, "--secrets", name)

    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{words}\n")
    assert not (home / ".pipelinekit").exists()


@pytest.mark.parametrize("traceback", ["", "1"])
def test_a_fault_that_tells_of_a_secret_does_not_show_it(home: Path, traceback: str) -> None:
    (home / "pipeline.py").write_text(PIPELINE + FAULTY)

    done = run(home, "--secrets", "first.env", PIPELINEKIT_TRACEBACK=traceback)

    assert done.returncode == 1
    assert "RuntimeError: cannot sign in with ***" in done.stderr
    assert ("Traceback" in done.stderr) == bool(traceback)
    assert "one-secret" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    made.start()
    host, port = made.get_host_and_port()
    yield f"http://{host}:{port}"
    made.stop()


KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def test_aws_is_asked_for_what_no_file_has(home: Path, server: str) -> None:
    manager = boto3.client(
        "secretsmanager",
        region_name="eu-west-1",
        endpoint_url=server,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    manager.create_secret(Name="first", SecretString="not this one")
    manager.create_secret(Name="second", SecretString='{"key": "another-secret"}')

    done = run(home, "--secrets", "aws:@eu-west-1", "--secrets", "first.env", AWS_ENDPOINT_URL=server, **KEYS)

    assert done.returncode == 0, done.stdout + done.stderr
    files = b"".join(
        place.read_bytes() for place in (home / ".pipelinekit" / "executions").rglob("*") if place.is_file()
    )
    assert b"[***] [***]" in files
    assert not any(secret in files for secret in (b"one-secret", b"another-secret"))


def test_an_aws_that_cannot_be_asked_fails_the_build_with_a_hint(home: Path) -> None:
    done = run(home, "--secrets", "aws:@eu-west-1")

    assert done.returncode == 1
    assert "Phase: DOWNLOAD_SOURCE" in done.stdout
    assert "no credentials were found; give some: `aws configure`, `aws sso login`, or --secrets" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
