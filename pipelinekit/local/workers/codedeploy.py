"""CodeDeploy to servers, for real: the revision goes to directories that stand for hosts, as fast as configured."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from pipelinekit.codedeploy import rollout
from pipelinekit.codedeploy.config import ONE_AT_A_TIME, DeploymentConfig
from pipelinekit.codedeploy.document import appspec_text, examine_appspec
from pipelinekit.codedeploy.ids import deployment_group_id, deployment_id
from pipelinekit.codedeploy.listing import nested_root
from pipelinekit.codedeploy.rollout import Host, Outcome, Rollout
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, PipelineKitError, finding
from pipelinekit.execution.jobs import Job
from pipelinekit.local.abilities import cannot_be_done_here
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.deploy_agent import Agent, Deployment
from pipelinekit.local.tasks import Task, first
from pipelinekit.local.worker import ActionResult, Context, failed, succeeded
from pipelinekit.values import variables_in

_REAPED_EVERY_SECONDS = 0.02


class CodeDeployWorker:
    """Deploys to the directories that are bound to the deployment group (``hosts={"web": ["hosts/1", "hosts/2"]}``).

    ``max_revisions`` of a group stay on a host (the agent's ``:max_revisions:``). ``file_exists_behavior`` and
    ``ignore_application_stop_failures`` are what CreateDeployment would be told; CodePipeline tells it neither.
    """

    repeatable = True
    leaves_processes = True

    def __init__(
        self,
        *,
        max_revisions: int = 5,
        file_exists_behavior: str = "DISALLOW",
        ignore_application_stop_failures: bool = False,
    ) -> None:
        if max_revisions < 1:
            raise ValueError(f"max_revisions is 1 or more, not {max_revisions}")
        self.max_revisions = max_revisions
        self.file_exists_behavior = file_exists_behavior
        self.ignore_application_stop_failures = ignore_application_stop_failures

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Deploy the input artifact to the hosts of the group."""
        application, group = _names(job.action)
        roots = context.bindings.hosts.get(group, ())
        deployment = Deployment(
            id=deployment_id(job.id),
            application=application,
            group=group,
            group_id=deployment_group_id(application, group),
            revision=await _revision(job, context),
            file_exists_behavior=self.file_exists_behavior,
            ignore_application_stop_failures=self.ignore_application_stop_failures,
            max_revisions=self.max_revisions,
        )
        refusals = list(_refusals(deployment.revision))
        if refusals:
            return failed("; ".join(refusals), code="ConfigurationError", external_id=deployment.id)
        memory = _Memory(context.state, deployment.group_id)
        agents = {
            name: Agent(root, name, deployment, context, tag=f"{job.id}.{number}")
            for number, (root, name) in enumerate(zip(roots, host_names(roots), strict=True))
        }
        hosts = [memory.host(name, agent.host.directory) for name, agent in agents.items()]
        plan = rollout.plan(_config(context.definition, application, group), hosts)
        with contextlib.ExitStack() as stack:
            for agent in agents.values():
                stack.callback(agent.close)
                agent.prepare()
            return await _Run(deployment, plan, agents, memory, context).to_the_end()

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps the deployment from beginning.

        ``PK722`` too few hosts for the configuration; ``PK910`` no hosts are bound; ``PK911`` a host's directory
        cannot be used; ``PK912`` the attached AppSpec asks for what cannot be done here.
        """
        where = definition.location(stage, action.name)
        application, group = _names(action)
        if any(variables_in(group)) or any(variables_in(application)):
            return  # only known when the action starts
        roots = bindings.hosts.get(group, ())
        if not roots:
            yield finding(
                "PK910",
                f"no host is bound to the deployment group {group}",
                where,
                f'name directories that stand for its hosts: --host {group}=DIR[,DIR...] or hosts={{"{group}": [...]}}',
            )
            return
        for problem in _unusable(roots):
            yield finding("PK911", problem, where, f"bind directories of your own: --host {group}=DIR[,DIR...]")
        config = _config(definition, application, group)
        refusal = rollout.outcome(rollout.plan(config, host_names(list(dict.fromkeys(roots)))))
        if refusal is not None:
            hint = f"bind more hosts: --host {group}=DIR,DIR..., or give the group another configuration"
            yield finding("PK722", f"minimum healthy hosts cannot be met: {refusal.message}", where, hint)
        appspec = definition.appspec(stage, action.name)
        for problem in cannot_be_done_here(appspec) if appspec is not None else ():
            yield finding("PK912", f"its AppSpec cannot be followed here: {problem}", where)


def _hosts(number: int) -> str:
    return "1 host" if number == 1 else f"{number} hosts"


def _progress(now: Rollout) -> str:
    """Say how many hosts are done, and how many of those are no good."""
    failed = len(now.with_status("Failed"))
    done = len(now.with_status("Succeeded")) + failed
    return f"{done} of {_hosts(now.fleet)}{f', {failed} failed' if failed else ''}"


def _names(action: ActionDeclaration) -> tuple[str, str]:
    """Give the names of the application and of the deployment group."""
    try:
        return action.configuration["ApplicationName"], action.configuration["DeploymentGroupName"]
    except KeyError as missing:
        raise PipelineKitError(f"{action.name}: its configuration has no {missing.args[0]}") from None


def _config(definition: Definition, application: str, group: str) -> DeploymentConfig:
    described = definition.deployment_group(application, group)
    return ONE_AT_A_TIME if described is None else described.config


def host_names(roots: Sequence[str]) -> list[str]:
    """Name hosts by the last part of their directories, where that tells them apart, else by the whole."""
    short = [os.path.basename(root.rstrip("/")) or "/" for root in roots]
    return [name if short.count(name) == 1 else root for name, root in zip(short, roots, strict=True)]


def _unusable(roots: Sequence[str]) -> Iterator[str]:
    """Say which directories cannot be hosts, without touching them."""
    seen: set[str] = set()
    for root in roots:
        real = os.path.realpath(root)
        if real in seen:
            yield f"the host {root} is bound twice"
        seen.add(real)
        home = os.path.realpath(os.path.expanduser("~"))
        if f"{home}/".startswith(f"{real.rstrip('/')}/"):
            yield f"{root} is no directory that stands for a host: this machine's own files lie in it"
            continue
        nearest = real
        while not os.path.lexists(nearest):
            nearest = os.path.dirname(nearest)
        if not os.path.isdir(nearest):
            yield f"the host {root} cannot be made: {nearest} is not a directory"
        elif not os.access(nearest, os.W_OK | os.X_OK):
            verb = "made in" if nearest != real else "written to:"
            yield f"the host {root} cannot be {verb} {nearest}"


async def _revision(job: Job, context: Context) -> Path:
    """Lay out the revision as the agent unpacks it, with the AppSpec the action may bring."""
    if not job.action.input_artifacts:
        raise PipelineKitError(f"{job.action.name}: it has no input artifact, which is the revision to deploy")
    directory = await context.input(job.action.input_artifacts[0], context.directory / "revision")
    appspec = context.definition.appspec(job.stage, job.action.name)
    if appspec is not None:
        place = directory / "appspec.yml"
        place.unlink(missing_ok=True)  # it may be a link, or not ours to write
        place.write_text(appspec_text(appspec), encoding="utf-8")
    tops = list(directory.iterdir())
    inside = [f"{tops[0].name}/{name}" for name in os.listdir(tops[0])] if _is_lone_directory(tops) else []
    top = nested_root(inside) if inside else None
    return directory if top is None else directory / top


def _is_lone_directory(entries: list[Path]) -> bool:
    return len(entries) == 1 and entries[0].is_dir() and not entries[0].is_symlink()


def _refusals(revision: Path) -> Iterator[str]:
    """Say what its AppSpec asks for that cannot be done here; an AppSpec that cannot be read fails on the hosts."""
    place = revision / "appspec.yml"
    if place.is_file() and not place.is_symlink():
        appspec, _ = examine_appspec(place.read_bytes().decode("utf-8-sig", errors="replace"), place.name)
        if appspec is not None:
            yield from cannot_be_done_here(appspec)


class _Memory:
    """What the service remembers of a group's hosts between deployments, in a file of the state directory."""

    def __init__(self, state: Path, group_id: str) -> None:
        self._place = state / "codedeploy" / f"{group_id}.json"
        self._known: dict[str, Any] = {"last_successful": None, "hosts": {}}
        try:
            self._known = json.loads(self._place.read_text(encoding="utf-8"))
        except FileNotFoundError:
            pass  # nothing was ever deployed
        except ValueError:
            raise PipelineKitError(f"{self._place}: is damaged; remove it, and its hosts count as new") from None

    def host(self, name: str, directory: str) -> Host:
        """Give a host with what is remembered of it, by its directory."""
        known = self._known["hosts"].get(directory, {"deployment": None, "healthy": False})
        if known["deployment"] is None:
            return Host(name, healthy=known["healthy"])
        current = known["deployment"] == self._known["last_successful"]
        return Host(name, healthy=known["healthy"], revision="current" if current else "old")

    def host_ended(self, directory: str, deployment: str, *, succeeded: bool) -> None:
        """Remember how a deployment ended on a host."""
        before = self._known["hosts"].get(directory, {"deployment": None})
        self._known["hosts"][directory] = {
            "deployment": deployment if succeeded else before["deployment"],
            "healthy": succeeded,
        }
        self._write()

    def succeeded(self, deployment: str) -> None:
        """Remember that a deployment succeeded as a whole: its revision is the group's now."""
        self._known["last_successful"] = deployment
        self._write()

    def _write(self) -> None:
        self._place.parent.mkdir(parents=True, exist_ok=True)
        making = self._place.with_suffix(".part")
        making.write_text(json.dumps(self._known), encoding="utf-8")
        os.replace(making, self._place)


@frozen
class _Run:
    """One deployment under way: starts its hosts as the rollout allows and tells it how they end."""

    deployment: Deployment
    plan: Rollout
    agents: dict[str, Agent]
    memory: _Memory
    context: Context

    async def to_the_end(self) -> ActionResult:
        reaper = self.context.loop.task(self._reap())
        under_way: dict[str, Task[None]] = {}
        try:
            return self._result(*await self._deploy(under_way))
        finally:
            reaper.cancel()
            for task in under_way.values():
                task.cancel()
            for task in under_way.values():  # also when we are cancelled ourselves: nothing goes on behind our back
                await first([task])

    async def _deploy(self, under_way: dict[str, Task[None]]) -> tuple[Rollout, Outcome]:
        now = self.plan
        self._say_what_begins(now)
        while (outcome := rollout.outcome(now)) is None:
            for name in rollout.ready(now):
                now = rollout.started(now, name)
                under_way[name] = self.context.loop.task(self.agents[name].deploy())
            ended = await first(under_way.values())
            name = next(name for name, task in under_way.items() if task is ended)
            del under_way[name]
            ended.result()
            worked = self.agents[name].failure is None
            now = rollout.ended(now, name, succeeded=worked)
            self.memory.host_ended(self.agents[name].host.directory, self.deployment.id, succeeded=worked)
            self.agents[name].log("Succeeded" if worked else "Failed")
            self.context.progress(_progress(now))
        return now, outcome

    async def _reap(self) -> None:
        while True:
            self.context.processes.reap_orphans()
            await self.context.loop.sleep(_REAPED_EVERY_SECONDS)

    def _say_what_begins(self, now: Rollout) -> None:
        speed = f"{now.config.name}: {now.concurrency} at a time, {now.minimum} stay healthy"
        self.context.log.line(
            f"Deployment {self.deployment.id} of {self.deployment.application} to {self.deployment.group}: "
            f"{_hosts(now.fleet)} ({speed})"
        )

    def _result(self, end: Rollout, outcome: Outcome) -> ActionResult:
        for name in end.with_status("Skipped"):
            self.agents[name].log("Skipped")
        causes = "; ".join(filter(None, (self._cause(name) for name in end.with_status("Failed"))))
        if outcome.status == "Succeeded":
            self.memory.succeeded(self.deployment.id)
            worked = f"{len(end.with_status('Succeeded'))} of {_hosts(end.fleet)}"
            summary = f"{self.deployment.id} deployed to {worked} of {self.deployment.group}"
            return succeeded(summary=f"{summary} ({causes})" if causes else summary, external_id=self.deployment.id)
        overall = f"{outcome.message} ({outcome.error_code})"
        return failed("; ".join(filter(None, (causes, overall))), external_id=self.deployment.id)

    def _cause(self, name: str) -> str:
        failure = self.agents[name].failure
        if failure is None or failure.diagnostics is None:
            return ""
        return f"{name}: {failure.event}: {failure.diagnostics.message}"
