from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.documents import Scalar, plain, read, to_json


def test_a_plain_scalar_is_told_from_a_quoted_one() -> None:
    data = plain(read("[1, '1', true, 'true', null, \"null\", 1.5, 0755]", "d.yml"))

    assert data == [1, "1", True, "true", None, "null", 1.5, "0755"]


def test_a_block_counts_as_quoted() -> None:
    node = read("|\n  1\n", "d.yml")

    assert isinstance(node, Scalar)
    assert node.quoted


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_json(text: str) -> None:
    assert plain(read(to_json({text[:100]: text}), "d.json")) == {text[:100]: text}


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\\N{ROCKET}ud83e")))
def test_any_text_comes_back_from_the_json_of_python(text: str) -> None:
    ascii_only = json.dumps({"text": text})

    assert plain(read(ascii_only, "d.json")) == {"text": text}
