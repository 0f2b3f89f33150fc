"""What is in a directory, as a value: names of files, the texts that tell how it is built, and what git knows."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from attrs import Factory, field, frozen

from pipelinekit.codebuild.globs import is_pattern, matches
from pipelinekit.values import FrozenMap, frozen_map


@frozen(kw_only=True)
class Git:
    """What git knows of a directory. ``prefix`` is where it lies in its repository, ``""`` at the top.

    ``remote`` is the URL of the remote repository, ``branch`` the default branch there, else the current one.
    """

    prefix: str = ""
    remote: str | None = None
    branch: str | None = None
    has_commit: bool = True


@frozen(kw_only=True)
class Tree:
    """A directory as it was found. Paths are relative to it, with ``/`` between names.

    ``texts`` holds what was read of the files that matter, ``executables`` those of them that may be executed, and
    ``programs`` which of the programs that builds start with are on this machine. ``notes`` are sentences about what
    could not be looked at.
    """

    name: str
    files: tuple[str, ...] = field(default=(), converter=tuple[str, ...])
    texts: FrozenMap[str] = field(factory=FrozenMap, converter=frozen_map)
    executables: frozenset[str] = frozenset()
    programs: frozenset[str] = frozenset()
    git: Git | None = None
    notes: tuple[str, ...] = ()
    _known: frozenset[str] = field(
        init=False, eq=False, repr=False, default=Factory(lambda tree: frozenset(tree.files), takes_self=True)
    )

    def has(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._known

    def has_directory(self, path: str) -> bool:
        """Whether a file lies below that directory."""
        return any(file.startswith(f"{path}/") for file in self.files)

    def present(self, *paths: str) -> tuple[str, ...]:
        """Give those of *paths* that are there, in the order given."""
        return tuple(path for path in paths if path in self._known)

    def matching(self, *patterns: str) -> tuple[str, ...]:
        """Give the files that the globs mean (``**`` goes across directories), those of the first pattern first."""
        return tuple(dict.fromkeys(file for pattern in patterns for file in self._meant(pattern)))

    def _meant(self, pattern: str) -> Iterable[str]:
        if not is_pattern(pattern):
            return self.present(pattern)
        return (file for file in self.files if matches(pattern, file))

    def text(self, path: str) -> str:
        """Give what was read of a file; nothing when it was not."""
        return self.texts.get(path, "")

    def toml(self, path: str) -> Mapping[str, Any]:
        """Give a TOML file as data; nothing when it cannot be read (`unreadable` says so)."""
        return _parsed(path, self.text(path)) or {}

    def json(self, path: str) -> Mapping[str, Any]:
        """Give a JSON file as data; nothing when it cannot be read (`unreadable` says so)."""
        return _parsed(path, self.text(path)) or {}


def unreadable(tree: Tree) -> Iterator[str]:
    """Name the files whose text is not what their name promises."""
    return (path for path, text in tree.texts.items() if path.endswith((".toml", ".json")) and not _parsed(path, text))


def _parsed(path: str, text: str) -> Mapping[str, Any] | None:
    """Give the data of a TOML or JSON text; None when it is no mapping, or is broken."""
    try:
        data = tomllib.loads(text) if path.endswith(".toml") else json.loads(text or "{}")
    except (ValueError, RecursionError):
        return None
    return cast("Mapping[str, Any]", data) if isinstance(data, dict) else None


def table(data: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Give the mapping that lies below several keys of parsed data; an empty one where something else does."""
    for key in keys:
        inner = data.get(key)
        data = cast("Mapping[str, Any]", inner) if isinstance(inner, dict) else {}
    return data


def strings(value: object) -> list[str]:
    """Give the texts of a list in parsed data; none where something else is."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def string(value: object) -> str:
    """Give a text in parsed data; an empty one where something else is."""
    return value if isinstance(value, str) else ""


def mentions(texts: Iterable[str], word: str) -> bool:
    """Whether a requirement among *texts* is for the package *word* (``pytest>=8``, ``pytest[x]``, ``pytest``)."""
    return any(requirement_name(text) == word for text in texts)


def is_plain(text: str) -> bool:
    """Whether a text may stand in a pipeline as it is: printable, and nothing in it that would be resolved."""
    return text.isprintable() and "#{" not in text and "${" not in text


def requirement_name(text: str) -> str:
    """Give the name of a package that a requirement is for, in lower case."""
    for end, character in enumerate(text := text.strip()):
        if not (character.isalnum() or character in "-_."):
            return text[:end].lower()
    return text.lower()
