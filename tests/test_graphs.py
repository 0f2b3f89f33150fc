"""Knots of a graph."""

from __future__ import annotations

from pipelinekit import graphs

NODES = ["a", "b", "c", "d", "e"]


def test_a_knot_is_a_group_of_nodes_that_wait_for_each_other() -> None:
    edges = [("a", "b"), ("b", "a"), ("b", "c"), ("d", "d")]

    assert sorted(map(sorted, graphs.knots(NODES, edges))) == [["a", "b"], ["d"]]


def test_a_graph_without_loops_has_no_knots() -> None:
    assert graphs.knots(NODES, [("a", "b"), ("b", "c"), ("a", "c")]) == []
