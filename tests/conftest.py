"""What several tests need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is. PIPELINEKIT_NIGHTLY has time for more of them.
settings.register_profile("unhurried", deadline=None, max_examples=500 if "PIPELINEKIT_NIGHTLY" in os.environ else 30)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The specification and the corpus of real files, which stand beside the repository and are not a part of it."""
    for parent in ROOT.parents:
        if (parent / "shared" / "spec").is_dir():
            return parent / "shared"
    pytest.skip("the shared specification and corpus are not here")
