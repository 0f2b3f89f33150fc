"""S3 deployments: the files of an artifact, or the artifact as one zip, go to what is bound to the bucket."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import artifacts, s3_transfer, zips
from pipelinekit.local.assumptions import S3_LINKS_BECOME_FILES, S3_PREFIX_SEPARATOR
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.buckets import DirectoryBucket, Object, bucket_of, how_to_bind, problem_with_bucket
from pipelinekit.local.tasks import Cancelled
from pipelinekit.local.worker import ActionResult, Context, failed, succeeded
from pipelinekit.values import variables_in


@frozen(kw_only=True)
class Deployment:
    """What the configuration of an action says (User Guide, action-reference-S3Deploy)."""

    bucket: str
    extract: bool
    object_key: str
    canned_acl: str
    cache_control: str
    kms_key: str

    @property
    def headers(self) -> dict[str, str]:
        """The arguments of boto3's uploads that say it."""
        given = {"ACL": self.canned_acl, "CacheControl": self.cache_control, "SSEKMSKeyId": self.kms_key}
        encrypted = {"ServerSideEncryption": "aws:kms"} if self.kms_key else {}
        return {**{name: value for name, value in given.items() if value}, **encrypted}

    def beyond_a_directory(self) -> Iterator[str]:
        """Say what of it a directory cannot hold."""
        if self.canned_acl:
            yield f"CannedACL {self.canned_acl} is not applied: a directory has no access control lists"
        if self.cache_control:
            yield f"CacheControl {self.cache_control} is not kept: a directory has no headers"
        if self.kms_key:
            yield f"KMSEncryptionKeyARN {self.kms_key} is not used: files in a directory are not encrypted"


def deployment(action: ActionDeclaration) -> Deployment:
    """Read the configuration of an action."""
    given = action.configuration
    return Deployment(
        bucket=given.get("BucketName", ""),
        extract=given.get("Extract") != "false",
        object_key=given.get("ObjectKey", ""),
        canned_acl=given.get("CannedACL", ""),
        cache_control=given.get("CacheControl", ""),
        kms_key=given.get("KMSEncryptionKeyARN", ""),
    )


class S3DeployWorker:
    """Deploys to the bucket that is bound (``buckets={"shop-site": "site"}``); what is there already stays."""

    repeatable = True
    leaves_processes = False

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps the deployment from beginning: ``PK915`` nothing is bound, ``PK916`` it cannot be used."""
        name = action.configuration.get("BucketName", "")
        if any(variables_in(name)):
            return  # only known when the action starts
        where = definition.location(stage, action.name)
        if name not in bindings.buckets:
            yield found("PK915", where, f"nothing on this machine stands for the bucket {name}", how_to_bind(name))
        elif problem := problem_with_bucket(name, bindings.buckets[name]):
            yield found("PK916", where, problem, how_to_bind(name))

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Deploy the input artifact."""
        asked = deployment(job.action)
        bucket = bucket_of(context.bindings, asked.bucket)
        artifact = job.action.input_artifacts[0]
        key = _expanded(asked.object_key)
        if asked.extract:
            directory = await context.input(artifact, context.directory / "artifact")
            objects = list(_files(directory, key))
        elif not key:
            return failed("ObjectKey is needed where Extract is false", code="ConfigurationError")
        else:
            place = context.directory / "artifact.zip"
            await context.loop.in_thread(lambda: zips.zip_pack(context.pack(artifact), place))
            objects = [Object(key, place)]
        size = sum(given.file.stat().st_size for given in objects)
        if isinstance(bucket, DirectoryBucket):
            await _put(bucket, asked, objects, context)
        else:
            try:
                await s3_transfer.put(context, bucket, objects, asked.headers)
            except s3_transfer.TransferFailed as error:
                return failed(str(error), code=error.code)
        what = f"{len(objects)} object{'' if len(objects) == 1 else 's'}, {size:,} bytes"
        return succeeded(summary=f"{what} in bucket {asked.bucket} ({bucket})")


async def _put(bucket: DirectoryBucket, asked: Deployment, objects: Sequence[Object], context: Context) -> None:
    for line in asked.beyond_a_directory():
        context.log.line(f"[pipelinekit] {line}")
    cancelled = threading.Event()
    try:
        await context.loop.in_thread(lambda: bucket.put(objects, cancelled))
    except Cancelled:
        cancelled.set()
        raise
    for given in objects:
        context.log.line(f"upload: {given.key}")


def _expanded(key: str) -> str:
    """Replace what CodePipeline replaces in an object key (User Guide, action-requirements)."""
    now = time.strftime("%Y-%m-%d_%H-%M-%S", time.gmtime())
    return key.replace("{datetime}", now).replace("{uuid}", str(uuid.uuid4()))


def _files(directory: Path, prefix: str) -> Iterator[Object]:
    """Yield the files of an artifact with their keys.

    Raises:
        PipelineKitError: a symbolic link leads to no file of it.
    """
    root = os.path.realpath(directory)
    start = prefix.removesuffix(S3_PREFIX_SEPARATOR) + S3_PREFIX_SEPARATOR if prefix else ""
    for name in artifacts.walk(root):
        place = os.path.join(root, name)
        real = os.path.realpath(place)
        is_link = os.path.islink(place)
        if is_link and not (S3_LINKS_BECOME_FILES and os.path.isfile(real) and zips.is_below(real, root)):
            raise PipelineKitError(
                f"{name} is a symbolic link to {os.readlink(place)}, which is no file of the artifact; "
                "S3 has no links, so put the file itself into the artifact"
            )
        yield Object(f"{start}{name}", Path(real))
