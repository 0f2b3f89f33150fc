from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.execution.table import Table

KEYS = st.integers(0, 300).map(str)


@given(st.lists(st.tuples(st.booleans(), KEYS), max_size=400))
def test_a_table_answers_as_a_dict_does(changes: list[tuple[bool, str]]) -> None:
    table: Table[int] = Table()
    expected: dict[str, int] = {}
    for number, (put, key) in enumerate(changes):
        if put:
            table, expected[key] = table.put(key, number), number
        else:
            table = table.drop(key)
            expected.pop(key, None)

    assert dict(table) == expected
    assert len(table) == len(expected)
    assert all(key in table for key in expected)
    assert dict(table.items()) == expected
    assert sorted(table.values()) == sorted(expected.values())
    assert [table.get(str(number)) for number in range(301)] == [expected.get(str(number)) for number in range(301)]


def test_a_changed_table_leaves_the_old_one_as_it_was() -> None:
    large = Table({str(n): n for n in range(1000)})

    changed = large.put("7", -1).drop("8")

    assert (large["7"], "8" in large) == (7, True)
    assert (changed["7"], "8" in changed) == (-1, False)
