"""Objects to and from an S3 endpoint, in a process of its own: that can be ended, and boto3 stays out of the engine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.buckets import Object, S3Bucket
from pipelinekit.local.own_processes import command
from pipelinekit.local.worker import Context


class TransferFailed(PipelineKitError):
    """An endpoint refused, or could not be reached. ``code`` is one of the API's FailureType."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@frozen(kw_only=True)
class Got:
    """What is known of an object that was fetched. ``version`` is empty where the bucket keeps none."""

    etag: str
    version: str
    summary: str


async def put(context: Context, bucket: S3Bucket, objects: Sequence[Object], headers: Mapping[str, str]) -> None:
    """Upload objects; *headers* are boto3's extra arguments, such as ``CacheControl``.

    Raises:
        TransferFailed: the endpoint refused, or could not be reached.
    """
    wanted = [[given.key, os.fspath(given.file)] for given in objects]
    await _transfer(context, bucket, {"put": wanted, "headers": dict(headers)})


async def get(context: Context, bucket: S3Bucket, key: str, to: Path, *, version: str = "") -> Got:
    """Fetch an object into a file: its newest version, or the one that is named.

    Raises:
        TransferFailed: the endpoint refused, has no such object, or could not be reached.
    """
    return Got(**await _transfer(context, bucket, {"get": [key, os.fspath(to), version]}))


async def _transfer(context: Context, bucket: S3Bucket, wish: Mapping[str, Any]) -> dict[str, str]:
    request, answer = context.directory / "transfer.json", context.directory / "transferred.json"
    place = {"bucket": bucket.name, "endpoint": bucket.endpoint, "region": context.job.action.region}
    request.write_text(json.dumps({**place, **wish, "answer": os.fspath(answer)}))
    end = await context.process(command("pipelinekit.local.s3_process", os.fspath(request)), env=context.environment)
    if not answer.exists():
        raise TransferFailed(f"{bucket}: the transfer ended with {end.status}", "JobFailed")
    answered: dict[str, str] = json.loads(answer.read_text())
    if "error" in answered:
        raise TransferFailed(f"{bucket}: {answered['error']}", answered["code"])
    return answered
