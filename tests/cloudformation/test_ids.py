from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.cloudformation.ids import Ids

_NAMES = st.text("abAB-_.é0", max_size=6) | st.just("x" * 300)


def test_an_id_reads_like_its_names() -> None:
    assert Ids().claim("shop-web", "unit_tests", kind="Project") == "ShopWebUnitTestsProject"


def test_names_that_read_alike_have_ids_of_their_own() -> None:
    ids = Ids()

    assert ids.claim("a-b", kind="Role") == "ABRole"
    assert re.fullmatch("ABRole[0-9a-f]{8}", ids.claim("aB", kind="Role"))


def test_an_id_that_lost_letters_tells_it_apart_from_others() -> None:
    assert Ids().claim("caf\u00e9", kind="Project") != Ids().claim("caf\u00e8", kind="Project")


def test_an_id_does_not_depend_on_what_else_was_named() -> None:
    assert Ids(["ABRole"]).claim("aB", kind="Role") == Ids(["ABRole", "Other"]).claim("aB", kind="Role")


@given(st.lists(_NAMES, unique=True, max_size=8))
def test_ids_are_letters_and_digits_and_given_once(names: list[str]) -> None:
    ids = Ids(["Pipeline"])
    found = [ids.claim(name, kind="Role") for name in names]

    assert len(set(found)) == len(names)
    assert all(re.fullmatch("[A-Za-z0-9]{1,255}", one) for one in found)
