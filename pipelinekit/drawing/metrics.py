"""How wide a text is, in the fonts that a browser may take for ``sans-serif``."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_REGULAR = (
    "32 41 46 84 64 96 78 28 40 40 50 84 32 37 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 56 102 69 69 73"
    " 78 67 62 78 76 30 50 67 56 87 75 79 67 79 73 67 62 74 69 99 69 67 69 40 34 40 84 56 50 62 64 55 64 62 36 64"
    " 64 28 28 58 28 98 64 62 64 64 42 53 40 64 60 82 60 60 53 64 34 64 84"
)
_BOLD = (
    "35 46 53 84 70 101 88 31 46 46 53 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 84 84 84 62 100 78 77 74"
    " 84 69 69 83 84 38 56 78 64 100 84 86 74 86 78 73 69 82 78 111 78 73 73 46 37 46 84 56 50 68 72 60 72 68 44 72"
    " 72 35 35 67 35 105 72 69 72 72 50 60 48 72 66 93 65 66 59 72 37 72 84"
)
"""Widths of the printable ASCII characters in hundredths of the font size: for each the wider of DejaVu Sans and of
Liberation Sans (as wide as Arial and Helvetica), read from the fonts' ``hmtx`` tables and rounded up."""

_WIDTHS = tuple(
    {chr(code): int(width) for code, width in enumerate(table.split(), start=32)} for table in (_REGULAR, _BOLD)
)
_FULL, _UNKNOWN = 110, (110, 135)
"""East Asian characters fill a square; for every other character a width that few exceed (the Cyrillic Shch)."""

_BREAKS = frozenset(" -_./:,@")


@lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> int:
    """Give the width of a character in hundredths of the font size."""
    known = _WIDTHS[bold].get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return _FULL
    parts = unicodedata.normalize("NFKD", character)  # é is as wide as e
    return _UNKNOWN[bold] if parts == character else sum(_advance(part, bold) for part in parts)


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Give the width of a text in pixels, rather too wide than too narrow."""
    return size * sum(_advance(character, bold) for character in text) / 100


def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """Shorten a text to what fits into *room*, with ``…`` at the end of one that does not."""
    if width_of(text, size, bold) <= room:
        return text
    return _beginning(text, room - width_of("…", size, bold), size, bold).rstrip() + "…"


def wrapped(text: str, room: float, size: float, lines: int, bold: bool = False) -> tuple[str, ...]:
    """Break a text into at most that many lines, at blanks and punctuation where it can; the last one may be cut."""
    found: list[str] = []
    rest = text.strip()
    while rest and len(found) < lines - 1 and width_of(rest, size, bold) > room:
        most = len(_beginning(rest, room, size, bold))
        if not most:  # not even one character fits
            break
        line = rest[: _break(rest, most)]
        found.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return (*found, cut(rest, room, size, bold)) if rest else tuple(found)


def _break(text: str, most: int) -> int:
    """Find where to break a text of which *most* characters fit: after a blank, after punctuation, before a hump."""
    least = most // 3
    for wanted in (_after_blank, _after_punctuation, _before_hump):
        for position in range(most, least, -1):
            if wanted(text, position):
                return position
    return most


def _after_blank(text: str, position: int) -> bool:
    return text[position - 1] == " " or text[position : position + 1] == " "


def _after_punctuation(text: str, position: int) -> bool:
    return text[position - 1] in _BREAKS


def _before_hump(text: str, position: int) -> bool:
    return text[position - 1].islower() and text[position : position + 1].isupper()


def _beginning(text: str, room: float, size: float, bold: bool) -> str:
    """Give as much of a text as fits."""
    used = 0
    for length, character in enumerate(text):
        used += _advance(character, bold)
        if size * used / 100 > room:
            return text[:length]
    return text
