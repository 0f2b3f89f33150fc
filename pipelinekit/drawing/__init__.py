"""Pictures of definitions and executions."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline

Format: TypeAlias = Literal["text", "mermaid", "dot", "svg"]
FORMATS: tuple[Format, ...] = ("text", "mermaid", "dot", "svg")


def draw(given: Pipeline | Definition, format: Format = "text", *, execution: Mapping[str, Any] | None = None) -> str:
    """Draw a pipeline, whatever is wrong with it: as text for 80 columns, for Mermaid or Graphviz, or as SVG.

    *execution* is how an execution of it stands, as ``pipelinekit show --json`` prints it and as ``pk.run`` gives it in
    ``result.shown``: each stage and action then has the symbol, the colour and the duration of its status.

    Raises:
        ValueError: for another format; and for an execution of another pipeline, which is a PipelineKitError too.
    """
    if format not in FORMATS:
        raise ValueError(f"a picture is drawn as {', '.join(FORMATS)}, not as {format!r}")
    definition = given if isinstance(given, Definition) else compile_pipeline(given)
    drawn: str = importlib.import_module(f"pipelinekit.drawing.{format}").drawn(definition, execution)
    return drawn
