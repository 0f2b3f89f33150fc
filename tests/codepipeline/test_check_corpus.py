"""Real pipelines have the mistakes that a person finds in them, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.document import read_pipeline
from pipelinekit.diagnostics import InvalidDocument

MISTAKES = {
    # Placeholders that were never filled in: <NAME-OF-PIPELINE>, <account-id>, words in place of an ARN.
    "aws-samples__aws-codepipeline-custom-job-worker-for-jfrog-artifactory": {"PK107", "PK122", "PK132"},
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
            declaration = read_pipeline(path.read_text(encoding="utf-8-sig"), path.name)
        except InvalidDocument:
            continue
        yield path.name, pk.Definition(pipeline=declaration)


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


def test_real_pipelines_are_warned_of_tokens_for_github_shown_or_starred_and_of_changes_detected_beside_a_trigger(
    real: list[tuple[str, pk.Definition]],
) -> None:
    warned = {finding.code for _, definition in real for finding in pk.check(definition).warnings}

    assert warned == {"PK324", "PK338", "PK507"}
