"""Lists that are given page by page: where a page ended is a token, which new rows do not move."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from pipelinekit.diagnostics import PipelineKitError


class Page(list[dict[str, Any]]):
    """A page of a list, the newest first. ``next_token`` asks for the page after it, None when this is the last.

    ``removed_before``: retention removed something that would stand in this list; what is older than this is not whole.
    """

    next_token: str | None
    removed_before: str | None

    def __init__(
        self, rows: Iterable[dict[str, Any]] = (), *, next_token: str | None = None, removed_before: str | None = None
    ) -> None:
        super().__init__(rows)
        self.next_token = next_token
        self.removed_before = removed_before


@frozen
class Cursor:
    """Where a page ended: the start, in seconds since 1970, and the id of its last row."""

    started: float
    id: str


def to_token(cursor: Cursor, asked: object) -> str:
    """Write a cursor as a token that goes on with one list only: the one that *asked* stands for."""
    said = json.dumps([cursor.started, cursor.id, _mark(asked)], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def from_token(token: str, asked: object) -> Cursor:
    """Read a token.

    Raises:
        PipelineKitError: when it is none, or goes on with another list (API: InvalidNextTokenException).
    """
    try:
        said = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
        started, id, mark = said
        cursor = Cursor(float(started), str(id))
    except (binascii.Error, ValueError, TypeError):
        raise PipelineKitError(
            f"InvalidNextTokenException: {token!r} is no token; take it as the page before it gave it"
        ) from None
    if mark != _mark(asked):
        raise PipelineKitError(
            "InvalidNextTokenException: the token goes on with another list; ask with the filters of the page before it"
        )
    return cursor


def _mark(asked: object) -> str:
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]
