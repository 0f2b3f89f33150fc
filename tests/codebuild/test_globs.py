from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild.globs import (
    Placed,
    Selection,
    base_directories,
    matches,
    normal,
    place,
    roots,
    select,
    static_prefix,
)

# The directory of the guide's examples (build-spec-ref, artifacts/base-directory).
GUIDE = [
    "my-build-1/my-file-1.txt",
    "my-build-2/my-file-2.txt",
    "my-build-2/my-subdirectory/my-file-3.txt",
    "my-file-5.txt",
]
DIRECTORIES = [".", "my-build-1", "my-build-2", "my-build-2/my-subdirectory"]


@pytest.mark.parametrize(
    ("pattern", "meant", "not_meant"),
    [
        ("a.jar", ["a.jar"], ["d/a.jar", "a-jar"]),
        ("d/a.jar", ["d/a.jar"], ["a.jar"]),
        ("./d//a.jar", ["d/a.jar"], []),
        ("**/*", ["a", "d/a", ".env", ".git/config"], []),
        ("d/*", ["d/a", "d/.a"], ["d/e/a", "a", "d"]),
        ("d/**/*", ["d/a", "d/e/f/a"], ["a", "dd/a"]),
        ("d/**", ["d/a", "d/e/a"], ["d", "e/d/a"]),
        ("**/*.xml", ["a.xml", "d/e/a.xml"], ["a.xmlx"]),
        ("**/e/*", ["e/a", "d/e/a"], ["e", "d/e/f/a"]),
        ("**/f/**/*", ["f/a", "d/f/e/a"], ["f", "ff/a"]),
        ("**/.*/**/*", [".git/a", "d/.git/e/a"], [".env"]),
        ("**/.*", [".env", "d/.env"], ["a.env", ".git/a"]),
        ("a?c", ["abc"], ["ac", "a/c", "abbc"]),
        ("[ab].txt", ["a.txt", "b.txt"], ["c.txt", "[ab].txt"]),
        ("[^ab].txt", ["c.txt"], ["a.txt"]),
        ("[a-c]", ["b"], ["d", "-"]),
        ("[z-a]", [], ["z", "a"]),
        ("[x", ["[x"], ["x"]),
        ("{a,b}", ["{a,b}"], ["a"]),
        ("a+b(c).txt", ["a+b(c).txt"], ["aab(c).txt"]),
        ("*", ["a", "new\nline"], ["d/a"]),
        ("../a", [], ["a"]),
    ],
)
def test_a_pattern_means_what_the_guide_says(pattern: str, meant: list[str], not_meant: list[str]) -> None:
    assert [path for path in meant if not matches(pattern, path)] == []
    assert [path for path in not_meant if matches(pattern, path)] == []


def test_patterns_that_meet_nothing_are_told() -> None:
    found = select(["a.txt", "b.txt"], ["a.txt", "c.txt", "*.md"])

    assert found == Selection(files=("a.txt",), unmatched=("c.txt", "*.md"))


def test_what_is_excluded_is_left_out_and_its_pattern_is_not_one_that_met_nothing() -> None:
    found = select(["a.py", "a.pyc", "d/b.pyc"], ["**/*", "*.pyc"], ["**/*.pyc"])

    assert found == Selection(files=("a.py",), unmatched=())


def test_a_file_that_two_patterns_mean_is_taken_once() -> None:
    assert select(["a", "a"], ["a", "*"]).files == ("a",)


def test_the_base_directory_may_be_a_glob() -> None:
    assert base_directories("my-build*", DIRECTORIES) == ["my-build-1", "my-build-2"]
    assert base_directories("my-build-2", DIRECTORIES) == ["my-build-2"]
    assert base_directories("./my-build-2/", DIRECTORIES) == ["my-build-2"]
    assert base_directories(None, DIRECTORIES) == ["."]
    assert base_directories("other", DIRECTORIES) == []


def test_a_file_keeps_its_path_below_the_base_directory() -> None:
    below = [path.removeprefix("my-build-2/") for path in GUIDE if path.startswith("my-build-2/")]

    found = select(below, ["*/my-file-3.txt"])

    assert found.files == ("my-subdirectory/my-file-3.txt",)


def test_discarded_paths_put_the_files_of_all_base_directories_side_by_side() -> None:
    placed = place(
        [("my-build-1", ["my-file-1.txt"]), ("my-build-2", ["my-file-2.txt", "my-subdirectory/my-file-3.txt"])],
        discard_paths=True,
    )

    assert [name for name, _, _ in placed.files] == ["my-file-1.txt", "my-file-2.txt", "my-file-3.txt"]
    assert placed.clashes == ()


def test_of_two_files_with_one_name_the_last_is_taken_and_the_clash_is_told() -> None:
    placed = place([("x", ["d/a", "e/a"])], discard_paths=True)

    assert placed == Placed(files=(("a", "x", "e/a"),), clashes=("a",))


def test_only_where_patterns_lead_must_be_looked() -> None:
    assert static_prefix("dist/js/**/*.js") == "dist/js"
    assert static_prefix("a/b.txt") == "a/b.txt"
    assert static_prefix("*.txt") == ""
    assert roots(["dist/**/*", "dist/js/*", "appspec.yml"]) == ["appspec.yml", "dist"]
    assert roots(["dist/*", "*"]) == [""]


segments = st.text("ab.*?[]", min_size=1, max_size=4)
patterns = st.lists(segments | st.just("**"), min_size=1, max_size=4).map("/".join)
paths = st.lists(st.text("ab.", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


@given(paths)
def test_everything_is_meant_by_two_stars_and_one(path: str) -> None:
    assert matches("**/*", path)
    assert matches(path, path) or normal(path) != path


@given(st.lists(patterns, min_size=1, max_size=3), paths)
def test_whatever_a_pattern_means_lies_where_one_looks(some: list[str], path: str) -> None:
    looked_at = any(not root or path == root or path.startswith(f"{root}/") for root in roots(some))

    assert looked_at or not select([path], some).files


@given(st.lists(paths, max_size=6), st.lists(patterns, max_size=3), st.lists(patterns, max_size=2))
def test_a_selection_is_what_each_pattern_means_alone(given: list[str], some: list[str], excluded: list[str]) -> None:
    found = select(given, some, excluded)

    expected = {p for p in given if any(matches(s, p) for s in some) and not any(matches(e, p) for e in excluded)}
    assert set(found.files) == expected
    assert set(found.unmatched) == {s for s in some if not any(matches(s, p) for p in given)}
