"""Knots and loops of a graph."""

from __future__ import annotations

import subprocess
import sys

from pipelinekit import graphs

NODES = ["a", "b", "c", "d", "e"]


def test_a_knot_is_a_group_of_nodes_that_wait_for_each_other() -> None:
    edges = [("a", "b"), ("b", "a"), ("b", "c"), ("d", "d")]

    assert sorted(map(sorted, graphs.knots(NODES, edges))) == [["a", "b"], ["d"]]


def test_a_graph_without_loops_has_no_knots() -> None:
    assert graphs.knots(NODES, [("a", "b"), ("b", "c"), ("a", "c")]) == []


def test_the_same_loop_is_named_whatever_the_hash_of_its_names() -> None:
    program = (
        "from pipelinekit import graphs\n"
        "middle = [f'm{n}' for n in range(9)]\n"
        "edges = [(m, 'z') for m in middle] + [('a', m) for m in middle] + [('z', 'a')]\n"
        "print(graphs.cycles(['a', *middle, 'z'], edges))\n"
    )

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(3)
    }

    assert printed == {"[['a', 'm0', 'z']]\n"}
