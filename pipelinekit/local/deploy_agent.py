"""The CodeDeploy agent of one host: it takes a deployment through its lifecycle events below the host's directory.

It does what agent 1.8.1 does (files, log, order, error codes), and lays out its directories the same way. Paths it
writes down are the host's own, so that the directory can be moved.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from pipelinekit.codedeploy import lifecycle
from pipelinekit.codedeploy.appspec import AppSpec
from pipelinekit.codedeploy.document import examine_appspec
from pipelinekit.codedeploy.install import CannotInstall, install_json, plan_install, read_cleanup
from pipelinekit.codedeploy.lifecycle import Diagnostics, ErrorCode, EventResult, Status
from pipelinekit.diagnostics import Diagnostic, InvalidDocument, PipelineKitError
from pipelinekit.local.hook_scripts import ScriptFailed, Scripts
from pipelinekit.local.hosts import HostRoot
from pipelinekit.local.script_log import ScriptLog, write_line
from pipelinekit.local.tasks import Cancelled, first
from pipelinekit.local.worker import Context

T = TypeVar("T")

DEPLOYMENT_ROOT = "/opt/codedeploy-agent/deployment-root"
_INSTRUCTIONS = f"{DEPLOYMENT_ROOT}/deployment-instructions"
_ONGOING = f"{DEPLOYMENT_ROOT}/ongoing-deployment"
_PART = ".part"
_DEPLOYMENTS_LOG = f"{DEPLOYMENT_ROOT}/deployment-logs/codedeploy-agent-deployments.log"


@frozen(kw_only=True)
class Deployment:
    """What all hosts of a deployment are told. ``revision`` is a directory with the AppSpec at its root."""

    id: str
    application: str
    group: str
    group_id: str
    revision: Path
    file_exists_behavior: str = "DISALLOW"
    ignore_application_stop_failures: bool = False
    max_revisions: int = 5

    @property
    def variables(self) -> Mapping[str, str]:
        """What scripts learn of it."""
        return {
            "APPLICATION_NAME": self.application,
            "DEPLOYMENT_GROUP_ID": self.group_id,
            "DEPLOYMENT_GROUP_NAME": self.group,
            "DEPLOYMENT_ID": self.id,
        }


class GroupIsBusy(PipelineKitError):
    """Another deployment to the same group is under way on a host (API: DeploymentLimitExceededException)."""


class _Stopped(PipelineKitError):
    """The work was called off."""


class Agent:
    """Deploys to one host. ``results`` are its events so far, in order; *tag* marks the processes it leaves there."""

    def __init__(self, root: str, name: str, deployment: Deployment, context: Context, *, tag: str) -> None:
        self.host = HostRoot(root)
        self.name = name
        self.results: tuple[EventResult, ...] = ()
        self._deployment = deployment
        self._context = context
        self._tag = tag
        self._home = f"{DEPLOYMENT_ROOT}/{deployment.group_id}/{deployment.id}"
        self._lock = -1
        self._stopped = False
        self._notes: list[str] = []

    @property
    def failure(self) -> EventResult | None:
        """The event that made this host fail."""
        return lifecycle.failure(
            self.results, ignore_application_stop_failures=self._deployment.ignore_application_stop_failures
        )

    # Before and after

    def prepare(self) -> None:
        """Make the host's directories and keep other deployments of the group away until `close`.

        Raises:
            PipelineKitError: the host cannot be used, or another deployment of the group is under way here.
        """
        try:
            self._make_directories()
        except OSError as error:
            raise PipelineKitError(f"the host {self.host.directory} cannot be used: {_sentence(error)}") from error
        self._note_what_was_cut_off()

    def _make_directories(self) -> None:
        os.makedirs(self.host.directory, exist_ok=True)
        for directory in (_INSTRUCTIONS, _ONGOING, os.path.dirname(_DEPLOYMENTS_LOG), os.path.dirname(self._home)):
            os.makedirs(self.host.place(directory), exist_ok=True)
        place = self.host.place(f"{_INSTRUCTIONS}/{self._deployment.group_id}-lock")
        self._lock = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the kernel frees it when this process dies
        except BlockingIOError:
            self.close()
            raise GroupIsBusy(
                f"{self.host.directory}: another deployment to {self._deployment.group} is under way there; "
                "wait until it is over"
            ) from None

    def close(self) -> None:
        """Let other deployments of the group to this host."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _note_what_was_cut_off(self) -> None:
        """Tell of events of this group that an earlier process died in; this deployment starts over from them."""
        ongoing = self.host.place(_ONGOING)
        for deployment in sorted(os.listdir(ongoing)):
            place = os.path.join(ongoing, deployment)
            try:
                group, _, event = _read(place).strip().partition(" ")
            except FileNotFoundError:
                continue  # another group's, which has come to its end meanwhile
            if group == self._deployment.group_id:
                cut_off = deployment.removesuffix(_PART)
                self.log(f"{cut_off} was cut off during {event or 'an event'}; what it left is cleaned up now")
                os.unlink(place)

    def log(self, text: str) -> None:
        """Add a line to the action's log."""
        self._context.log.line(_shown(f"[{self.name}] {text}"))

    # The events

    async def deploy(self) -> None:
        """Take the deployment through all events of this host, up to the first that fails.

        What a host that succeeded has started stays, however other hosts end.
        """
        events = lifecycle.in_place()
        ignore = self._deployment.ignore_application_stop_failures
        while True:
            event = lifecycle.next_event(events, self.results, ignore_application_stop_failures=ignore)
            if event is None:
                break
            self.results += (await self._run(event),)
        self.results = lifecycle.with_skipped(events, self.results)
        if self.failure is None:
            self._context.processes.release(self._tag)
        else:
            await self._context.processes.end(self._tag)

    async def _run(self, event: str) -> EventResult:
        ongoing = self.host.place(f"{_ONGOING}/{self._deployment.id}")
        script_log = self._script_log()
        began = self._context.loop.clock()
        try:
            _write(ongoing, f"{self._deployment.group_id} {event}\n")
            self._make_home()
            match event:
                case "DownloadBundle":
                    await self._in_thread(self._download)
                case "Install":
                    await self._in_thread(self._install)
                case _:
                    await self._run_scripts(event, script_log)
        except ScriptFailed as error:
            diagnostics = Diagnostics(
                error_code=error.code, message=str(error), script_name=error.script, log=script_log.tail
            )
        except (OSError, PipelineKitError) as error:
            diagnostics = Diagnostics(error_code=ErrorCode.UNKNOWN_ERROR, message=_sentence(error), log=script_log.tail)
        else:
            self.log(f"{event} Succeeded ({self._context.loop.clock() - began:.1f} s)")
            return EventResult(event, Status.SUCCEEDED)
        finally:
            script_log.close()
            Path(ongoing).unlink(missing_ok=True)
        self.log(f"{event} Failed ({diagnostics.error_code.api_name}): {diagnostics.message}")
        if self._deployment.ignore_application_stop_failures and event in lifecycle.IGNORABLE:
            self.log(f"the failure of {event} is ignored")
        return EventResult(event, Status.FAILED, diagnostics)

    def _make_home(self) -> None:
        """Make the deployment's directory, anew if this very deployment was cut off before.

        Once installed it stays, since it holds the scripts that stop what it started.
        """
        home = self.host.place(self._home)
        if not self.results and self._pointer("last_successful_install") != self._home:
            _remove(home)
        os.makedirs(home, exist_ok=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Do work with files beside the loop. Cancelled, it ends between two files, and we wait for that."""
        under_way = self._context.loop.in_thread(work)
        try:
            return await under_way
        except Cancelled:
            self._stopped = True
            await first([under_way])
            raise
        finally:
            for note in self._notes:
                self.log(note)
            self._notes.clear()

    def _unless_stopped(self) -> None:
        if self._stopped:
            raise _Stopped("was stopped")

    # DownloadBundle

    def _download(self) -> None:
        for old in self._expired():
            self._unless_stopped()
            _remove(old)
        temporary = self.host.place(f"{self._home}/deployment-archive-temp")
        archive = self.host.place(f"{self._home}/deployment-archive")
        _remove(temporary)
        _remove(archive)
        shutil.copytree(self._deployment.revision, temporary, symlinks=True, copy_function=self._copy_unless_stopped)
        os.rename(temporary, archive)  # its being there is what tells that it is all there
        self._point("most_recent_install")

    def _copy_unless_stopped(self, source: str, target: str) -> None:
        self._unless_stopped()
        shutil.copy2(source, target, follow_symlinks=False)

    def _expired(self) -> list[str]:
        """Give the oldest deployments of the group beyond ``max_revisions``, never the last successful one."""
        group = self.host.place(os.path.dirname(self._home))
        current, successful = self._deployment.id, os.path.basename(self._pointer("last_successful_install") or "")
        others = [name for name in os.listdir(group) if name != current]
        extra = len(others) - self._deployment.max_revisions + 1
        if extra <= 0:
            return []
        old = [os.path.join(group, name) for name in others if name != successful]
        return sorted(old, key=lambda directory: (os.lstat(directory).st_mtime_ns, directory))[:extra]

    # Install

    def _install(self) -> None:
        appspec = self._appspec_for_install()
        unknown = lifecycle.unknown_events(appspec.hooks)
        if unknown:
            raise PipelineKitError(f"the AppSpec has hooks of unknown lifecycle events: {', '.join(unknown)}")
        cleanup = self.host.place(f"{_INSTRUCTIONS}/{self._deployment.group_id}-cleanup")
        removed = self._clean_up(cleanup)
        archive = f"{self._home}/deployment-archive"
        files = self.host.files(archive)
        try:
            plan = plan_install(appspec, archive, files, self._deployment.file_exists_behavior)
        except CannotInstall:
            if removed:  # the agent finds it out as late
                self._notes.append("the previous deployment is removed already: the host is left without either")
            raise
        self._notes += [f"keeps {path}, which is not this deployment's" for path in plan.kept]
        self._notes += [self._taken_over(path) for path in plan.replaced]
        _write(self.host.place(f"{_INSTRUCTIONS}/{self._deployment.group_id}-install.json"), install_json(plan))
        # Not buffered: when this process dies, the file tells all that was begun.
        with open(cleanup, "wb", buffering=0) as record:
            for instruction in plan.instructions:
                self._unless_stopped()
                files.carry_out(instruction, lambda path: write_line(record.fileno(), path))
        self._point("last_successful_install")
        self._notes.append(f"installed {len(plan.cleanup)} files and directories")

    def _taken_over(self, path: str) -> str:
        """Say what OVERWRITE does to what is there; the agent looks neither for links nor for directories."""
        place = self.host.place(path, follow=False)
        if os.path.islink(place):
            return f"warning: takes over {path}, a link: what it leads to is overwritten, and the link goes next time"
        if os.path.isdir(place):
            return f"warning: takes over {path}, a directory: the file goes into it, and no deployment removes it"
        return f"takes over {path}: the next deployment removes it"

    def _appspec_for_install(self) -> AppSpec:
        """Read the AppSpec, under either of its names."""
        archive = f"{self._home}/deployment-archive"
        name = next((n for n in ("appspec.yml", "appspec.yaml") if self._exists(f"{archive}/{n}")), "appspec.yml")
        return self._read_appspec(f"{archive}/{name}", name)

    def _clean_up(self, cleanup: str) -> int:
        """Remove what the previous deployment of the group put onto the host; give how much that was."""
        if not os.path.exists(cleanup):
            return 0
        files = self.host.files()
        removed = sum(files.remove(path) for path in read_cleanup(_read(cleanup)))
        os.unlink(cleanup)
        self._notes.append(f"removed {removed} files and directories of the previous deployment")
        return removed

    # The scripts

    async def _run_scripts(self, event: str, script_log: ScriptLog) -> None:
        directory = lifecycle.scripts_from(
            event,
            current=self._home,
            previous=self._pointer("last_successful_install"),
            most_recent=self._pointer("most_recent_install"),
            downloaded=self._exists(f"{self._home}/deployment-archive"),
        )
        if directory is None:
            return
        appspec = self._appspec_of(directory, warn=event == "BeforeInstall")
        hooks = appspec.hooks.get(event, ())
        if not hooks:
            return
        if directory != self._home:
            self.log(f"{event} runs the scripts of the previous revision, {os.path.basename(directory)}")
        scripts = Scripts(
            host=self.host,
            variables=self._deployment.variables,
            loop=self._context.loop,
            processes=self._context.processes,
            tag=self._tag,
            log=self.log,
        )
        await scripts.run(event, hooks, f"{directory}/deployment-archive", script_log)

    def _appspec_of(self, directory: str, *, warn: bool) -> AppSpec:
        """Read the AppSpec of a deployment as scripts need it: under the one name the agent looks for then."""
        archive = f"{directory}/deployment-archive"
        place = f"{archive}/appspec.yml"
        if self._exists(place):
            name = "appspec.yml" if directory == self._home else f"appspec.yml of {os.path.basename(directory)}"
            return self._read_appspec(place, name, warn=warn)
        if directory != self._home:
            pointer = f"{_INSTRUCTIONS}/{self._deployment.group_id}_last_successful_install"
            raise PipelineKitError(
                f"the previous revision, {os.path.basename(directory)}, is gone with its AppSpec; "
                f"to deploy without its scripts remove {self.host.place(pointer)}"
            )
        renamed = self._exists(f"{archive}/appspec.yaml")
        mend = "rename appspec.yaml to appspec.yml" if renamed else "put one there, or give the action an appspec"
        raise PipelineKitError(f"the revision has no AppSpec file, appspec.yml at its root: {mend}")

    def _read_appspec(self, path: str, name: str, *, warn: bool = False) -> AppSpec:
        try:
            text = _read(self.host.place(path), "utf-8-sig")
        except UnicodeDecodeError:
            raise PipelineKitError(f"{name} is not UTF-8 text") from None
        appspec, report = examine_appspec(text, name)
        for warning in report.warnings if warn else ():
            self.log(_one_line(warning))
        if appspec is None:
            raise InvalidDocument(*report.errors)
        if appspec.os != "linux":
            raise PipelineKitError(f"{name} is for an unsupported operating system, {appspec.os}")
        return appspec

    # Files of the agent's own

    def _exists(self, path: str) -> bool:
        return self.host.files().kind(path) is not None

    def _pointer(self, name: str) -> str | None:
        """Read which deployment ``last_successful_install`` or ``most_recent_install`` names."""
        place = self.host.place(f"{_INSTRUCTIONS}/{self._deployment.group_id}_{name}")
        return _read(place).strip() or None if os.path.exists(place) else None

    def _point(self, name: str) -> None:
        _write(self.host.place(f"{_INSTRUCTIONS}/{self._deployment.group_id}_{name}"), self._home)

    def _script_log(self) -> ScriptLog:
        return ScriptLog(
            (self.host.place(f"{self._home}/logs/scripts.log"), self.host.place(_DEPLOYMENTS_LOG)),
            self._deployment.id,
            self._context.log.hidden,
            self.log,
        )


def _remove(place: str) -> None:
    """Remove a directory with all that is in it, or a file; it may be gone already."""
    if os.path.isdir(place) and not os.path.islink(place):
        shutil.rmtree(place)
    else:
        Path(place).unlink(missing_ok=True)


def _shown(text: str) -> str:
    """Give a text that can be shown, though a file's name in it may not be UTF-8."""
    return text.encode(errors="replace").decode()


def _read(place: str, encoding: str = "utf-8") -> str:
    with open(place, encoding=encoding, newline="", errors="surrogateescape" if encoding == "utf-8" else None) as file:
        return file.read()


def _write(place: str, text: str) -> None:
    """Write a file whole or not at all."""
    making = f"{place}{_PART}"
    with open(making, "w", encoding="utf-8", newline="", errors="surrogateescape") as file:
        file.write(text)
    os.replace(making, place)


def _one_line(diagnostic: Diagnostic) -> str:
    """Say a diagnostic in one line; without its path, when that names no place in a file."""
    if diagnostic.where.place is not None:
        return str(diagnostic).replace("\n  hint: ", "; ")
    return _shown("; ".join(filter(None, (diagnostic.message, diagnostic.hint))))


def _sentence(error: OSError | PipelineKitError) -> str:
    """Say an error in one line."""
    if isinstance(error, PipelineKitError):
        return "; ".join(map(_one_line, error.diagnostics)) or str(error)
    reason = error.strerror or str(error)
    return _shown(f"{reason}: {error.filename}" if error.filename is not None else reason)
