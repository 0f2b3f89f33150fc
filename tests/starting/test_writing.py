from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelinekit.files import CannotWrite
from pipelinekit.starting.writing import keep_git_away, refuse_place, write_new


def test_a_new_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_new(tmp_path / "pipeline.py", "x = 'ä'\n")

    assert (tmp_path / "pipeline.py").read_bytes() == "x = 'ä'\n".encode()
    assert os.listdir(tmp_path) == ["pipeline.py"]


def test_it_may_be_read_by_whom_new_files_may_be_read(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("")
    write_new(tmp_path / "pipeline.py", "")

    assert (tmp_path / "pipeline.py").stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("kind", ["file", "link", "directory"])
def test_what_is_there_is_not_replaced(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "pipeline.py"
    if kind == "file":
        target.write_text("mine")
    elif kind == "link":
        target.symlink_to("nowhere.py")
    else:
        target.mkdir()
    before = os.listdir(tmp_path)

    with pytest.raises(CannotWrite, match="is there already; nothing was changed"):
        write_new(target, "new")
    with pytest.raises(CannotWrite, match="--force"):
        refuse_place(target)

    assert os.listdir(tmp_path) == before
    assert kind != "file" or target.read_text() == "mine"


def test_it_is_replaced_when_that_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").write_text("mine")

    write_new(tmp_path / "pipeline.py", "new", over=True)

    assert (tmp_path / "pipeline.py").read_text() == "new"
    assert os.listdir(tmp_path) == ["pipeline.py"]


def test_a_directory_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").mkdir()

    with pytest.raises(CannotWrite, match="cannot be written"):
        write_new(tmp_path / "pipeline.py", "new", over=True)

    assert os.listdir(tmp_path) == ["pipeline.py"]


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="No such file or directory"):
        write_new(tmp_path / "ci" / "pipeline.py", "new")
    with pytest.raises(CannotWrite, match="there is no directory"):
        refuse_place(tmp_path / "ci" / "pipeline.py", over=True)


def test_git_is_kept_away_once(tmp_path: Path) -> None:
    assert [keep_git_away(tmp_path / ".pipelinekit") for _ in range(2)] == [True, False]
    assert (tmp_path / ".pipelinekit" / ".gitignore").read_text() == "*\n"
