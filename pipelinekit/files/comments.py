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
    """Yield the comments of a document that ignore something."""
    for number, line in enumerate(lines, start=1):
        match = _COMMENT.search(line) if "pipelinekit" in line else None
        if match is not None:
            first = number if line[: match.start()].strip() else _next(lines, number)
            yield Comment(code=match[1], reason=match[2], line=number, first=first, last=_end(lines, first))


def _next(lines: Sequence[str], number: int) -> int:
    """Give the number of the next line that holds more than a comment; of the last one where there is none."""
    for later in range(number, len(lines)):
        if lines[later].strip() and not lines[later].lstrip().startswith("#"):
            return later + 1
    return len(lines)


def _end(lines: Sequence[str], first: int) -> int:
    """Give the number of the last line that is indented below *first*."""
    depth = _indent(lines[first - 1])
    last = first
    for number in range(first, len(lines)):
        if not lines[number].strip():
            continue
        if _indent(lines[number]) <= depth:
            break
        last = number + 1
    return last


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
