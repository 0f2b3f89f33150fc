"""The globs of triggers: which names they match, and which match none (User Guide, syntax-glob)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WILD = re.compile(r"[*?\[{\\]")
_PIECES = re.compile(r"\*\*|\*|\?|\[!?[^\]]+\]|\{[^{}]*\}|\\.|.", re.DOTALL)

_RANGE = re.compile(r"(?<=\w)\\-(?=\w)")


def matches_glob(pattern: str, name: str) -> bool:
    """Whether a name of a branch, a tag or a file is of the form *pattern*.

    It takes no longer than the length of the one times that of the other: all places of the name that the pattern can
    have come to are followed side by side, and none is gone back to.
    """
    return len(name) in _ends(pattern, name, {0})


def _ends(pattern: str, name: str, places: set[int]) -> set[int]:
    """Tell where in a name the whole of a pattern may end that begins at one of *places*."""
    for piece in _PIECES.findall(pattern):
        if not places:
            break
        if piece[0] == "*":
            places = _run_on(name, places, across=piece == "**")
        elif piece[0] == "{" and len(piece) > 1:
            places = set().union(*(_ends(one, name, places) for one in piece[1:-1].split(",")))
        else:
            one = re.compile(_piece(piece), re.DOTALL)
            places = {found.end() for place in places if (found := one.match(name, place)) is not None}
    return places


def _run_on(name: str, places: set[int], *, across: bool) -> set[int]:
    """Give the places and all behind them, up to a slash unless it goes *across*."""
    found, goes_on = set[int](), False
    for place in range(min(places), len(name) + 1):
        goes_on = place in places or (goes_on and (across or name[place - 1] != "/"))
        if goes_on:
            found.add(place)
    return found


def _piece(piece: str) -> str:
    """Give a piece that is of one length as a regular expression."""
    match piece[0]:
        case "?":
            return "[^/]"
        case "[" if len(piece) > 2:
            return _set(piece)
        case "\\" if len(piece) == 2:
            return re.escape(piece[1])
        case _:
            return re.escape(piece)


def _set(piece: str) -> str:
    """Give ``[a-z]`` and ``[!a-z]`` as a regular expression; a range that runs backwards stands for itself."""
    inside = piece[1:-1]
    negated = "^" if inside.startswith("!") else ""
    expression = f"[{negated}{_RANGE.sub('-', re.escape(inside.removeprefix('!')))}]"
    try:
        re.compile(expression)
    except re.error:
        return re.escape(piece)
    return expression


def covers(exclude: str, include: str) -> bool:
    """Whether everything that *include* matches is excluded. Said only where it is certain."""
    if exclude in (include, "**"):
        return True
    if _WILD.search(include) is None:
        return matches_glob(exclude, include)
    if exclude == "*":
        return "/" not in include and "**" not in include and "{" not in include
    fixed = exclude.removesuffix("**")
    return exclude.endswith("/**") and _WILD.search(fixed) is None and include.startswith(fixed)


def excludes_everything(includes: Iterable[str], excludes: Iterable[str]) -> bool:
    """Whether nothing is left of what is included; without includes everything is."""
    hidden = tuple(excludes)
    return all(any(covers(exclude, include) for exclude in hidden) for include in tuple(includes) or ("**",))


def why_no_ref(pattern: str) -> str | None:
    """Say why a pattern matches no name of a branch or a tag; None when it may match one."""
    if pattern.startswith(("refs/heads/", "refs/tags/")):
        return f"names are compared without {'/'.join(pattern.split('/')[:2])}/"
    if pattern.startswith("/") or pattern.endswith("/") or "//" in pattern:
        return "no name begins or ends with a slash, or has two in a row"
    outside = re.sub(r"\[[^\]]*\]", "", pattern)
    wrong = next((mark for mark in (" ", "~", "^", ":", "..") if mark in outside), None)
    if wrong is not None:
        return f"no name in git holds {wrong!r}"
    return _why_no_glob(pattern)


def why_no_path(pattern: str) -> str | None:
    """Say why a pattern matches no path of a file; None when it may match one."""
    if pattern.startswith(("/", "./", "../")):
        return "paths begin at the root of the repository, without a slash"
    if pattern.endswith("/"):
        return "it is a directory, and files are compared: end it with /**"
    return _why_no_glob(pattern)


def _why_no_glob(pattern: str) -> str | None:
    plain = re.sub(r"\\.", "", pattern)
    for opening, closing in ("[]", "{}"):
        if plain.count(opening) != plain.count(closing):
            return f"its {opening} and {closing} do not match"
    return None
