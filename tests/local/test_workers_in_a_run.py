from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import pipelinekit as pk
from local import site_run
from pipelinekit.execution import events as happened
from pipelinekit.execution.jobs import Job
from pipelinekit.local import guardian
from pipelinekit.local.journal import Journal
from pipelinekit.local.standins import Work

SCRIPT = Path(site_run.__file__)


def test_a_bucket_a_function_a_recorder_and_a_bucket_make_one_run(tmp_path: Path) -> None:
    options = site_run.options(tmp_path)
    notes = options["workers"]["Invoke/Custom/Invalidation"]

    result = pk.run(site_run.SITE, approvals="all", **options)

    assert result.status == "Succeeded"
    assert (tmp_path / "site" / "index.html").read_text() == "<p>hello"
    assert result.action("Build/Render")["outputVariables"] == {"PAGES": "1"}
    assert [asked.configuration for asked in notes.recorded] == [{"Paths": "/site.zip"}]
    assert result.action("Production/Invalidate")["summary"] == "recorded only, nothing was done"
    assert result.action("Production/Invalidate")["outputVariables"] == {"ID": "I7"}


def test_what_a_directory_cannot_hold_is_in_the_log_of_the_run(tmp_path: Path) -> None:
    result = pk.run(site_run.SITE, approvals="all", **site_run.options(tmp_path))

    logs = (tmp_path / "state" / "executions" / result.execution / "logs").iterdir()
    lines = [line for log in logs for line in log.read_text().splitlines()]
    assert "[pipelinekit] CacheControl max-age=60 is not kept: a directory has no headers" in lines


def test_another_process_goes_on_with_the_functions_buckets_and_recorders_of_the_first(tmp_path: Path) -> None:
    waiting = pk.run(site_run.SITE, **site_run.options(tmp_path))

    code = "import json, sys, pipelinekit as pk\n"
    code += "print(json.dumps(pk.local.resume(sys.argv[1], approvals='all', state=sys.argv[2]).shown))"
    done = subprocess.run(
        [sys.executable, "-c", code, waiting.execution, str(tmp_path / "state")],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    shown = json.loads(done.stdout)
    assert (waiting.status, shown["status"]) == ("InProgress", "Succeeded"), done.stderr
    assert (tmp_path / "site" / "index.html").read_text() == "<p>hello"
    assert shown["stages"][2]["actions"][2]["outputVariables"] == {"ID": "I7"}


def test_the_command_line_binds_functions_and_buckets(tmp_path: Path) -> None:
    site_run.options(tmp_path)
    (tmp_path / "pipeline.py").write_text(
        SCRIPT.read_text() + "\nLOCAL = pk.local.Bindings(workers={'Invoke/Custom/Invalidation': pk.local.record()})\n"
    )
    command = ["run", "pipeline.py", "--approve", "all", "--function", "render=render.py:handler"]
    command += ["--bucket", "sources=sources", "--bucket", "shop-site=site"]

    done = subprocess.run(
        [sys.executable, "-m", "pipelinekit", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**environment(), "AUDIT": str(tmp_path / "audit"), "HOLD": str(tmp_path / "hold")},
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "index.html").read_text() == "<p>hello"
    assert "recorded only, nothing was done" in done.stdout


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds processes by /proc")
def test_who_listens_hears_of_an_action_when_its_process_runs(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page").write_text("hello")
    running: dict[str, list[int]] = {}

    def listen(event: happened.Event) -> None:
        if isinstance(event, happened.ActionStarted):
            running[event.action] = guardian.tagged({event.job})

    pk.run(waits(), sources={"Checkout": tmp_path / "source"}, state=tmp_path / "state", listener=listen)

    assert len(running["Wait"]) >= 1


def test_what_a_stand_in_does_to_the_environment_is_not_inherited_by_later_actions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLOUR", "blue")

    def paint(job: Job, work: Work) -> None:
        monkeypatch.setenv("COLOUR", "red")

    coloured = waits('test "$COLOUR" = blue')
    result = pk.run(coloured, workers={"Checkout": paint}, state=tmp_path / "state")

    assert (result.status, os.environ["COLOUR"]) == ("Succeeded", "red")


def waits(command: str = "sleep 0.3") -> pk.Pipeline:
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
    wait = pk.build.Commands("Wait", input=checkout.output, commands=[command])
    return pk.Pipeline("waits", [pk.Stage("Source", checkout), pk.Stage("Build", wait)])


def environment() -> dict[str, str]:
    """This process's environment, in which a child finds the package that is tested."""
    return {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])}


def killed_in_the_function(root: Path, *words: str) -> str:
    """Start the run in a process of its own, kill that while its function runs, and give the execution."""
    root.joinpath("hold").write_text("")
    process = subprocess.Popen([sys.executable, str(SCRIPT), str(root), *words], env=environment())
    until(lambda: (root / "audit").exists())
    process.kill()
    process.wait()
    with closing(Journal(root / "state")) as journal:
        execution = str(journal.query("SELECT id FROM executions")[0]["id"])
        jobs = {e.job for e in journal.events(execution) if isinstance(e, happened.ActionStarted)}
    until(lambda: guardian.tagged(jobs) == [])
    root.joinpath("hold").unlink()
    return execution


def until(happened: object, seconds: float = 20) -> None:
    assert callable(happened)
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc to find processes")


@needs_proc
def test_a_function_that_was_lost_with_its_engine_is_not_called_again_unasked(tmp_path: Path) -> None:
    execution = killed_in_the_function(tmp_path)

    result = pk.local.resume(execution, approvals="all", state=tmp_path / "state")

    assert result.status == "Failed"
    assert "may not be repeated unasked" in result.action("Build/Render")["errorDetails"]["message"]
    assert (tmp_path / "audit").read_text() == "called\n"


@needs_proc
def test_a_function_that_says_it_may_be_repeated_is_called_again(tmp_path: Path) -> None:
    execution = killed_in_the_function(tmp_path, "repeatable")

    result = pk.local.resume(execution, approvals="all", state=tmp_path / "state")

    assert result.status == "Succeeded"
    assert (tmp_path / "audit").read_text() == "called\ncalled\n"


def test_without_bindings_the_run_does_not_begin_and_every_missing_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(pk.InvalidPipeline) as refused:
        pk.run(site_run.SITE, state=tmp_path / "state")

    text = str(refused.value)
    assert [code for code in ("PK900", "PK901", "PK913", "PK915") if f"[{code}]" not in text] == []
    assert not (tmp_path / "state" / "journal.db").exists()
