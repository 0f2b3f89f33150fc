"""A directory that stands for a server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelinekit.codedeploy.install import ChangeMode, CopyFile, MakeDirectory, MakeLink
from pipelinekit.local.hosts import HostEscape, HostRoot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "host"
    directory.mkdir()
    return directory


@pytest.mark.parametrize(
    "path", ["/srv/shop", "srv/shop", "/../../srv/shop", "/srv/./x/../shop/", "//srv//shop", "/srv/../../srv/shop"]
)
def test_a_path_lies_below_the_root_however_it_is_written(root: Path, path: str) -> None:
    assert HostRoot(str(root)).place(path) == str(root / "srv/shop")


def test_an_absolute_link_begins_at_the_hosts_root(root: Path) -> None:
    (root / "run").mkdir()
    (root / "var").mkdir()
    (root / "var/run").symlink_to("/run")

    assert HostRoot(str(root)).place("/var/run/pid") == str(root / "run/pid")


def test_an_absolute_link_that_names_the_hosts_directory_in_full_is_taken_as_it_is(root: Path) -> None:
    (root / "current").symlink_to(root / "releases/1")

    assert HostRoot(str(root)).place("/current/f") == str(root / "releases/1/f")


def test_a_link_that_climbs_too_far_stops_at_the_root(root: Path) -> None:
    (root / "data").mkdir()
    (root / "srv").symlink_to("../../../data")

    assert HostRoot(str(root)).place("/srv/f") == str(root / "data/f")


@pytest.mark.parametrize("target", ["/outside", "../outside", "../../outside"])
def test_a_link_to_something_outside_is_refused_with_the_ways_to_mend_it(root: Path, target: str) -> None:
    (root.parent / "outside").mkdir()
    (root / "srv").symlink_to(target)

    with pytest.raises(HostEscape, match="leads out of the host's directory") as caught:
        HostRoot(str(root)).place("/srv/f")
    assert "/srv is a symbolic link to" in str(caught.value)


def test_a_link_at_the_end_is_itself_meant_when_it_is_not_to_be_followed(root: Path) -> None:
    (root / "srv").symlink_to("/nowhere")

    assert HostRoot(str(root)).place("/srv", follow=False) == str(root / "srv")


@pytest.mark.parametrize("targets", [("b", "a"), ("/b", "/a"), ("/b", "../a")])
def test_links_that_lead_round_in_a_circle_are_an_error_like_the_kernels(root: Path, targets: tuple[str, str]) -> None:
    (root / "a").symlink_to(targets[0])
    (root / "b").symlink_to(targets[1])

    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        HostRoot(str(root)).place("/a/f")


def test_the_machines_own_root_can_be_a_host(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert HostRoot("/").place(f"{tmp_path}/link/f") == f"{tmp_path}/real/f"


PARTS = st.sampled_from(["a", "b", "x", "y", "..", "."])
paths = st.builds("{}{}".format, st.sampled_from(["", "/"]), st.lists(PARTS, min_size=1, max_size=5).map("/".join))


@settings(deadline=None)  # it works on real directories
@given(st.dictionaries(st.sampled_from(["x", "y", "a/x", "a/y", "a/b/x", "b/x"]), paths), paths)
def test_no_links_lead_anything_out_of_the_directory(links: dict[str, str], path: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(os.path.realpath(directory)) / "host"
        for made in ("a/b", "b/a"):
            (root / made).mkdir(parents=True)
        for place, target in links.items():
            (root / place).symlink_to(target)

        try:
            found = HostRoot(str(root)).place(path)
        except (HostEscape, OSError):
            return

        assert Path(found).is_relative_to(root)
        assert Path(os.path.realpath(found)).is_relative_to(root)
        assert not os.path.islink(found)


def test_a_file_is_recorded_before_it_is_copied_and_a_directory_after_it_was_made(root: Path) -> None:
    files = HostRoot(str(root)).files()
    recorded: list[str] = []

    with pytest.raises(FileNotFoundError):
        files.carry_out(CopyFile("/nope", "/f"), recorded.append)
    with pytest.raises(FileNotFoundError):
        files.carry_out(MakeDirectory("/no/parent"), recorded.append)

    assert recorded == ["/f"]


def test_a_copy_keeps_contents_mode_and_time(root: Path) -> None:
    (root / "f").write_bytes(b"\0\1")
    (root / "f").chmod(0o751)
    os.utime(root / "f", (1, 1))

    HostRoot(str(root)).files().carry_out(CopyFile("/f", "/g"), lambda path: None)

    assert (root / "g").read_bytes() == b"\0\1"
    assert ((root / "g").stat().st_mode & 0o7777, (root / "g").stat().st_mtime) == (0o751, 1)


def test_a_copy_goes_through_a_link_and_stays_in_the_directory(root: Path) -> None:
    (root / "f").write_text("new")
    (root / "etc").mkdir()
    (root / "etc/f").write_text("old")
    (root / "link").symlink_to("/etc/f")

    HostRoot(str(root)).files().carry_out(CopyFile("/f", "/link"), lambda path: None)

    assert (root / "etc/f").read_text() == "new"
    assert (root / "link").is_symlink()


def test_what_an_earlier_link_of_the_same_work_points_to_is_looked_at_again(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (root / "f").write_text("secret")
    (root / "d").mkdir()
    files = HostRoot(str(root)).files()
    assert files.kind("/d/x/f") is None

    files.carry_out(MakeLink("/any", str(outside), "/d/x"), lambda path: None)
    with pytest.raises(HostEscape):
        files.carry_out(CopyFile("/f", "/d/x/f"), lambda path: None)

    assert list(outside.iterdir()) == []


def test_a_link_is_made_as_it_is_written_and_never_over_something(root: Path) -> None:
    files = HostRoot(str(root)).files()

    files.carry_out(MakeLink("/any", "../x", "/l"), lambda path: None)

    assert os.readlink(root / "l") == "../x"
    with pytest.raises(FileExistsError):
        files.carry_out(MakeLink("/any", "y", "/l"), lambda path: None)


def test_a_mode_is_set_in_octal(root: Path) -> None:
    (root / "f").touch()

    HostRoot(str(root)).files().carry_out(ChangeMode("/f", "0640"), lambda path: None)

    assert (root / "f").stat().st_mode & 0o7777 == 0o640


def test_removing_leaves_full_directories_and_what_a_link_points_to(root: Path) -> None:
    (root / "full").mkdir()
    (root / "full/f").touch()
    (root / "empty").mkdir()
    (root / "link").symlink_to("full")
    files = HostRoot(str(root)).files()

    gone = [files.remove(path) for path in ("/full", "/empty", "/link", "/never/there", "/full/f/x")]

    assert gone == [False, True, True, False, False]
    assert sorted(os.listdir(root)) == ["full"]
