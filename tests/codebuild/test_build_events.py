from __future__ import annotations

import pytest

import pipelinekit as pk
from pipelinekit.codebuild.events import BuildStatus, build_state_change
from pipelinekit.execution import events as happened
from pipelinekit.execution.eventbridge import Notifier


def change(
    started: float = 0.0, status: BuildStatus = "SUCCEEDED", project: pk.Project | None = None
) -> dict[str, object]:
    told = build_state_change(
        project="unit",
        build="unit:1",
        status=status,
        started=started,
        initiator="codepipeline/shop",
        region="eu-west-1",
        account="111122223333",
        described=project,
    )
    detail: dict[str, object] = told["detail"]
    return detail


@pytest.mark.parametrize(
    ("at", "written"),
    [(1504239149, "Sep 1, 2017 4:12:29 AM"), (1504282349, "Sep 1, 2017 4:12:29 PM"), (0, "Jan 1, 1970 12:00:00 AM")],
)
def test_times_are_written_as_codebuild_writes_them(at: float, written: str) -> None:
    more = change(at)["additional-information"]

    assert isinstance(more, dict)
    assert more["build-start-time"] == written


def test_what_is_known_of_the_project_is_told() -> None:
    project = pk.Project("unit", image="img", privileged=True, timeout_minutes=7)
    more = change(project=project)["additional-information"]

    assert isinstance(more, dict)
    assert more["environment"]["image"] == "img"
    assert (more["environment"]["privileged-mode"], more["timeout-in-minutes"]) == (True, 7)


def test_a_build_that_was_lost_with_its_engine_is_stopped_before_the_next_one_begins() -> None:
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
    unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["true"]))
    notifier = Notifier(pk.define(pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])))
    told = []
    for tries, job in enumerate(("one", "two")):
        started = happened.ActionStarted(
            at=1, execution="E", stage="Test", action="Unit", group=0, job=job, attempt=1, deadline=9e9, tries=tries
        )
        told += notifier.notices(started)

    builds = [one["detail"] for one in told if one["source"] == "aws.codebuild"]
    assert [(one["build-status"], one["build-id"].rpartition(":")[2]) for one in builds] == [
        ("IN_PROGRESS", "one"),
        ("STOPPED", "one"),
        ("IN_PROGRESS", "two"),
    ]
