from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codepipeline.python.expressions import (
    WIDTH,
    Expression,
    Name,
    assignment,
    call,
    comment,
    one_line,
    quoted,
)

TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)


def expressions() -> st.SearchStrategy[Expression]:
    leaves: st.SearchStrategy[Expression] = st.one_of(TEXTS, st.integers(), st.booleans())
    return st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=3))
    )


@given(TEXTS)
def test_a_text_is_written_so_that_python_reads_it_back(text: str) -> None:
    assert ast.literal_eval(quoted(text)) == text


@given(expressions())
def test_an_expression_is_written_so_that_python_reads_it_back(expression: Expression) -> None:
    name, _, value = assignment("x", expression).partition(" = ")

    assert (name, ast.literal_eval(value)) == ("x", expression)


@given(st.lists(st.text(st.characters(exclude_categories=()), max_size=60), max_size=3))
def test_a_comment_is_never_anything_else(sentences: list[str]) -> None:
    text = comment(*sentences)

    assert all(line.startswith("#") for line in text.splitlines())
    assert ast.parse(text).body == []


def test_the_quotes_are_those_that_need_fewer_escapes() -> None:
    assert quoted('echo "$X"') == "'echo \"$X\"'"
    assert quoted("it's") == '"it\'s"'
    assert quoted("""it's "this" """) == """'it\\'s "this" '"""


def test_what_fits_on_a_line_stays_on_it() -> None:
    text = assignment("a", call("f", "x", Name("y"), z=[1, 2], left_out=None))

    assert text == 'a = f("x", y, z=[1, 2])'


def test_what_does_not_fit_is_one_item_a_line_with_a_comma_after_each() -> None:
    text = assignment("a", call("function", "x" * 40, commands=["y" * 40]))

    assert text.splitlines() == ["a = function(", f'    "{"x" * 40}",', f'    commands=["{"y" * 40}"],', ")"]


def test_one_line_more_than_fits_is_broken() -> None:
    fits = call("f", "x" * (WIDTH - len('a = f("")')))
    longer = call("f", "x" * (WIDTH - len('a = f("")') + 1))

    assert (len(assignment("a", fits).splitlines()), len(assignment("a", longer).splitlines())) == (1, 3)


def test_empty_brackets_are_not_broken() -> None:
    assert one_line({"a": []}) == '{"a": []}'
    assert assignment("x" * 100, call("f")) == f"{'x' * 100} = f()"
