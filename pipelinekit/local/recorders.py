"""Recorders: stand-ins that do nothing but note what they were asked, and say so each time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import field, frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import artifacts
from pipelinekit.local.bindings import Bindings, PathLike
from pipelinekit.local.worker import ActionResult, Context, succeeded
from pipelinekit.values import FrozenMap, frozen_map, text_map

NOTHING_DONE = "recorded only, nothing was done"


@frozen(kw_only=True)
class Recorded:
    """What an action was asked: its configuration with every variable resolved, and the files of its inputs.

    ``action`` is its name as ``Stage/Action``; ``inputs`` maps each input artifact to the paths in it.
    """

    action: str
    configuration: FrozenMap[str] = field(converter=frozen_map)
    inputs: FrozenMap[tuple[str, ...]] = field(converter=frozen_map)


def _outputs(given: Mapping[str, PathLike | None] | None) -> FrozenMap[str | None]:
    return FrozenMap({name: None if path is None else os.fspath(path) for name, path in (given or {}).items()})


@frozen(kw_only=True, eq=False)
class Recorder:
    """Stands in for an action and only notes it; see `record`. What it noted is in ``recorded``, in order."""

    repeatable = True
    leaves_processes = False

    variables: FrozenMap[str] = field(default=None, converter=text_map)
    outputs: FrozenMap[str | None] = field(default=None, converter=_outputs)
    recorded: list[Recorded] = field(factory=list)

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Find nothing: there is nothing that it needs."""
        return iter(())

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Note what is asked."""
        log = context.log.line
        asked = Recorded(
            action=job.key,
            configuration=job.action.configuration,
            inputs={
                name: tuple(entry.path for entry in artifacts.entries(context.pack(name)))
                for name in job.action.input_artifacts
            },
        )
        log(f"[pipelinekit] {job.action.action_type_id}: {NOTHING_DONE}")
        for key, value in asked.configuration.items():
            log(f"{key} = {value}")
        for name, files in asked.inputs.items():
            log(f"input artifact {name}: {len(files)} files")
            for file in files:
                log(f"  {file}")
        for output in job.action.output_artifacts:
            await self._make(output.name, context)
        self.recorded.append(asked)
        return succeeded(self.variables, summary=NOTHING_DONE)

    async def _make(self, output: str, context: Context) -> None:
        """Make an output artifact, where one was given for it."""
        if output not in self.outputs:
            context.log.line(f"[pipelinekit] output artifact {output}: none was given, so there is none")
            return
        given = self.outputs[output]
        directory = context.directory / "empty" if given is None else Path(given)
        if given is None:
            directory.mkdir(exist_ok=True)
        elif not directory.is_dir():
            raise PipelineKitError(f"{given}: is to become the output artifact {output}, and is no directory")
        packed = await context.output(output, directory)
        what = "empty" if given is None else f"{packed.files} files of {given}"
        context.log.line(f"[pipelinekit] output artifact {output}: {what}")

    def seen_from(self, directory: Path) -> Recorder:
        """Give the same recorder with its paths as seen from *directory*."""

        def absolute(path: str) -> str:
            return os.path.normpath(os.path.join(directory, os.path.expanduser(path)))

        outputs = {name: None if path is None else absolute(path) for name, path in self.outputs.items()}
        return Recorder(variables=self.variables, outputs=outputs, recorded=self.recorded)


def record(
    *, variables: Mapping[str, str] | None = None, outputs: Mapping[str, PathLike | None] | None = None
) -> Recorder:
    """Make a stand-in that does nothing but note what it is asked, in the log and in its ``recorded``.

    It succeeds, and its summary says each time that nothing was done. *variables* become its output variables;
    *outputs* maps an output artifact to the directory that becomes it, or to None for an empty one. An output artifact
    that is not in it is not made.
    """
    return Recorder(variables=variables, outputs=outputs)
