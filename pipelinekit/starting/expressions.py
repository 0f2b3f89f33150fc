"""Python expressions as text, laid out as ruff does it: on one line where they fit, else one item a line.

What is broken over lines ends in a comma, so that the layout is the same for every line length from 88 on.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import field, frozen

WIDTH = 88
"""Characters of a line. A single text that is longer stays whole."""

INDENT = "    "


@frozen
class Name:
    """An expression as it is: a name, an attribute, an operator between them."""

    text: str


@frozen
class Call:
    """A call: positional arguments, then those by keyword. A keyword argument that is None is left out."""

    function: str
    arguments: tuple[Expression, ...] = field(default=(), converter=tuple["Expression", ...])
    keywords: tuple[tuple[str, Expression], ...] = ()


Expression: TypeAlias = "Name | Call | str | int | bool | list[Expression] | dict[str, Expression]"


def call(function: str, *arguments: Expression, **keywords: Expression | None) -> Call:
    """Make a call; keyword arguments that are None are left out."""
    return Call(function, arguments, tuple((name, value) for name, value in keywords.items() if value is not None))


def quoted(text: str) -> str:
    """Write a text as Python and ruff do: in double quotes, unless single ones save escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character in (quote, "\\"):
        return f"\\{character}"
    if character.isprintable():
        return character
    return repr(character)[1:-1]


def one_line(expression: Expression) -> str:
    """Write an expression on one line."""
    match expression:
        case Name(text):
            return text
        case str():
            return quoted(expression)
        case bool() | int():
            return repr(expression)
        case _:
            opening, items, closing = _parts(expression)
            return f"{opening}{', '.join(head + one_line(value) for head, value in items)}{closing}"


def _parts(
    expression: Call | list[Expression] | dict[str, Expression],
) -> tuple[str, list[tuple[str, Expression]], str]:
    """Take an expression with brackets apart: what opens it, each item with what stands before it, what closes it."""
    match expression:
        case Call(function, arguments, keywords):
            given = [*(("", value) for value in arguments), *((f"{name}=", value) for name, value in keywords)]
            return f"{function}(", given, ")"
        case list():
            return "[", [("", value) for value in expression], "]"
        case dict():
            return "{", [(f"{quoted(key)}: ", value) for key, value in expression.items()], "}"


def lines(expression: Expression, before: str = "", after: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the lines of an expression, with *before* and *after* it on its first and last line."""
    start = INDENT * depth + before
    whole = f"{start}{one_line(expression)}{after}"
    if len(whole) <= WIDTH or isinstance(expression, (Name, str, int)):
        yield whole
        return
    opening, items, closing = _parts(expression)
    if not items:
        yield whole
        return
    yield start + opening
    for head, value in items:
        yield from lines(value, head, ",", depth + 1)
    yield INDENT * depth + closing + after


def assignment(name: str, expression: Expression) -> str:
    """Write ``name = expression``."""
    return "\n".join(lines(expression, f"{name} = "))


def comment(*sentences: str) -> str:
    """Write a comment, broken over lines; what is not printable becomes ``?``, so that it stays a comment."""
    text = "".join(character if character.isprintable() else "?" for character in " ".join(sentences))
    return textwrap.fill(
        text, WIDTH, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False
    )


def mapping(given: Mapping[str, str]) -> dict[str, Expression]:
    """Take a mapping of texts as an expression."""
    return dict[str, Expression](given)
