"""Pictures of definitions and executions."""

from __future__ import annotations

import importlib
from typing import Literal

from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline

FORMATS = ("text", "mermaid", "dot")


def draw(given: Pipeline | Definition, format: Literal["text", "mermaid", "dot"] = "text") -> str:
    """Draw a pipeline, whatever is wrong with it: as text for 80 columns, or for Mermaid or Graphviz.

    Raises:
        ValueError: for another format.
    """
    if format not in FORMATS:
        raise ValueError(f"a picture is drawn as {', '.join(FORMATS)}, not as {format!r}")
    definition = given if isinstance(given, Definition) else compile_pipeline(given)
    drawn: str = importlib.import_module(f"pipelinekit.drawing.{format}").drawn(definition)
    return drawn
