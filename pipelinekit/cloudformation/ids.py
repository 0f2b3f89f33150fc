"""Logical ids: stable, made of letters and digits, each given once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

_LONGEST = 255


class Ids:
    """Gives out logical ids that nothing else in the template has."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def claim(self, *names: str, kind: str = "") -> str:
        """Give an id that reads like the names: ``claim("shop-web", kind="Project")`` is ShopWebProject.

        Where that is taken, or letters were left out that CloudFormation does not allow, it ends with eight digits of
        the SHA-256 of the names, so that it depends on nothing else.
        """
        words = "".join(_in_camel_case(name) for name in names)
        wanted = f"{words}{kind}"
        if wanted in self._taken or not wanted or len(wanted) > _LONGEST or not all(map(str.isascii, names)):
            digits = hashlib.sha256("\0".join(names).encode(errors="backslashreplace")).hexdigest()[:8]
            wanted = f"{words[: _LONGEST - len(kind) - len(digits)]}{kind}{digits}"
        self._taken.add(wanted)
        return wanted


def _in_camel_case(name: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", name)
    return "".join(word[0].upper() + word[1:] for word in words)
