"""The globs of triggers: which names they match, and which match none (User Guide, syntax-glob)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WILD = re.compile(r"[*?\[{\\]")
_PIECES = re.compile(r"\*\*|\*|\?|\[!?[^\]]+\]|\{[^{}]*\}|\\.|.", re.DOTALL)

_RANGE = re.compile(r"(?<=\w)\\-(?=\w)")


def matches_glob(pattern: str, name: str) -> bool:
    """Whether a name of a branch, a tag or a file is of the form *pattern*."""
    return re.fullmatch(_expression(pattern), name, re.DOTALL) is not None


def _expression(pattern: str) -> str:
    return "".join(map(_piece, _PIECES.findall(pattern)))


def _piece(piece: str) -> str:
    match piece[0]:
        case "*":
            return ".*" if piece == "**" else "[^/]*"
        case "?":
            return "[^/]"
        case "[" if len(piece) > 2:
            return _set(piece)
        case "{" if len(piece) > 1:
            return f"(?:{'|'.join(map(_expression, piece[1:-1].split(',')))})"
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
