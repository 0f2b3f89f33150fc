"""CodeDeploy on real directories with real processes. Run as a script, it is an engine that can be killed."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import frozen

from pipelinekit.codedeploy.appspec import AppSpec, FileMapping, Hook, Permission
from pipelinekit.codedeploy.config import ALL_AT_ONCE, HALF_AT_A_TIME, ONE_AT_A_TIME, DeploymentConfig
from pipelinekit.codedeploy.document import appspec_text
from pipelinekit.codedeploy.group import DeploymentGroup
from pipelinekit.codedeploy.ids import deployment_group_id, deployment_id
from pipelinekit.codedeploy.lifecycle import Status
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ActionTypeId,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import PipelineKitError, Report
from pipelinekit.execution.jobs import Job, job_id
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.deploy_agent import Agent, Deployment
from pipelinekit.local.guardian import tagged
from pipelinekit.local.logs import Log
from pipelinekit.local.processes import Processes
from pipelinekit.local.tasks import Cancelled, Loop, Task
from pipelinekit.local.worker import ActionResult, Context, Worker
from pipelinekit.local.workers.codedeploy import CodeDeployWorker

AGENT = "opt/codedeploy-agent/deployment-root"
INSTRUCTIONS = f"{AGENT}/deployment-instructions"
RELEASE = ActionDeclaration(
    "Release",
    action_type_id=ActionTypeId("Deploy", "AWS", "CodeDeploy"),
    input_artifacts=("Bundle",),
    configuration={"ApplicationName": "shop", "DeploymentGroupName": "web"},
)
GROUP = deployment_group_id("shop", "web")


def definition(config: DeploymentConfig | None = None, appspec: AppSpec | None = None) -> Definition:
    return Definition(
        pipeline=PipelineDeclaration("shop", role_arn="", stages=(StageDeclaration("Production", actions=(RELEASE,)),)),
        deployment_groups=() if config is None else (DeploymentGroup("web", application="shop", config=config),),
        appspecs={} if appspec is None else {"Production/Release": appspec},
    )


def lay(root: Path, files: Mapping[str, Any]) -> Path:
    """Make files: text (executable when it begins with ``#!``), None for a directory, ``{"link": target}``."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        place = root / path
        if content is None:
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict):
            place.symlink_to(content["link"])
        else:
            place.write_text(content, newline="")
            place.chmod(0o755 if content.startswith("#!") else 0o644)
    return root


def tree(root: Path) -> dict[str, Any]:
    """Read what `lay` makes, without the agent's own files; directories are there only when they are empty."""
    found: dict[str, Any] = {}
    for directory, names, files in os.walk(root):
        inside = Path(directory)
        for name in [n for n in names if (inside / n).is_symlink()] + files:
            place = inside / name
            relative = str(place.relative_to(root))
            found[relative] = {"link": os.readlink(place)} if place.is_symlink() else place.read_text()
        if not names and not files and inside != root:
            found[str(inside.relative_to(root))] = None
    return {path: content for path, content in found.items() if not path.startswith("opt/codedeploy-agent")}


def script(*lines: str) -> str:
    return "\n".join(("#!/bin/sh", *lines, ""))


@frozen(kw_only=True)
class Done:
    """What came of a deployment."""

    result: ActionResult
    id: str
    text: str
    progress: Sequence[str]


class Bench:
    """Runs deployments as the engine does."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.loop = Loop()
        self.processes = Processes(self.loop)
        self.tags: list[str] = []
        self._logs: list[Log] = []
        self._numbers = itertools.count(1)

    def close(self) -> None:
        for log in self._logs:
            log.close()
        self.processes.close()
        for pid in tagged(set(self.tags)):  # servers that a test left running
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 5
        while tagged(set(self.tags)) and time.monotonic() < until:
            time.sleep(0.005)
        self.processes.reap_orphans()
        self.loop.close()

    def job(self, number: int | None = None) -> Job:
        attempt = next(self._numbers) if number is None else number
        made = Job(
            id=job_id(str(self.directory), "Production", "Release", attempt),
            pipeline="shop",
            execution="E1",
            stage="Production",
            attempt=attempt,
            action=RELEASE,
            deadline=0,
        )
        self.tags.append(made.id)
        return made

    def context(
        self,
        job: Job,
        given: Definition | None = None,
        bindings: Bindings | None = None,
        *,
        progress: Callable[[str], None] = lambda summary: None,
        secrets: Mapping[str, str] | None = None,
    ) -> Context:
        directory = self.directory / "work" / job.id
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        self._logs.append(Log(self.directory / "logs" / f"{job.id}.log", (secrets or {}).values()))
        return Context(
            job=job,
            definition=given or definition(),
            bindings=bindings or Bindings(),
            secrets=secrets or {},
            loop=self.loop,
            processes=self.processes,
            log=self._logs[-1],
            directory=directory,
            state=self.directory / "state",
            artifact_place=lambda name: self.directory / "artifacts" / name,
            progress=progress,
        )

    def bind(self, *names: str) -> Bindings:
        return Bindings(hosts={"web": [self.directory / name for name in names]})

    def begin(
        self,
        files: Mapping[str, Any],
        *,
        hosts: Sequence[str] = ("web-1",),
        config: DeploymentConfig | None = None,
        appspec: AppSpec | None = None,
        worker: Worker | None = None,
        secrets: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = lambda summary: None,
        number: int | None = None,
    ) -> tuple[Context, Task[ActionResult]]:
        source = lay(self.directory / "source" / f"{os.getpid()}-{len(self.tags)}", files)
        artifacts.pack(source, self.directory / "artifacts" / "Bundle")
        job = self.job(number)
        context = self.context(job, definition(config, appspec), self.bind(*hosts), secrets=secrets, progress=progress)
        return context, self.loop.task((worker or CodeDeployWorker()).run(job, context))

    def deploy(self, files: Mapping[str, Any], **more: Any) -> Done:
        """Deploy an artifact to its end, and do with its processes what the engine does."""
        progress: list[str] = []
        context, task = self.begin(files, progress=progress.append, **more)
        while not task.done:
            self.loop.turn(0.05)
        return self._done(context, task.result(), progress)

    def _done(self, context: Context, result: ActionResult, progress: list[str]) -> Done:
        if result.succeeded:
            self.processes.release(context.job.id)
        else:
            self.loop.run(self.processes.end(context.job.id, grace=0.5))
        context.log.close()
        text = context.log.text()
        return Done(result=result, id=deployment_id(context.job.id), text=text, progress=progress)

    def agent(self, host: Path, revision: Path, *, group: str = "g", number: int | None = None, **more: Any) -> Agent:
        """Make the agent of one host, for what the worker does not show; the revision is a directory."""
        job = self.job(number)
        deployment = Deployment(
            id=deployment_id(job.id), application="shop", group="web", group_id=group, revision=revision, **more
        )
        return Agent(str(host), "host", deployment, self.context(job), tag=job.id)

    def run_agent(self, agent: Agent) -> Agent:
        agent.prepare()
        try:
            self.loop.run(agent.deploy())
        finally:
            agent.close()
        return agent

    def wait_for(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + 10
        while not condition():
            assert time.monotonic() < until, "it did not come in time"
            self.loop.turn(0.01)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def vectors(shared: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((shared / "spec/codedeploy_cases.yaml").read_text())
    return data


def message_of(agent: Agent) -> str:
    assert agent.failure is not None
    assert agent.failure.diagnostics is not None
    return agent.failure.diagnostics.message


def recorded(host: Path, group: str = "g") -> list[str] | None:
    place = host / INSTRUCTIONS / f"{group}-cleanup"
    return place.read_text().splitlines() if place.exists() else None


# Files


def test_files_land_as_the_agent_lays_them(bench: Bench, vectors: dict[str, Any]) -> None:
    for case in vectors["files"]:
        host = lay(bench.directory / case["id"] / "host", case["host"])
        text = appspec_text(
            AppSpec.server(
                files=[FileMapping(**one) for one in case["files"]],
                file_exists_behavior=case.get("appspec_behavior"),
            )
        )
        revision = lay(bench.directory / case["id"] / "revision", {**case["bundle"], "appspec.yml": text})

        behavior = case.get("behavior", "DISALLOW")
        agent = bench.run_agent(bench.agent(host, revision, file_exists_behavior=behavior))

        if "error" in case:
            assert agent.failure is not None, case
            assert agent.failure.event == "Install", case
            assert case["error"] in message_of(agent), case
        else:
            assert agent.failure is None, (case, agent.failure)
        expected = {path: text if path.endswith("appspec.yml") else content for path, content in case["after"].items()}
        empty = [path for path, content in expected.items() if content is None and (host / path).is_dir()]
        assert {**tree(host), **dict.fromkeys(empty)} == expected, case
        if "cleanup" in case:
            # /opt is there already: the agent's own files lie below it.
            assert recorded(host) == [f"/{path}" for path in case["cleanup"] if path != "opt"], case
        if "cleanup_set" in case:
            assert set(recorded(host) or ()) == {f"/{path}" for path in case["cleanup_set"]}, case


def test_deployments_in_a_row_leave_what_the_agent_leaves(bench: Bench, vectors: dict[str, Any]) -> None:
    for case in vectors["install_sequences"]:
        host = bench.directory / case["id"] / "host"
        for number, step in enumerate(case["steps"]):
            if "touch" in step:
                lay(host, step["touch"])
            else:
                told = step["deploy"]
                text = appspec_text(AppSpec.server(files=[FileMapping(**one) for one in told["files"]]))
                revision = lay(bench.directory / case["id"] / str(number), {**told["bundle"], "appspec.yml": text})
                agent = bench.run_agent(
                    bench.agent(host, revision, group=told["group"], file_exists_behavior=told["behavior"])
                )
                if "error" in step:
                    assert step["error"] in message_of(agent), case
                else:
                    assert agent.failure is None, (case, agent.failure)
            assert tree(host) == step["after"], (case["id"], number)
            if step.get("cleanup_file") == "absent":
                assert recorded(host) is None, case


def test_permissions_are_set_as_the_agent_sets_them(bench: Bench, vectors: dict[str, Any]) -> None:
    data = vectors["permissions"]
    for case in data["cases"]:
        host = bench.directory / case["id"] / "host"
        permissions = [
            Permission(
                exclude=one.get("except", ()),
                mode=str(one["mode"]),
                **{key: value for key, value in one.items() if key not in ("except", "mode")},
            )
            for one in case["permissions"]
        ]
        appspec = AppSpec.server(files=[FileMapping(**one) for one in data["files"]], permissions=permissions)
        revision = lay(bench.directory / case["id"] / "rev", {**data["bundle"], "appspec.yml": appspec_text(appspec)})

        agent = bench.run_agent(bench.agent(host, revision))

        if "error" in case:
            assert case["error"] in message_of(agent), case
            continue
        assert agent.failure is None, (case, agent.failure)
        usual = {"app/sub": "755", "app/sub/deep": "755", **dict.fromkeys(data["bundle"], "644")}
        modes = {path: f"{stat.S_IMODE((host / path).stat().st_mode):o}" for path in usual}
        assert modes == {**usual, **case["changed"]}, case


def test_a_directory_gets_the_usual_mode_and_a_file_its_own(bench: Bench) -> None:
    host = bench.directory / "host"
    appspec = AppSpec.server(files={"d": "/srv"})
    revision = lay(bench.directory / "revision", {"d/s/run": "#!", "appspec.yml": appspec_text(appspec)})
    (revision / "d/s").chmod(0o700)
    (revision / "d/s/run").chmod(0o500)

    bench.run_agent(bench.agent(host, revision))

    assert stat.S_IMODE((host / "srv/s").stat().st_mode) == 0o755
    assert stat.S_IMODE((host / "srv/s/run").stat().st_mode) == 0o500


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_owners_are_set_by_name_and_unknown_names_fail(bench: Bench) -> None:
    files = {"f": "/srv"}
    named = AppSpec.server(files=files, permissions=[Permission(object="/srv/f", owner="nobody", mode="4755")])
    unknown = AppSpec.server(files=files, permissions=[Permission(object="/srv/f", owner="nobody-at-all")])

    done = bench.deploy({"f": "", "appspec.yml": appspec_text(named)})
    info = (bench.directory / "web-1/srv/f").stat()
    refused = bench.deploy({"f": "", "appspec.yml": appspec_text(unknown)})

    assert done.result.succeeded, done.text
    assert info.st_uid != 0
    assert stat.S_IMODE(info.st_mode) == 0o755  # giving a file away takes setuid from it
    assert "Install: there is no user nobody-at-all" in refused.result.message


@pytest.mark.parametrize(
    ("permission", "what"),
    [
        (Permission(object="/srv", acls=["u:bob:rw"]), "access control lists"),
        (Permission(object="/srv", context={"type": "t", "range": "s0"}), "SELinux context"),
    ],
)
def test_what_cannot_be_set_on_a_local_host_is_refused_before_anything_is_touched(
    bench: Bench, permission: Permission, what: str
) -> None:
    appspec = AppSpec.server(files={"f": "/srv"}, permissions=[permission])

    done = bench.deploy({"f": "", "appspec.yml": appspec_text(appspec)})

    assert (done.result.succeeded, done.result.error_code) == (False, "ConfigurationError")
    assert what in done.result.message
    assert not (bench.directory / "web-1").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do it")
@pytest.mark.parametrize(
    "appspec",
    [
        AppSpec.server(hooks={"ApplicationStart": Hook("start.sh", runas="daemon")}),
        AppSpec.server(hooks={"ApplicationStart": Hook("start.sh", sudo=True)}),
        AppSpec.server(permissions=[Permission(object="/srv", owner="daemon")]),
    ],
)
def test_what_takes_root_is_refused_without_it(bench: Bench, appspec: AppSpec) -> None:
    done = bench.deploy({"start.sh": script(), "appspec.yml": appspec_text(appspec)})

    assert "cannot be done without root" in done.result.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root is root")
def test_a_script_that_wants_to_be_root_runs_as_you_and_says_so(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"ApplicationStart": Hook("start.sh", runas="root")})

    done = bench.deploy({"start.sh": script(), "appspec.yml": appspec_text(appspec)})

    assert done.result.succeeded
    assert "start.sh wants to run as root; here it runs as you" in done.text


# Staying below the host's directory


def test_nothing_lands_outside_the_host_whatever_a_destination_says(bench: Bench) -> None:
    victim = bench.directory / "victim"
    appspec = AppSpec.server(files={"f": f"/../../../../{victim}", "g": "../../up"})

    done = bench.deploy({"f": "1", "g": "2", "appspec.yml": appspec_text(appspec)})

    assert done.result.succeeded, done.text
    assert not victim.exists()
    assert tree(bench.directory / "web-1") == {f"{str(victim).lstrip('/')}/f": "1", "up/g": "2"}


def test_a_symlinked_directory_that_leads_out_is_refused(bench: Bench) -> None:
    outside = lay(bench.directory / "outside", {"f": "precious"})
    lay(bench.directory / "web-1", {"srv": {"link": str(outside)}})
    appspec = AppSpec.server(files={"f": "/srv"}, file_exists_behavior="OVERWRITE")

    done = bench.deploy({"f": "new", "appspec.yml": appspec_text(appspec)})

    assert not done.result.succeeded
    assert "leads out of the host's directory" in done.result.message
    assert tree(outside) == {"f": "precious"}
    assert recorded(bench.directory / "web-1", GROUP) in (None, [])


def test_a_link_of_the_bundle_cannot_carry_a_later_file_out(bench: Bench) -> None:
    outside = lay(bench.directory / "outside", {})
    lay(bench.directory / "web-1", {"b": None, "a": {"link": "b"}})
    appspec = AppSpec.server(files={"links": "/a", "files": "/b"})

    done = bench.deploy({"links/l": {"link": f"{outside}/f"}, "files/l": "new", "appspec.yml": appspec_text(appspec)})

    assert "leads out of the host's directory" in done.result.message
    assert tree(outside) == {}


def test_cleaning_up_does_not_follow_a_directory_that_became_a_link(bench: Bench) -> None:
    appspec = AppSpec.server(files={"d": "/srv"})
    files = {"d/f": "1", "appspec.yml": appspec_text(appspec)}
    bench.deploy(files)
    outside = lay(bench.directory / "outside", {"f": "precious"})
    shutil.rmtree(bench.directory / "web-1/srv")
    (bench.directory / "web-1/srv").symlink_to(outside)

    done = bench.deploy(files)

    assert not done.result.succeeded
    assert tree(outside) == {"f": "precious"}


def test_a_host_whose_own_directories_lead_out_is_refused_before_it_is_touched(bench: Bench) -> None:
    outside = lay(bench.directory / "outside", {})
    lay(bench.directory / "web-1", {"opt": {"link": str(outside)}})

    with pytest.raises(PipelineKitError, match="leads out of the host's directory"):
        bench.deploy({"appspec.yml": appspec_text(AppSpec.server())})
    assert tree(outside) == {}


# Scripts


def test_scripts_end_as_with_the_agent(bench: Bench, vectors: dict[str, Any]) -> None:
    agents: dict[str, tuple[dict[str, Any], Agent, Task[None]]] = {}
    for case in vectors["hook_execution"]["cases"]:
        location = case.get("location", "s.sh")
        hooks = [Hook(location, timeout=case.get("timeout", 20)), Hook("later.sh")]
        files = {
            "later.sh": script('touch "$PIPELINEKIT_HOST_ROOT/later"'),
            "appspec.yml": appspec_text(AppSpec.server(hooks={"AfterInstall": hooks})),
        }
        if case["script"] is not None:
            files["s.sh" if " arg" in location else location] = case["script"]
        revision = lay(bench.directory / case["id"] / "rev", files)
        for name in (location, "s.sh"):
            if (revision / name).exists():
                (revision / name).chmod(int(case.get("file_mode", "755"), 8))
        agent = bench.agent(bench.directory / case["id"] / "host", revision)
        agent.prepare()
        agents[case["id"]] = (case, agent, bench.loop.task(agent.deploy()))
    bench.wait_for(lambda: all(task.done for _, _, task in agents.values()))

    for case, agent, task in agents.values():
        task.result()
        agent.close()
        later = (bench.directory / case["id"] / "host/later").exists()
        if case["code"] == 0:
            assert agent.failure is None, (case, agent.failure)
            assert later, case
        else:
            assert agent.failure is not None, case
            assert agent.failure.diagnostics is not None
            assert agent.failure.diagnostics.error_code == case["code"], (case, agent.failure)
            assert case.get("message", "") in message_of(agent), case
            assert not later, case
    for tag in bench.tags:
        bench.loop.run(bench.processes.end(tag, grace=0))


def test_scripts_learn_who_they_run_for_and_nothing_more(bench: Bench, vectors: dict[str, Any]) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": "env.sh"})
    os.environ["PIPELINEKIT_TEST_SECRET"] = "not for scripts"
    try:
        done = bench.deploy({"env.sh": script("env; pwd; cat"), "appspec.yml": appspec_text(appspec)})
    finally:
        del os.environ["PIPELINEKIT_TEST_SECRET"]

    root = str(bench.directory / "web-1")
    assert done.result.succeeded, done.text
    for variable, value in {
        "APPLICATION_NAME": "shop",
        "DEPLOYMENT_GROUP_ID": GROUP,
        "DEPLOYMENT_GROUP_NAME": "web",
        "DEPLOYMENT_ID": done.id,
        "LIFECYCLE_EVENT": "BeforeInstall",
        "PIPELINEKIT_HOST_ROOT": root,
    }.items():
        assert f"[web-1] [stdout]{variable}={value}\n" in done.text
    assert set(vectors["hook_execution"]["environment"]) <= set(re.findall(r"\[stdout\](\w+)=", done.text))
    assert f"[web-1] [stdout]{root}\n" in done.text
    assert "PIPELINEKIT_TEST_SECRET" not in done.text


def test_an_event_as_a_whole_has_a_limit_whatever_its_scripts_may_take(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelinekit.local.hook_scripts.EVENT_LIMIT_SECONDS", 1)
    appspec = AppSpec.server(hooks={"BeforeInstall": [Hook("ok.sh"), Hook("long.sh", timeout=20)]})

    done = bench.deploy({"ok.sh": script(), "long.sh": script("exec sleep 15"), "appspec.yml": appspec_text(appspec)})

    assert "failed to complete in the 1 seconds that BeforeInstall may take in all" in done.result.message


def test_what_scripts_write_is_logged_in_the_agents_shape(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": ["a.sh", "b.sh"], "AfterInstall": "missing.sh"})
    files = {
        "a.sh": script("echo one; echo two >&2", "printf unended"),
        "b.sh": script(),
        "appspec.yml": appspec_text(appspec),
    }

    done = bench.deploy(files)

    home = bench.directory / "web-1" / AGENT / GROUP / done.id
    lines = (home / "logs/scripts.log").read_text().splitlines()
    stamp = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")
    assert all(stamp.match(line) for line in lines)
    said = [line[20:] for line in lines]
    assert sorted(said[2:5]) == ["[stderr]two", "[stdout]one", "[stdout]unended"]
    assert said[:2] + said[5:] == [
        "LifecycleEvent - BeforeInstall",
        "Script - a.sh",
        "Script - b.sh",
        "LifecycleEvent - AfterInstall",
    ]
    everything = bench.directory / "web-1" / AGENT / "deployment-logs/codedeploy-agent-deployments.log"
    assert f"[{done.id}]Script - a.sh" in everything.read_text()


def test_a_deployment_without_scripts_has_no_scripts_log(bench: Bench) -> None:
    done = bench.deploy({"appspec.yml": appspec_text(AppSpec.server())})

    assert done.result.succeeded
    assert not (bench.directory / "web-1" / AGENT / GROUP / done.id / "logs").exists()


def test_secrets_are_masked_in_every_log(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": "say.sh"})

    done = bench.deploy(
        {"say.sh": script("echo hunter2"), "appspec.yml": appspec_text(appspec)}, secrets={"PASSWORD": "hunter2"}
    )

    logs = [p.read_text() for p in bench.directory.rglob("*.log")]
    assert len(logs) == 3
    assert not any("hunter2" in text for text in logs)
    assert "[stdout]***" in done.text


def test_a_script_that_is_not_executable_is_made_so_with_a_warning(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": "s.sh"})

    done = bench.deploy({"s.sh": "echo hi\n", "appspec.yml": appspec_text(appspec)})

    assert done.result.succeeded
    assert "[web-1] warning: s.sh is not executable; it is made so" in done.text


@pytest.mark.parametrize(
    ("first_line", "why"),
    [
        ("#!/bin/sh\r\n", "its lines end in CR LF, so that no interpreter is found; save it with LF alone"),
        ("#!/nowhere/python\n", "its interpreter /nowhere/python is not on this machine"),
    ],
)
def test_a_script_that_cannot_be_started_says_why(bench: Bench, first_line: str, why: str) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": "s.sh"})

    done = bench.deploy({"s.sh": f"{first_line}echo hi\n", "appspec.yml": appspec_text(appspec)})

    assert f"s.sh failed with exit code 127: {why}" in str(done.result.message)


def test_a_byte_order_mark_before_the_first_line_of_a_script_is_warned_of(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"BeforeInstall": "s.sh"})
    with_mark = {"s.sh": "\ufeff#!/usr/bin/env python3\nimport os\n", "appspec.yml": appspec_text(appspec)}

    done = bench.deploy(with_mark)

    assert not done.result.succeeded
    assert "warning: s.sh begins with a byte-order mark, which hides its #! line" in done.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_runs_scripts_as_another_user(tmp_path_factory: pytest.TempPathFactory) -> None:
    user = next((u for u in pwd.getpwall() if u.pw_uid and u.pw_shell.endswith("sh")), None)
    if user is None or shutil.which("su") is None:
        pytest.skip("no other user has a shell here")
    with tempfile.TemporaryDirectory(prefix="hosts of ") as directory:
        os.chmod(directory, 0o755)  # so that others can enter it, which they cannot with pytest's
        bench = Bench(Path(directory))
        try:
            appspec = AppSpec.server(hooks={"BeforeInstall": Hook("who.sh", runas=user.pw_name)})
            files = {"who.sh": script("id -un; echo $LIFECYCLE_EVENT"), "appspec.yml": appspec_text(appspec)}

            done = bench.deploy(files)
        finally:
            bench.close()

    assert done.result.succeeded, done.text
    assert f"[stdout]{user.pw_name}\n[web-1] [stdout]BeforeInstall\n" in done.text


def test_the_appspec_is_read_first_at_before_install(bench: Bench) -> None:
    appspec = "version: 0.0\nos: linux\nhooks:\n  BeforeInstall:\n    - timeout: 0\n"

    done = bench.deploy({"appspec.yml": appspec})

    assert (
        "BeforeInstall: appspec.yml:5:7: hooks > BeforeInstall > 0: the script has no location" in done.result.message
    )
    assert "DownloadBundle Succeeded" in done.text


def test_an_appspec_under_its_other_name_is_found_by_install_but_not_by_scripts(bench: Bench) -> None:
    done = bench.deploy({"appspec.yaml": appspec_text(AppSpec.server())})

    assert "BeforeInstall: the revision has no AppSpec file" in done.result.message
    assert "rename appspec.yaml to appspec.yml" in done.result.message


def test_hooks_of_unknown_events_fail_install(bench: Bench) -> None:
    done = bench.deploy({"appspec.yml": "version: 0.0\nos: linux\nhooks:\n  Nope:\n    - location: x\n"})

    assert "Install: the AppSpec has hooks of unknown lifecycle events: Nope" in done.result.message
    assert "warning: hooks: Nope is no lifecycle event of servers" in done.text


def test_the_lone_top_directory_of_a_bundle_is_stripped(bench: Bench) -> None:
    appspec = AppSpec.server(files={"f": "/srv"})

    done = bench.deploy({"proj/appspec.yml": appspec_text(appspec), "proj/f": "1"})

    assert done.result.succeeded, done.text
    assert tree(bench.directory / "web-1") == {"srv/f": "1"}


def test_an_appspec_given_to_the_action_goes_into_the_revision(bench: Bench) -> None:
    done = bench.deploy({"f": "1", "appspec.yml": {"link": "/nowhere"}}, appspec=AppSpec.server(files={"/": "/srv"}))

    assert done.result.succeeded, done.text
    assert sorted(tree(bench.directory / "web-1")) == ["srv/appspec.yml", "srv/f"]


# One deployment after another


def stopping(version: str, **hooks: Any) -> dict[str, Any]:
    """A revision whose ApplicationStop says which one it is of."""
    appspec = AppSpec.server(files={"app": "/srv"}, hooks={"ApplicationStop": "stop.sh", **hooks})
    return {
        "app/version": version,
        "stop.sh": script(f'echo "stopping {version} for $DEPLOYMENT_ID"; ls "$PIPELINEKIT_HOST_ROOT/srv"'),
        "fail.sh": script("exit 1"),
        "appspec.yml": appspec_text(appspec),
    }


def test_the_previous_revision_is_stopped_and_its_files_are_still_there_then(bench: Bench) -> None:
    first, second = bench.deploy(stopping("one")), bench.deploy(stopping("two"))

    assert "stopping" not in first.text
    assert f"[stdout]stopping one for {second.id}\n" in second.text
    assert "[web-1] [stdout]version\n" in second.text
    assert "stopping two" not in second.text
    assert (bench.directory / "web-1/srv/version").read_text() == "two"
    pointer = bench.directory / "web-1" / INSTRUCTIONS / f"{GROUP}_last_successful_install"
    assert pointer.read_text() == f"/{AGENT}/{GROUP}/{second.id}"


def test_a_revision_that_was_installed_but_failed_later_is_the_one_that_is_stopped(bench: Bench) -> None:
    bench.deploy(stopping("one"))
    failed = bench.deploy(stopping("two", AfterInstall="fail.sh"))
    third = bench.deploy(stopping("three"))

    assert not failed.result.succeeded
    assert "stopping two" in third.text
    assert third.result.succeeded


def test_a_stop_script_that_fails_fails_every_later_deployment_until_it_is_ignored(bench: Bench) -> None:
    broken = AppSpec.server(hooks={"ApplicationStop": "fail.sh"})
    bench.deploy({"fail.sh": script("exit 1"), "appspec.yml": appspec_text(broken)})

    failed = bench.deploy(stopping("two"))
    ignored = bench.deploy(stopping("three"), worker=CodeDeployWorker(ignore_application_stop_failures=True))

    assert "ApplicationStop: Script at specified location: fail.sh failed with exit code 1" in failed.result.message
    assert "[web-1] the failure of ApplicationStop is ignored" in ignored.text
    assert ignored.result.succeeded


def test_a_previous_revision_that_is_gone_fails_with_the_way_to_go_on(bench: Bench) -> None:
    first = bench.deploy(stopping("one"))
    shutil.rmtree(bench.directory / "web-1" / AGENT / GROUP / first.id)

    failed = bench.deploy(stopping("two"))
    (remove,) = re.findall(r"remove (\S+_last_successful_install)", failed.result.message)
    os.unlink(remove)
    mended = bench.deploy(stopping("three"))

    assert f"ApplicationStop: the previous revision, {first.id}, is gone" in failed.result.message
    assert mended.result.succeeded, mended.text


def test_old_revisions_are_kept_as_the_agent_keeps_them(bench: Bench, vectors: dict[str, Any]) -> None:
    revision = lay(bench.directory / "rev", {"appspec.yml": appspec_text(AppSpec.server())})
    for case in vectors["archive_retention"]["cases"]:
        host = bench.directory / f"host-{case['max_revisions']}"
        counts = []
        for _ in range(8):
            bench.run_agent(bench.agent(host, revision, max_revisions=case["max_revisions"]))
            counts.append(len(os.listdir(host / AGENT / "g")))
        assert counts == case["directories"], case


def test_the_last_revision_that_was_installed_is_kept_through_failures(bench: Bench, vectors: dict[str, Any]) -> None:
    case = vectors["archive_retention"]["failing_after_one_success"]
    host = bench.directory / "host"
    good = lay(bench.directory / "good", {"appspec.yml": appspec_text(AppSpec.server())})
    bad = lay(bench.directory / "bad", {"appspec.yml": "version: 1"})
    bench.run_agent(bench.agent(host, good, max_revisions=case["max_revisions"]))
    (installed,) = os.listdir(host / AGENT / "g")

    counts = []
    for _ in range(case["failed_deployments"]):
        bench.run_agent(bench.agent(host, bad, max_revisions=case["max_revisions"]))
        counts.append(len(os.listdir(host / AGENT / "g")))

    assert counts == case["directories"]
    assert (installed in os.listdir(host / AGENT / "g")) == case["last_successful_kept"]


def test_a_conflict_after_the_old_files_were_removed_says_that_the_host_is_left_without(bench: Bench) -> None:
    bench.deploy({"f": "1", "appspec.yml": appspec_text(AppSpec.server(files={"f": "/srv"}))})
    lay(bench.directory / "web-1", {"srv/g": "somebody else's"})

    done = bench.deploy({"g": "2", "appspec.yml": appspec_text(AppSpec.server(files={"g": "/srv"}))})

    assert "a specified file already exists at this location: /srv/g" in done.result.message
    assert "[web-1] the previous deployment is removed already: the host is left without either" in done.text
    assert not (bench.directory / "web-1" / "srv" / "f").exists()


def test_the_log_tells_which_files_are_kept_and_which_are_taken_over(bench: Bench) -> None:
    lay(bench.directory / "web-1", {"srv/x": "old"})
    files = {"d/x": "new", "d/y": "new"}

    kept = bench.deploy(
        {**files, "appspec.yml": appspec_text(AppSpec.server(files={"d": "/srv"}))},
        worker=CodeDeployWorker(file_exists_behavior="RETAIN"),
    )
    taken = bench.deploy(
        {**files, "appspec.yml": appspec_text(AppSpec.server(files={"d": "/srv"}))},
        worker=CodeDeployWorker(file_exists_behavior="OVERWRITE"),
    )

    assert "[web-1] keeps /srv/x, which is not this deployment's" in kept.text
    assert "[web-1] takes over /srv/x: the next deployment removes it" in taken.text


def test_what_is_taken_over_and_is_no_plain_file_is_warned_of(bench: Bench) -> None:
    host = lay(bench.directory / "web-1", {"srv/d/other": "", "etc/real": "old"})
    (host / "srv" / "l").symlink_to("/etc/real")
    appspec = AppSpec.server(files={"d": "/srv", "l": "/srv"}, file_exists_behavior="OVERWRITE")

    done = bench.deploy({"d": "new", "l": "new", "appspec.yml": appspec_text(appspec)})
    bench.deploy({"appspec.yml": appspec_text(AppSpec.server())})

    assert "warning: takes over /srv/d, a directory: the file goes into it, and no deployment removes it" in done.text
    assert "warning: takes over /srv/l, a link: what it leads to is overwritten" in done.text
    assert (host / "srv" / "d" / "d").read_text() == "new"
    assert (host / "etc" / "real").read_text() == "new"
    assert not (host / "srv" / "l").is_symlink()


def test_the_instructions_are_left_as_the_agent_leaves_them(bench: Bench) -> None:
    done = bench.deploy({"f": "1", "appspec.yml": appspec_text(AppSpec.server(files={"f": "/srv"}))})

    host = bench.directory / "web-1"
    written = json.loads((host / INSTRUCTIONS / f"{GROUP}-install.json").read_text())
    archive = f"/{AGENT}/{GROUP}/{done.id}/deployment-archive"
    assert written["instructions"] == [
        {"type": "mkdir", "directory": "/srv"},
        {"type": "copy", "source": f"{archive}/f", "destination": "/srv/f"},
    ]
    assert recorded(host, GROUP) == ["/srv", "/srv/f"]
    assert (host / INSTRUCTIONS / f"{GROUP}_most_recent_install").read_text() == os.path.dirname(archive)
    assert os.listdir(host / AGENT / "ongoing-deployment") == []


# Several hosts


def failing_on(*hosts: str) -> dict[str, Any]:
    """A revision whose start fails on some hosts."""
    appspec = AppSpec.server(files={"app": "/srv"}, hooks={"ApplicationStart": "start.sh"})
    lines = [f'case "$PIPELINEKIT_HOST_ROOT" in */{host}) exit 1;; esac' for host in hosts]
    return {"app/f": "", "start.sh": script(*lines), "appspec.yml": appspec_text(appspec)}


HOSTS = ("web-1", "web-2", "web-3")


def statuses(done: Done) -> dict[str, str]:
    return dict(re.findall(r"^\[(web-\d)\] (Succeeded|Failed|Skipped)$", done.text, re.MULTILINE))


def test_one_at_a_time_stops_at_the_first_failure(bench: Bench) -> None:
    done = bench.deploy(failing_on("web-2"), hosts=HOSTS, config=ONE_AT_A_TIME)

    assert statuses(done) == {"web-1": "Succeeded", "web-2": "Failed", "web-3": "Skipped"}
    assert done.result.message == (
        "web-2: ApplicationStart: Script at specified location: start.sh failed with exit code 1; 1 of 3 hosts "
        "failed, 1 skipped; CodeDeployDefault.OneAtATime needs 2 healthy (HEALTH_CONSTRAINTS)"
    )
    assert (done.result.error_code, done.result.external_id) == ("JobFailed", done.id)
    assert done.progress == ["1 of 3 hosts", "2 of 3 hosts, 1 failed"]
    assert not (bench.directory / "web-3/srv").exists()
    assert not (bench.directory / "web-3" / AGENT / GROUP / done.id).exists()


def test_one_at_a_time_forgives_the_last_host(bench: Bench) -> None:
    done = bench.deploy(failing_on("web-3"), hosts=HOSTS, config=ONE_AT_A_TIME)

    assert statuses(done) == {"web-1": "Succeeded", "web-2": "Succeeded", "web-3": "Failed"}
    assert done.result.succeeded
    assert done.result.summary.startswith(f"{done.id} deployed to 2 of 3 hosts of web (web-3: ApplicationStart:")


def test_all_at_once_needs_a_single_success(bench: Bench) -> None:
    some = bench.deploy(failing_on("web-1", "web-2"), hosts=HOSTS, config=ALL_AT_ONCE)
    none = bench.deploy(failing_on(*HOSTS), hosts=HOSTS, config=ALL_AT_ONCE)

    assert some.result.succeeded
    assert some.progress[-1] == "3 of 3 hosts, 2 failed"
    assert not none.result.succeeded
    assert "3 of 3 hosts failed" in none.result.message


def test_half_at_a_time_of_three_keeps_two_healthy(bench: Bench) -> None:
    done = bench.deploy(failing_on("web-1"), hosts=HOSTS, config=HALF_AT_A_TIME)

    assert statuses(done) == {"web-1": "Failed", "web-2": "Skipped", "web-3": "Skipped"}
    assert "(HEALTH_CONSTRAINTS)" in done.result.message


def test_hosts_go_side_by_side_as_the_configuration_allows(bench: Bench) -> None:
    together = "until [ $(ls .. | grep -c '^met-') -ge 3 ]; do sleep 0.01; done"
    appspec = AppSpec.server(hooks={"ApplicationStart": Hook("meet.sh", timeout=20)})
    files = {
        "meet.sh": script('touch "../met-$(basename "$PIPELINEKIT_HOST_ROOT")"', together),
        "appspec.yml": appspec_text(appspec),
    }

    done = bench.deploy(files, hosts=HOSTS, config=ALL_AT_ONCE)

    assert done.result.succeeded, done.text
    assert done.result.summary == f"{done.id} deployed to 3 of 3 hosts of web"


def test_a_group_the_definition_does_not_describe_goes_one_at_a_time(bench: Bench) -> None:
    done = bench.deploy(failing_on(), hosts=HOSTS, config=None)

    assert "3 hosts (CodeDeployDefault.OneAtATime: 1 at a time, 2 stay healthy)" in done.text
    assert done.result.succeeded


def test_the_host_that_failed_is_the_first_one_next_time(bench: Bench) -> None:
    bench.deploy(failing_on("web-2"), hosts=HOSTS, config=ONE_AT_A_TIME)

    again = bench.deploy(failing_on(), hosts=HOSTS, config=ONE_AT_A_TIME)

    finished = re.findall(r"^\[(web-\d)\] Succeeded$", again.text, re.MULTILINE)
    # web-2 failed and web-3 was never deployed to: both are unhealthy, before web-1, which is well.
    assert finished == ["web-2", "web-3", "web-1"]


def test_a_failed_event_skips_the_rest_of_its_host(bench: Bench) -> None:
    host = bench.directory / "host"
    lay(host, {"srv/f": "in the way"})
    revision = lay(bench.directory / "rev", {"f": "", "appspec.yml": appspec_text(AppSpec.server(files={"f": "/srv"}))})

    agent = bench.run_agent(bench.agent(host, revision))

    assert [(r.event, r.status) for r in agent.results] == [
        ("ApplicationStop", Status.SUCCEEDED),
        ("DownloadBundle", Status.SUCCEEDED),
        ("BeforeInstall", Status.SUCCEEDED),
        ("Install", Status.FAILED),
        ("AfterInstall", Status.SKIPPED),
        ("ApplicationStart", Status.SKIPPED),
        ("ValidateService", Status.SKIPPED),
    ]
    assert message_of(agent) == (
        "a specified file already exists at this location: /srv/f; "
        "file_exists_behavior: OVERWRITE replaces it, RETAIN keeps it"
    )


def test_two_deployments_of_a_group_do_not_meet_on_a_host(bench: Bench) -> None:
    appspec = AppSpec.server(hooks={"ApplicationStart": Hook("wait.sh", timeout=10)})
    files = {"wait.sh": script("until [ -e ../go ]; do sleep 0.01; done"), "appspec.yml": appspec_text(appspec)}
    context, task = bench.begin(files)
    bench.wait_for(lambda: "Script - wait.sh" in "".join(context.log.tail))

    with pytest.raises(PipelineKitError, match="another deployment to web is under way there"):
        bench.deploy(files)
    (bench.directory / "go").touch()
    bench.wait_for(lambda: task.done)

    assert task.result().succeeded


# Servers and other processes

START = script(
    "sleep 1000 </dev/null >/dev/null 2>&1 &",
    'echo $! > "$PIPELINEKIT_HOST_ROOT/pid"',
)
STOP = script(
    'pid=$(cat "$PIPELINEKIT_HOST_ROOT/pid")',
    "kill $pid",
    "while kill -0 $pid 2>/dev/null; do sleep 0.01; done",
    'rm "$PIPELINEKIT_HOST_ROOT/pid"',
)


def server(**hooks: Any) -> dict[str, Any]:
    said = {"ApplicationStart": "start.sh", "ApplicationStop": Hook("stop.sh", timeout=5), **hooks}
    return {
        "start.sh": START,
        "stop.sh": STOP,
        "fail.sh": script("exit 1"),
        "appspec.yml": appspec_text(AppSpec.server(hooks=said)),
    }


def server_of(bench: Bench, host: str = "web-1") -> int:
    return int((bench.directory / host / "pid").read_text())


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_survives_its_deployment_and_the_next_one_stops_it(bench: Bench) -> None:
    first = bench.deploy(server())
    pid = server_of(bench)
    assert first.result.succeeded, first.text
    assert is_running(pid)

    second = bench.deploy(server())

    assert second.result.succeeded, second.text
    assert not is_running(pid)
    assert is_running(server_of(bench))


def test_a_server_of_a_failed_deployment_is_ended_with_it(bench: Bench) -> None:
    done = bench.deploy(server(ValidateService="fail.sh"))

    assert not done.result.succeeded
    assert not is_running(server_of(bench))


def test_the_servers_of_hosts_that_succeeded_survive_the_failure_of_others(bench: Bench) -> None:
    fails_there = script('case "$PIPELINEKIT_HOST_ROOT" in */web-2) exit 1 ;; esac')
    done = bench.deploy(server(ValidateService="there.sh") | {"there.sh": fails_there}, hosts=HOSTS)

    assert statuses(done) == {"web-1": "Succeeded", "web-2": "Failed", "web-3": "Skipped"}
    assert not done.result.succeeded
    assert is_running(server_of(bench, "web-1"))
    assert not is_running(server_of(bench, "web-2"))


def test_a_script_is_run_where_the_host_sees_it(bench: Bench) -> None:
    """A location that climbs stops at the host's root, when it is looked for as well as when it is run."""
    up = "../" * 40
    appspec = AppSpec.server(files={"tool.sh": "/srv"}, hooks={"AfterInstall": f"{up}srv/tool.sh"})
    done = bench.deploy({"tool.sh": script("echo it is me"), "appspec.yml": appspec_text(appspec)})

    assert done.result.succeeded, done.text
    assert "it is me" in done.text


def test_a_cancelled_deployment_leaves_no_process_and_no_lock(bench: Bench) -> None:
    appspec = AppSpec.server(
        files={"app": "/srv"}, hooks={"ApplicationStart": ["start.sh", "hang.sh"], "ApplicationStop": "stop.sh"}
    )
    files = {
        "app/f": "",
        "start.sh": START,
        "stop.sh": script(),
        "hang.sh": script("sleep 1000 & setsid sleep 1000 &", "sleep 1000"),
        "appspec.yml": appspec_text(appspec),
    }
    context, task = bench.begin(files, hosts=HOSTS, config=ALL_AT_ONCE)
    bench.wait_for(lambda: context.log.text().count("hang.sh") == 3)
    bench.wait_for(lambda: len(tagged({context.job.id})) >= 12)

    task.cancel()
    bench.wait_for(lambda: task.done)
    bench.loop.run(bench.processes.end(context.job.id, grace=0.2))

    with pytest.raises(Cancelled):
        task.result()
    assert tagged({context.job.id}) == []
    again = bench.deploy({**files, "hang.sh": script()}, hosts=HOSTS, config=ALL_AT_ONCE)
    assert again.result.succeeded, again.text


def test_a_deployment_cancelled_while_it_copies_stops_copying(bench: Bench) -> None:
    files = {f"d/{n}": "x" for n in range(2000)}
    context, task = bench.begin({**files, "appspec.yml": appspec_text(AppSpec.server(files={"d": "/srv"}))})
    archive = bench.directory / "web-1" / AGENT / GROUP / deployment_id(context.job.id)
    bench.wait_for(lambda: (archive / "deployment-archive-temp").exists())

    task.cancel()
    bench.wait_for(lambda: task.done)
    copied = sum(1 for _ in archive.rglob("*"))
    time.sleep(0.05)

    assert sum(1 for _ in archive.rglob("*")) == copied
    assert not (archive / "deployment-archive").exists()


def test_a_deployment_cancelled_while_it_installs_stops_and_the_next_one_cleans_up(bench: Bench) -> None:
    files: dict[str, Any] = {f"d/{n}": "x" for n in range(2000)}
    files["appspec.yml"] = appspec_text(AppSpec.server(files={"d": "/srv"}))
    _, task = bench.begin(files)
    bench.wait_for((bench.directory / "web-1/srv/1").exists)

    task.cancel()
    bench.wait_for(lambda: task.done)
    installed = len(os.listdir(bench.directory / "web-1/srv"))
    time.sleep(0.05)

    assert len(os.listdir(bench.directory / "web-1/srv")) == installed < 2000
    assert bench.deploy(files).result.succeeded


# An engine that dies


def killed_engine(bench: Bench, files: Mapping[str, Any], until: Callable[[], bool], number: int) -> None:
    """Deploy in a process of its own, and kill that when *until* says so."""
    plan = bench.directory / "plan.json"
    plan.write_text(json.dumps({"files": files, "number": number}))
    command = [sys.executable, __file__, str(bench.directory), str(plan)]
    engine = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])})
    bench.tags.append(bench.job(number).id)
    try:
        end = time.monotonic() + 20
        while not until():
            assert engine.poll() is None, "the engine came to its end before it could be killed"
            assert time.monotonic() < end
            time.sleep(0.002)
    finally:
        engine.kill()
        engine.wait()
    bench.wait_for(lambda: tagged({bench.tags[-1]}) == [])


def hanging(event: str) -> dict[str, Any]:
    """A revision that hangs in an event as long as no file says go."""
    hooks = {"ApplicationStop": "stop.sh", event: "hang.sh"} if event != "ApplicationStop" else {event: "hang.sh"}
    appspec = AppSpec.server(files={"app": "/srv"}, hooks=hooks)
    hang = script('touch "$PIPELINEKIT_HOST_ROOT/hangs"', "until [ -e ../go ]; do sleep 0.01; done")
    return {"app/f": "new", "hang.sh": hang, "stop.sh": script(), "appspec.yml": appspec_text(appspec)}


@pytest.mark.parametrize("event", ["BeforeInstall", "AfterInstall", "ApplicationStart"])
def test_after_an_engine_was_killed_in_a_script_a_new_attempt_comes_to_a_good_end(bench: Bench, event: str) -> None:
    bench.deploy(stopping("old"))
    files = hanging(event)
    killed_engine(bench, files, (bench.directory / "web-1/hangs").exists, 77)
    (bench.directory / "go").touch()

    done = bench.deploy(files)

    assert done.result.succeeded, done.text
    assert f"was cut off during {event}; what it left is cleaned up now" in done.text
    assert (bench.directory / "web-1/srv/f").read_text() == "new"
    assert os.listdir(bench.directory / "web-1" / AGENT / "ongoing-deployment") == []


def test_after_an_engine_was_killed_while_it_installed_a_new_attempt_comes_to_a_good_end(bench: Bench) -> None:
    bench.deploy(stopping("old"))
    files = {f"app/{n}": "x" * 100 for n in range(3000)}
    files["appspec.yml"] = appspec_text(AppSpec.server(files={"app": "/srv"}))
    killed_engine(bench, files, (bench.directory / "web-1/srv/1").exists, 78)
    assert 0 < len(os.listdir(bench.directory / "web-1/srv")) < 3000

    done = bench.deploy(files)

    assert done.result.succeeded, done.text
    assert len(os.listdir(bench.directory / "web-1/srv")) == 3000
    assert "was cut off during Install" in done.text


def test_the_same_job_once_more_comes_to_a_good_end(bench: Bench) -> None:
    first = bench.deploy(stopping("one"), number=5)
    again = bench.deploy(stopping("one"), number=5)

    assert first.id == again.id
    assert again.result.succeeded, again.text
    assert "stopping one" in again.text


@pytest.mark.parametrize(
    "half",
    [
        {f"{INSTRUCTIONS}/{GROUP}-cleanup": "/srv\n/srv/f\n/srv/never-cop"},
        {f"{INSTRUCTIONS}/{GROUP}-cleanup": ""},
        {f"{INSTRUCTIONS}/{GROUP}_last_successful_install.part": "/opt"},
        {f"{INSTRUCTIONS}/{GROUP}-install.json": "{"},
        {f"{AGENT}/{GROUP}/d-CUTOFF000/deployment-archive-temp/appspec.yml": "version"},
        {f"{AGENT}/ongoing-deployment/d-CUTOFF000": ""},
        {f"{INSTRUCTIONS}/{GROUP}_most_recent_install": "/gone"},
    ],
)
def test_no_half_state_breaks_the_next_deployment(bench: Bench, half: dict[str, str]) -> None:
    lay(
        bench.directory / "web-1", {"srv/f": "half", **half} if "-cleanup" in str(half) and any(half.values()) else half
    )

    done = bench.deploy({"f": "whole", "appspec.yml": appspec_text(AppSpec.server(files={"f": "/srv"}))})

    assert done.result.succeeded, done.text
    assert tree(bench.directory / "web-1")["srv/f"] == "whole"


# What is checked before


def check(bindings: Bindings, given: Definition | None = None) -> Report:
    return Report(CodeDeployWorker().check(given or definition(ALL_AT_ONCE), "Production", RELEASE, bindings))


def test_a_group_without_hosts_is_an_error_with_the_line_that_mends_it() -> None:
    report = check(Bindings())

    assert str(report) == (
        "shop > Production > Release: no host is bound to the deployment group web [PK910]\n"
        '  hint: name directories that stand for its hosts: --host web=DIR[,DIR...] or hosts={"web": [...]}'
    )


def test_hosts_that_can_be_made_are_no_finding_and_are_not_made(tmp_path: Path) -> None:
    report = check(Bindings(hosts={"web": [tmp_path / "new/web-1", tmp_path]}))

    assert report.codes == ()
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    report = check(Bindings(hosts={"web": [tmp_path / "file/web-1"]}))

    assert report.codes == ("PK911",)
    assert f"{tmp_path}/file is not a directory" in str(report)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_host_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "sealed").mkdir(mode=0o500)

    assert check(Bindings(hosts={"web": [tmp_path / "sealed"]})).codes == ("PK911",)


def test_a_host_that_is_bound_twice_is_an_error(tmp_path: Path) -> None:
    report = check(Bindings(hosts={"web": [tmp_path, f"{tmp_path}/."]}))

    assert report.codes == ("PK911",)
    assert "is bound twice" in str(report)


def test_too_few_hosts_for_the_configuration_are_an_error_before_the_run(tmp_path: Path) -> None:
    report = check(Bindings(hosts={"web": [tmp_path]}), definition(HALF_AT_A_TIME))

    assert report.codes == ("PK722",)
    assert "CodeDeployDefault.HalfAtATime keeps 1 of 1 hosts healthy, so none may be deployed to" in str(report)


def test_an_attached_appspec_that_cannot_be_followed_here_is_an_error_before_the_run(tmp_path: Path) -> None:
    appspec = AppSpec.server(permissions=[Permission(object="/srv", acls=["u:bob:r"])])

    report = check(Bindings(hosts={"web": [tmp_path]}), definition(ALL_AT_ONCE, appspec))

    assert report.codes == ("PK912",)


def test_hosts_are_named_by_the_last_part_of_their_directories_where_that_tells_them_apart(bench: Bench) -> None:
    done = bench.deploy(failing_on(), hosts=("a/web", "b/web", "web-3"), config=ALL_AT_ONCE)

    assert f"[{bench.directory}/a/web] Succeeded" in done.text
    assert "[web-3] Succeeded" in done.text


def main() -> None:
    directory, plan = map(Path, sys.argv[1:])
    told = json.loads(plan.read_text())
    Bench(directory).deploy(told["files"], number=told["number"])


if __name__ == "__main__":
    main()
