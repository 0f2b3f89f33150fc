"""What is wrong with a pipeline, and where: diagnostics as data, and the one base class of our errors."""

from __future__ import annotations

import bisect
import enum
import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any, TypeAlias

from attrs import field, frozen

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


@frozen
class Place:
    """A line of a file a person wrote: Python source, or a YAML or JSON document.

    ``line`` and ``column`` count from 1; 0 means that it is not known.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")


def here() -> Place | None:
    """Give the line of the user's code that is making an object now (None when nobody's code is below us)."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_PACKAGE, "<attrs generated")):
            return Place(name, frame.f_lineno)
        frame = frame.f_back
    return None


class Severity(enum.StrEnum):
    """How much a finding matters: an error blocks ``emit`` and ``run``, a warning and a hint do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@frozen
class Location:
    """Where in a pipeline: its parts from the outside in, such as ``("shop", "Build", "Unit", "inputs")``."""

    path: tuple[str, ...] = ()
    place: Place | None = None

    def __str__(self) -> str:
        return " > ".join(self.path)


Locate: TypeAlias = Callable[..., Location]
"""Gives the location of a part: called with the part's path, from the outside in (``Definition.location`` is one)."""


@frozen(kw_only=True)
class Diagnostic:
    """One thing wrong, as data: the command line, pytest and editors each show it their way."""

    code: str
    """Stable and documented, such as ``PK201``."""
    message: str
    where: Location = field(factory=Location)
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return describe(self)


def describe(diagnostic: Diagnostic) -> str:
    """Say a diagnostic in one line, or two when it has a hint."""
    place = f"{diagnostic.where.place}: " if diagnostic.where.place else ""
    path = f"{diagnostic.where}: " if diagnostic.where.path else ""
    mark = "" if diagnostic.severity is Severity.ERROR else f"{diagnostic.severity}: "
    first = f"{place}{mark}{path}{diagnostic.message} [{diagnostic.code}]"
    return f"{first}\n  hint: {diagnostic.hint}" if diagnostic.hint else first


@frozen
class Ignored:
    """A finding that somebody decided to live with, and why."""

    diagnostic: Diagnostic
    reason: str
    outside: bool = False
    """Whether it was said when checking, and not beside the value or in the document."""


@frozen
class Report:
    """All findings of one pass, in the order of the source; those that are ``ignored`` stand apart."""

    diagnostics: tuple[Diagnostic, ...] = field(default=(), converter=tuple[Diagnostic, ...])
    ignored: tuple[Ignored, ...] = ()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that block."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that do not block but deserve a look."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.WARNING)

    @property
    def codes(self) -> tuple[str, ...]:
        """The code of each finding, in order."""
        return tuple(d.code for d in self.diagnostics)

    @property
    def ok(self) -> bool:
        """Whether nothing blocks."""
        return not self.errors

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    def __len__(self) -> int:
        return len(self.diagnostics)

    def __str__(self) -> str:
        return "\n".join(map(describe, self.diagnostics)) or "no findings"


class PipelineKitError(Exception):
    """Base of everything this library raises on purpose; says what, where and how to mend it."""

    def __init__(self, *findings: Diagnostic | str) -> None:
        super().__init__(*findings)
        self.diagnostics = tuple(f for f in findings if isinstance(f, Diagnostic))

    def __str__(self) -> str:
        """Say the errors first: what only deserves a look is not what it is raised for."""
        return "\n".join(map(str, sorted(self.args, key=_is_mild)))


def _is_mild(finding: object) -> bool:
    return isinstance(finding, Diagnostic) and finding.severity is not Severity.ERROR


class InvalidPipeline(PipelineKitError, ValueError):
    """The pipeline contradicts itself or AWS; all findings at once, in the order of the source."""


class InvalidDocument(PipelineKitError, ValueError):
    """A YAML or JSON document cannot be read; each finding has its line and column."""


def refuse_on_errors(findings: Iterable[Diagnostic]) -> None:
    """Raise `InvalidPipeline` with the errors among *findings*, if there are any."""
    errors = [f for f in findings if f.severity is Severity.ERROR]
    if errors:
        raise InvalidPipeline(*errors)


def finding(code: str, message: str, where: Location, hint: str = "", **more: Any) -> Diagnostic:
    """Make an error diagnostic; ``severity=`` makes it something milder."""
    return Diagnostic(code=code, message=message, where=where, hint=hint, **more)


_MOST_COMPARED = 100
_NEIGHBOURS = 8


class Names:
    """Known names, among which the one that a wrong name stands for is found without comparing it with all of them.

    Comparing is slow, and a thousand wrong names would be compared with a thousand: of many names only those are
    looked at that begin or end most like the wrong one.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._by_case = {name.lower(): name for name in names}

    def closest(self, wrong: str) -> str | None:
        """Give the name that *wrong* most likely stands for, whatever its case, or None when nothing is like it."""
        import difflib  # only a wrong name needs it

        same = self._by_case.get(wrong.lower())
        near = [same] if same is not None else difflib.get_close_matches(wrong.lower(), self._candidates(wrong), n=1)
        return self._by_case[near[0].lower()] if near else None

    def _candidates(self, wrong: str) -> Iterable[str]:
        if len(self._by_case) <= _MOST_COMPARED:
            return self._by_case
        begins = _around(self._forwards, wrong.lower())
        ends = [name[::-1] for name in _around(self._backwards, wrong.lower()[::-1])]
        return dict.fromkeys([*begins, *ends])

    @functools.cached_property
    def _forwards(self) -> list[str]:
        return sorted(self._by_case)

    @functools.cached_property
    def _backwards(self) -> list[str]:
        return sorted(name[::-1] for name in self._by_case)


def _around(names: list[str], wanted: str) -> list[str]:
    at = bisect.bisect_left(names, wanted)
    return names[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS]


def closest(wrong: str, known: Iterable[str] | Names) -> str | None:
    """Give the name that *wrong* most likely stands for, whatever its case, or None when nothing is like it."""
    return (known if isinstance(known, Names) else Names(known)).closest(wrong)


def did_you_mean(wrong: str, known: Iterable[str] | Names) -> str:
    """Say what a wrong name most likely stands for, as the end of a hint; nothing when nothing is like it."""
    near = closest(wrong, known)
    return "" if near is None else f"did you mean {near}?"
