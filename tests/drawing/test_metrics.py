from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.drawing.metrics import cut, width_of, wrapped

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)


def test_a_wide_letter_is_wider_than_a_narrow_one() -> None:
    assert width_of("WWW", 10) > 2 * width_of("iii", 10)


def test_bold_text_is_wider() -> None:
    assert width_of("Production", 10, bold=True) > width_of("Production", 10)


def test_a_letter_with_an_accent_is_as_wide_as_without() -> None:
    assert width_of("é", 10) == width_of("e\u0301", 10) == width_of("e", 10)


def test_an_east_asian_character_fills_a_square() -> None:
    assert width_of("中", 10) >= 10


def test_a_text_that_fits_is_not_cut() -> None:
    assert cut("Checkout", 100, 12) == "Checkout"


def test_a_cut_text_says_so() -> None:
    assert cut("CreateReplacementChangeSet", 100, 12) == "CreateReplac…"


def test_a_name_breaks_before_a_hump_and_after_a_hyphen() -> None:
    assert wrapped("CreateChangeSet", 90, 12, lines=2) == ("CreateChange", "Set")
    assert wrapped("deploy-to-production", 90, 12, lines=2) == ("deploy-to-", "production")


def test_a_sentence_breaks_at_a_blank() -> None:
    assert wrapped("Ship it now or never", 80, 12, lines=3) == ("Ship it now", "or never")


def test_what_does_not_fit_into_the_lines_is_cut_at_the_end() -> None:
    first, second = wrapped("one two three four five six seven", 90, 12, lines=2)

    assert (first, second[-1]) == ("one two three", "…")


def test_a_character_that_no_line_has_room_for_is_cut() -> None:
    assert wrapped("¼", 30, 12, lines=2, bold=True) == ("…",)


@given(texts, st.floats(12, 400), st.booleans())
def test_a_cut_text_fits_and_is_the_beginning_of_the_whole(text: str, room: float, bold: bool) -> None:
    shortened = cut(text, room, 12, bold)

    assert width_of(shortened, 12, bold) <= max(room, width_of("…", 12, bold))
    assert shortened == text or text.startswith(shortened[:-1])


@given(texts, st.floats(30, 400), st.integers(1, 6), st.booleans())
def test_wrapped_lines_fit_and_lose_only_blanks(text: str, room: float, lines: int, bold: bool) -> None:
    found = wrapped(text, room, 12, lines, bold)

    assert len(found) <= lines
    assert all(width_of(line, 12, bold) <= room for line in found)
    kept = "".join("".join(found).removesuffix("…").split())
    assert "".join(text.split()).startswith(kept)
