"""How a module of this package is run in a process of its own, wherever the package lies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_START = """\
import importlib, sys
_, root, module, *arguments = sys.argv
sys.path.insert(0, root)
main = importlib.import_module(module).main
sys.path.remove(root)
main(*arguments)
"""
"""The directory of this package is taken off the path again: user code in the process is not to find it there."""

_PARENT = os.fspath(Path(__file__).resolve().parents[2])


def command(module: str, *arguments: str) -> list[str]:
    """Give the command that calls ``main(*arguments)`` of a module, in this Python."""
    return [sys.executable, "-P", "-c", _START, _PARENT, module, *arguments]
