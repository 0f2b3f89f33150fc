"""Stand-ins: a function of the user's that does the work of an action which has no worker here."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.secrets import Secrets
from pipelinekit.local.tasks import Cancelled
from pipelinekit.local.worker import ActionResult, Context, Worker, succeeded


@frozen(kw_only=True)
class Work:
    """What a stand-in function gets beside the job.

    ``inputs`` maps each input artifact to a directory with its files, ``outputs`` each output artifact to an empty
    directory that becomes it. ``cancelled`` is set when the action is stopped or has timed out. ``secrets`` is a
    mapping of those that were given; ``secrets.parameter(name)`` and ``secrets.secret(reference)`` also ask AWS, and
    ``secrets.hide(value)`` masks one more.
    """

    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    log: Callable[[str], None]
    secrets: Secrets
    cancelled: threading.Event


Answer: TypeAlias = ActionResult | Mapping[str, object] | None
"""What a stand-in function answers: nothing, output variables, or ``succeeded(...)`` and ``failed(...)``."""

StandInFunction: TypeAlias = Callable[[Job, Work], Answer | Awaitable[Answer]]

StandIn: TypeAlias = Worker | StandInFunction | str
"""What may stand in for an action: a worker, a function of (job, work), or ``module:name`` of one."""


class FunctionWorker:
    """Runs a function of (job, work) in a thread. It says with an attribute ``repeatable`` if it may run twice."""

    leaves_processes = False

    def __init__(self, function: StandInFunction) -> None:
        self.function = function
        self.repeatable = bool(getattr(function, "repeatable", False))

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Find nothing: the function will say itself what it misses."""
        return iter(())

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Lay out the artifacts, call the function, and pack what it left in the outputs."""
        cancelled = threading.Event()
        outputs = {a.name: context.directory / "outputs" / a.name for a in job.action.output_artifacts}
        for directory in outputs.values():
            directory.mkdir(parents=True)
        work = Work(
            inputs={
                name: await context.input(name, context.directory / "inputs" / name)
                for name in job.action.input_artifacts
            },
            outputs=outputs,
            log=lambda text: context.loop.from_thread(lambda: context.log.line(text)),
            secrets=context.secrets,
            cancelled=cancelled,
        )
        try:
            answer: Any = await context.loop.in_thread(lambda: self.function(job, work))
            if inspect.isawaitable(answer):
                answer = await answer
        except Cancelled:
            cancelled.set()
            raise
        result = _result(answer, self.function)
        if not result.succeeded:
            context.log.line(result.message)
        if result.succeeded:
            for name, directory in outputs.items():
                await context.output(name, directory)
        return result


def _result(answer: Any, function: Any) -> ActionResult:
    if isinstance(answer, ActionResult):
        return answer
    if answer is None or isinstance(answer, Mapping):
        return succeeded({str(key): str(value) for key, value in (answer or {}).items()})
    name = getattr(function, "__qualname__", repr(function))
    raise PipelineKitError(
        f"the stand-in {name} answered {answer!r}; it answers None, a mapping of output variables, "
        "or pk.local.succeeded(...) / pk.local.failed(...)"
    )


def worker_of(given: StandIn) -> Worker:
    """Take a worker, a function, or ``module:name`` (or ``file.py:name``) of one.

    Raises:
        PipelineKitError: when the name leads nowhere, or to something that is neither.
    """
    found: Any = _imported(given) if isinstance(given, str) else given
    if callable(getattr(found, "run", None)) and not isinstance(found, type):
        worker: Worker = found
        return worker
    if callable(found):
        return FunctionWorker(cast(StandInFunction, found))
    raise PipelineKitError(f"{given!r} is no stand-in: give a function of (job, work), or its name as module:function")


def _imported(reference: str) -> Any:
    module_name, _, name = reference.rpartition(":")
    try:
        if module_name.endswith(".py"):
            spec = importlib.util.spec_from_file_location(f"_pipelinekit_standin_{Path(module_name).stem}", module_name)
            if spec is None or spec.loader is None:
                raise ImportError("it is no Python file")
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module
            spec.loader.exec_module(module)
        else:
            module = importlib.import_module(module_name)
        found: Any = module
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise PipelineKitError(f"the stand-in {reference!r} cannot be loaded: {error}") from None
    return found


def name_of(given: StandIn) -> str | None:
    """Give the ``module:name`` by which another process finds a stand-in, or None where it has none."""
    if isinstance(given, str):
        return given
    subject = given if hasattr(given, "__qualname__") else type(given)
    module, name = getattr(subject, "__module__", ""), getattr(subject, "__qualname__", "")
    if subject is not given or "<" in name or not module:
        return None
    loaded = sys.modules.get(module)
    file = getattr(loaded, "__file__", None)
    by_file = module == "__main__" or module.startswith("_pipelinekit")
    return f"{file}:{name}" if by_file and file else f"{module}:{name}"
