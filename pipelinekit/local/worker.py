"""The seam between deciding and doing: what a worker gets, what it answers, and what it must be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.logs import Log
from pipelinekit.local.processes import Process, Processes
from pipelinekit.local.secrets import as_secrets
from pipelinekit.local.tasks import Loop, first
from pipelinekit.values import FrozenMap, frozen_map

INLINE_LIMIT = 1 << 20
"""Bytes up to which packing happens on the loop itself: a thread would cost more than the work."""


@frozen(kw_only=True)
class ActionResult:
    """How an action ended. ``error_code`` is one of the API's FailureType, such as JobFailed or ConfigurationError."""

    succeeded: bool
    variables: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    summary: str = ""
    external_id: str = ""
    error_code: str = ""
    message: str = ""


def succeeded(variables: Mapping[str, str] | None = None, *, summary: str = "", external_id: str = "") -> ActionResult:
    """Say that the action did its work; *variables* are its output variables."""
    return ActionResult(succeeded=True, variables=variables or {}, summary=summary, external_id=external_id)


def failed(message: str, *, code: str = "JobFailed", external_id: str = "") -> ActionResult:
    """Say that the action failed, and why."""
    return ActionResult(succeeded=False, error_code=code, message=message, external_id=external_id)


@frozen(kw_only=True)
class Exit:
    """How a process ended. ``status`` is its exit status, negative for a signal; None when it took too long."""

    status: int | None
    output_left_open: bool = False

    @property
    def ok(self) -> bool:
        """Whether it ended with 0."""
        return self.status == 0


_OURS = ("CODEBUILD_", "PIPELINEKIT_")


def user_environment() -> dict[str, str]:
    """Give this process's environment without what would mislead a build about where it runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


class Context:
    """What a worker works with: its input artifacts as directories, a place for its outputs, a log, processes.

    ``directory`` is an empty directory of this attempt alone, removed some time after it. ``state`` is the state
    directory, for what must outlive the action. ``revisions`` maps an input artifact to the commit or version it
    was made from, where that is known. ``environment`` is what processes inherit, the same for all of an execution.
    """

    def __init__(
        self,
        *,
        job: Job,
        definition: Definition,
        bindings: Bindings,
        secrets: Mapping[str, str],
        loop: Loop,
        processes: Processes,
        log: Log,
        directory: Path,
        state: Path,
        artifact_place: Callable[[str], Path],
        revisions: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        progress: Callable[[str], None] = lambda summary: None,
    ) -> None:
        self.job = job
        self.definition = definition
        self.bindings = bindings
        self.secrets = as_secrets(secrets, log.hidden)
        self.loop = loop
        self.processes = processes
        self.log = log
        self.state = state
        self.revisions = revisions or {}
        self.environment = user_environment() if environment is None else environment
        self.progress = progress
        self.revision = ""
        """The commit or version that a source found; the worker sets it."""
        self.packed: dict[str, artifacts.Packed] = {}
        """The output artifacts made so far."""
        self.has_directory = False
        self._directory = directory
        self._artifact_place = artifact_place
        self._left_open: list[Process] = []

    @property
    def directory(self) -> Path:
        """A directory of this attempt alone, made when it is first asked for."""
        if not self.has_directory:
            artifacts.make_directory(os.fspath(self._directory))
            self.has_directory = True
        return self._directory

    async def input(self, artifact: str, directory: Path) -> Path:
        """Lay a copy of an input artifact into *directory*, which is made.

        Raises:
            PipelineKitError: when the action that makes it made nothing.
        """
        place, size = self._input(artifact)
        if size <= INLINE_LIMIT:
            artifacts.unpack(place, directory)
        else:
            await self.loop.in_thread(lambda: artifacts.unpack(place, directory))
        return directory

    def pack(self, artifact: str) -> Path:
        """Give the pack of an input artifact, for a worker that wants no directory of it.

        Raises:
            PipelineKitError: when the action that makes it made nothing.
        """
        return self._input(artifact)[0]

    def _input(self, artifact: str) -> tuple[Path, int]:
        place = self._artifact_place(artifact)
        try:
            return place, os.stat(place).st_size
        except (FileNotFoundError, NotADirectoryError):
            message = f'input artifact "{artifact}" is not there: the action that has it as its output made none'
            raise PipelineKitError(message) from None

    async def output(self, artifact: str, directory: Path, files: Sequence[str] | None = None) -> artifacts.Packed:
        """Make an output artifact of the files of a directory: all of them, or those named relative to it."""
        place = self._artifact_place(artifact)
        packed = await self.loop.in_thread(lambda: artifacts.pack(directory, place, files))
        self.packed[artifact] = packed
        return packed

    async def process(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path | None = None,
        timeout: float | None = None,
        output: Callable[[bytes], None] | None = None,
        wait_for_output: bool = False,
        keep_output: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> Exit:
        """Run a process to its end and log what it writes (or give that to *output*).

        After *timeout* seconds its process group is asked to end (TERM), and killed 5 s later. With
        *wait_for_output* the same deadline covers its output streams, which a background process may hold open. With
        *keep_output* such a process is not waited for but may go on writing, until `close_outputs`. *meanwhile* is
        called once it runs and before anything that it writes is passed on; it may not fail.

        Raises:
            OSError: when it cannot be started.
        """
        process = self.processes.start(
            argv, tag=self.job.id, env=env, cwd=cwd, output=self.log.write if output is None else output
        )
        if meanwhile is not None:
            meanwhile()
        timer = None if timeout is None else self.loop.sleep(timeout)
        await (process.exit if timer is None else first([process.exit, timer]))
        if not process.exit.done:
            process.signal(15)
            await first([process.exit, self.loop.sleep(5)])
            process.signal(9)
            await process.exit
            process.drain()
            return Exit(status=None)
        if timer is not None and not wait_for_output:
            timer.set(None)
        if wait_for_output and not process.output.closed.done:
            await first([process.output.closed] if timer is None else [process.output.closed, timer])
            left_open = not process.output.closed.done
            process.drain()
            return Exit(status=process.exit.result(), output_left_open=left_open)
        if keep_output:
            process.output.pass_on()
            left_open = not process.output.closed.done
            self._left_open += [process] if left_open else []
            return Exit(status=process.exit.result(), output_left_open=left_open)
        process.drain()
        return Exit(status=process.exit.result())

    def close_outputs(self) -> None:
        """Stop listening to what processes in the background still write."""
        while self._left_open:
            self._left_open.pop().drain()


class Worker(Protocol):
    """Carries out one action and tells how it ended.

    ``repeatable`` tells whether an attempt that was lost with a dead engine may simply be made again;
    ``leaves_processes`` whether processes that a successful action leaves behind live on, as a deployed server does.
    An attribute ``reusable`` that is true says that its outputs follow from its inputs, so that unchanged ones may be
    given again.
    """

    repeatable: bool
    leaves_processes: bool

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Do the work of *job*; an exception counts as a failure, and is shown as one line."""
        ...

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps this action from running here, before anything runs."""
        ...
