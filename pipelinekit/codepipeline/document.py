"""How a pipeline is written down (CodePipeline API: CreatePipeline, GetPipeline), both ways."""

from __future__ import annotations

from pipelinekit.codepipeline.reading import PipelineDocument, read_pipeline, read_pipeline_document, read_tags
from pipelinekit.codepipeline.writing import disable_transition_input, pipeline_input, tags_input

__all__ = [
    "PipelineDocument",
    "disable_transition_input",
    "pipeline_input",
    "read_pipeline",
    "read_pipeline_document",
    "read_tags",
    "tags_input",
]
