"""What the tests of deployments need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="session")
def vectors(shared: Path) -> dict[str, Any]:
    """Cases of the agent's behaviour, as the specification has them."""
    data: dict[str, Any] = yaml.safe_load((shared / "spec/codedeploy_cases.yaml").read_text())
    return data
