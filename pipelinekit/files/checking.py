"""Checking whatever somebody has: a pipeline in Python or as a document, a bare buildspec, a bare AppSpec."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from attrs import evolve, frozen

from pipelinekit.codebuild.checks import check_buildspec
from pipelinekit.codebuild.document import examine_buildspec, field_of
from pipelinekit.codedeploy.appspec_reader import examine_appspec_document
from pipelinekit.codedeploy.checks import check_appspec
from pipelinekit.codedeploy.checks.traffic import check_traffic_appspec
from pipelinekit.codepipeline.checks import check
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import (
    Diagnostic,
    Ignored,
    InvalidDocument,
    Location,
    PipelineKitError,
    Place,
    Report,
    Severity,
)
from pipelinekit.documents import MAX_CHARACTERS, read
from pipelinekit.files.comments import with_comments
from pipelinekit.files.loading import load_text
from pipelinekit.files.opening import CannotOpen, open_pipeline

STDIN = "-"
_MOST_BYTES = 4 * MAX_CHARACTERS


@frozen(kw_only=True)
class Checked:
    """What was found in one file. ``kind`` is pipeline, buildspec or AppSpec; ``sources`` are a pipeline's sources."""

    name: str
    kind: str
    report: Report
    sources: tuple[str, ...] = ()


def check_file(
    reference: str, stdin: BinaryIO | None = None, files: Mapping[str, Iterable[str]] | None = None
) -> Checked:
    """Check what *reference* names: what `open_pipeline` opens, a buildspec, an AppSpec, or ``-`` for *stdin*.

    What a document is, is told by what stands in it, and by its name only where that does not tell. *files* are those
    of the sources, as for `pipelinekit.codepipeline.checks.check`.

    Raises:
        CannotOpen: nothing is there, or nothing that can be read.
        PipelineKitError: as `open_pipeline`.
    """
    if not reference:
        raise CannotOpen("'': is no name of a file")
    if reference == STDIN and stdin is not None:
        return check_text(_decoded(stdin.read(_MOST_BYTES + 1), "standard input"), "<stdin>", files=files)
    if reference.endswith(".py") or not os.path.exists(reference):
        return _checked(reference, open_pipeline(reference).value, files)
    status = os.stat(reference)
    if stat.S_ISDIR(status.st_mode):
        return _checked(reference, open_pipeline(reference).value, files)
    if not stat.S_ISREG(status.st_mode):
        raise CannotOpen(f"{reference}: is no plain file")
    with Path(reference).open("rb") as file:
        text = _decoded(file.read(_MOST_BYTES + 1), reference)
    return check_text(text, reference, path=reference, files=files)


def _checked(name: str, value: Pipeline | Definition, files: Mapping[str, Iterable[str]] | None) -> Checked:
    definition = value if isinstance(value, Definition) else compile_pipeline(value)
    sources = [action.name for _, action in definition.actions() if action.action_type_id.category == "Source"]
    return Checked(name=name, kind="pipeline", report=check(definition, files=files), sources=tuple(sources))


def _decoded(data: bytes, name: str) -> str:
    if len(data) > _MOST_BYTES:
        raise CannotOpen(f"{name}: is larger than {MAX_CHARACTERS:,} characters")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotOpen(f"{name}: is not UTF-8 (byte {error.start})", "  hint: save it as UTF-8") from None


def check_text(
    text: str, name: str, path: str | None = None, files: Mapping[str, Iterable[str]] | None = None
) -> Checked:
    """Check a document that is given as text; *path* is where it lies, with its neighbours, if it lies anywhere."""
    kind = kind_of(text, name)
    try:
        if kind == "buildspec":
            checked = Checked(name=name, kind=kind, report=_buildspec(text, name))
        elif kind == "AppSpec":
            checked = Checked(name=name, kind=kind, report=_appspec(text, name))
        else:
            checked = _checked(name, _definition(text, name, path), files)
    except InvalidDocument as error:
        checked = Checked(name=name, kind=kind, report=Report(error.diagnostics or (_unreadable(name, error),)))
    report = with_comments(checked.report, text, name if path is None else str(Path(path)))
    return evolve(checked, report=report)


def _unreadable(name: str, error: PipelineKitError) -> Diagnostic:
    return Diagnostic(code="PK100", message=str(error), where=Location((), Place(name)))


_KEY = re.compile(r"""^["']?([A-Za-z_]+)["']?[ \t]*:""", re.MULTILINE)
_KEY_ANYWHERE = re.compile(r"""^[{ \t]*["']?([A-Za-z_]+)["']?[ \t]*:""", re.MULTILINE)


def kind_of(text: str, name: str) -> str:
    """Tell what a document is: ``buildspec``, ``AppSpec`` or ``pipeline``, which is what it is taken for in doubt.

    It is not read for that: its keys tell, even where it cannot be read.
    """
    keys = _keys_in(text)
    base = os.path.basename(name).lower()
    if keys & {"phases", "environment_variables"} or ("batch" in keys and "stages" not in keys):
        return "buildspec"
    if keys & {"pipeline", "stages", "AWSTemplateFormatVersion"} or ("Resources" in keys and "version" not in keys):
        return "pipeline"
    if "os" in keys or ("version" in keys and keys & {"hooks", "files", "Resources", "resources", "permissions"}):
        return "AppSpec"
    if "buildspec" in base:
        return "buildspec"
    return "AppSpec" if "appspec" in base else "pipeline"


def _keys_in(text: str) -> set[str]:
    if text.lstrip().startswith("{"):
        try:
            root = json.loads(text)
        except (ValueError, RecursionError):
            root = None
        return set(root) if isinstance(root, dict) else set(_KEY_ANYWHERE.findall(text[:10_000]))
    return set(_KEY.findall(text)) or set(_KEY_ANYWHERE.findall(text[:10_000]))


def _definition(text: str, name: str, path: str | None) -> Definition:
    if path is not None:
        value = open_pipeline(path).value
        assert isinstance(value, Definition)
        return value
    return load_text(text, name)


def _buildspec(text: str, name: str) -> Report:
    document = examine_buildspec(text, name)
    if document.spec is None:
        return Report(document.findings)

    def locate(*path: str) -> Location:
        field = ".".join(path)
        return Location(path, document.places.get(field, Place(name, 1)))

    said = {(finding.code, field_of(finding.where.path)) for finding in document.findings}
    more = [f for f in check_buildspec(document.spec, locate) if (f.code, ".".join(f.where.path)) not in said]
    return Report(_by_line([*document.findings, *more]))


def _appspec(text: str, name: str) -> Report:
    appspec, report, places = examine_appspec_document(text, name)
    if report.codes == ("PK724",):  # of another platform, and not for servers
        return Report(_by_line(check_traffic_appspec(read(text, name))))
    if appspec is None:
        return report

    def locate(*path: str) -> Location:
        parts = tuple(part for part in re.split(r"[.\[\]]+", ".".join(path)) if part)
        place = next((places[parts[:n]] for n in range(len(parts), 0, -1) if parts[:n] in places), Place(name, 1))
        return Location(path, place)

    said = {(finding.code, finding.where.place) for finding in report}
    codes = {finding.code for finding in report}
    more = [
        f
        for f in check_appspec(appspec, locate)
        if (f.code, f.where.place) not in said and not (f.code in codes and f.code in ("PK712", "PK713"))
    ]
    return Report(_by_line([*report, *more]))


def _by_line(findings: Iterable[Diagnostic]) -> list[Diagnostic]:
    def line(finding: Diagnostic) -> tuple[int, int]:
        place = finding.where.place
        return (place.line, place.column) if place is not None else (0, 0)

    return sorted(findings, key=line)


def without(checked: Checked, reasons: Mapping[str, str]) -> Checked:
    """Ignore the findings of some codes, each for its reason."""
    kept = [finding for finding in checked.report if finding.code not in reasons]
    ignored = [Ignored(f, reasons[f.code], outside=True) for f in checked.report if f.code in reasons]
    return evolve(checked, report=Report(kept, (*checked.report.ignored, *ignored)))


def failed(name: str, error: PipelineKitError) -> Checked:
    """Give what keeps a file from being read as a finding, where several files are checked."""
    first, *more = str(error).splitlines() or [""]
    hint = " ".join(line.strip().removeprefix("hint: ") for line in more)
    finding = Diagnostic(
        code="PK100",
        message=first.removeprefix(f"{name}: "),
        where=Location((), Place(name)),
        hint=hint,
        severity=Severity.ERROR,
    )
    return Checked(name=name, kind="pipeline", report=Report(error.diagnostics or (finding,)))
