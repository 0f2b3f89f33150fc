"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

_REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Where the reference data lies: the directory ``shared`` beside the repository, or further up."""
    for directory in _REPOSITORY.parents:
        if (directory / "shared").is_dir():
            return directory / "shared"
    pytest.skip("the reference data (shared/) is not here")
