"""A bench for workers: a real loop, real processes, artifacts and logs below one directory."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from pipelinekit.codebuild.project import Project
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    ArtifactStore,
    PipelineDeclaration,
    StageDeclaration,
)
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.execution.jobs import Job, job_id
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.guardian import tagged
from pipelinekit.local.logs import Log
from pipelinekit.local.processes import Processes
from pipelinekit.local.tasks import Loop, Task
from pipelinekit.local.worker import ActionResult, Context, Worker

STAGE = "Build"


@frozen(kw_only=True)
class Attempt:
    """What came of one run of a worker. ``lines`` is its log without the times."""

    result: ActionResult
    text: str
    directory: Path
    outputs: Mapping[str, Mapping[str, str]] = field(factory=dict)

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.split(" ")[3:]) if line.startswith("[") else line for line in self.text.splitlines()]

    @property
    def said(self) -> list[str]:
        """What the commands wrote themselves."""
        return [line for line in self.text.splitlines() if not line.startswith("[")]


class Bench:
    """Runs workers as the engine does: open, run, sweep, close."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.loop = Loop()
        self.processes = Processes(self.loop)
        self._number = itertools.count(1)

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.processes.close()
        self.loop.close()

    def place(self, artifact: str) -> Path:
        return self.root / "artifacts" / artifact

    def artifact(self, name: str, files: Mapping[str, str | bytes] | None = None) -> str:
        """Make an artifact of the files given by path; a text that begins with ``-> `` is a link."""
        directory = self.root / "made" / name
        directory.mkdir(parents=True)
        for path, content in (files or {}).items():
            place = directory / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str) and content.startswith("-> "):
                os.symlink(content[3:], place)
            else:
                place.write_bytes(content.encode() if isinstance(content, str) else content)
        artifacts.pack(directory, self.place(name))
        return name

    def content(self, artifact: str) -> dict[str, str]:
        """Give the files of an artifact, a link as ``-> target``."""
        directory = self.root / "read" / f"{artifact}-{next(self._number)}"
        artifacts.unpack(self.place(artifact), directory)
        return {path: _content(directory / path) for path in artifacts.walk(directory)}

    def context(
        self,
        action: ActionDeclaration,
        *projects: Project,
        secrets: Mapping[str, str] | None = None,
        bindings: Bindings | None = None,
        progress: Callable[[str], None] = lambda summary: None,
        revisions: Mapping[str, str] | None = None,
    ) -> Context:
        number = next(self._number)
        directory = self.root / "work" / str(number)
        directory.mkdir(parents=True)
        job = Job(
            id=job_id(f"execution of {os.getpid()}", STAGE, action.name, number),  # tests run side by side
            pipeline="shop",
            execution="execution",
            stage=STAGE,
            attempt=number,
            action=action,
            deadline=0.0,
        )
        return Context(
            job=job,
            definition=definition_of(action, *projects),
            bindings=bindings or Bindings(),
            secrets=secrets or {},
            loop=self.loop,
            processes=self.processes,
            log=Log(self.root / "logs" / f"{number}.log", (secrets or {}).values()),
            directory=directory,
            state=self.root / "state",
            artifact_place=self.place,
            revisions=revisions,
            progress=progress,
        )

    def run(
        self, worker: Worker, action: ActionDeclaration, *projects: Project, reads_outputs: bool = True, **more: Any
    ) -> Attempt:
        """Run a worker to its end and sweep after it."""
        context = self.context(action, *projects, **more)
        task = self.start(worker, context)
        while not task.done:
            self.loop.turn(1.0)
        self.finish(context)
        outputs = [output.name for output in action.output_artifacts] if reads_outputs else []
        return self.attempt(task.result(), context, outputs)

    def attempt(self, result: ActionResult, context: Context, outputs: Iterable[str] = ()) -> Attempt:
        return Attempt(
            result=result,
            text=context.log.text(),
            directory=context.directory,
            outputs={name: self.content(name) for name in outputs if self.place(name).exists()},
        )

    def start(self, worker: Worker, context: Context) -> Task[ActionResult]:
        coroutine: Coroutine[Any, Any, ActionResult] = worker.run(context.job, context)
        return self.loop.task(coroutine)

    def finish(self, context: Context) -> None:
        """End what is left of an attempt, as the engine does after every one."""
        self.loop.run(self.processes.end(context.job.id, grace=1.0))
        context.log.close()

    def until(self, happened: Callable[[], bool], seconds: float = 10.0) -> None:
        """Let the loop turn until something has happened."""
        end = self.loop.clock() + seconds
        while not happened():
            assert self.loop.clock() < end, "it did not happen in time"
            self.loop.turn(0.01)

    def alive(self, context: Context) -> list[int]:
        """Give the ids of the processes that belong to an attempt now."""
        return tagged({context.job.id})

    def survivors(self, context: Context) -> list[int]:
        """Give those that are left a moment after they were told to end."""
        end = time.monotonic() + 5
        while (alive := self.alive(context)) and time.monotonic() < end:
            time.sleep(0.01)
        return alive


def definition_of(action: ActionDeclaration, *projects: Project) -> Definition:
    """Put one action into a pipeline, with the projects it may name."""
    return Definition(
        pipeline=PipelineDeclaration(
            "shop",
            role_arn="arn:aws:iam::123456789012:role/pipeline",
            artifact_store=ArtifactStore("bucket"),
            stages=(StageDeclaration(STAGE, actions=(action,)),),
        ),
        projects=projects,
    )


def _content(place: Path) -> str:
    return f"-> {os.readlink(place)}" if place.is_symlink() else place.read_text(errors="replace")
