"""What stands on a host, as plain data or as anything that can be asked the same questions."""

from __future__ import annotations

import posixpath
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from attrs import frozen

Kind = Literal["file", "directory"]
_MOST_LINKS = 40
"""Links that are followed in one path, as on Linux."""


class Listing(Protocol):
    """What stands on a host; paths are absolute. A symbolic link counts as what it leads to there."""

    def kind(self, path: str) -> Kind | None:
        """Tell what a path leads to; None for nothing, which a dangling link is too."""
        ...

    def link(self, path: str) -> str | None:
        """Give where a symbolic link points, as it is written; None where no link stands."""
        ...

    def names(self, directory: str) -> list[str]:
        """Give the names in a directory, in order."""
        ...

    def real(self, path: str) -> str:
        """Give the path with every symbolic link followed, as far as there is something."""
        ...


@frozen
class Link:
    """A symbolic link and where it points."""

    target: str


class Tree:
    """A listing made of data: path -> ``file``, ``directory`` or a `Link`. The directories above them are implied."""

    def __init__(self, entries: Mapping[str, Kind | Link]) -> None:
        self._entries: dict[str, Kind | Link] = {"/": "directory"}
        self._names: dict[str, list[str]] = {"/": []}
        for path, entry in entries.items():
            self._add(on_host(path), entry)

    def _add(self, path: str, entry: Kind | Link) -> None:
        if path not in self._entries:
            parent = posixpath.dirname(path)
            self._add(parent, "directory")
            self._names[parent].append(posixpath.basename(path))
            self._names.setdefault(path, [])
            self._entries[path] = entry

    def kind(self, path: str) -> Kind | None:
        """Tell what a path leads to."""
        entry = self._entries.get(self.real(path))
        return None if isinstance(entry, Link) else entry

    def link(self, path: str) -> str | None:
        """Give where a symbolic link points."""
        place = posixpath.join(self.real(posixpath.dirname(path)), posixpath.basename(path))
        entry = self._entries.get(place)
        return entry.target if isinstance(entry, Link) else None

    def names(self, directory: str) -> list[str]:
        """Give the names in a directory."""
        return sorted(self._names.get(self.real(directory), ()))

    def real(self, path: str) -> str:
        """Give the path with every symbolic link followed."""
        parts, followed, place = deque(path.split("/")), 0, "/"
        while parts:
            part = parts.popleft()
            if part == "..":
                place = posixpath.dirname(place)
            elif part not in ("", "."):
                step = posixpath.join(place, part)
                entry = self._entries.get(step)
                if isinstance(entry, Link) and followed < _MOST_LINKS:
                    followed += 1
                    parts.extendleft(reversed(entry.target.split("/")))
                    place = "/" if entry.target.startswith("/") else place
                else:
                    place = step
        return place


def on_host(path: str) -> str:
    """Make a path absolute and plain: relative ones begin at the agent's working directory, ``/``."""
    return "/" + posixpath.normpath("/" + path).lstrip("/")


def nested_root(paths: Iterable[str]) -> str | None:
    """Give the one top directory of a bundle that is stripped, because the AppSpec lies in it; None when none is.

    *paths* are those of the bundle's members, relative to its root.
    """
    members = [path.split("/") for path in paths]
    tops = {member[0] for member in members}
    if len(tops) != 1 or not any(len(member) > 1 and "appspec" in member[1].lower() for member in members):
        return None
    return tops.pop()
