from __future__ import annotations

import pytest

import pipelinekit as pk
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.triggers import FilesNeeded
from pipelinekit.testing import Simulation, simulate, succeed

KIND = pk.ActionTypeId("Test", "Custom", "T")


def simulated(source: pk.Action, *triggers: pk.Trigger) -> Simulation:
    unit = pk.CustomAction("Unit", action_type=KIND, input=source.output)
    pipeline = pk.Pipeline("shop", [pk.Stage("Source", source), pk.Stage("Test", unit)], triggers=triggers)
    return simulate(pipeline, {"*": succeed()})


def connection(detect_changes: bool | None = None) -> pk.source.CodeConnections:
    return pk.source.CodeConnections(
        "Checkout",
        repository="acme/shop",
        branch="main",
        connection=pk.Parameter("ConnectionArn"),
        detect_changes=detect_changes,
    )


def commits(poll_for_source_changes: bool) -> pk.source.CodeCommit:
    return pk.source.CodeCommit(
        "Checkout", repository="shop", branch="main", poll_for_source_changes=poll_for_source_changes
    )


def triggered() -> Simulation:
    checkout = connection()
    trigger = pk.Trigger(
        checkout,
        push=[pk.Push(branches=["main", "release/*"], file_paths=["src/**"]), pk.Push(tags=["v*"])],
        pull_request=pk.PullRequest(events=["OPEN"], branches=["main"]),
    )
    return simulated(checkout, trigger)


def test_a_push_that_passes_the_triggers_starts_an_execution() -> None:
    sim = triggered()

    noticed = sim.push("release/1", files=["src/app.py"])

    assert noticed
    assert noticed.execution == sim.latest.id
    assert (sim.latest.trigger, len(sim.executions)) == ("WebhookV2", 1)
    assert noticed.reasons[0].startswith("Checkout: push filter 1: branch release/1 is like release/*")


def test_a_push_that_does_not_starts_none_and_says_why() -> None:
    sim = triggered()

    noticed = sim.push(files=["README.md"])

    assert not noticed
    assert sim.executions == []
    assert noticed.reasons[0] == "Checkout: push filter 1: file README.md is like none of src/**"
    assert repr(noticed).startswith("<started nothing: Checkout: push filter 1")


def test_tags_and_pull_requests_are_judged_too() -> None:
    sim = triggered()

    started = [
        bool(one)
        for one in (sim.push(tag="v1"), sim.push(tag="1"), sim.pull_request(), sim.pull_request(action="CLOSED"))
    ]

    assert started == [True, False, True, False]
    assert [one.trigger for one in sim.executions] == ["WebhookV2", "WebhookV2"]


def test_a_push_is_not_judged_without_the_files_that_decide() -> None:
    with pytest.raises(FilesNeeded, match="say which files changed"):
        triggered().push("main")


def test_a_push_to_another_repository_starts_nothing() -> None:
    assert not triggered().push("main", files=["src/a"], repository="acme/other")


@pytest.mark.parametrize(
    ("source", "trigger"),
    [
        (connection(), "Webhook"),
        (connection(detect_changes=False), None),
        (commits(poll_for_source_changes=True), "PollForSourceChanges"),
        (commits(poll_for_source_changes=False), "CloudWatchEvent"),
    ],
)
def test_without_a_trigger_a_push_is_noticed_as_the_source_notices_changes(
    source: pk.Action, trigger: str | None
) -> None:
    sim = simulated(source)

    sim.push()

    assert [one.trigger for one in sim.executions] == ([] if trigger is None else [trigger])
    assert not sim.push("other")


def test_where_no_source_reads_a_branch_it_has_to_be_said() -> None:
    sim = simulated(pk.source.S3("Archive", bucket="sources", object_key="app.zip"))

    with pytest.raises(PipelineKitError, match="no source of shop reads a branch"):
        sim.push()
    assert sim.push("main").reasons == ("Archive: reads S3, which knows no pushes",)
