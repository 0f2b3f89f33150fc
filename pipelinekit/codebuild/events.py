"""How a build tells the world: EventBridge's event of it (User Guide, sample-build-notifications)."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from pipelinekit.codebuild.project import Project

BuildStatus = Literal["IN_PROGRESS", "SUCCEEDED", "FAILED", "STOPPED"]


def build_state_change(
    *,
    project: str,
    build: str,
    status: BuildStatus,
    started: float,
    initiator: str,
    region: str,
    account: str,
    described: Project | None = None,
) -> dict[str, Any]:
    """Give what a ``CodeBuild Build State Change`` says of the build *build*, ``<project>:<uuid>``.

    *started* is in seconds since 1970; *described* is the project, where it is known here. What only CodeBuild knows,
    such as the phases and the place of its log, is left out.
    """
    arn = f"arn:aws:codebuild:{region}:{account}:build/{build}"
    over = status != "IN_PROGRESS"
    more: dict[str, Any] = {
        "build-complete": over,
        "initiator": initiator,
        "build-start-time": _written(started),
        "source": {"type": "CODEPIPELINE"},
    }
    if described is not None:
        more["environment"] = {
            "image": described.image,
            "privileged-mode": described.privileged,
            "compute-type": described.compute_type,
            "type": described.environment_type,
        }
        if described.timeout_minutes is not None:
            more["timeout-in-minutes"] = described.timeout_minutes
    return {
        "detail-type": "CodeBuild Build State Change",
        "source": "aws.codebuild",
        "resources": [arn],
        "detail": {
            "build-status": status,
            "project-name": project,
            "build-id": arn,
            "current-phase": "COMPLETED" if over else "SUBMITTED",
            "current-phase-context": "[]",
            "version": "1",
            "additional-information": more,
        },
    }


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _written(at: float) -> str:
    """Write a time as these events do, in UTC: ``Sep 1, 2017 4:12:29 PM``."""
    time = datetime.datetime.fromtimestamp(at, datetime.UTC)
    half = "AM" if time.hour < 12 else "PM"
    return f"{_MONTHS[time.month - 1]} {time.day}, {time.year} {time.hour % 12 or 12}:{time:%M:%S} {half}"
