from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.local.logs import Log, Mask


@given(st.lists(st.integers(1, 30), max_size=20), st.sampled_from(["s3cret", "aaab", "abcabcd"]))
def test_a_secret_is_masked_however_the_stream_is_cut(cuts: list[int], secret: str) -> None:
    data = f"before {secret} between {secret[:-1]} {secret}{secret} end {secret[:2]}".encode()
    mask = Mask([secret])

    shown = b""
    for cut in cuts:
        shown, data = shown + mask.feed(data[:cut]), data[cut:]
    shown += mask.feed(data) + mask.end()

    assert shown == f"before *** between {secret[:-1]} ****** end {secret[:2]}".encode()


def test_what_cannot_begin_a_secret_is_shown_at_once() -> None:
    mask = Mask(["s3cret"])

    assert mask.feed(b"hello") == b"hello"
    assert mask.feed(b"hello s") == b"hello "


def test_a_log_keeps_its_last_lines_at_hand(tmp_path: Path) -> None:
    log = Log(tmp_path / "logs" / "a.log")

    log.write(b"one\ntw")
    log.write(b"o\nthr")
    log.line("ours")
    log.close()

    assert log.tail == ["one", "two", "thr", "ours"]
    assert (tmp_path / "logs" / "a.log").read_text() == "one\ntwo\nthr\nours\n"


def test_a_log_that_nobody_wrote_to_is_no_file(tmp_path: Path) -> None:
    Log(tmp_path / "a.log").close()

    assert not (tmp_path / "a.log").exists()
