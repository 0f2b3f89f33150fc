"""Findings as SARIF 2.1.0, the form in which code scanning takes them (OASIS, sarif-v2.1.0)."""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelinekit.codes import CODES
from pipelinekit.diagnostics import Diagnostic, Ignored, Severity
from pipelinekit.files.checking import Checked

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def sarif(several: Sequence[Checked], version: str) -> dict[str, Any]:
    """Give the log of one run: all findings, those that are ignored with a suppression. Paths are relative to here."""
    pairs: list[tuple[Checked, Diagnostic, Ignored | None]] = []
    for checked in several:
        pairs += [(checked, finding, None) for finding in checked.report]
        pairs += [(checked, ignored.diagnostic, ignored) for ignored in checked.report.ignored]
    codes = sorted({finding.code for _, finding, _ in pairs})
    results = [_result(checked, finding, ignored, codes) for checked, finding, ignored in pairs]
    driver = {"name": "pipelinekit", "semanticVersion": version, "rules": [_rule(code) for code in codes]}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(code: str) -> dict[str, Any]:
    known = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.meaning},
        "help": {"text": f"{known.title}. {known.meaning}"},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


def _result(checked: Checked, finding: Diagnostic, ignored: Ignored | None, codes: Sequence[str]) -> dict[str, Any]:
    part = f"{finding.where}: " if finding.where.path else ""
    hint = f"\n{finding.hint}" if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{part}{finding.message}{hint}"},
        "locations": [_location(checked, finding)],
    }
    if ignored is not None:
        kind = "external" if ignored.outside else "inSource"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": ignored.reason}]
    return result


def _location(checked: Checked, finding: Diagnostic) -> dict[str, Any]:
    place = finding.where.place
    file, line, column = (place.file, place.line, place.column) if place is not None else (checked.name, 0, 0)
    region = {"startLine": max(line, 1), **({"startColumn": column} if column else {})}
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(file)}, "region": region},
    }
    if finding.where.path:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(finding.where.path)}]
    return location


def _uri(file: str) -> str:
    if not os.path.isabs(file):
        return urllib.parse.quote(os.path.normpath(file).replace(os.sep, "/"))
    relative = os.path.relpath(file)
    return Path(file).as_uri() if relative.startswith(os.pardir) else urllib.parse.quote(relative.replace(os.sep, "/"))
