"""What CodeBuild and Commands share on this machine: where sources lie, what they are called, how the log speaks."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelinekit.codebuild.environment import BuildFacts
from pipelinekit.execution.jobs import Job
from pipelinekit.local.store import location
from pipelinekit.local.worker import Context

DEFAULT_REGION = "us-east-1"


def stamp(now: float) -> str:
    """Say what stands before each line that CodeBuild writes: ``[Container] 2025/06/28 13:10:54.297544 ``."""
    second = int(now)
    return f"[Container] {_second(second)}.{int((now - second) * 1e6):06d} "


@functools.lru_cache(maxsize=2)
def _second(second: int) -> str:
    return time.strftime("%Y/%m/%d %H:%M:%S", time.gmtime(second))


async def lay_sources(context: Context, artifacts: Sequence[str]) -> dict[str, Path]:
    """Lay every input artifact into a directory of its own; the first is the primary source.

    Raises:
        PipelineKitError: when one of them was not made.
    """
    names = ["src", *(f"src{number}" for number in range(2, len(artifacts) + 1))]
    home = context.directory
    return {
        artifact: await context.input(artifact, home / name) for artifact, name in zip(artifacts, names, strict=True)
    }


def region(job: Job, environment: Mapping[str, str]) -> str:
    """Give the Region of an action: its own, else the user's."""
    user = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    return job.action.region or user or DEFAULT_REGION


def facts(
    context: Context,
    *,
    project: str,
    image: str,
    sources: Mapping[str, Path],
    environment: Mapping[str, str],
    number: int | None = None,
    encryption_key: str | None = None,
) -> BuildFacts:
    """Say what CodeBuild knows about the build of this job; the first of *sources* is the primary one."""
    job = context.job
    primary = next(iter(sources))
    where = region(job, environment)
    return BuildFacts(
        project=project,
        uuid=job.id,
        region=where,
        image=image,
        initiator=f"codepipeline/{job.pipeline}",
        start_ms=int(time.time() * 1000),
        primary=primary,
        source_directories={artifact: os.fspath(directory) for artifact, directory in sources.items()},
        source_versions={artifact: _source_version(context, artifact, where) for artifact in sources},
        resolved_version=context.revisions.get(primary),
        number=number,
        encryption_key=encryption_key,
    )


def _source_version(context: Context, artifact: str, region: str) -> str:
    """The place of an artifact, as CodePipeline names it to a build."""
    place = location(context.definition, context.job, artifact, region)
    return f"arn:aws:s3:::{place.bucket}/{place.key}"
