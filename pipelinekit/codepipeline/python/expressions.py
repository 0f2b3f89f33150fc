"""Python expressions as text, laid out as ruff does it: on one line where they fit, else one item a line.

What is broken over lines ends in a comma, so that the layout is the same for every line length from 88 on. A single
text is broken only where it would be longer than 120.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import field, frozen

WIDTH = 88
"""Characters of a line."""

LONGEST = 120
"""Characters of a line that holds a single text: one that is longer is written in pieces."""

INDENT = "    "


@frozen
class Name:
    """An expression as it is: a name, an attribute, an operator between them."""

    text: str


@frozen
class Formatted:
    """An f-string: texts, and the expressions between them, which hold no quotes but single ones."""

    parts: tuple[str | Name, ...]


@frozen
class Call:
    """A call: positional arguments, then those by keyword. A keyword argument that is None is left out."""

    function: str
    arguments: tuple[Expression, ...] = field(default=(), converter=tuple["Expression", ...])
    keywords: tuple[tuple[str, Expression], ...] = ()


Expression: TypeAlias = "Name | Formatted | Call | str | int | bool | list[Expression] | dict[str, Expression]"


def call(function: str, *arguments: Expression, **keywords: Expression | None) -> Call:
    """Make a call; keyword arguments that are None are left out."""
    return Call(function, arguments, tuple((name, value) for name, value in keywords.items() if value is not None))


def quoted(text: str) -> str:
    """Write a text as Python and ruff do: in double quotes, unless single ones save escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def formatted(parts: tuple[str | Name, ...]) -> str:
    """Write an f-string; without an expression in it, it is a text like any other."""
    texts = "".join(part for part in parts if isinstance(part, str))
    if all(isinstance(part, str) for part in parts):
        return quoted(texts)
    quote = quoted(texts)[0]
    return f"f{quote}{''.join(_between(part, quote) for part in parts)}{quote}"


def _between(part: str | Name, quote: str) -> str:
    if isinstance(part, Name):
        return f"{{{part.text}}}"
    return "".join(character * 2 if character in "{}" else _escaped(character, quote) for character in part)


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
        case Formatted(parts):
            return formatted(parts)
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
    match expression:
        case str() | Formatted():
            yield from _text_lines(expression, whole, before, after, depth)
        case Name() | int():
            yield whole
        case _:
            opening, items, closing = _parts(expression)
            if width(whole) <= WIDTH or not items:
                yield whole
                return
            yield start + opening
            for head, value in items:
                yield from lines(value, head, ",", depth + 1)
            yield INDENT * depth + closing + after


def width(line: str) -> int:
    """Tell how many columns a line takes, as ruff counts: two for wide characters, none for those that combine."""
    if line.isascii():
        return len(line)
    return sum(_columns(character) for character in line)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _text_lines(text: str | Formatted, whole: str, before: str, after: str, depth: int) -> Iterator[str]:
    """Yield the lines of a text: one, or in brackets one that fits there, or the pieces of it."""
    inside = INDENT * (depth + 1)
    if width(whole) <= LONGEST:
        yield whole
        return
    yield f"{INDENT * depth}{before}("
    if width(inside + one_line(text)) <= LONGEST:
        yield inside + one_line(text)
    else:
        yield from (inside + piece for piece in _pieces(text, LONGEST - len(inside)))
    yield f"{INDENT * depth}){after}"


def _pieces(text: str | Formatted, room: int) -> Iterator[str]:
    """Yield a text in literals that fit, broken after the end of a line or else of a word."""
    held: tuple[str | Name, ...] = ()
    for atom in _atoms(text, room // 2):
        ended = bool(held) and isinstance(held[-1], str) and held[-1].endswith("\n")
        if held and (ended or width(formatted((*held, atom))) > room):
            yield formatted(held)
            held = ()
        held = (*held, atom)
    if held:
        yield formatted(held)


_WORD = re.compile(r"\n|[^ \n]+ *\n?| +\n?")


def _atoms(text: str | Formatted, longest: int) -> Iterator[str | Name]:
    """Yield what is never broken: expressions, and words with the blanks after them, cut where they are too long."""
    for part in text.parts if isinstance(text, Formatted) else (text,):
        if isinstance(part, Name):
            yield part
        else:
            for word in _WORD.findall(part):
                size = longest if word.isascii() and word.isprintable() else max(1, longest // 10)
                yield from (word[start : start + size] for start in range(0, len(word), size))


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
