"""How an execution ended, as a terminal sees it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from pipelinekit.cli.ending import harmless, shown_lines, tell_end


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("plain text, ünïcode ✓", "plain text, ünïcode ✓"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x1b[2J\x1b[Hcleared", "cleared"),
        ("over\rwritten\b\b", "overwritten"),
        ("\x1bcreset", "reset"),
        ("a\tb", "a       b"),
        ("\x1b", ""),
    ],
)
def test_what_would_move_the_cursor_is_taken_away(line: str, shown: str) -> None:
    assert harmless(line) == shown


def shown(status: str, **condition: Any) -> dict[str, Any]:
    """What `show` gives of an execution whose stage was judged by one rule."""
    rule = {"name": "Smoke", "status": "Failed", "errorDetails": {"code": "JobFailed", "message": "it is down"}}
    held = {"status": "Failed", "result": "FAIL", "rules": [rule], **condition}
    stage = {"name": "Live", "status": status, "actions": [], "onSuccessConditionState": held}
    return {
        "pipelineName": "site",
        "pipelineExecutionId": "0" * 36,
        "status": status,
        "statusSummary": "",
        "stages": [stage],
    }


def test_the_rules_of_a_stage_stand_among_its_actions() -> None:
    lines = list(shown_lines(shown("Failed"), driven=False, state=None))

    assert lines[-2:] == ["Live: Failed", "  onSuccess/Smoke: Failed: it is down"]


def test_a_rule_that_failed_its_stage_is_told_with_the_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelinekit.local.log_files.last_lines", lambda *_, **__: ["curl: refused"])
    console = Console(file=io.StringIO(), width=200, highlight=False)

    tell_end(console, shown("Failed"), None)

    told = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Live/onSuccess/Smoke failed: it is down" in told
    assert "| curl: refused" in told
    assert "pipelinekit override 00000000 Live --condition onSuccess" in told
    assert "retry" not in told  # which would be refused: no action has failed


def test_a_rule_that_stopped_nobody_is_not_told_at_the_end() -> None:
    console = Console(file=io.StringIO(), width=200, highlight=False)

    tell_end(console, shown("Succeeded"), None)

    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
