"""Running the scripts of a lifecycle event as CodeDeploy's agent does, and telling why one failed."""

from __future__ import annotations

import codecs
import os
import shlex
import signal
from collections.abc import Callable, Iterable, Mapping

from attrs import frozen

from pipelinekit.codedeploy.appspec import Hook
from pipelinekit.codedeploy.lifecycle import EVENT_LIMIT_SECONDS, ErrorCode
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.abilities import cannot_be_run_here, is_me, plays_root
from pipelinekit.local.hosts import HostRoot
from pipelinekit.local.processes import Process, Processes
from pipelinekit.local.script_log import Lines, ScriptLog
from pipelinekit.local.tasks import Loop, first

_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""All that scripts get of our own environment: an agent runs as a service and has little more."""
_GRACE_SECONDS = 5.0
"""From asking a script that took too long to end until it is killed, as agent 2 does it."""


class ScriptFailed(Exception):
    """A script failed; ``code`` is the agent's, ``script`` its location."""

    def __init__(self, code: ErrorCode, script: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.script = script


@frozen(kw_only=True)
class Scripts:
    """Runs scripts for one host: in its directory, with the deployment's variables; *log* is the action's."""

    host: HostRoot
    variables: Mapping[str, str]
    loop: Loop
    processes: Processes
    tag: str
    log: Callable[[str], None]

    async def run(self, event: str, hooks: Iterable[Hook], archive: str, script_log: ScriptLog) -> None:
        """Run the scripts of an event from the revision at *archive*, one after another, up to the first that fails.

        Raises:
            ScriptFailed: one failed.
            PipelineKitError: one cannot be run here as it is meant to be.
        """
        script_log.line(f"LifecycleEvent - {event}")
        event_ends = self.loop.clock() + EVENT_LIMIT_SECONDS
        for hook in hooks:
            problem = next(cannot_be_run_here(event, hook), None)
            if problem is not None:
                raise PipelineKitError(problem)
            self._make_runnable(hook, archive)
            script_log.line(f"Script - {hook.location}")
            await self._run_one(event, hook, archive, event_ends - self.loop.clock(), script_log)

    def _make_runnable(self, hook: Hook, archive: str) -> None:
        script = self.host.place(f"{archive}/{hook.location.lstrip('/')}")
        if not os.path.exists(script):
            raise ScriptFailed(
                ErrorCode.SCRIPT_MISSING, hook.location, f"Script does not exist at specified location: {script}"
            )
        if not os.access(script, os.X_OK):
            self.log(f"warning: {hook.location} is not executable; it is made so (give it the mode in the artifact)")
            try:
                os.chmod(script, os.stat(script).st_mode & 0o7777 | 0o111)
            except OSError:
                message = f"Unable to make the script at specified location executable: {script}"
                raise ScriptFailed(ErrorCode.SCRIPT_NOT_EXECUTABLE, hook.location, message) from None
        if _begins_with_a_mark(script):
            self.log(
                f"warning: {hook.location} begins with a byte-order mark, which hides its #! line; save it without"
            )
        if plays_root(hook):
            self.log(f"warning: {hook.location} wants to run as root; here it runs as you")
        if hook.sudo:
            self.log(f"warning: {hook.location}: this is root already, so its variables stay; sudo would drop them")

    async def _run_one(self, event: str, hook: Hook, archive: str, event_left: float, script_log: ScriptLog) -> None:
        """Run a script; one deadline covers its end and that of its outputs, which a background process may hold."""
        timeout = hook.timeout or EVENT_LIMIT_SECONDS
        output = Lines("[stdout]", script_log.line, script_log.hidden)
        errors = Lines("[stderr]", script_log.line, script_log.hidden)
        process = self.processes.start(
            self._command(hook, archive),
            tag=self.tag,
            env=self._environment(event),
            cwd=self.host.directory,
            output=output.feed,
            errors=errors.feed,
        )
        try:
            left_open = await self._end_of(process, min(timeout, event_left))
        finally:
            if process.exit.done:
                process.drain()
            output.end()
            errors.end()
        named = f"Script at specified location: {hook.location}"
        if left_open is None and timeout > event_left:
            limit = f"{EVENT_LIMIT_SECONDS} seconds that {event} may take in all"
            raise ScriptFailed(ErrorCode.SCRIPT_TIMED_OUT, hook.location, f"{named} failed to complete in the {limit}")
        if left_open is None:
            message = f"{named} failed to complete in {timeout} seconds"
            raise ScriptFailed(ErrorCode.SCRIPT_TIMED_OUT, hook.location, message)
        if left_open:
            message = f"{named} failed to close {left_open}: a process it left in the background holds it"
            mend = "start that one with </dev/null >/dev/null 2>&1"
            raise ScriptFailed(ErrorCode.OUTPUTS_LEFT_OPEN, hook.location, f"{message}; {mend}")
        status = process.exit.result()
        if status != 0:
            how = str(status) if status > 0 else f"(none, as signal {-status} ended it)"
            as_user = f" run as user {hook.runas}" if hook.runas is not None else ""
            why = _why_it_cannot_start(self._place(hook, archive)) if status in (126, 127) else ""
            message = f"{named}{as_user} failed with exit code {how}{why}"
            raise ScriptFailed(ErrorCode.SCRIPT_FAILED, hook.location, message)

    def _command(self, hook: Hook, archive: str) -> list[str]:
        """Give the command of a script. The agent splits it at blanks, so that a name with one is never found."""
        command = [self._place(hook, archive), *hook.location.split()[1:]]
        if hook.runas is not None and not is_me(hook.runas) and not plays_root(hook):
            return ["su", hook.runas, "-c", shlex.join(command)]
        return command

    def _place(self, hook: Hook, archive: str) -> str:
        return self.host.place(f"{archive}/{hook.location.split()[0].lstrip('/')}")

    def _environment(self, event: str) -> Mapping[str, str]:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        own = {"LIFECYCLE_EVENT": event, "PIPELINEKIT_HOST_ROOT": self.host.directory}
        return {**inherited, **self.variables, **own}

    async def _end_of(self, process: Process, timeout: float) -> str | None:
        """Wait for a process and its outputs; give the output that is left open, or None when it took too long."""
        deadline = self.loop.sleep(timeout)
        try:
            await first([process.exit, deadline])
            if not process.exit.done:
                process.signal(signal.SIGTERM)
                await first([process.exit, self.loop.sleep(_GRACE_SECONDS)])
                process.signal(signal.SIGKILL)
                await process.exit
                return None
            outputs = {"STDOUT": process.output.closed}
            if process.errors is not None:
                outputs["STDERR"] = process.errors.closed
            for name, closed in outputs.items():
                await first([closed, deadline])
                if not closed.done:
                    return name
            return ""
        finally:
            deadline.set(None)  # the loop need not remember it


def _begins_with_a_mark(script: str) -> bool:
    try:
        with open(script, "rb") as file:
            return file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8
    except OSError:  # said when it is run
        return False


def _why_it_cannot_start(script: str) -> str:
    """Say what is wrong with the first line of a script that could not be executed; nothing where it seems right."""
    try:
        with open(script, "rb") as file:
            first = file.readline(4096)
    except OSError:
        return ""
    if not first.startswith(b"#!"):
        return ": it has no #! line, and is no program of this machine" if b"\0" in first else ""
    if first.endswith(b"\r\n"):
        return ": its lines end in CR LF, so that no interpreter is found; save it with LF alone"
    interpreter = first[2:].decode(errors="replace").split()[:1]
    if interpreter and not os.path.exists(interpreter[0]):
        return f": its interpreter {interpreter[0]} is not on this machine"
    return ""
