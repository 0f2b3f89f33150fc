"""The assumptions of the machine: each used in one place, each told to users; and the table of what is documented."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "pipelinekit/execution/assumptions.py"
NAMES = [
    target.id
    for node in ast.parse(FILE.read_text()).body
    if isinstance(node, ast.Assign)
    for target in node.targets
    if isinstance(target, ast.Name)
]
SOURCES = {place: place.read_text() for place in (ROOT / "pipelinekit").rglob("*.py") if place != FILE}


@pytest.mark.parametrize("name", NAMES)
def test_an_assumption_is_used_in_one_module(name: str) -> None:
    users = [place.name for place, text in SOURCES.items() if f"assumptions.{name}" in text]

    assert len(users) == 1, users


def test_the_page_tells_all_assumptions() -> None:
    page = (ROOT / "docs/assumptions.md").read_text()

    assert [name for name in NAMES if f"`{name}`" not in page] == []


def test_the_page_is_written_from_the_assumptions() -> None:
    build = runpy.run_path(str(ROOT / "docs/build_assumptions.py"))

    assert (ROOT / "docs/assumptions.md").read_text() == build["page"](), "run: python docs/build_assumptions.py"


PROVEN = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/behaviour.md").read_text())


def test_every_behaviour_names_a_test_that_is_there() -> None:
    missing = [f"{place}::{name}" for place, name in PROVEN if f"def {name}(" not in (ROOT / place).read_text()]

    assert len(PROVEN) > 30
    assert missing == []
