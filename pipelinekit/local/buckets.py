"""Buckets on this machine: a directory, or a bucket behind an S3 endpoint."""

from __future__ import annotations

import os
import shutil
import threading
import urllib.parse
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.zips import is_below

_FORMS = "a directory, http://HOST:PORT, http://HOST:PORT/BUCKET, or s3://BUCKET for a bucket at AWS"


@frozen
class Object:
    """A file, and the key it has as an object."""

    key: str
    file: Path


@frozen
class DirectoryBucket:
    """A directory whose files are the objects: the key ``css/site.css`` is the file ``site.css`` in ``css``."""

    directory: str

    def __str__(self) -> str:
        return self.directory

    def place(self, key: str) -> Path:
        """Give where an object lies.

        Raises:
            PipelineKitError: when no file in the directory can have that name, or a link leads out of it.
        """
        parts = key.split("/")
        if "\0" in key or any(part in ("", ".", "..") for part in parts):
            raise PipelineKitError(
                f"the key {key!r} is no name of a file in {self.directory}, where a bucket is a directory: "
                "no part of it may be empty, . or .."
            )
        root = os.path.realpath(self.directory)
        if not is_below(os.path.realpath(os.path.join(root, *parts[:-1])), root):
            raise PipelineKitError(f"the key {key!r} leads out of {self.directory}, by a symbolic link in it")
        return Path(root, *parts)

    def put(self, objects: Sequence[Object], cancelled: threading.Event) -> None:
        """Write objects; each is replaced whole. All keys are judged before the first is written."""
        for given in objects:
            self.place(given.key)
        for given in objects:
            if cancelled.is_set():
                return
            _copy(given.file, self.place(given.key), given.key)

    def get(self, key: str) -> Path:
        """Give the file of an object.

        Raises:
            PipelineKitError: there is none.
        """
        place = self.place(key)
        if not place.is_file() or not is_below(os.path.realpath(place), os.path.realpath(self.directory)):
            raise PipelineKitError(f"{self.directory}: there is no object {key!r}; put the file there")
        return place


def _copy(file: Path, place: Path, key: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            raise IsADirectoryError
        making = place.with_name(f".{uuid.uuid4().hex}.part")
        try:
            shutil.copyfile(file, making)
            os.replace(making, place)  # a link that was there is replaced, not followed
        except BaseException:
            making.unlink(missing_ok=True)
            raise
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise PipelineKitError(
            f"the key {key!r} is a file and a directory at once in the directory that is the bucket; S3 has no "
            "directories, so remove one of them"
        ) from None


@frozen
class S3Bucket:
    """A bucket behind an S3 endpoint; None is AWS's own, as your configuration of it says."""

    name: str
    endpoint: str | None

    def __str__(self) -> str:
        return f"s3://{self.name}" if self.endpoint is None else f"{self.endpoint}/{self.name}"


Bucket: TypeAlias = DirectoryBucket | S3Bucket


def read_bucket(name: str, given: str) -> Bucket:
    """Read what is bound to a bucket called *name*.

    Raises:
        PipelineKitError: when it has none of the forms.
    """
    scheme, is_address, _ = given.partition("://")
    if not is_address:
        return DirectoryBucket(given)
    address = urllib.parse.urlsplit(given)
    if "@" in address.netloc:
        raise PipelineKitError(
            f"the endpoint of {name} has credentials in it: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY instead"
        )
    if scheme not in ("s3", "http", "https") or not address.netloc or address.query or address.fragment:
        raise PipelineKitError(f"{given!r} is no bucket: give {_FORMS}")
    path = address.path.strip("/")
    if "/" in path or (scheme == "s3" and path):
        raise PipelineKitError(f"{given!r} is no bucket: give {_FORMS}")
    if scheme == "s3":
        return S3Bucket(address.netloc, None)
    return S3Bucket(path or name, f"{scheme}://{address.netloc}")


def bucket_of(bindings: Bindings, name: str) -> Bucket:
    """Give the bucket that is bound to a name.

    Raises:
        PipelineKitError: when none is, or what is bound is none.
    """
    given = bindings.buckets.get(name)
    if given is None:
        raise PipelineKitError(f"nothing on this machine stands for the bucket {name}: {how_to_bind(name)}")
    return read_bucket(name, given)


def how_to_bind(name: str) -> str:
    """Say how something is bound to a bucket."""
    return f'bind a directory or an S3 endpoint: --bucket {name}=DIR|URL, or buckets={{"{name}": ...}} from Python'


def problem_with_bucket(name: str, given: str) -> str | None:
    """Say why what is bound to a bucket cannot be used, without touching it; None when nothing is wrong."""
    try:
        bucket = read_bucket(name, given)
    except PipelineKitError as error:
        return str(error)
    if isinstance(bucket, DirectoryBucket):
        nearest = os.path.realpath(bucket.directory)
        while not os.path.lexists(nearest):
            nearest = os.path.dirname(nearest)
        if not os.path.isdir(nearest):
            return f"the bucket {name} cannot be the directory {given}: {nearest} is a file"
    return None
