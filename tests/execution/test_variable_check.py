from __future__ import annotations

import pytest

from pipelinekit.execution.variable_check import CheckError, holds


@pytest.mark.parametrize(
    ("variable", "operator", "value", "expected"),
    [
        ("main", "EQ", "main", True),
        ("main", "EQ", "mai", False),
        ("main", "NE", "dev", True),
        ("main", "NE", "main", False),
        ("release/1", "CONTAINS", "lease", True),
        ("release/1", "CONTAINS", "x", False),
        ("release/1", "MATCHES", r"release/\d+", True),
        ("a release/1", "MATCHES", r"release/\d+", False),
    ],
)
def test_a_variable_is_compared(variable: str, operator: str, value: str, expected: bool) -> None:
    assert holds({"Variable": variable, "Operator": operator, "Value": value}) is expected


@pytest.mark.parametrize(("operator", "value"), [("LIKE", "x"), ("MATCHES", "(")])
def test_a_comparison_that_cannot_be_made_is_an_error(operator: str, value: str) -> None:
    with pytest.raises(CheckError):
        holds({"Variable": "x", "Operator": operator, "Value": value})
