from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelinekit.local import artifacts

NAMES = st.text("abcXYZ.-_ é", min_size=1, max_size=8).filter(lambda n: n not in (".", "..") and n.strip() == n)
TREES = st.dictionaries(NAMES, st.tuples(st.binary(max_size=2000), st.booleans()), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(tree=TREES, below=TREES)
def test_what_was_packed_comes_out_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    tree: dict[str, tuple[bytes, bool]],
    below: dict[str, tuple[bytes, bool]],
) -> None:
    root = tmp_path_factory.mktemp("tree")
    _write(root, tree)
    (root / "Below").mkdir()
    _write(root / "Below", below)

    artifacts.pack(root, root.parent / "a.pack")
    artifacts.unpack(root.parent / "a.pack", root / "Out")

    assert _read(root / "Out") == {p: c for p, c in _read(root).items() if not p.startswith("Out/")}


def test_links_come_out_as_links(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("x")
    (tmp_path / "in" / "link").symlink_to("file")

    artifacts.pack(tmp_path / "in", tmp_path / "a.pack")
    artifacts.unpack(tmp_path / "a.pack", tmp_path / "out")

    assert os.readlink(tmp_path / "out" / "link") == "file"


def test_only_the_named_files_are_packed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    _write(tmp_path / "in", {"a": (b"1", False), "b": (b"2", True)})

    packed = artifacts.pack(tmp_path / "in", tmp_path / "a.pack", ["b"])

    assert packed.files == 1
    assert [(e.path, e.mode) for e in artifacts.entries(tmp_path / "a.pack")] == [("b", 0o755)]


def test_equal_contents_have_an_equal_hash_whenever_they_were_written(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        _write(tmp_path / name, {"a": (b"same", False)})
    os.utime(tmp_path / "two" / "a", (1, 1))

    one, two = (artifacts.pack(tmp_path / name, tmp_path / f"{name}.pack") for name in ("one", "two"))

    assert one.sha256 == two.sha256


def test_a_changed_byte_is_found_when_the_pack_is_used(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("contents")
    artifacts.pack(tmp_path / "in", tmp_path / "a.pack")
    data = (tmp_path / "a.pack").read_bytes()
    (tmp_path / "a.pack").write_bytes(data.replace(b"contents", b"CONTENTS"))

    with pytest.raises(artifacts.DamagedArtifact, match="'file' is not what was packed"):
        artifacts.unpack(tmp_path / "a.pack", tmp_path / "out")


@pytest.mark.parametrize("keep", [0, 10, 40])
def test_a_truncated_pack_is_named(tmp_path: Path, keep: int) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("contents")
    artifacts.pack(tmp_path / "in", tmp_path / "a.pack")
    (tmp_path / "a.pack").write_bytes((tmp_path / "a.pack").read_bytes()[:keep])

    with pytest.raises(artifacts.DamagedArtifact, match="not a whole artifact"):
        artifacts.unpack(tmp_path / "a.pack", tmp_path / "out")


@pytest.mark.parametrize("path", ["../evil", "/evil", "a/../../evil", "link/evil"])
def test_a_pack_that_would_write_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    rows = [["link", 0o777, 0, 0, "", "/tmp"], [path, 0o644, 0, 0, _EMPTY, None]]
    _forge(tmp_path / "a.pack", rows)

    with pytest.raises(artifacts.DamagedArtifact, match="would land outside"):
        artifacts.unpack(tmp_path / "a.pack", tmp_path / "out")


def test_a_pack_that_could_not_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("old")
    artifacts.pack(tmp_path / "in", tmp_path / "a.pack")
    before = (tmp_path / "a.pack").read_bytes()

    with pytest.raises(FileNotFoundError):
        artifacts.pack(tmp_path / "in", tmp_path / "a.pack", ["file", "missing"])

    assert (tmp_path / "a.pack").read_bytes() == before
    assert list(tmp_path.glob("*.part")) == []


_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _forge(place: Path, rows: list[list[object]]) -> None:
    import json

    manifest = json.dumps(rows).encode()
    place.write_bytes(b"pipelinekit pack 1\n" + manifest + f"{len(manifest):016d}".encode())


def _write(root: Path, tree: dict[str, tuple[bytes, bool]]) -> None:
    for name, (content, executable) in tree.items():
        (root / name).write_bytes(content)
        (root / name).chmod(0o755 if executable else 0o644)


def _read(root: Path) -> dict[str, tuple[bytes, int]]:
    return {name: ((root / name).read_bytes(), (root / name).stat().st_mode & 0o777) for name in artifacts.walk(root)}
