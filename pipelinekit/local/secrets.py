"""Secrets of a local run: from a mapping or a file, kept in memory only."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelinekit import documents
from pipelinekit.diagnostics import PipelineKitError


def read_secrets(given: Mapping[str, Any] | str | os.PathLike[str] | None) -> dict[str, str]:
    """Take secrets from a mapping or a file: JSON (``.json``), YAML (``.yml``, ``.yaml``), else ``NAME=VALUE`` lines.

    A value that is itself a mapping becomes JSON text, as Secrets Manager has it.

    Raises:
        PipelineKitError: when the file cannot be read.
    """
    if given is None:
        return {}
    data = given if isinstance(given, Mapping) else _read(Path(given))
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in data.items()}


def _read(place: Path) -> Mapping[str, Any]:
    try:
        text = place.read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise PipelineKitError(f"{place}: the secrets cannot be read: {reason}") from None
    if place.suffix in (".json", ".yml", ".yaml"):
        data = documents.plain(documents.read(text, str(place)))
        if not isinstance(data, Mapping):
            raise PipelineKitError(f"{place}: a file of secrets is a mapping of names to values")
        return data
    return dict(_dotenv_line(place, number, line) for number, line in enumerate(text.splitlines(), 1) if _says(line))


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _dotenv_line(place: Path, number: int, line: str) -> tuple[str, str]:
    name, equals, value = line.strip().removeprefix("export ").partition("=")
    if not equals or not name.strip():
        raise PipelineKitError(f"{place}:{number}: a line of secrets is NAME=VALUE")
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return name.strip(), value
