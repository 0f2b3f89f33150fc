"""Events as they stand in a journal: every shape that was ever written is read."""

from __future__ import annotations

from typing import Any

import pytest

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.document import read_pipeline
from pipelinekit.execution import events as happened

DOCUMENT = """
pipeline:
  name: app
  roleArn: arn:aws:iam::111122223333:role/r
  artifactStore: {type: S3, location: bucket}
  stages:
    - name: Source
      actions:
        - name: Checkout
          actionTypeId: {category: Source, owner: AWS, provider: CodeCommit, version: "1"}
          configuration: {RepositoryName: shop, BranchName: main}
          outputArtifacts: [{name: Code, alias: app}]
    - name: Build
      actions:
        - name: Make
          actionTypeId: {category: Build, owner: AWS, provider: CodeBuild, version: "1"}
          configuration: {ProjectName: shop}
          inputArtifacts: [{name: Code}]
"""


def in_the_first_shape(action: dict[str, Any]) -> dict[str, Any]:
    """Put what is kept of output artifacts where it stood first: into them."""
    kept = action.pop("more", {}).get("outputArtifacts", {})
    outputs = [{**output, "more": kept[str(n)]} for n, output in enumerate(action["output_artifacts"])]
    return {**action, "output_artifacts": outputs}


@pytest.mark.parametrize("kind", [happened.PipelineCreated, happened.PipelineUpdated])
def test_a_definition_of_the_first_shape_keeps_what_its_output_artifacts_say(
    kind: type[happened.PipelineCreated | happened.PipelineUpdated],
) -> None:
    event = kind(at=1.0, version=1, definition=Definition(pipeline=read_pipeline(DOCUMENT)))
    record = happened.to_record(event)
    actions = record["definition"]["pipeline"]["stages"][0]["actions"]
    actions[0] = in_the_first_shape(actions[0])

    read = happened.from_record(kind.__name__, {**record, "v": 1}, at=1.0, execution=None)

    assert actions[0]["output_artifacts"][0]["more"] == {"alias": "app"}
    assert read == event


def test_an_action_of_the_first_shape_keeps_what_its_output_artifacts_say() -> None:
    action = read_pipeline(DOCUMENT).stages[0].actions[0]
    event = happened.ActionStarted(
        at=1.0,
        execution="E",
        stage="Source",
        action="Checkout",
        group=0,
        job="j",
        attempt=1,
        deadline=2.0,
        resolved=action,
    )
    record = happened.to_record(event)
    record["resolved"] = in_the_first_shape(record["resolved"])

    assert happened.from_record("ActionStarted", {**record, "v": 1}, at=1.0, execution="E") == event


def test_an_action_without_variables_has_no_declaration_in_any_shape() -> None:
    event = happened.ActionStarted(
        at=1.0, execution="E", stage="S", action="A", group=0, job="j", attempt=1, deadline=2.0
    )

    assert happened.from_record("ActionStarted", {**happened.to_record(event), "v": 1}, at=1.0, execution="E") == event
