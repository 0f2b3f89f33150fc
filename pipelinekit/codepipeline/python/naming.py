"""Python names for what has a name on AWS: stable, each its own, never a word of Python itself."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

_LONGEST = 32
"""Characters of a name, so that a flow of two fits on a line."""

_TAKEN = frozenset(
    (*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "pk", "pipeline", "l")
)  # ruff has something against l


def snake_case(name: str) -> str:
    """Write a name as Python does: ``GoLive`` is go_live, ``Build-Image`` build_image. It may be empty."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    words = re.findall(r"[a-z0-9]+", parted.lower(), re.ASCII)
    return "_".join(words)[:_LONGEST].rstrip("_")


class Names:
    """Gives out names; each only once."""

    def __init__(self) -> None:
        self._given = set(_TAKEN)

    def give(self, *wishes: str, kind: str) -> str:
        """Give the first wish that is free and a name at all; else the first with *kind*, and a number, behind it.

        *kind* is a word such as ``action``.
        """
        usable = [wish for wish in map(snake_case, wishes) if wish[:1].isalpha()]
        first = usable[0] if usable else "_".join(filter(None, (kind, *(snake_case(wish) for wish in wishes[:1]))))
        found = next(name for name in self._candidates(usable, first, kind) if name not in self._given)
        self._given.add(found)
        return found

    def _candidates(self, usable: list[str], first: str, kind: str) -> Iterable[str]:
        yield from usable
        room = _LONGEST - len(kind) - 5
        stem = first if first.startswith(kind) else f"{first[:room].rstrip('_')}_{kind}"
        yield stem[:_LONGEST].rstrip("_")
        number = 2
        while True:
            yield f"{stem[: _LONGEST - 5].rstrip('_')}_{number}"
            number += 1
