"""Secrets are looked for wherever a run writes: logs, events, the journal, errors, arguments, the state directory."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.jobs import Job
from pipelinekit.local import guardian
from pipelinekit.local.disguises import disguises
from pipelinekit.local.standins import Work

TOKEN = "tok-en/with+odd&characters'and\"quotes"
PASSWORD = "correct horse battery staple"
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\nVJTUt9Us8cKj\n-----END KEY-----\n"
SECRETS = {"/shop/token": TOKEN, "db": {"user": "myself", "password": PASSWORD}, "key": KEY}

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
build = pk.build.CodeBuild(
    "Unit",
    input=checkout.output,
    project=pk.Project("unit", environment=[
        pk.EnvironmentVariable(name="PASSWORD", value="db:password", type="SECRETS_MANAGER")]),
    buildspec=pk.BuildSpec(
        variables={"AUTH": "none"},
        parameter_store={"TOKEN": "/shop/token"},
        secrets_manager={"KEY": "key"},
        install=['AUTH="Basic $(printf %s "me:$PASSWORD" | base64)"'],
        build=COMMANDS,
        exported_variables=["AUTH", "STATUS"],
        artifacts=["page.txt"],
    ),
    outputs=["Page"],
)
ask = pk.approval.Manual("Ask", message=f"With {build.variable('AUTH')}?")
publish = pk.CustomAction(
    "Publish", action_type=pk.ActionTypeId("Deploy", "Custom", "Publisher"), input=build.artifact("Page")
)
shop = pk.Pipeline(
    "shop", [pk.Stage("Source", checkout), pk.Stage("Build", build), pk.Stage("Production", ask >> publish)]
)


def fail(job, work):
    work.log(f"about to fail with {work.secrets['/shop/token']}")
    raise ValueError(f"no such user: {work.secrets['db']!r}")


LOCAL = pk.local.Bindings(sources={"Checkout": "source"}, workers={"Production/Publish": fail})
"""
TELLING = [
    'echo "$TOKEN"; echo "$PASSWORD"; echo "$KEY"; echo "$AUTH"; echo "$KEY" | base64',
    'env; export -p; set -x; : "$TOKEN"',
    'printf "%s" "$PASSWORD" | cut -c 1-9 | tr -d "\\n"; sleep 0.05; printf "%s" "$PASSWORD" | cut -c 10-',
    "STATUS=fine",
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page.txt").write_text("hello\n")
    (tmp_path / "secrets.json").write_text(json.dumps(SECRETS))
    (tmp_path / "secrets.json").chmod(0o600)
    write_pipeline(tmp_path, TELLING)
    return tmp_path


def write_pipeline(home: Path, commands: list[str]) -> None:
    (home / "pipeline.py").write_text(PIPELINE.replace("COMMANDS", json.dumps(commands)))


def looks() -> Iterator[bytes]:
    """Everything the secrets may look like, but for what is so short that it stands anywhere by chance."""
    for secret in (TOKEN, json.dumps(SECRETS["db"]), KEY):
        yield from (look for look in disguises(secret) if len(look) > 5 and not look.startswith(b"-----"))


def shown_in(data: bytes | str) -> list[bytes]:
    data = data.encode() if isinstance(data, str) else data
    return [look for look in looks() if look in data]


def contents(directory: Path) -> Iterator[tuple[Path, bytes]]:
    """Give every file and directory below one, with its contents; a run may still be removing some of them."""
    for parent, directories, files in os.walk(directory):
        yield from ((Path(parent, name), b"") for name in directories)
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                yield Path(parent, name), Path(parent, name).read_bytes()


def leaks(directory: Path) -> dict[str, list[bytes]]:
    """Find secrets in the contents and the names of all files below a directory."""
    found = {}
    for place, data in contents(directory):
        if shown := shown_in(str(place).encode() + data):
            found[str(place)] = shown
    return found


def pipelinekit(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", *arguments],
        cwd=home,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_secret_is_nowhere_to_be_seen_whatever_a_build_and_a_stand_in_do_with_it(home: Path) -> None:
    run = pipelinekit(home, "run", "pipeline.py", "--secrets", "secrets.json", "--approve", "all")

    assert run.returncode == 1
    log = pipelinekit(home, "logs", "latest").stdout
    for line in (
        "***",
        "Production/Publish",
        "about to fail with ***",
        "STATUS",
        "output variable AUTH holds a secret",
    ):
        assert line in log
    told = [
        pipelinekit(home, *arguments)
        for arguments in (
            ["show"],
            ["show", "--json"],
            ["history"],
            ["history", "--json"],
            ["logs"],
            ["watch", "--json"],
        )
    ]
    shown = json.loads(told[1].stdout)
    assert shown["stages"][1]["actions"][0]["outputVariables"] == {"AUTH": "Basic bWU6***", "STATUS": "fine"}
    assert "no such user: " in run.stdout
    for said in (run, *told):
        assert shown_in(said.stdout + said.stderr) == []
    assert leaks(home / ".pipelinekit") == {}


def test_events_for_machines_show_no_secret(home: Path) -> None:
    run = pipelinekit(home, "run", "pipeline.py", "--secrets", "secrets.json", "--approve", "all", "--json")

    assert [json.loads(line) for line in run.stdout.splitlines()]
    assert "no such user" in run.stdout
    assert shown_in(run.stdout + run.stderr) == []


def test_the_log_is_what_it_was_but_for_the_secrets(home: Path) -> None:
    write_pipeline(home, ['echo "before $TOKEN after"; echo nothing secret; echo "<$PASSWORD>"', *TELLING[2:3]])

    pipelinekit(home, "run", "pipeline.py", "--secrets", "secrets.json", "--approve", "all")

    log = pipelinekit(home, "logs", "latest", "Build/Unit").stdout
    said = [line for line in log.splitlines() if not line.startswith("[")]
    assert said == ["before *** after", "nothing secret", "<***>", "***"]


def test_no_secret_is_in_the_arguments_of_any_process_while_a_build_runs(home: Path) -> None:
    if not Path("/proc/self/cmdline").exists():
        pytest.skip("needs /proc to see the arguments of processes")
    commands = ['AGAIN="$TOKEN"', f"touch {home}/ready; while [ ! -e {home}/seen ]; do sleep 0.01; done"]
    write_pipeline(home, commands)
    arguments = ["run", "pipeline.py", "--secrets", "secrets.json"]
    run = subprocess.Popen(
        [sys.executable, "-m", "pipelinekit", *arguments], cwd=home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        until((home / "ready").exists)
        seen = [(place, place.read_bytes()) for place in Path("/proc").glob("[0-9]*/cmdline") if place.exists()]
    finally:
        (home / "seen").touch()
        run.communicate(timeout=30)

    assert run.returncode == 3
    assert any(b"pipeline.py" in arguments for _, arguments in seen)
    assert [place for place, arguments in seen if shown_in(arguments)] == []


def until(happened: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def test_a_killed_engine_leaves_no_secret_behind_and_needs_them_again(home: Path) -> None:
    write_pipeline(home, [f'echo "$TOKEN $AUTH"; test -e {home}/ready || {{ touch {home}/ready; sleep 60; }}'])
    run = subprocess.Popen(
        [sys.executable, "-m", "pipelinekit", "run", "pipeline.py", "--secrets", "secrets.json"],
        cwd=home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until((home / "ready").exists)
    run.send_signal(signal.SIGKILL)
    run.wait()

    at_once = leaks(home / ".pipelinekit")
    jobs = {place.name for place in (home / ".pipelinekit" / "work").iterdir()}
    until(lambda: not guardian.tagged(jobs))
    without = pipelinekit(home, "resume")
    retried = pipelinekit(home, "retry", "latest", "Build", "--secrets", "secrets.json")

    assert at_once == {}
    assert without.returncode == 1
    assert 'TOKEN (of the buildspec): the parameter "/shop/token" is not known here' in without.stdout
    reminder = f"it was started with --secrets {home}/secrets.json, and secrets are never kept: give --secrets again"
    assert reminder in without.stdout
    assert retried.returncode == 3, retried.stdout
    assert leaks(home / ".pipelinekit") == {}
    for said in (without, retried):
        assert shown_in(said.stdout + said.stderr) == []


# From Python, with workers of one's own.


def site(*actions: pk.Step) -> pk.Pipeline:
    return pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", actions)])


checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")
publish = pk.CustomAction(
    "Publish", action_type=pk.ActionTypeId("Deploy", "Custom", "Publisher"), input=checkout.output, namespace="Out"
)


def tell(job: Job, work: Work) -> pk.local.ActionResult:
    return pk.local.succeeded({"A": TOKEN, PASSWORD: "b"}, summary=f"by {TOKEN}", external_id=f"id-{TOKEN}")


def give_up(job: Job, work: Work) -> pk.local.ActionResult:
    return pk.local.failed(f"because {TOKEN}", code=TOKEN, external_id=TOKEN)


def raise_it(job: Job, work: Work) -> None:
    raise RuntimeError(TOKEN) from ValueError(PASSWORD)


def cannot_open_it(job: Job, work: Work) -> None:
    Path(f"/nowhere/{PASSWORD}").read_text()


def answer_nonsense(job: Job, work: Work) -> list[str]:
    return [TOKEN]


class Talkative:
    """A worker that tells of a secret on every way there is."""

    repeatable = True
    leaves_processes = False

    async def run(self, job: Job, context: Any) -> pk.local.ActionResult:
        context.progress(f"now with {TOKEN}")
        context.log.write(TOKEN[:9].encode())
        context.log.write(TOKEN[9:].encode())
        context.log.line(f"and {PASSWORD!r}")
        context.revision = TOKEN
        await context.process(["sh", "-c", "printenv S"], env={"S": KEY, "PATH": os.environ["PATH"]})
        return pk.local.succeeded()

    def check(self, *_: Any) -> Iterable[pk.Diagnostic]:
        return ()


@pytest.mark.parametrize("worker", [tell, give_up, raise_it, cannot_open_it, answer_nonsense, Talkative()])
def test_nothing_that_a_worker_tells_shows_a_secret(home: Path, worker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[happened.Event] = []

    result = pk.run(
        site(publish),
        sources={"Checkout": home / "source"},
        workers={"Live/Publish": worker},
        secrets=SECRETS,
        state=home / "state",
        listener=events.append,
    )

    assert result.action("Live/Publish")["status"] in ("Succeeded", "Failed")
    assert "***" in repr(events)
    assert shown_in(repr(events) + json.dumps(result.shown)) == []
    assert leaks(home / "state") == {}


def test_what_one_action_learns_no_later_one_shows(home: Path) -> None:
    learned = "of-another-source"

    def learn(job: Job, work: Work) -> None:
        work.secrets.hide(learned)

    def repeat(job: Job, work: Work) -> dict[str, str]:
        work.log(learned)
        return {"VALUE": learned}

    second = pk.CustomAction(
        "Second", action_type=pk.ActionTypeId("Deploy", "Custom", "Publisher"), input=checkout.output, namespace="Two"
    )

    result = pk.run(
        site(publish >> second),
        sources={"Checkout": home / "source"},
        workers={"Live/Publish": learn, "Live/Second": repeat},
        state=home / "state",
    )

    assert result.action("Live/Second")["outputVariables"] == {"VALUE": "***"}
    assert learned.encode() not in b"".join(data for _, data in contents(home / "state"))


def test_a_stand_in_that_misses_a_secret_says_which_to_give(home: Path) -> None:
    result = pk.run(
        site(publish),
        sources={"Checkout": home / "source"},
        workers={"Live/Publish": lambda job, work: {"A": work.secrets["NOPE"]}},
        secrets={"A": "hunter2"},
        state=home / "state",
    )

    message = result.action("Live/Publish")["errorDetails"]["message"]
    assert message == 'there is no secret "NOPE": give an entry "NOPE" in --secrets'


def test_the_scripts_of_a_deployment_show_no_secret_though_a_line_of_theirs_is_cut(home: Path) -> None:
    (home / "source" / "start.sh").write_text(
        f"#!/bin/sh\nhead -c 65530 /dev/zero | tr '\\0' x; cat {home}/told; echo; cat {home}/key; exit 1\n"
    )
    (home / "source" / "start.sh").chmod(0o755)
    (home / "told").write_text(PASSWORD)
    (home / "key").write_text(KEY)
    release = pk.deploy.CodeDeploy(
        "Release",
        input=checkout.output,
        group=pk.DeploymentGroup("web", application="app", config=pk.ALL_AT_ONCE),
        appspec=pk.AppSpec.server(hooks={"ApplicationStart": "start.sh"}),
    )

    result = pk.run(
        site(release),
        sources={"Checkout": home / "source"},
        hosts={"web": [home / "host"]},
        secrets=SECRETS,
        state=home / "state",
    )

    assert result.status == "Failed"
    logs = b"".join(place.read_bytes() for place in (home / "host").rglob("*.log"))
    assert b"x***" in logs
    assert shown_in(logs) == []
    assert leaks(home / "state") == {}
