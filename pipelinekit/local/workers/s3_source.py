"""S3 sources: a directory or a git repository as every source, and beside that a zip file, or an object of a bucket."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, PipelineKitError
from pipelinekit.execution.jobs import Job
from pipelinekit.local import s3_transfer, zips
from pipelinekit.local.bindings import Bindings, of_action
from pipelinekit.local.buckets import Bucket, DirectoryBucket, bucket_of, how_to_bind, problem_with_bucket
from pipelinekit.local.worker import ActionResult, Context, failed, succeeded
from pipelinekit.local.workers.source import SourceWorker, need_chosen


@frozen(kw_only=True)
class _Zip:
    """A zip on this disk, and what S3 would say of it."""

    file: Path
    etag: str
    version: str
    summary: str = ""


class S3SourceWorker(SourceWorker):
    """Unzips what is bound to the action where that is a zip; else, where its bucket is bound, the object in it."""

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Say which source has nothing bound to it, or something that is not there."""
        where = definition.location(stage, action.name)
        given = of_action(bindings.sources, stage, action.name)
        name, key = _object(action)
        if given is not None and os.path.isfile(given):
            if not zips.is_zip(given):
                message = f"is bound to {given!r}, which is no zip"
                yield found("PK902", where, message, "bind a zip, or a directory or git repository")
        elif given is not None:
            yield from super().check(definition, stage, action, bindings)
        elif name not in bindings.buckets:
            hint = f"bind a directory, git repository or zip: --source {action.name}=PATH[@REF]; or its bucket: "
            hint += f'--bucket {name}=DIR|URL; or sources={{"{action.name}": "."}} from Python'
            yield found("PK901", where, "nothing on this machine stands for this source", hint)
        elif problem := problem_with_bucket(name, bindings.buckets[name]) or _missing(bucket_of(bindings, name), key):
            yield found("PK916", where, problem, how_to_bind(name))

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Make the artifact; the output variables are what S3 would say of the object."""
        given = of_action(context.bindings.sources, job.stage, job.action.name)
        if given is not None and not os.path.isfile(given):
            return await super().run(job, context)
        name, key = _object(job.action)
        if given is None:
            key = job.source_revision.get("S3_OBJECT_KEY", key)
        try:
            archive = _read(Path(given)) if given is not None else await _fetch(context, name, key, _version(job))
        except s3_transfer.TransferFailed as error:
            return failed(str(error), code=error.code)
        directory = context.directory / "unzipped"
        await context.loop.in_thread(lambda: zips.unzip(archive.file, directory))
        packed = await context.output(job.action.output_artifacts[0].name, directory)
        context.revision = archive.version or archive.etag
        where = given if given is not None else f"{bucket_of(context.bindings, name)}/{key}"
        summary = archive.summary or f"{where}: {packed.files} files, {packed.size:,} bytes"
        context.log.line(summary)
        known = {"BucketName": name, "ObjectKey": key, "ETag": archive.etag, "VersionId": archive.version}
        need_chosen(job, known)
        return succeeded({key: value for key, value in known.items() if value}, summary=summary)


def _object(action: ActionDeclaration) -> tuple[str, str]:
    """Give the bucket and the key that are read."""
    return action.configuration.get("S3Bucket", ""), action.configuration.get("S3ObjectKey", "")


def _version(job: Job) -> str:
    return job.source_revision.get("S3_OBJECT_VERSION_ID", "")


def _missing(bucket: Bucket, key: str) -> str | None:
    """Say that an object is not there, where that can be seen without asking anybody."""
    if isinstance(bucket, DirectoryBucket):
        try:
            bucket.get(key)
        except PipelineKitError as error:
            return str(error)
    return None


async def _fetch(context: Context, name: str, key: str, version: str) -> _Zip:
    bucket = bucket_of(context.bindings, name)
    if isinstance(bucket, DirectoryBucket):
        return _read(bucket.get(key))
    file = context.directory / "object.zip"
    got = await s3_transfer.get(context, bucket, key, file, version=version)
    return _Zip(file=file, etag=got.etag, version=got.version, summary=got.summary)


def _read(file: Path) -> _Zip:
    """Take a zip of this disk. Its ETag is that of an object uploaded at once; its version tells contents apart."""
    with open(file, "rb") as read:
        etag = hashlib.file_digest(read, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        read.seek(0)
        version = hashlib.file_digest(read, "sha256").hexdigest()[:32]
    return _Zip(file=file, etag=etag, version=version)
