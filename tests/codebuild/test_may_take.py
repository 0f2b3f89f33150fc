"""What an artifact may hold, told from its patterns alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.codebuild import globs

_NAMES = st.sampled_from(["a", "b", "a.txt", ".c"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_PATTERNS = st.lists(st.one_of(_NAMES, st.sampled_from(["*", "**", "a*", "?"])), min_size=1, max_size=4).map("/".join)


@given(_PATHS, st.lists(_PATTERNS, min_size=1, max_size=3))
def test_whatever_a_pattern_takes_the_artifact_may_hold_and_all_directories_above_it(
    path: str, patterns: list[str]
) -> None:
    taken = globs.select([path], patterns).files
    parts = path.split("/")
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]

    assert not taken or all(globs.may_take(directory, patterns) for directory in above)


@given(_PATHS, st.lists(_PATTERNS, min_size=1, max_size=3))
def test_the_same_holds_without_the_directories(path: str, patterns: list[str]) -> None:
    taken = globs.select([path], patterns).files

    assert not taken or globs.may_take(path.rpartition("/")[2], patterns, discard_paths=True)


@pytest.mark.parametrize(
    ("path", "files", "may"),
    [
        ("scripts/start.sh", ["dist/**/*"], False),
        ("scripts/start.sh", ["scripts/*"], True),
        ("scripts/sub/start.sh", ["scripts/*"], False),
        ("scripts/start.sh", ["scripts"], True),  # whether CodeBuild takes a directory is not known
        ("./scripts//start.sh", ["scripts/start.sh"], True),
        ("appspec.yml", ["*"], True),
        ("appspec.yml", ["*.yaml"], False),
        ("x", ["$OUTPUT/*"], True),
        ("x", ["/tmp/y"], True),
        ("x", ["../y"], True),
        ("/", ["y"], True),
        ("x", [], False),
    ],
)
def test_in_doubt_a_file_may_be_there(path: str, files: list[str], may: bool) -> None:
    assert globs.may_take(path, files) is may


def test_what_is_left_out_is_not_there() -> None:
    assert not globs.may_take("dist/secret.txt", ["dist/**/*"], ["**/secret.txt"])
    assert not globs.may_take("dist/a.txt", ["**/*"], discard_paths=True)
