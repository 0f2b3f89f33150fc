"""HTTP responses as botocore takes them from a ``before-send`` handler."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from botocore.awsrequest import AWSResponse

_CHUNK = 1 << 16


class Body:
    """What a response holds: *size* bytes of a file from where it stands; the file is closed with it."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def read(self, amt: int | None = None, **_: Any) -> bytes:
        """Read the next bytes, all that are left where nobody says how many."""
        wanted = self._left if amt is None or amt < 0 else min(amt, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Read the next bytes into a buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """Yield what is left, piece by piece."""
        while data := self.read(_CHUNK):
            yield data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def response(url: str, status: int, headers: Mapping[str, str], body: Body) -> AWSResponse:
    """Make a response."""
    return AWSResponse(url, status, headers, body)  # type: ignore[arg-type]


def short_response(url: str, status: int, headers: Mapping[str, str], content: bytes = b"") -> AWSResponse:
    """Make a response of a few bytes."""
    return response(
        url, status, {"content-length": str(len(content)), **headers}, Body(io.BytesIO(content), len(content))
    )


def json_response(url: str, content: Mapping[str, Any]) -> AWSResponse:
    """Make the response of an operation of the JSON protocol."""
    return short_response(url, 200, _JSON, json.dumps(content).encode())


def json_error(url: str, code: str, message: str) -> AWSResponse:
    """Make the error of an operation of the JSON protocol."""
    return short_response(url, 400, _JSON, json.dumps({"__type": code, "message": message}).encode())


_JSON = {"content-type": "application/x-amz-json-1.1"}
