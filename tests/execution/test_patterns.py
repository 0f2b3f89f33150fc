"""Event patterns match as EventBridge documents it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.execution.patterns import WrongPattern, matches, read_pattern

EVENT = {
    "source": "aws.codepipeline",
    "detail-type": "CodePipeline Action Execution State Change",
    "resources": ["arn:aws:codepipeline:eu-west-1:000000000000:shop"],
    "detail": {
        "pipeline": "shop",
        "state": "FAILED",
        "version": 3.0,
        "empty": "",
        "nothing": None,
        "yes": True,
        "ip": "10.0.0.7",
        "none": [],
        "artifacts": [{"name": "Code", "size": 5}, {"name": "Dist", "size": 9}],
    },
}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"source": ["aws.codepipeline"]}, True),
        ({"source": ["aws.s3", "aws.codepipeline"]}, True),
        ({"source": ["aws"]}, False),
        ({"detail": {"state": ["FAILED"], "pipeline": ["shop"]}}, True),
        ({"detail": {"state": ["FAILED"], "pipeline": ["blog"]}}, False),
        ({"resources": [{"suffix": ":shop"}]}, True),
        ({"detail": {"pipeline": [{"prefix": "sh"}]}}, True),
        ({"detail": {"pipeline": [{"prefix": {"equals-ignore-case": "SH"}}]}}, True),
        ({"detail": {"pipeline": [{"suffix": {"equals-ignore-case": "OP"}}]}}, True),
        ({"detail": {"state": [{"equals-ignore-case": "failed"}]}}, True),
        ({"detail-type": [{"wildcard": "CodePipeline * Execution*Change"}]}, True),
        ({"detail-type": [{"wildcard": "CodePipeline ?"}]}, False),
        ({"detail": {"state": [{"anything-but": "SUCCEEDED"}]}}, True),
        ({"detail": {"state": [{"anything-but": ["FAILED", "STOPPED"]}]}}, False),
        ({"detail": {"state": [{"anything-but": {"prefix": "FA"}}]}}, False),
        ({"detail": {"state": [{"anything-but": {"wildcard": "*X*"}}]}}, True),
        ({"detail": {"version": [{"numeric": [">", 2, "<=", 3]}]}}, True),
        ({"detail": {"version": [{"numeric": ["=", 2]}]}}, False),
        ({"detail": {"version": [3]}}, True),
        ({"detail": {"yes": [1]}}, False),
        ({"detail": {"yes": [True]}}, True),
        ({"detail": {"nothing": [None]}}, True),
        ({"detail": {"empty": [""]}}, True),
        ({"detail": {"missing": [{"exists": False}]}}, True),
        ({"detail": {"missing": [{"exists": True}]}}, False),
        ({"detail": {"state": [{"exists": True}]}}, True),
        ({"detail": {"state": [{"exists": False}]}}, False),
        ({"detail": {"none": [{"exists": False}]}}, True),
        ({"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"ip": [{"cidr": "10.0.1.0/24"}]}}, False),
        ({"detail": {"artifacts": {"name": ["Dist"]}}}, True),
        ({"detail": {"artifacts": {"name": ["Dist"], "size": [5]}}}, False),
        ({"detail": ["x"]}, False),
        ({"detail": {"$or": [{"state": ["STOPPED"]}, {"pipeline": ["shop"]}]}}, True),
        ({"detail": {"$or": [{"state": ["STOPPED"]}, {"pipeline": ["blog"]}]}}, False),
        ({"detail": {"state": {"inner": ["x"]}}}, False),
    ],
)
def test_a_pattern_matches_what_has_the_values_it_lists(wanted: dict[str, Any], expected: bool) -> None:
    assert matches(read_pattern(wanted), EVENT) is expected


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "an object with at least one field is wanted"),
        ("{", "an event pattern is written in JSON"),
        ({"source": "aws.codepipeline"}, 'source: a list of values is wanted, not .* write \\["aws.codepipeline"\\]'),
        ({"detail": {"state": []}}, "detail.state: a list of values is wanted"),
        ({"detail": {"state": [["FAILED"]]}}, "detail.state: a value is wanted, not a list in a list"),
        ({"detail": {"state": [{"prefx": "x"}]}}, "there is no comparison 'prefx': did you mean prefix?"),
        ({"detail": {"state": [{"prefix": "x", "suffix": "y"}]}}, "one comparison is wanted in each object, not 2"),
        ({"detail": {"state": [{"prefix": 1}]}}, "prefix: text is wanted"),
        ({"detail": {"state": [{"exists": "yes"}]}}, "exists: true or false is wanted"),
        ({"detail": {"version": [{"numeric": [">"]}]}}, "numeric: a list such as"),
        ({"detail": {"version": [{"numeric": ["~", 1]}]}}, "numeric: a list such as"),
        ({"detail": {"ip": [{"cidr": "x"}]}}, "cidr: a range of addresses"),
        ({"detail": {"state": [{"anything-but": {"numeric": [">", 1]}}]}}, "anything-but: one of prefix, suffix"),
        ({"$or": [{"a": ["b"]}]}, "at least two patterns"),
    ],
)
def test_what_is_no_pattern_is_refused_with_its_place(wrong: Any, sentence: str) -> None:
    with pytest.raises(WrongPattern, match=sentence):
        read_pattern(wrong)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=3), st.dictionaries(st.text(max_size=5), JSON, max_size=3))
def test_whatever_is_given_is_matched_or_refused(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    try:
        read = read_pattern(pattern)
    except WrongPattern:
        return

    assert matches(read, event) in (True, False)
