from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WRONG = HERE / "wrong" / "uses.py"
EXPECTED = {number for number, line in enumerate(WRONG.read_text().splitlines(), 1) if "# wrong:" in line}


def test_mypy_finds_every_wrong_use_and_nothing_else() -> None:
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", "--strict", str(WRONG)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    found = {int(line) for line in re.findall(r"uses\.py:(\d+): error", done.stdout)}

    assert found == EXPECTED, done.stdout + done.stderr


def test_pyright_finds_every_wrong_use_and_nothing_else(tmp_path: Path) -> None:
    if shutil.which("pyright", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("pyright is not installed")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "pyright"), "--outputjson", "--pythonpath", sys.executable, str(WRONG)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    diagnostics = json.loads(done.stdout)["generalDiagnostics"]
    found = {d["range"]["start"]["line"] + 1 for d in diagnostics if d["severity"] == "error"}

    assert found == EXPECTED, done.stdout
