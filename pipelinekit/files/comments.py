"""Findings that a comment of a YAML document ignores: ``# pipelinekit: ignore PK604 the lint is advice only``.

A comment counts for the line it stands on, or for the next line that holds something else; and for all that is indented
below that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Ignored, Location, Place, Report

_COMMENT = re.compile(r"#\s*pipelinekit:\s*ignore\s+(PK\d{3})\b[ \t:,-]*(.*?)\s*$")


@frozen(kw_only=True)
class Comment:
    """One comment: it stands on ``line`` and counts for the lines ``first`` to ``last``, counted from 1."""

    code: str
    reason: str
    line: int
    first: int
    last: int


def with_comments(report: Report, text: str, file: str) -> Report:
    """Take out the findings that comments of *text* ignore, and put in those about comments that ignore nothing."""
    comments = list(comments_in(text.splitlines()))
    if not comments:
        return report
    kept, ignored, used = [], list(report.ignored), set()
    for finding in report:
        comment = _for(comments, finding, file)
        used |= {comment} if comment is not None else set()
        if comment is not None and comment.reason:
            ignored.append(Ignored(finding, comment.reason))
        else:
            kept.append(finding)
    useless = [finding for comment in comments for finding in _useless(comment, comment in used, file)]
    return Report([*kept, *useless], tuple(ignored))


def comments_in(lines: Sequence[str]) -> Iterator[Comment]:
    """Yield the comments of a document that ignore something; no more than the first thousand count."""
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(lines) if "pipelinekit" in line)
    matches = [(number, match) for number, match in found if match is not None][:_MOST]
    ends, after = (_ends(lines), _after(lines)) if matches else ([], [])
    for number, match in matches:
        own = lines[number][: match.start()].strip()
        first = number if own else after[number]
        yield Comment(code=match[1], reason=match[2], line=number + 1, first=first + 1, last=ends[first] + 1)


_MOST = 1000


def _after(lines: Sequence[str]) -> list[int]:
    """Give for each line the next one that holds more than a comment; the last one where there is none."""
    after = [len(lines) - 1] * len(lines)
    for number in range(len(lines) - 2, -1, -1):
        after[number] = number + 1 if _says(lines[number + 1]) else after[number + 1]
    return after


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _ends(lines: Sequence[str]) -> list[int]:
    """Give for each line the last one that is indented below it; blank lines do not count."""
    ends = list(range(len(lines)))
    open_: list[int] = []
    last = -1
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        while open_ and _indent(lines[open_[-1]]) >= _indent(line):
            ends[open_.pop()] = last
        open_.append(number)
        last = number
    for number in open_:
        ends[number] = max(last, number)
    return ends


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _for(comments: Sequence[Comment], finding: Diagnostic, file: str) -> Comment | None:
    place = finding.where.place
    if place is None or place.file != file:
        return None
    fitting = (c for c in comments if c.code == finding.code and c.first <= place.line <= c.last)
    return next(fitting, None)


def _useless(comment: Comment, used: bool, file: str) -> Iterator[Diagnostic]:
    where = Location((), Place(file, comment.line))
    if not comment.reason:
        yield found(
            "PK150",
            where,
            f"ignores {comment.code} without a reason",
            f"say why: # pipelinekit: ignore {comment.code} ...",
        )
    elif not used:
        yield found("PK151", where, f"ignores {comment.code}, and there is no such finding here", "take it out")
