"""The stages of real CloudFormation templates: their actions have the mistakes a person finds in them, and no others.

Only the stages are read here, with whatever CloudFormation has yet to work out as a parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import pipelinekit as pk
from pipelinekit.codepipeline.document import read_pipeline

_LINTER = "aws-cloudformation__cfn-lint__test"
MISTAKES = {
    # Templates that are wrong on purpose: tests of a linter.
    f"{_LINTER}-fixtures-templates-bad-resources-codepipeline-action_artifact_counts": {"PK205", "PK206"},
    f"{_LINTER}-fixtures-templates-bad-resources_codepipeline_action_artifact_counts": {"PK205", "PK206"},
    # Inputs and configuration stand in the type of the action, where nobody looks for them.
    "samhstn__website__infra-master-pipeline": {"PK205", "PK303"},
    # A deployment by CodeBuild, which the author corrected later.
    "samhstn__website__infra-codepipeline": {"PK301"},
    # A template without its artifact.
    "BIBSYSDEV__NVA-Frontend__pipeline_template": {"PK307"},
}
OF_ANOTHER_SHAPE = {
    # An action without a type.
    "amazon-archives__golang-deployment-pipeline__cloudformation-pipeline",
    # An action that is no object, on purpose.
    f"{_LINTER}-fixtures-templates-bad-resources-codepipeline-stages_one_stage",
}
TO_COME = "${Parameter.ToCome}"


class _Loader(yaml.SafeLoader):
    """Reads YAML with the short intrinsics of CloudFormation, and leaves their values to come."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: TO_COME)


def without_intrinsics(value: Any) -> Any:
    match value:
        case dict() if len(value) == 1 and str(*value).startswith(("Ref", "Fn::")):
            return TO_COME
        case dict():
            return {key: without_intrinsics(inner) for key, inner in value.items()}
        case list():
            return [without_intrinsics(inner) for inner in value]
    return value


def stages_in(value: Any) -> Iterator[list[Any]]:
    match value:
        case {"Stages": [{"Actions": list()}, *_] as stages}:
            yield [*stages]
        case dict():
            for inner in value.values():
                yield from stages_in(inner)
        case list():
            for inner in value:
                yield from stages_in(inner)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def declared(action: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": as_text(action.get("Name", "")),
        "actionTypeId": {f"{k[0].lower()}{k[1:]}": as_text(v) for k, v in action["ActionTypeId"].items()},
        "configuration": {k: as_text(v) for k, v in (action.get("Configuration") or {}).items()},
        "inputArtifacts": [{"name": as_text(a["Name"])} for a in action.get("InputArtifacts") or ()],
        "outputArtifacts": [{"name": as_text(a["Name"])} for a in action.get("OutputArtifacts") or ()],
    }


def definitions(path: Path) -> Iterator[pk.Definition]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except yaml.YAMLError:  # templates of templates
        return
    for stages in stages_in(without_intrinsics(document)):
        pipeline = {
            "name": "shop",
            "roleArn": TO_COME,
            "artifactStore": {"type": "S3", "location": TO_COME},
            "stages": [
                {"name": as_text(stage["Name"]), "actions": [declared(a) for a in stage["Actions"] if a != TO_COME]}
                for stage in stages
                if stage != TO_COME
            ],
        }
        yield pk.Definition(pipeline=read_pipeline(json.dumps(pipeline), path.name))


@pytest.fixture(scope="module")
def real(shared: Path) -> list[tuple[str, pk.Definition]]:
    paths = sorted((shared / "corpus" / "pipeline").iterdir())
    return [
        (_named(path), definition)
        for path in paths
        if _named(path) not in OF_ANOTHER_SHAPE
        for definition in definitions(path)
    ]


def _named(path: Path) -> str:
    """Give the name of a file in the corpus without the digits of its commit."""
    return path.name.rpartition("--")[0] or path.stem


def test_actions_of_real_templates_have_the_mistakes_that_a_person_finds_in_them(
    real: list[tuple[str, pk.Definition]],
) -> None:
    found: dict[str, set[str]] = {}
    for name, definition in real:
        errors = pk.check(definition).errors
        codes = {f.code for f in errors if f.code.startswith("PK3") or f.code in ("PK205", "PK206")}
        if codes:
            found.setdefault(name, set()).update(codes)

    assert len(real) > 80
    assert found == MISTAKES
