from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import Bench

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The directory with the specification and the corpus of real files, which stands beside the repository."""
    found = next((p / "shared" for p in ROOT.parents if (p / "shared").is_dir()), None)
    if found is None:
        pytest.skip("there is no directory 'shared' beside the repository")
    return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Real processes, a real loop and real artifacts, to run a worker on."""
    with Bench(tmp_path) as made:
        yield made
