"""Real pipelines have the mistakes that a person finds in them, and no others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.declaration import (
    ActionDeclaration,
    OutputArtifact,
    PipelineDeclaration,
    StageDeclaration,
)

MISTAKES = {
    # Placeholders that were never filled in: <NAME-OF-PIPELINE>, <account-id>, words in place of an ARN.
    "aws-samples__aws-codepipeline-custom-job-worker-for-jfrog-artifactory": {"PK107", "PK122"},
    # No deployment group and no application, and a sentence in place of the role.
    "d3rIngo__auto-pipe-terraform": {"PK122", "PK303"},
    # A CloudFormation action without the role that it deploys with.
    "230109-capstone__serverless-sam-backend": {"PK309"},
    # No artifact store, and actions without artifacts.
    "ramanjulreddykotlo__aws-devops-project": {"PK119", "PK205", "PK206"},
    # %ServiceName% in its name: a template.
    "seroche__payment-gateway-api": {"PK107"},
}


def definitions(shared: Path) -> Iterator[tuple[str, pk.Definition]]:
    for path in sorted((shared / "corpus" / "pipeline").glob("*.json")):
        try:
            data = json.loads(path.read_text(encoding="utf-8-sig"))
        except ValueError:
            continue
        if "stages" in data.get("pipeline", {}):
            yield path.name, pk.Definition(pipeline=_pipeline(data["pipeline"]))


def _pipeline(data: dict[str, Any]) -> PipelineDeclaration:
    store = data.get("artifactStore")
    return PipelineDeclaration(
        data["name"],
        role_arn=data.get("roleArn", ""),
        artifact_store=None if store is None else pk.ArtifactStore(store["location"]),
        artifact_stores={
            region: pk.ArtifactStore(one["location"]) for region, one in data.get("artifactStores", {}).items()
        },
        stages=tuple(
            StageDeclaration(stage["name"], actions=tuple(_action(action) for action in stage["actions"]))
            for stage in data["stages"]
        ),
        execution_mode=data.get("executionMode", "SUPERSEDED"),
        pipeline_type=data.get("pipelineType", "V1"),
    )


def _action(data: dict[str, Any]) -> ActionDeclaration:
    kind = data["actionTypeId"]
    return ActionDeclaration(
        data["name"],
        action_type_id=pk.ActionTypeId(kind["category"], kind["owner"], kind["provider"], str(kind["version"])),
        run_order=int(data.get("runOrder", 1)),
        configuration=data.get("configuration", {}),
        output_artifacts=tuple(OutputArtifact(artifact["name"]) for artifact in data.get("outputArtifacts", ())),
        input_artifacts=tuple(artifact["name"] for artifact in data.get("inputArtifacts", ())),
        role_arn=data.get("roleArn"),
        region=data.get("region"),
        namespace=data.get("namespace"),
    )


@pytest.fixture(scope="module")
def real(shared: Path) -> list[tuple[str, pk.Definition]]:
    return list(definitions(shared))


def test_real_pipelines_have_the_mistakes_that_a_person_finds_in_them(real: list[tuple[str, pk.Definition]]) -> None:
    found: dict[str, set[str]] = {}
    for name, definition in real:
        codes = {finding.code for finding in pk.check(definition).errors}
        if codes:
            found.setdefault("__".join(name.split("__")[:2]), set()).update(codes)

    assert len(real) > 15
    assert found == MISTAKES


def test_a_real_token_for_github_is_advised_against(real: list[tuple[str, pk.Definition]]) -> None:
    warned = {finding.code for _, definition in real for finding in pk.check(definition).warnings}

    assert warned == {"PK324"}
