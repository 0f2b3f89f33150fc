"""The log of one attempt at an action: a file on disk, with every secret masked before it gets there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import IO

MASK = b"***"
_KEPT_LINES = 20


class Mask:
    """Replaces secret values in a stream, also where one is split over two writes."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: list[bytes] = []
        self._longest = 0
        self._held = b""
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these values too from now on."""
        known = {*self._secrets, *(s.encode() for s in secrets if s)}
        self._secrets = sorted(known, key=len, reverse=True)
        self._longest = max(map(len, self._secrets), default=0)

    def feed(self, data: bytes) -> bytes:
        """Take the next piece; give what is safe to show. The tail that may begin a secret is held back."""
        if not self._secrets:
            return data
        data = self._masked(self._held + data)
        keep = self._may_begin_a_secret(data)
        self._held = data[len(data) - keep :]
        return data[: len(data) - keep]

    def end(self) -> bytes:
        """Give what was held back: the stream is over."""
        held, self._held = self._held, b""
        return held

    def text(self, text: str) -> str:
        """Mask a whole text."""
        return self._masked(text.encode()).decode() if self._secrets else text

    def _masked(self, data: bytes) -> bytes:
        for secret in self._secrets:
            data = data.replace(secret, MASK)
        return data

    def _may_begin_a_secret(self, data: bytes) -> int:
        """How many of the last bytes are the beginning of a secret."""
        for length in range(min(self._longest - 1, len(data)), 0, -1):
            tail = data[-length:]
            if any(secret.startswith(tail) for secret in self._secrets):
                return length
        return 0


class Log:
    """A log file under way. Its last lines are at hand in ``tail``."""

    def __init__(self, place: Path, secrets: Iterable[str] = ()) -> None:
        self.place = place
        self._mask = Mask(secrets)
        self._file: IO[bytes] | None = None
        self._lines: deque[bytes] = deque(maxlen=_KEPT_LINES)
        self._partial = b""

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask these values too from now on, such as one part of a secret that is JSON."""
        self._mask.add(secrets)

    def write(self, data: bytes) -> None:
        """Add what a process wrote."""
        self._add(self._mask.feed(data))

    def line(self, text: str) -> None:
        """Add a line of our own."""
        self._add(self._mask.end())
        start = b"" if not self._partial else b"\n"
        self._add(start + self._mask.text(text).encode() + b"\n")

    def close(self) -> None:
        """Write what was held back and close the file."""
        self._add(self._mask.end())
        if self._file is not None:
            self._file.close()

    def text(self) -> str:
        """Read all that was written so far."""
        return self.place.read_text(errors="replace") if self._file is not None else ""

    @property
    def tail(self) -> list[str]:
        """Its last lines."""
        lines = [*self._lines, self._partial] if self._partial else list(self._lines)
        return [line.decode(errors="replace") for line in lines]

    def _add(self, data: bytes) -> None:
        if not data:
            return
        if self._file is None:
            self._file = self._open()
        self._file.write(data)
        *whole, self._partial = (self._partial[-4096:] + data).split(b"\n")
        self._lines.extend(whole[-_KEPT_LINES:])

    def _open(self) -> IO[bytes]:
        try:
            return open(self.place, "ab", buffering=0)
        except FileNotFoundError:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            return open(self.place, "ab", buffering=0)
