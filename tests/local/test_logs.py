from __future__ import annotations

from pathlib import Path

from pipelinekit.local.logs import Log
from pipelinekit.local.masking import Hidden


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


def test_a_log_masks_what_a_process_wrote_and_our_own_lines_from_the_moment_it_is_hidden(tmp_path: Path) -> None:
    hidden = Hidden(["hunter2"])
    log, other = Log(tmp_path / "a.log", hidden), Log(tmp_path / "b.log", hidden)

    log.write(b"a hunt")
    log.write(b"er2 a s3cret\n")
    other.hide(["s3cret"])
    log.line("ours: hunter2 s3cret")
    log.write(b"s3cr")
    log.close()

    assert (tmp_path / "a.log").read_text() == "a *** a s3cret\nours: *** ***\ns3cr"
    assert log.tail == ["a *** a s3cret", "ours: *** ***", "s3cr"]


def test_a_line_of_ours_may_hold_what_is_no_text(tmp_path: Path) -> None:
    log = Log(tmp_path / "a.log", ["hunter2"])

    log.line("a file's name: \udcff, half a character: \ud83d")
    log.close()

    assert (tmp_path / "a.log").read_bytes() == b"a file's name: ?, half a character: ?\n"
