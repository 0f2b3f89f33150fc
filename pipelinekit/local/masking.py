"""Secrets in texts and streams become ``***``, however a stream is cut.

The search looks at every fourth place only: whatever is at least seven bytes long covers, wherever it stands, one whole
word of four bytes whose place is a multiple of four. One pass over these words, with one set of all that is looked for,
costs the same for one secret and for a thousand; only where a word is found does anything else happen.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable

from pipelinekit.local.disguises import as_bytes, disguises

MASK = b"***"
_WORD = 4
_SURE = 2 * _WORD - 1
"""Bytes from which on a whole word at a place that is a multiple of four is certain."""
_PATIENT_FROM = 4096
"""Bytes held back from which on a stream waits for more than a little before it is looked at again."""


class Hidden:
    """What must not be shown. One is shared by all logs of a run, so that what one action learns no other shows."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._lock = threading.Lock()
        self.looks = Looks(())
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these values too from now on; from any thread."""
        with self._lock:
            new = {secret for secret in secrets if secret} - self._secrets
            if new:
                self._secrets |= new
                self.looks = Looks(self.looks.all.union(*map(disguises, new)))

    def text(self, text: str) -> str:
        """Mask a whole text."""
        if not self.looks.all:
            return text
        mask = Mask(self)
        data = mask.feed(as_bytes(text)) + mask.end()
        return data.decode(errors="surrogateescape")


class Looks:
    """All that is looked for, by the words that tell of it."""

    def __init__(self, looks: Iterable[bytes]) -> None:
        self.all = frozenset(looks)
        self._short = [look for look in self.all if len(look) < _SURE]
        self._by_word: dict[int, list[tuple[bytes, int]]] = {}
        for look in self.all.difference(self._short):
            for offset in range(_WORD):
                word = int.from_bytes(look[offset : offset + _WORD], sys.byteorder)
                self._by_word.setdefault(word, []).append((look, offset))
        self._words = frozenset(self._by_word)
        self._beginnings = frozenset(look[:size] for look in self.all for size in range(1, min(len(look), _SURE)))

    def search(self, data: bytes) -> tuple[list[tuple[int, int]], int]:
        """Find every look in *data*: start and end of each in order, and where the first begins that may yet go on.

        That is the length of *data* where none does.
        """
        found = [place for look in self._short for place in _places(look, data)] if self._short else []
        goes_on = self._unfinished(data)
        words = memoryview(data)[: len(data) // _WORD * _WORD].cast("I")
        if not self._words.isdisjoint(words):
            for start, look in self._candidates(words):
                if data.startswith(look, start):
                    found.append((start, start + len(look)))
                elif start + len(look) > len(data) and look.startswith(data[start:]):
                    goes_on = min(goes_on, start)
        return sorted(found), goes_on

    def _candidates(self, words: memoryview) -> list[tuple[int, bytes]]:
        known = self._words
        hits = [(place, word) for place, word in enumerate(words) if word in known]
        starts = [(_WORD * place - offset, look) for place, word in hits for look, offset in self._by_word[word]]
        return [(start, look) for start, look in starts if start >= 0]

    def _unfinished(self, data: bytes) -> int:
        """Tell where a look begins of which *data* has so few bytes that no word may tell of it."""
        for size in range(min(_SURE - 1, len(data)), 0, -1):
            if data[-size:] in self._beginnings:
                return len(data) - size
        return len(data)


def _places(look: bytes, data: bytes) -> list[tuple[int, int]]:
    found, start = [], data.find(look)
    while start >= 0:
        found.append((start, start + len(look)))
        start = data.find(look, start + 1)
    return found


class Mask:
    """Masks one stream. Looks that overlap become one mask; of what follows no more is held back than may be a look."""

    def __init__(self, secrets: Hidden | Iterable[str] = ()) -> None:
        self.hidden = secrets if isinstance(secrets, Hidden) else Hidden(secrets)
        self._held = b""
        self._covered = 0
        """So many of the first bytes held belong to a mask that was given already."""
        self._enough = 0

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these values too from now on."""
        self.hidden.add(secrets)

    def feed(self, data: bytes) -> bytes:
        """Take the next piece; give what is safe to show. The tail that may begin a secret is held back."""
        if not self.hidden.looks.all:
            return data
        self._held += data
        if len(self._held) < self._enough:
            return b""
        found, goes_on = self.hidden.looks.search(self._held)
        shown = self._take(found, goes_on)
        self._enough = len(self._held) * 5 // 4 if len(self._held) > _PATIENT_FROM else 0
        return shown

    def end(self) -> bytes:
        """Give what was held back: the stream is over."""
        if not self._held:
            return b""
        found, _ = self.hidden.looks.search(self._held)
        shown = self._take(found, len(self._held))
        self._covered = self._enough = 0
        return shown

    def text(self, text: str) -> str:
        """Mask a whole text."""
        return self.hidden.text(text)

    def _take(self, found: list[tuple[int, int]], upto: int) -> bytes:
        """Give the masked form of what is held before *upto*, and hold the rest."""
        data, position, shown = self._held, self._covered, []
        for start, end in found:
            if start >= upto:
                break
            if start >= position:
                shown += [data[position:start], MASK]
            position = max(position, end)
        shown.append(data[position:upto])
        self._held, self._covered = data[upto:], max(0, position - upto)
        return b"".join(shown)
