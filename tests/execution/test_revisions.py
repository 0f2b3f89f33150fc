from __future__ import annotations

from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.execution.decide import jobs
from pipelinekit.execution.jobs import Job
from pipelinekit.execution.refusals import Refused
from pipelinekit.testing import Outcome, Simulation, simulate, succeed

COMMIT = "3f2a" * 10
git = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
image = pk.source.ECR("Image", repository="shop", tag="latest")
archive = pk.source.S3("Archive", bucket="b", object_key="app.zip")
free_archive = pk.source.S3("Archive", bucket="b", object_key="app.zip", allow_override_for_s3_object_key=True)


def simulated(source: pk.Action, outcome: Any = succeed(), **options: Any) -> Simulation:
    unit = pk.CustomAction("Unit", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=source.output)
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", source), pk.Stage("Test", unit)], **options)
    return simulate(pipeline, {"Source/*": outcome, "*": succeed()})


@pytest.mark.parametrize(
    ("source", "given", "variables"),
    [
        (git, COMMIT, {"CommitId": COMMIT}),
        (git, {"COMMIT_ID": COMMIT}, {"CommitId": COMMIT}),
        (image, "sha256:ab", {"ImageDigest": "sha256:ab"}),
        (archive, "v7", {"VersionId": "v7", "ObjectKey": "app.zip"}),
        (
            free_archive,
            {"S3_OBJECT_KEY": "old.zip", "S3_OBJECT_VERSION_ID": "v7"},
            {"VersionId": "v7", "ObjectKey": "old.zip"},
        ),
    ],
)
def test_a_start_chooses_the_revision_of_a_source(source: pk.Action, given: Any, variables: dict[str, str]) -> None:
    sim = simulated(source)
    sim.start(source_revisions={source.name: given})
    sim.run()

    assert sim.status == "Succeeded"
    assert sim.action(f"Source/{source.name}").variables.items() >= variables.items()


@pytest.mark.parametrize(
    ("source", "given", "why"),
    [
        (git, {"Other": COMMIT}, "there is no source action 'Other': there are Checkout"),
        (git, {"Unit": COMMIT}, "there is no source action 'Unit'"),
        (git, {"Checkout": {"IMAGE_DIGEST": "sha256:ab"}}, "whose revisions are COMMIT_ID, not IMAGE_DIGEST"),
        (git, {"Checkout": ""}, "has 0 characters, where AWS takes 1 to 1500"),
        (git, {"Checkout": "a" * 1501}, "has 1501 characters"),
        (git, {"Checkout": {}}, "no revision is given"),
        (archive, {"Archive": {"S3_OBJECT_KEY": "old.zip"}}, "set its AllowOverrideForS3ObjectKey to true"),
    ],
)
def test_a_revision_that_fits_no_source_is_refused(source: pk.Action, given: dict[str, Any], why: str) -> None:
    sim = simulated(source)

    with pytest.raises(Refused, match=why) as refused:
        sim.start(source_revisions=given)

    assert refused.value.error == "ValidationException"
    assert sim.executions == []


def test_a_v1_pipeline_takes_no_revisions() -> None:
    sim = simulated(git, pipeline_type="V1")

    with pytest.raises(Refused, match="type V2"):
        sim.start(source_revisions={"Checkout": COMMIT})


def test_a_job_that_is_given_again_to_another_engine_has_its_revision_still() -> None:
    given: list[Job] = []

    def outcome(job: Job) -> Outcome:
        given.append(job)
        return succeed(after="1m")

    sim = simulated(git, outcome)
    sim.start(source_revisions={"Checkout": COMMIT})
    sim.run()

    (again,) = jobs(sim.state, "shop")
    assert dict(again.source_revision) == {"COMMIT_ID": COMMIT}
    assert again == given[0]


def test_revisions_are_written_into_a_journal_and_read_back() -> None:
    sim = simulated(git)
    sim.start(source_revisions={"Checkout": COMMIT})

    (event,) = (one for one in sim.history if isinstance(one, happened.ExecutionStarted))
    record = happened.to_record(event)
    assert record["source_revisions"] == {"Checkout": {"COMMIT_ID": COMMIT}}
    assert happened.from_record("ExecutionStarted", record, at=event.at, execution=event.execution) == event
