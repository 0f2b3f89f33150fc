"""The process that moves objects to and from an S3 endpoint, by boto3."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from pipelinekit.local.assumptions import S3_GUESSES_CONTENT_TYPES

_AT_ONCE = 8
_CONFIGURATION = ("NoSuchBucket", "NoSuchKey", "404", "InvalidBucketName", "PermanentRedirect", "InvalidArgument")
_PERMISSION = ("AccessDenied", "403", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken")


def main(place: str) -> None:
    """Do what is written down in a file, and write down what came of it."""
    request = json.loads(Path(place).read_text())
    answer: dict[str, str] = {}
    try:
        client = _client(request["endpoint"], request["region"])
        if "get" in request:
            answer = _get(client, request["bucket"], *request["get"])
        else:
            _put(client, request["bucket"], request["put"], request["headers"])
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        answer = {"error": str(error), "code": _failure_type(code)}
    except (BotoCoreError, Boto3Error) as error:
        answer = {"error": _mended(error), "code": "ConfigurationError"}
    Path(request["answer"]).write_text(json.dumps(answer))


def _client(endpoint: str | None, region: str | None) -> Any:
    session = boto3.Session()
    style: Any = {} if endpoint is None else {"addressing_style": "path"}
    retries: Any = {"max_attempts": 3, "mode": "standard"}
    config = Config(s3=style, retries=retries, connect_timeout=10, max_pool_connections=4 * _AT_ONCE)
    return session.client(
        "s3", endpoint_url=endpoint, region_name=region or session.region_name or "us-east-1", config=config
    )


def _put(client: Any, bucket: str, objects: list[tuple[str, str]], headers: dict[str, str]) -> None:
    def upload(key: str, file: str) -> str:
        content_type = mimetypes.guess_type(key)[0] if S3_GUESSES_CONTENT_TYPES else None
        extra: Any = {**headers, **({"ContentType": content_type} if content_type else {})}
        with open(file, "rb") as read:
            client.upload_fileobj(read, bucket, key, ExtraArgs=extra)
        return key

    with _pool() as pool:
        for key in pool.map(lambda given: upload(*given), objects):
            print(f"upload: {key}", flush=True)


@contextmanager
def _pool() -> Iterator[ThreadPoolExecutor]:
    """Give a pool that begins nothing more once something failed."""
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _get(client: Any, bucket: str, key: str, to: str, wanted: str) -> dict[str, str]:
    head = client.head_object(Bucket=bucket, Key=key, **({"VersionId": wanted} if wanted else {}))
    version = head.get("VersionId", "")
    extra: Any = {"VersionId": version} if version else {}
    with open(to, "wb") as out:
        client.download_fileobj(bucket, key, out, ExtraArgs=extra)
    summary = head["Metadata"].get("codepipeline-artifact-revision-summary", "")
    return {"etag": head["ETag"].strip('"'), "version": version, "summary": summary}


def _failure_type(code: str) -> str:
    if code in _PERMISSION:
        return "PermissionError"
    return "ConfigurationError" if code in _CONFIGURATION else "JobFailed"


def _mended(error: Exception) -> str:
    if isinstance(error, NoCredentialsError):
        return "no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
    return str(error)
