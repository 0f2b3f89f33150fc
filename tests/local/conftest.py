from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.harness import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench on which a worker carries out one action after another, with real processes."""
    with Bench(tmp_path) as made:
        yield made
