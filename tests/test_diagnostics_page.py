"""The page about the codes is the one that its script writes."""

from __future__ import annotations

import runpy
from pathlib import Path

from pipelinekit.codes import CODES

DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_the_page_is_up_to_date() -> None:
    script = runpy.run_path(str(DOCS / "build_diagnostics.py"))

    assert script["page"]() == (DOCS / "diagnostics.md").read_text(), "run: python docs/build_diagnostics.py"


def test_every_code_has_its_section() -> None:
    page = (DOCS / "diagnostics.md").read_text()

    assert [line[4:] for line in page.splitlines() if line.startswith("### ")] == list(CODES)
