"""Write docs/assumptions.md from pipelinekit/execution/assumptions.py.

``python docs/build_assumptions.py`` writes it; a test sees to it that it is up to date.
"""

from __future__ import annotations

import ast
import itertools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "pipelinekit" / "execution" / "assumptions.py"
PAGE = ROOT / "docs" / "assumptions.md"

_INTRODUCTION = """\
<!-- Written by docs/build_assumptions.py from pipelinekit/execution/assumptions.py: change that. -->

# Assumptions

AWS's documents do not say everything about how a pipeline behaves. What they leave open is assumed as follows, in runs
here and in simulations alike. Each assumption is one line of `pipelinekit/execution/assumptions.py`, used in one place:
if you know better, with a source, that is the line to change.

| assumption | value | which means |
| --- | --- | --- |
"""


def page() -> str:
    """Give the whole page."""
    body = ast.parse(SOURCE.read_text()).body
    rows = []
    for node, text in itertools.pairwise(body):
        if isinstance(node, ast.Assign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            name = ast.unparse(node.targets[0])
            meaning = re.sub(r"``(.+?)``", r"`\1`", " ".join(str(text.value.value).split()))
            rows.append(f"| `{name}` | {_value(node.value)} | {meaning} |\n")
    return _INTRODUCTION + "".join(rows)


def _value(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        return "yes" if node.value else "no"
    if isinstance(node, ast.Constant):
        return str(node.value)
    found = re.findall(r"'(\w+)'", ast.unparse(node))
    return ", ".join(found)


if __name__ == "__main__":
    PAGE.write_text(page())
