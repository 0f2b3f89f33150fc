"""How a secret may look where it turns up: as it is, by lines, by the leaves of its JSON, and as tools write it."""

from __future__ import annotations

import base64
import json
import re
import shlex
import urllib.parse
from collections.abc import Iterable, Iterator

SHORTEST = 4
"""Characters from which on a value is masked: what is shorter stands in every log by chance."""

_WRAPPED_AT = (64, 76)
"""Columns at which tools wrap base64: openssl, and base64 itself and MIME."""


def disguises(secret: str) -> set[bytes]:
    """Give every look of a secret that is to be masked, none shorter than `SHORTEST` bytes.

    A secret of several lines also counts line by line, one that is JSON also leaf by leaf. Each of these is taken as it
    is, in base64 (standard and URL-safe, wherever in the encoded data it stands, padded or not, and wrapped), encoded
    for a URL, as JSON and Python write it between quotes, and as shells quote it.
    """
    found = {look for part in _parts(secret) for look in _looks(part)}
    return {look for look in found if len(look) >= SHORTEST}


def _parts(secret: str) -> set[str]:
    """Give what counts of a secret: itself, its lines, and of JSON the parts of its leaves."""
    found, waiting = set(), [secret]
    while waiting:
        part = waiting.pop()
        if part not in found and len(part) >= SHORTEST:
            found |= {part, *(line.strip() for line in part.splitlines())}
            waiting += _leaves(part)
    return {part for part in found if len(part) >= SHORTEST}


def _leaves(text: str) -> Iterator[str]:
    """Yield the texts and numbers in a text that is JSON; yes, no and null are no secrets."""
    if not text.lstrip().startswith(("{", "[")):
        return
    try:
        waiting = [json.loads(text, parse_int=str, parse_float=str)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (dict, list)):
            waiting += value.values() if isinstance(value, dict) else value


def short_values(name: str, value: str) -> Iterator[str]:
    """Yield the names of the values that are too short to be masked, those in JSON as ``name:key``."""
    if 0 < len(value) < SHORTEST:
        yield name
    elif value.lstrip().startswith("{"):
        try:
            data = json.loads(value)
        except (ValueError, RecursionError):
            return
        for key, leaf in data.items():
            if isinstance(leaf, str) and 0 < len(leaf) < SHORTEST:
                yield f"{name}:{key}"


def _looks(part: str) -> Iterator[bytes]:
    data = as_bytes(part)
    yield data
    yield from _in_base64(data)
    yield from _in_urls(data)
    for look in (*_in_json(part), *_in_python(part, data), *_in_shells(part)):
        yield as_bytes(look)


def as_bytes(text: str) -> bytes:
    """Give the bytes of a text: undecodable ones as they were, and ``?`` for half a character."""
    try:
        return text.encode(errors="surrogateescape")
    except UnicodeEncodeError:
        return text.encode(errors="replace")


_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FIRST_OF_OURS = (0, 2, 3)
"""By the number of bytes before us: the first character of base64 that is made of our bits alone."""


def _in_base64(data: bytes) -> Iterator[bytes]:
    line = base64.b64encode(data + b"\n")
    found = [line, *_wrapped(line), *_wrapped(base64.b64encode(data))]
    for before, first in enumerate(_FIRST_OF_OURS):
        padded = base64.b64encode(b"\0" * before + data)
        whole = (before + len(data)) * 8 // 6
        found += [padded[first:whole], padded[first:].rstrip(b"="), padded[first:]]
        found += _wrapped_somewhere(padded[first:whole])
    for look in found:
        yield look
        yield look.translate(_URL_SAFE)


def _wrapped(encoded: bytes) -> Iterator[bytes]:
    for width in _WRAPPED_AT:
        if len(encoded) > width:
            yield from (encoded[start : start + width] for start in range(0, len(encoded), width))


def _wrapped_somewhere(encoded: bytes) -> Iterator[bytes]:
    """Yield what encoded text becomes where it begins in the middle of a line that is wrapped."""
    for width in _WRAPPED_AT:
        for first in range(1, min(width, len(encoded))):
            lines = (encoded[start : start + width] for start in range(first, len(encoded), width))
            yield b"\n".join((encoded[:first], *lines))


def _in_urls(data: bytes) -> Iterator[bytes]:
    encoded = (
        urllib.parse.quote(data, safe=""),
        urllib.parse.quote(data),
        urllib.parse.quote(data, safe="!'()*"),  # JavaScript's encodeURIComponent
        urllib.parse.quote_plus(data),
    )
    for look in encoded:
        yield look.encode()
        yield re.sub("%..", lambda match: match[0].lower(), look).encode()


def _in_json(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        written = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        yield written
        yield written.replace("/", "\\/")  # PHP
        yield re.sub("[<>&]", lambda match: f"\\u{ord(match[0]):04x}", written)  # Go


def _in_python(text: str, data: bytes) -> Iterable[str]:
    return repr(text)[1:-1], repr(data)[2:-1]


_ANSI_C = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _in_shells(text: str) -> Iterator[str]:
    yield shlex.quote(text).removeprefix("'").removesuffix("'")
    yield text.replace("'", "'\\''")  # bash, set -x
    yield re.sub("('+)", "'\"\\1\"'", text)  # dash, export -p
    yield re.sub(r'([$`"\\])', r"\\\1", text)  # bash, export -p
    yield re.sub(r"([^\w@%+=:./~#\n-]|^[~#])", r"\\\1", text)  # bash, printf %q
    yield text.translate(_ANSI_C)  # bash, $'...'
