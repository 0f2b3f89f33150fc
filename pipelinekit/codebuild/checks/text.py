"""Buildspecs that stand in a definition as text: judged like any other, with the line of the text."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from pipelinekit.codebuild.checks.buildspec import check_buildspec
from pipelinekit.codebuild.checks.secrets import check_secret
from pipelinekit.codebuild.document import examine_buildspec, field_of, is_inline
from pipelinekit.diagnostics import Diagnostic, Locate, Place
from pipelinekit.values import is_settled

_HINT = "quotes and brackets come in pairs, and what belongs together is indented alike"
_WHATEVER_THE_VALUE = ("PK600", "PK619")


def check_buildspec_text(text: str, locate: Locate, *, windows: bool = False) -> Iterator[Diagnostic]:
    """Yield what is wrong with a buildspec that is given as text, or as the path of a file, which nobody can see here.

    *windows* is as for `check_buildspec`.
    """
    findings = list(_findings(text, locate, windows=windows)) if is_inline(text) else []
    yield from findings
    if all(finding.code != "PK618" for finding in findings):  # the text has comments, and sections that are not judged
        yield from check_secret(text, locate())


def _findings(text: str, locate: Locate, *, windows: bool) -> Iterator[Diagnostic]:
    document = examine_buildspec(text, "buildspec")
    lines = text.split("\n")
    for finding in document.findings:
        if finding.code in _WHATEVER_THE_VALUE or is_settled(_line(lines, finding)):
            yield _in_the_pipeline(finding, locate)
    if document.spec is None:
        return
    said = {(finding.code, field_of(finding.where.path)) for finding in document.findings}
    for finding in check_buildspec(document.spec, locate, windows=windows):
        field = finding.where.path[-1]
        if (finding.code, field) not in said:
            yield evolve(finding, message=_with_line(finding.message, document.places.get(field)))


def _line(lines: list[str], finding: Diagnostic) -> str:
    place = finding.where.place
    return lines[place.line - 1] if place is not None and 0 < place.line <= len(lines) else ""


def _in_the_pipeline(finding: Diagnostic, locate: Locate) -> Diagnostic:
    """Move a finding from the text to the part of the pipeline that holds it; its line goes along."""
    path, place, hint = finding.where.path, finding.where.place, finding.hint or _HINT
    if path:
        where = locate(field_of(path))
        return evolve(finding, where=where, message=_with_line(finding.message, place), hint=hint)
    where = locate(f"line {place.line}" if place is not None and place.line else "text")
    return evolve(finding, where=where, hint=hint)


def _with_line(message: str, place: Place | None) -> str:
    return message if place is None or not place.line else f"line {place.line}: {message}"
