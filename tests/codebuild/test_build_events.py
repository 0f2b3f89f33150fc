from __future__ import annotations

import pytest

import pipelinekit as pk
from pipelinekit.codebuild.events import BuildStatus, build_state_change


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
