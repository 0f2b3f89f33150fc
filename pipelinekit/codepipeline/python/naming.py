"""Python names for what has a name on AWS: stable, each its own, never a word of Python itself."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

from pipelinekit.values import PARAMETER

_LONGEST = 32
"""Characters of a name, so that a flow of two fits on a line."""

_TAKEN = frozenset(
    (*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "pk", "pipeline", "l")
)  # ruff has something against l


def snake_case(name: str) -> str:
    """Write a name as Python does: ``GoLive`` is go_live, ``Build-Image`` build_image. It may be empty.

    A parameter in it counts by its name alone; of one that is too long the last words are left out.
    """
    plain = PARAMETER.sub(r"_\1_", name)
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    words = re.findall(r"[a-z0-9]+", parted.lower(), re.ASCII)
    return _cut("_".join(words), _LONGEST)


def _cut(name: str, length: int) -> str:
    """Leave out the last words of a name until it is short enough; a first word that is too long is cut."""
    if len(name) <= length:
        return name
    words = name[: length + 1].rpartition("_")[0]
    return words.rstrip("_") or name[:length]


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
        stem = first if first.startswith(kind) else f"{_cut(first, room)}_{kind}"
        yield _cut(stem, _LONGEST)
        number = 2
        while True:
            yield f"{_cut(stem, _LONGEST - 5)}_{number}"
            number += 1
