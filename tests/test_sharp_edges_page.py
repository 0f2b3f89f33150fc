"""The page about sharp edges names codes and tests that exist, and leaves no row without an answer."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pipelinekit.codes import CODES

TESTS = Path(__file__).resolve().parent
TEXT = (TESTS.parent / "docs" / "sharp-edges.md").read_text(encoding="utf-8")
TABLES = {section.partition("\n")[0]: section for section in TEXT.split("\n## ")[1:]}
NUMBERS = {"CodePipeline": 35, "CodeBuild": 32, "CodeDeploy": 38}
"""How many traps of each service are known."""

_ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
_CODE = re.compile(r"\[(PK\d{3})\]\(diagnostics\.md#(pk\d{3})\)")
_TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def _tests_of(file: str) -> set[str]:
    place = TESTS / file
    if not place.is_file():
        return set()
    tree = ast.parse(place.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("service", NUMBERS)
def test_every_trap_has_its_row(service: str) -> None:
    rows = _ROW.findall(TABLES[service])

    assert [int(number) for number, _, _ in rows] == list(range(1, NUMBERS[service] + 1))


@pytest.mark.parametrize("service", NUMBERS)
def test_every_row_names_a_code_or_a_test_or_says_that_nothing_catches_it(service: str) -> None:
    unanswered = [
        number
        for number, _, where in _ROW.findall(TABLES[service])
        if not (_CODE.search(where) or _TEST.search(where) or "**not caught**" in where.lower())
    ]

    assert unanswered == []


def test_every_code_of_the_page_exists_and_is_linked_to_its_section() -> None:
    named = _CODE.findall(TEXT)

    assert named
    assert [code for code, anchor in named if code not in CODES or anchor != code.lower()] == []
    assert set(re.findall(r"PK\d{3}", TEXT)) == {code for code, _ in named}


def test_every_test_of_the_page_exists() -> None:
    named = _TEST.findall(TEXT)

    assert named
    assert [f"{file}::{name}" for file, name in named if name not in _tests_of(file)] == []
