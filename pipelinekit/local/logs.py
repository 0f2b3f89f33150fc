"""The log of one attempt at an action: a file on disk, with every secret masked before it gets there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from pipelinekit.local.disguises import as_bytes
from pipelinekit.local.masking import Hidden
from pipelinekit.local.masking import Mask as Mask

_KEPT_LINES = 20


class Log:
    """A log file under way. Its last lines are at hand in ``tail``."""

    def __init__(self, place: Path, secrets: Hidden | Iterable[str] = ()) -> None:
        self.place = place
        self._mask = Mask(secrets)
        self.hidden = self._mask.hidden
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
        self._add(start + as_bytes(self.hidden.text(text)) + b"\n")

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
