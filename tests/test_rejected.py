"""Every check has an example that is rejected with exactly its report, and a twin that passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelinekit
import rejections
from pipelinekit.codes import CODES, FAMILIES, When
from rejections import Case

CASES = rejections.cases()
OF_EMITTED_FILES = ("PK724", "PK742")
"""Codes of what `load` finds in a directory that was emitted and changed: no single file can show them."""
PACKAGE = Path(pipelinekit.__file__).parent


def _named(case: Case) -> str:
    return case.directory.name


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_the_example_is_rejected_with_its_report(case: Case) -> None:
    report = rejections.report_on(case.rejected)

    assert f"{report}\n" == case.diagnostics.read_text()
    assert set(report.codes) == {case.code}


@pytest.mark.parametrize("case", CASES, ids=_named)
def test_its_twin_passes(case: Case) -> None:
    report = rejections.report_on(case.passes)

    assert str(report) == "no findings"


def test_every_check_of_the_table_has_an_example_and_its_twin() -> None:
    expected = {c for c, entry in CODES.items() if entry.when in (When.CHECKING, When.READING)} - set(OF_EMITTED_FILES)

    assert {case.code for case in CASES} == expected
    assert {case.code for case in CASES if not case.passes.is_file()} == set()


def test_every_code_that_the_package_yields_is_in_the_table_and_every_check_of_the_table_is_made() -> None:
    yielded = {code for path in sorted(PACKAGE.rglob("*.py")) if path.name != "codes.py" for code in _codes_in(path)}

    assert yielded <= set(CODES)
    assert {code for code, entry in CODES.items() if entry.when is When.CHECKING} <= yielded


def _codes_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_code(node.value):
            yield node.value


def _is_code(text: str) -> bool:
    return len(text) == 5 and text.startswith("PK") and text[2:].isdigit()


def test_every_code_belongs_to_a_family_and_says_what_it_means() -> None:
    for code, entry in CODES.items():
        assert code == entry.code
        assert code[:3] in FAMILIES
        assert entry.title[0].isupper()
        assert not entry.title.endswith(".")
        assert entry.meaning.endswith(".")


def test_the_codes_stand_in_their_order() -> None:
    assert list(CODES) == sorted(CODES)
