"""A pipeline written down for AWS: decided first, then written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import attrs
from attrs import frozen

from pipelinekit.codepipeline import checks
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.parameters import missing_values, with_defaults, with_parameters
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import InvalidDocument, Report, refuse_on_errors
from pipelinekit.files.layout import Layout, lay_out
from pipelinekit.files.manifest import MANIFEST, Manifest, manifest_text, read_manifest
from pipelinekit.files.writing import CannotWrite, write_files
from pipelinekit.values import Text


@frozen(kw_only=True)
class Emitted:
    """What `emit` did. Paths are relative to ``directory``; ``files`` are all of them in order, the manifest last.

    ``written`` are those that changed, ``removed`` those of an earlier time that are no longer wanted. ``report`` has
    the warnings of the checks, what was odd about the document it came from, and what is left for people to do.
    """

    directory: Path
    files: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]
    report: Report


def emit(
    given: Pipeline | Definition,
    directory: str | os.PathLike[str],
    parameters: Mapping[str, Text | int] | None = None,
) -> Emitted:
    """Write a pipeline for AWS into a directory: ``pipeline.json``, what its actions bring along, ``manifest.json``.

    *parameters* are the values of its parameters; those of a template have their defaults. `load` reads the directory
    back.

    Raises:
        InvalidPipeline: when the checks find errors; ``PK140`` for each parameter without a value.
        CannotWrite: when the directory holds files that are not ours, or cannot be written.
    """
    layout, report = decide(given, parameters or {})
    root = Path(directory)
    ours = _earlier(root, layout.manifest)
    both = attrs.evolve(layout.manifest, files=tuple(dict.fromkeys((*layout.manifest.files, *ours))))
    done = write_files(root, layout.files, ours, MANIFEST, while_removing=manifest_text(both))
    return Emitted(directory=root, files=tuple(layout.files), written=done.written, removed=done.removed, report=report)


def decide(given: Pipeline | Definition, parameters: Mapping[str, Text | int]) -> tuple[Layout, Report]:
    """Decide what `emit` writes, without writing it.

    Raises:
        InvalidPipeline: as `emit`.
    """
    compiled = given if isinstance(given, Definition) else compile_pipeline(given)
    definition = with_parameters(compiled, with_defaults(compiled, parameters))
    findings = checks.check(definition)
    refuse_on_errors([*findings, *missing_values(definition)])
    layout = lay_out(definition)
    return layout, Report([*findings, *layout.findings])


def _earlier(root: Path, manifest: Manifest) -> tuple[str, ...]:
    """Give the files that were emitted here before, so that nothing but those is touched."""
    file = root / MANIFEST
    if not os.path.lexists(file):
        return ()
    try:
        before = read_manifest(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError, InvalidDocument):
        before = None
    if before is None:
        raise CannotWrite(
            f"{file}: is there already, and is no manifest that pipelinekit can read",
            "  hint: nothing was changed; emit into a directory of its own",
        )
    if before.pipeline != manifest.pipeline:
        raise CannotWrite(
            f"{root}: holds the pipeline {before.pipeline}, not {manifest.pipeline}",
            "  hint: nothing was changed; emit into a directory of its own",
        )
    return before.files
