"""Which files an artifact takes: the globs of a buildspec over a list of paths (build-spec-ref, ``artifacts``).

Paths are relative to the directory the globs speak of and have ``/`` between names. ``*`` and ``?`` stay within a
name, ``[...]`` is one character of a set, and ``**`` goes across directories, none included. A leading dot is like
any other character: ``**/*`` takes ``.env`` and ``.git`` too. Braces are plain text: no source speaks of them.
"""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

_MAGIC = re.compile(r"[*?\[]")


def is_pattern(text: str) -> bool:
    """Whether a text is more than the name of one file."""
    return _MAGIC.search(text) is not None


def normal(pattern: str) -> str:
    """Give a pattern without ``./``, doubled and trailing slashes; ``..`` is left, as it matches nothing."""
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    return ("/" if pattern.startswith("/") else "") + "/".join(parts)


def matches(pattern: str, path: str) -> bool:
    """Whether a path is what a pattern means.

    >>> matches("dist/**/*", "dist/js/app.js"), matches("dist/*", "dist/js/app.js")
    (True, False)
    """
    return _compiled(normal(pattern)).fullmatch(path) is not None


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    segments = list(_without_repeats(pattern.split("/")))
    source = ""
    for number, segment in enumerate(segments):
        last = number == len(segments) - 1
        if segment == "**":
            source += ".+" if last else "(?:[^/]+/)*"
        else:
            source += _segment(segment) + ("" if last else "/")
    return re.compile(source, re.DOTALL)


def _without_repeats(segments: Iterable[str]) -> Iterator[str]:
    """``**/**`` means no more than ``**``, and costs a matcher dearly."""
    before = ""
    for segment in segments:
        if not segment == before == "**":
            yield segment
        before = segment


def _segment(segment: str) -> str:
    """Translate one name; a bracket that is never closed stands for itself."""
    source, at = "", 0
    while at < len(segment):
        character, rest = segment[at], segment[at:]
        at += 1
        if character == "*":
            if not source.endswith("[^/]*"):
                source += "[^/]*"
        elif character == "?":
            source += "[^/]"
        elif character == "[" and (match := re.match(r"\[([!^]?)(\]?[^\]]*)\]", rest)) and match[2]:
            inside = re.sub(r"([\\\[\]&~|^])", r"\\\1", match[2])
            source += _set("^" if match[1] else "", inside)
            at += match.end() - 1
        else:
            source += re.escape(character)
    return source


def _set(negated: str, inside: str) -> str:
    try:
        re.compile(f"[{inside}]")
    except re.error:  # such as [z-a]: there is no such character
        return "[^/]" if negated else r"(?!)"
    return f"(?!/)[{negated}{inside}]"


@frozen(kw_only=True)
class Selection:
    """The files that were taken, each once and in the order given, and the patterns that took none."""

    files: tuple[str, ...]
    unmatched: tuple[str, ...]


def select(paths: Iterable[str], files: Iterable[str], exclude: Iterable[str] = ()) -> Selection:
    """Take the files that one of *files* means and none of *exclude* does.

    A pattern that meets only files that are excluded has met something: it does not count as unmatched.
    """
    wanted = {pattern: _compiled(normal(pattern)).fullmatch for pattern in files}
    left_out = [_compiled(normal(pattern)).fullmatch for pattern in exclude]
    unmatched = set(wanted)
    taken = []
    for path in dict.fromkeys(paths):
        met = [pattern for pattern, match in wanted.items() if match(path)]
        unmatched.difference_update(met)
        if met and not any(match(path) for match in left_out):
            taken.append(path)
    return Selection(files=tuple(taken), unmatched=tuple(p for p in wanted if p in unmatched))


def left_out_below(pattern: str, paths: Iterable[str], others: Iterable[str] = ()) -> int:
    """Count the files that a pattern such as ``dist/*`` leaves out since they lie deeper; 0 for another pattern.

    What one of *others* means is not counted: it is taken, or left out on purpose.

    >>> left_out_below("dist/*", ["dist/app.js", "dist/css/a.css"])
    1
    """
    wanted = normal(pattern)
    if wanted.rpartition("/")[2] != "*" or "**" in wanted:
        return 0
    below = _compiled(f"{wanted[:-1]}**/*").fullmatch
    meant = [_compiled(normal(other)).fullmatch for other in (pattern, *others)]
    return sum(1 for path in paths if below(path) and not any(match(path) for match in meant))


def base_directories(pattern: str | None, directories: Iterable[str]) -> list[str]:
    """Give the directories that ``base-directory`` means, in order of name; ``.`` is the source directory itself."""
    wanted = normal(pattern or ".")
    if not is_pattern(wanted):
        return [wanted or "."] if not wanted or wanted in set(directories) else []
    match = _compiled(wanted).fullmatch
    return sorted(d for d in directories if match(d))


def static_prefix(pattern: str) -> str:
    """Give the directory below which everything lies that a pattern can mean; of a plain name, the name itself.

    >>> static_prefix("dist/js/**/*.js"), static_prefix("*.txt"), static_prefix("a/b.txt")
    ('dist/js', '', 'a/b.txt')
    """
    segments = normal(pattern).split("/")
    plain = next((number for number, segment in enumerate(segments) if is_pattern(segment)), len(segments))
    return "/".join(segments[:plain])


def roots(patterns: Iterable[str]) -> list[str]:
    """Give the fewest places that must be looked through for several patterns; ``""`` is the whole tree."""
    prefixes = sorted({static_prefix(pattern) for pattern in patterns})
    if "" in prefixes:
        return [""]
    return [p for p in prefixes if not any(p.startswith(f"{other}/") for other in prefixes)]


@frozen(kw_only=True)
class Placed:
    """Where each file goes: ``(name in the artifact, base directory, path below it)``, and which names clashed."""

    files: tuple[tuple[str, str, str], ...]
    clashes: tuple[str, ...] = ()


def place(selections: Sequence[tuple[str, Sequence[str]]], *, discard_paths: bool = False) -> Placed:
    """Name the files of several base directories in the artifact: relative to theirs, or by their last part alone.

    Where two get the same name the last one wins, and the name is among the clashes.
    """
    placed: dict[str, tuple[str, str, str]] = {}
    clashes: dict[str, None] = {}
    for base, path in _pairs(selections):
        name = posixpath.basename(path) if discard_paths else path
        if name in placed:
            clashes[name] = None
        placed[name] = (name, base, path)
    return Placed(files=tuple(placed.values()), clashes=tuple(clashes))


def _pairs(selections: Iterable[tuple[str, Iterable[str]]]) -> Iterator[tuple[str, str]]:
    return ((base, path) for base, paths in selections for path in paths)


def may_take(path: str, files: Iterable[str], exclude: Iterable[str] = (), *, discard_paths: bool = False) -> bool:
    """Whether an artifact of the files that *files* mean may hold *path*, a file or a directory of it.

    Nobody can see the files here, so it is False only where no pattern can mean *path* or anything below it. A pattern
    that the shell has yet to fill in, a full path, or one that leaves its directory may mean anything.

    >>> may_take("scripts/start.sh", ["dist/**/*"]), may_take("scripts", ["scripts/*"])
    (False, True)
    """
    wanted = normal(path)
    if wanted in ("", "/") or any(matches(pattern, wanted) for pattern in exclude):
        return wanted in ("", "/")
    if discard_paths and "/" in wanted:
        return False
    return any(_may_mean(pattern, wanted.lstrip("/"), discard_paths) for pattern in files)


def _may_mean(pattern: str, path: str, discard_paths: bool) -> bool:
    if "$" in pattern or pattern.startswith(("/", "~")) or ".." in pattern:
        return True
    segments = normal(pattern).split("/")
    names = path.split("/")
    if discard_paths:
        may_be_a_directory = not is_pattern(segments[-1]) and "." not in segments[-1]
        return segments[-1] == "**" or matches(segments[-1], names[0]) or may_be_a_directory
    for number, name in enumerate(names):
        if number == len(segments):  # a plain name may be that of a directory
            return not is_pattern(segments[-1])
        if segments[number] == "**":
            return True
        if not matches(segments[number], name):
            return False
    return True
