"""Templates, byte for byte. ``PIPELINEKIT_REWRITE_GOLDEN=1 pytest tests/golden`` writes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.files import open_pipeline

HERE = Path(__file__).parent
REWRITE = os.environ.get("PIPELINEKIT_REWRITE_GOLDEN") == "1"
EXAMPLES = {
    "shop": HERE.parent.parent / "examples" / "shop" / "pipeline.py",
    "fleet": HERE / "fleet" / "fleet.py",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_template_of_an_example_is_what_it_always_was(name: str) -> None:
    golden = HERE / "templates" / f"{name}.yaml"
    written = pk.template_text(pk.to_template(open_pipeline(str(EXAMPLES[name])).value))
    if REWRITE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")

    assert written == golden.read_text(encoding="utf-8")
