"""A pytest plugin that executes the Python blocks of Markdown files; the blocks of one file share their names."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser


def _begin(namespace: dict[str, Any]) -> None:
    """Give each file a directory of its own to run in, so that examples may write."""
    namespace["_before"], namespace["_directory"] = os.getcwd(), tempfile.TemporaryDirectory()
    os.chdir(namespace["_directory"].name)


def _end(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_before"])
    namespace["_directory"].cleanup()


pytest_collect_file = Sybil(
    path=str(Path(__file__).resolve().parent.parent),
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
    setup=_begin,
    teardown=_end,
).pytest()
