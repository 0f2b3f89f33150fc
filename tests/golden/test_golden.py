"""What is written and drawn, byte for byte. ``PIPELINEKIT_REWRITE_GOLDEN=1 pytest tests/golden`` writes it anew."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.parameters import parameters_of, with_parameters
from pipelinekit.drawing import Format, draw
from pipelinekit.files import emit, load, open_pipeline

HERE = Path(__file__).parent
EXAMPLES = {"shop": "shop/pipeline.py", "fleet": "fleet/fleet.py"}
PARAMETERS = {
    "ArtifactBucket": "shop-artifacts",
    "CodeBuildRoleArn": "arn:aws:iam::111122223333:role/builds",
    "CodeDeployRoleArn": "arn:aws:iam::111122223333:role/deployments",
    "ConnectionArn": "arn:aws:codeconnections:eu-west-1:111122223333:connection/1",
    "PipelineRoleArn": "arn:aws:iam::111122223333:role/pipelines",
}
REWRITE = os.environ.get("PIPELINEKIT_REWRITE_GOLDEN") == "1"
PICTURES: dict[Format, str] = {"text": "txt", "mermaid": "mmd", "dot": "dot", "svg": "svg"}
DOCUMENTATION = HERE.parent.parent / "docs" / "images"


def example(name: str) -> pk.Pipeline:
    pipeline = open_pipeline(str(HERE / EXAMPLES[name])).value
    assert isinstance(pipeline, pk.Pipeline)
    return pipeline


def values(pipeline: pk.Pipeline) -> dict[str, str]:
    return {parameter: PARAMETERS[parameter] for parameter in parameters_of(compile_pipeline(pipeline))}


def tree(directory: Path) -> dict[str, str]:
    files = sorted(file for file in directory.rglob("*") if file.is_file())
    return {str(file.relative_to(directory)): file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_emitted_as_it_always_was(name: str, tmp_path: Path) -> None:
    pipeline, golden = example(name), HERE / name / "emitted"
    if REWRITE:
        emit(pipeline, golden, values(pipeline))

    emit(pipeline, tmp_path, values(pipeline))

    assert tree(tmp_path) == tree(golden)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_was_emitted_reads_as_the_example_itself(name: str) -> None:
    pipeline = example(name)

    assert load(HERE / name / "emitted") == with_parameters(compile_pipeline(pipeline), values(pipeline))


def assert_drawn(drawn: str, golden: Path) -> None:
    if REWRITE:
        golden.write_text(drawn, encoding="utf-8")

    assert drawn == golden.read_text(encoding="utf-8")


def shown(file: Path) -> Mapping[str, Any]:
    """Read what ``pipelinekit show --json`` once printed."""
    execution: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return execution


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("format", PICTURES)
def test_an_example_is_drawn_as_it_always_was(name: str, format: Format) -> None:
    assert_drawn(draw(example(name), format), HERE / name / f"drawing.{PICTURES[format]}")


@pytest.mark.parametrize("format", PICTURES)
def test_an_execution_is_drawn_as_it_always_was(format: Format) -> None:
    execution = shown(HERE / "shop" / "execution.json")

    assert_drawn(draw(example("shop"), format, execution=execution), HERE / "shop" / f"execution.{PICTURES[format]}")


def test_the_pictures_in_the_documentation_are_golden_too() -> None:
    shop = open_pipeline(str(HERE.parent.parent / "examples" / "shop" / "pipeline.py")).value

    assert_drawn(draw(shop, "svg"), DOCUMENTATION / "shop.svg")
    execution = shown(DOCUMENTATION / "shop-execution.json")
    assert_drawn(draw(shop, "svg", execution=execution), DOCUMENTATION / "shop-execution.svg")
