"""The tables of the page about actions are those that its script writes."""

from __future__ import annotations

import runpy
from pathlib import Path

from pipelinekit.codepipeline import catalogue

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_tables_are_up_to_date() -> None:
    page = (DOCS / "actions.md").read_text()

    assert runpy.run_path(str(DOCS / "build_actions.py"))["page"](page) == page, "run: python docs/build_actions.py"


def test_every_action_type_has_a_row() -> None:
    page = (DOCS / "actions.md").read_text()

    for kind in catalogue.known():
        name = (catalogue.address(kind) or "").partition(".")[2]
        assert f"| `{name}`" in page
        assert f"| {kind.owner}/{kind.provider} |" in page
    assert page.count("| real |") + page.count("| stand-in |") == len(catalogue.known())
