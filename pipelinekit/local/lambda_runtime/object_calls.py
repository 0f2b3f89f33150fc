"""S3's operations on the objects that are the artifacts of a job: inputs are read, outputs are written."""

from __future__ import annotations

import email.utils
import functools
import hashlib
import io
import os
import re
import shutil
import threading
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from pipelinekit.local import zips
from pipelinekit.local.lambda_runtime.answers import Body, response, short_response
from pipelinekit.local.lambda_runtime.invocation import ArtifactObject

_CHUNK = 1 << 20
_XML = {"content-type": "application/xml"}


class ObjectCalls:
    """Answers for the artifacts of one job."""

    def __init__(self, objects: Iterable[ArtifactObject]) -> None:
        self._objects = tuple(objects)
        self._lock = threading.Lock()
        self._answers: Mapping[str, Callable[[ArtifactObject, AWSPreparedRequest], AWSResponse]] = {
            "GetObject": self._get,
            "HeadObject": self._head,
            "PutObject": self._put,
            "CreateMultipartUpload": self._create_upload,
            "UploadPart": self._upload_part,
            "CompleteMultipartUpload": self._complete_upload,
            "AbortMultipartUpload": self._abort_upload,
        }

    def find(self, url: str) -> ArtifactObject | None:
        """Give the artifact that a URL means, with the bucket in its host or in its path."""
        place = urllib.parse.urlsplit(url)
        path, host = urllib.parse.unquote(place.path), place.hostname or ""
        for candidate in self._objects:
            bucket, key = candidate.location.bucket, candidate.location.key
            if path == f"/{bucket}/{key}" or (path == f"/{key}" and host.startswith(f"{bucket}.")):
                return candidate
        return None

    def answer(self, operation: str, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse | None:
        """Give the response to an operation on an artifact; None where it is none that is answered."""
        answer = self._answers.get(operation)
        if answer is None:
            return None
        writes = operation not in ("GetObject", "HeadObject")
        if writes and found.is_input:
            return _error(request, 403, "AccessDenied", f"{found.name} is an input artifact: it is read, not written")
        return answer(found, request)

    # Reading

    def _get(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        file = self._opened(found)
        if file is None:
            return _error(request, 404, "NoSuchKey", f"nothing was uploaded to the output artifact {found.name} yet")
        size = os.fstat(file.fileno()).st_size
        headers = _headers(found, size)
        wanted = _range(_header(request, "Range"), size)
        if wanted is None:
            return response(request.url, 200, headers, Body(file, size))
        start, end = wanted
        if start >= end:
            file.close()
            return _error(request, 416, "InvalidRange", f"{found.name} has {size} bytes")
        file.seek(start)
        headers |= {"content-length": str(end - start), "content-range": f"bytes {start}-{end - 1}/{size}"}
        return response(request.url, 206, headers, Body(file, end - start))

    def _head(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        file = self._opened(found)
        if file is None:
            return short_response(request.url, 404, {})
        with file:
            size = os.fstat(file.fileno()).st_size
        return response(request.url, 200, _headers(found, size), Body(io.BytesIO(), 0))

    def _opened(self, found: ArtifactObject) -> IO[bytes] | None:
        if found.pack is not None:
            with self._lock:
                if not found.file.exists():
                    zips.zip_pack(found.pack, found.file)
        return open(found.file, "rb") if found.file.exists() else None

    # Writing

    def _put(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        return short_response(request.url, 200, {"etag": _write(found.file, request)})

    def _create_upload(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        upload = uuid.uuid4().hex
        _parts(found, upload).mkdir(parents=True)
        return _xml(
            request,
            "InitiateMultipartUploadResult",
            {"Bucket": found.location.bucket, "Key": found.location.key, "UploadId": upload},
        )

    def _upload_part(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        query = _query(request)
        directory = _parts(found, query["uploadId"])
        if not directory.is_dir():
            return _error(request, 404, "NoSuchUpload", f"there is no upload {query['uploadId']}")
        return short_response(
            request.url, 200, {"etag": _write(directory / f"{int(query['partNumber']):05d}", request)}
        )

    def _complete_upload(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        directory = _parts(found, _query(request)["uploadId"])
        if not directory.is_dir():
            return _error(request, 404, "NoSuchUpload", "that upload is over, or never began")
        making = found.file.with_suffix(".part")
        with open(making, "wb") as out:
            for part in sorted(directory.iterdir()):
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, out, _CHUNK)
        os.replace(making, found.file)
        shutil.rmtree(directory)
        fields = {"Bucket": found.location.bucket, "Key": found.location.key, "ETag": _etag(found.file)}
        return _xml(request, "CompleteMultipartUploadResult", fields)

    def _abort_upload(self, found: ArtifactObject, request: AWSPreparedRequest) -> AWSResponse:
        shutil.rmtree(_parts(found, _query(request)["uploadId"]), ignore_errors=True)
        return short_response(request.url, 204, {})


def _parts(found: ArtifactObject, upload: str) -> Path:
    return found.file.with_name(f"{found.file.name}.{re.sub('[^0-9a-f]', '', upload)}.parts")


def _query(request: AWSPreparedRequest) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request.url).query, keep_blank_values=True))


def _header(request: AWSPreparedRequest, name: str) -> str:
    value: Any = request.headers.get(name) or ""
    return value.decode() if isinstance(value, bytes) else str(value)


def _headers(found: ArtifactObject, size: int) -> dict[str, str]:
    return {
        "content-length": str(size),
        "content-type": "application/zip",
        "accept-ranges": "bytes",
        "etag": _etag(found.file),
        "last-modified": email.utils.formatdate(found.file.stat().st_mtime, usegmt=True),
    }


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Read ``bytes=0-99``, ``bytes=100-`` or ``bytes=-10`` as (from, before); None where all is wanted."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if match is None or match[0] == "bytes=-":
        return None
    if not match[1]:
        return max(0, size - int(match[2])), size
    return int(match[1]), min(size, int(match[2]) + 1 if match[2] else size)


def _etag(file: Path) -> str:
    info = file.stat()
    return _digest(file, info.st_ino, info.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _digest(file: Path, inode: int, changed: int) -> str:
    """Give the ETag of a file as it is now; a download in parts asks for it with every part."""
    with open(file, "rb") as read:
        return f'"{hashlib.file_digest(read, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()}"'


def _write(place: Path, request: AWSPreparedRequest) -> str:
    """Write the body of a request to a file, whole or not at all; give its ETag."""
    making = place.with_name(f"{place.name}.{uuid.uuid4().hex}.part")
    with open(making, "wb") as out:
        for data in body_of(request):
            out.write(data)
    os.replace(making, place)
    return _etag(place)


def body_of(request: AWSPreparedRequest) -> Iterator[bytes]:
    """Yield the body of a request, taken out of AWS's chunked encoding where it is in it."""
    body: Any = request.body
    if isinstance(body, str):
        body = body.encode()
    file = io.BytesIO(body or b"") if body is None or isinstance(body, (bytes, bytearray)) else body
    if "aws-chunked" in _header(request, "Content-Encoding"):
        yield from _unchunked(io.BufferedReader(_Readable(file), _CHUNK))
        return
    while data := file.read(_CHUNK):
        yield data


class _Readable(io.RawIOBase):
    """A file that botocore made of another, which can only ``read``."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _unchunked(file: io.BufferedReader) -> Iterator[bytes]:
    """Yield the contents of chunks, ``SIZE[;...]`` CRLF CONTENT CRLF; trailers with a checksum follow the last one."""
    while size := int(file.readline().partition(b";")[0].strip() or b"0", 16):
        left = size
        while left and (data := file.read(min(left, _CHUNK))):
            left -= len(data)
            yield data
        file.readline()


def _xml(request: AWSPreparedRequest, root: str, fields: Mapping[str, str]) -> AWSResponse:
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{inside}</{root}>'
    return short_response(request.url, 200, _XML, content.encode())


def _error(request: AWSPreparedRequest, status: int, code: str, message: str) -> AWSResponse:
    content = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return short_response(request.url, status, _XML, content.encode())
