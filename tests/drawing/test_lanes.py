from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.drawing.lanes import Taps, laid_on_another, lanes


def test_a_straight_line_needs_no_lane() -> None:
    assert lanes({"a": Taps((10,), (10,))}) == {}


def test_lines_that_do_not_meet_share_a_lane() -> None:
    assert lanes({"a": Taps((10,), (50,)), "b": Taps((100,), (150,))}) == {"a": 0, "b": 0}


def test_lines_that_would_cross_are_put_in_the_order_in_which_they_do_not() -> None:
    outer, inner = Taps((10,), (200,)), Taps((50,), (150,))

    found = lanes({"outer": outer, "inner": inner})

    assert found["inner"] < found["outer"]  # the outer one would cut both ends of the inner one from the other side


def test_a_line_that_goes_out_at_one_height_is_not_laid_on_one_that_comes_in_there() -> None:
    goes, comes = Taps((200,), (100,)), Taps((100,), (20,))

    found = lanes({"goes": goes, "comes": comes})

    assert found["comes"] < found["goes"]


def test_two_lines_that_change_places_lie_on_each_other_in_any_order() -> None:
    taps = {"falls": Taps((100,), (200,)), "rises": Taps((200,), (100,))}

    found = lanes(taps)

    assert laid_on_another(taps, found) == {max(found, key=lambda name: found[name])}
    assert laid_on_another({**taps, "rises": Taps((204,), (100,))}, {"rises": 0, "falls": 1}) == {"falls"}
    assert laid_on_another({**taps, "rises": Taps((204,), (100,))}, {"falls": 0, "rises": 1}) == set()


heights = st.lists(st.integers(0, 60).map(lambda n: n * 20.0), min_size=1, max_size=3).map(tuple)


@given(st.dictionaries(st.integers(0, 20), st.builds(Taps, heights, heights), max_size=12))
def test_lines_that_meet_have_lanes_of_their_own(taps: dict[int, Taps]) -> None:
    found = lanes(taps)

    assert set(found) == {name for name, own in taps.items() if not own.straight}
    for one, other in itertools.combinations(found, 2):
        (low, high), (below, above) = taps[one].span, taps[other].span
        assert found[one] != found[other] or high < below or above < low
