from __future__ import annotations

from pathlib import Path

import pipelinekit as pk
from pipelinekit.files import open_pipeline

SELF = Path(__file__).resolve().parents[2] / "examples" / "self" / "pipeline.py"


def test_our_own_pipeline_has_no_findings() -> None:
    assert str(pk.check(open_pipeline(str(SELF)).value)) == "no findings"


def test_our_checks_run_side_by_side_and_before_the_wheel() -> None:
    order = pk.order(open_pipeline(str(SELF)).value)

    assert order.groups("Check") == [["Lint", "Types", "Layers", "Tests"]]
    assert list(order.run_orders) == ["Source", "Check", "Package"]


def test_its_sessions_are_those_of_the_noxfile() -> None:
    text = SELF.read_text()
    sessions = (SELF.parents[2] / "noxfile.py").read_text()

    for name in ("lint", "types", "imports", "tests"):
        assert f'"{name}"' in text
        assert f"def {name}(session" in sessions
