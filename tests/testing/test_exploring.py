from __future__ import annotations

import pytest

import pipelinekit as pk
from pipelinekit.testing import Simulation, explore, simulate, succeed

KIND = pk.ActionTypeId("Test", "Custom", "T")
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
three = pk.Pipeline(
    "three",
    [
        pk.Stage("Source", checkout),
        pk.Stage("Build", [pk.CustomAction(name, action_type=KIND, input=checkout.output) for name in "ABC"]),
    ],
)


def ends(sim: Simulation) -> str:
    sim.start()
    sim.run()
    ended = {name: sim.action(f"Build/{name}").attempts[0].ended_index or 0 for name in "ABC"}
    return "".join(sorted(ended, key=lambda name: ended[name]))


def test_every_order_is_tried_once() -> None:
    seen: list[str] = []

    exploration = explore(three, lambda sim: seen.append(ends(sim)), {"*": succeed()})

    assert sorted(seen) == ["ABC", "ACB", "BAC", "BCA", "CAB", "CBA"]
    assert (exploration.tried, exploration.complete) == (6, True)


def test_of_too_many_orders_as_many_are_tried_as_may_be() -> None:
    exploration = explore(three, ends, {"*": succeed()}, limit=4)

    assert (exploration.tried, exploration.complete) == (4, False)


def test_the_shortest_history_that_breaks_is_shown() -> None:
    def test(sim: Simulation) -> None:
        order = ends(sim)
        if order.startswith("B"):
            sim.start()
            sim.run()
        assert order[0] not in "BC", f"{order[0]} was first"

    with pytest.raises(AssertionError) as broken:
        explore(three, test, {"*": succeed()})

    assert "C was first" in str(broken.value)
    # A second execution that begins with B can go six ways: 2 + 2 * 6 + 2.
    assert "E2" not in str(broken.value)
    assert "(16 were tried)" in str(broken.value)


def test_an_order_that_only_some_runs_show_is_found() -> None:
    def test(sim: Simulation) -> None:
        assert ends(sim) != "CBA"

    test(simulate(three, {"*": succeed()}, seed=1))
    with pytest.raises(AssertionError, match="in an order that is possible"):
        explore(three, test, {"*": succeed()})


@pytest.mark.parametrize("limit", [6, 7, 12, 100])
def test_as_many_orders_as_there_are_complete_the_exploration_whatever_the_limit(limit: int) -> None:
    seen: list[str] = []

    exploration = explore(three, lambda sim: seen.append(ends(sim)), {"*": succeed()}, limit=limit)

    assert (exploration.tried, exploration.complete) == (6, True)
    assert len(set(seen)) == 6


def test_one_order_less_than_there_are_is_no_complete_exploration() -> None:
    exploration = explore(three, ends, {"*": succeed()}, limit=5)

    assert (exploration.tried, exploration.complete) == (5, False)


def test_an_exploration_of_no_order_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one order"):
        explore(three, ends, {"*": succeed()}, limit=0)
