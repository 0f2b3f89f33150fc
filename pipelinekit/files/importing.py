"""Documents that are to be kept as Python: with the reasons to ignore a finding that stand in their comments."""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from pipelinekit.codepipeline.checks import check
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.files.comments import with_comments
from pipelinekit.files.loading import load, split_logical_id
from pipelinekit.values import FrozenMap


def load_with_reasons(path: str | os.PathLike[str]) -> Definition:
    """Read a definition as `load` does; what comments of its document ignore, its parts ignore.

    Of findings about the document itself, which is left behind, no reason is kept; those that are ignored are left out.

    Raises:
        InvalidDocument: as `load`.
    """
    definition = load(path)
    file, _ = split_logical_id(path)
    if not file.is_file():
        return definition
    return _with_reasons(definition, file.read_text(encoding="utf-8-sig"), str(file))


def _with_reasons(definition: Definition, text: str, file: str) -> Definition:
    of_document = definition.origin.findings
    ignored = with_comments(check(definition), text, file).ignored
    ignores: dict[str, Mapping[str, str]] = dict(definition.origin.ignores)
    for one in ignored:
        if one.diagnostic not in of_document:
            key = _part(definition, one.diagnostic.where.path[1:])
            ignores[key] = {one.diagnostic.code: one.reason, **ignores.get(key, {})}
    without = {one.diagnostic for one in ignored}
    origin = attrs.evolve(
        definition.origin,
        findings=tuple(finding for finding in of_document if finding not in without),
        ignores=FrozenMap({key: FrozenMap(reasons) for key, reasons in ignores.items()}),
    )
    return attrs.evolve(definition, origin=origin)


def _part(definition: Definition, path: tuple[str, ...]) -> str:
    """Give the key of the innermost part that can ignore something: an action, a stage, or the pipeline."""
    actions = {(stage.name, action.name) for stage, action in definition.actions()}
    stages = {(stage.name,) for stage in definition.pipeline.stages}
    return next(("/".join(path[:length]) for length in (2, 1) if path[:length] in actions | stages), "")
