"""The tail of a failed action's log, as a terminal sees it."""

from __future__ import annotations

import pytest

from pipelinekit.cli.ending import harmless


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
