from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelinekit.local import artifacts, zips

NAMES = st.text("abcXYZ.-_ é", min_size=1, max_size=8).filter(lambda n: n not in (".", "..") and n.strip() == n)
TREES = st.dictionaries(NAMES, st.tuples(st.binary(max_size=2000), st.booleans()), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(tree=TREES)
def test_an_artifact_comes_out_of_its_zip_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, tuple[bytes, bool]]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for name, (content, executable) in tree.items():
        place = root / "in" / "below" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o755 if executable else 0o644)
    (root / "in").mkdir(exist_ok=True)
    (root / "in" / "LINK").symlink_to("below")
    packed = artifacts.pack(root / "in", root / "a.pack")

    zips.zip_pack(root / "a.pack", root / "a.zip")
    zips.unzip(root / "a.zip", root / "out")

    assert artifacts.pack(root / "out", root / "b.pack") == packed


def test_equal_artifacts_give_equal_zips(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.txt").write_text("hello")
        artifacts.pack(tmp_path / name, tmp_path / f"{name}.pack")
        zips.zip_pack(tmp_path / f"{name}.pack", tmp_path / f"{name}.zip")
    os.utime(tmp_path / "two" / "page.txt", (1, 1))

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_damaged_pack_becomes_no_zip(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text("hello")
    artifacts.pack(tmp_path / "in", tmp_path / "a.pack")
    pack = (tmp_path / "a.pack").read_bytes()
    (tmp_path / "a.pack").write_bytes(pack.replace(b"hello", b"hullo"))

    with pytest.raises(artifacts.DamagedArtifact, match=r"page\.txt"):
        zips.zip_pack(tmp_path / "a.pack", tmp_path / "a.zip")

    assert sorted(os.listdir(tmp_path)) == ["a.pack", "in"]


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def archive(place: Path, *files: tuple[zipfile.ZipInfo, str]) -> Path:
    with zipfile.ZipFile(place, "w") as made:
        for info, content in files:
            made.writestr(info, content)
    return place


LINK = stat.S_IFLNK | 0o777


@pytest.mark.parametrize(
    "files",
    [
        [(entry("../escaped"), "x")],
        [(entry("a/../../escaped"), "x")],
        [(entry("/tmp/escaped"), "x")],
        [(entry("out", LINK), ".."), (entry("out/escaped"), "x")],
        [(entry("link", LINK), "../..")],
        [(entry("link", LINK), "/etc/passwd")],
        [(entry("far", LINK), "d/e/.."), (entry("d/e", LINK), "..")],
        [(entry("d/e", LINK), "."), (entry("d/e/f", LINK), "../..")],
    ],
)
def test_nothing_in_a_zip_leads_out_of_the_directory(tmp_path: Path, files: list[tuple[zipfile.ZipInfo, str]]) -> None:
    made = archive(tmp_path / "bad.zip", *files)

    with pytest.raises(zips.BadZip):
        zips.unzip(made, tmp_path / "inner" / "out")

    root = tmp_path / "inner" / "out"
    assert sorted(os.listdir(tmp_path)) == ["bad.zip", "inner"]
    assert os.listdir(tmp_path / "inner") == ["out"]
    assert [path for path in root.rglob("*") if not Path(os.path.realpath(path)).is_relative_to(root)] == []


def test_what_would_unpack_to_too_much_is_not_begun(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(10_000_000))

    with pytest.raises(zips.BadZip, match="would unpack to 10,000,000 bytes; 1,000,000 is the most"):
        zips.unzip(tmp_path / "bomb.zip", tmp_path / "out", most_bytes=1_000_000)

    assert list((tmp_path / "out").iterdir()) == []


def test_a_zip_of_too_many_files_is_refused(tmp_path: Path) -> None:
    made = archive(tmp_path / "many.zip", *((entry(str(number)), "") for number in range(11)))

    with pytest.raises(zips.BadZip, match="holds 11 files"):
        zips.unzip(made, tmp_path / "out", most_files=10)


def test_set_id_bits_do_not_come_out_of_a_zip(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.zip", (entry("run", stat.S_IFREG | 0o6755), "#!/bin/sh"))

    zips.unzip(made, tmp_path / "out")

    assert stat.S_IMODE((tmp_path / "out" / "run").stat().st_mode) == 0o755


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut short"])
def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)

    with pytest.raises(zips.BadZip, match=r"a\.zip: is no zip"):
        zips.unzip(tmp_path / "a.zip", tmp_path / "out")


def test_a_zip_whose_contents_were_changed_is_refused(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.zip", (entry("page.txt"), "hello"))
    made.write_bytes(made.read_bytes().replace(b"hello", b"hullo"))

    with pytest.raises(zips.BadZip, match="CRC"):
        zips.unzip(made, tmp_path / "out")


def test_a_file_that_is_a_directory_too_is_refused(tmp_path: Path) -> None:
    made = archive(tmp_path / "a.zip", (entry("a"), "x"), (entry("a/b"), "y"))

    with pytest.raises(zips.BadZip, match="is a file and a directory at once"):
        zips.unzip(made, tmp_path / "out")
