from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelinekit.codepipeline.globs import covers, excludes_everything, matches_glob, why_no_path, why_no_ref


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("main", "main", True),
        ("main", "mains", False),
        ("release/*", "release/1", True),
        ("release/*", "release/1/a", False),
        ("release/**", "release/1/a", True),
        ("**/*.py", "src/a/b.py", True),
        ("v?", "v1", True),
        ("v?", "v/", False),
        ("v[0-9]", "v7", True),
        ("v[!0-9]", "v7", False),
        ("{main,dev*}", "develop", True),
        ("{main,dev*}", "test", False),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        ("a.b", "axb", False),
        ("v[z-a]", "v[z-a]", True),
        ("v[a-]", "v-", True),
    ],
)
def test_a_glob_matches_as_the_guide_says(pattern: str, name: str, matches: bool) -> None:
    assert matches_glob(pattern, name) is matches


@given(st.text("ab-z[]!{},*?\\/&~|^", max_size=12) | st.text(max_size=12), st.text(max_size=12))
def test_whatever_the_pattern_it_is_judged(pattern: str, name: str) -> None:
    assert matches_glob(pattern, name) in (True, False)


_PIECES = st.sampled_from(["a", "b", "/", "*", "**", "?", "1"])
_GLOBS = st.lists(_PIECES, min_size=1, max_size=4).map("".join)


@given(_GLOBS, _GLOBS, st.text("ab/1", max_size=5))
def test_what_is_said_to_be_covered_is_excluded(exclude: str, include: str, name: str) -> None:
    if covers(exclude, include) and matches_glob(include, name):
        assert matches_glob(exclude, name)


@pytest.mark.parametrize(
    ("includes", "excludes", "everything"),
    [
        (["main"], ["main"], True),
        (["main", "dev"], ["main"], False),
        (["release/1", "release/2"], ["release/*"], True),
        (["release/v*"], ["release/**"], True),
        (["a*"], ["*"], True),
        (["a/*"], ["*"], False),
        ([], ["**"], True),
        ([], ["docs/**"], False),
    ],
)
def test_excludes_win_over_includes(includes: list[str], excludes: list[str], everything: bool) -> None:
    assert excludes_everything(includes, excludes) is everything


@pytest.mark.parametrize("pattern", ["refs/heads/main", "/main", "main/", "a//b", "my branch", "a..b", "v[1", "{a,b"])
def test_what_no_name_of_git_can_be_matches_no_branch(pattern: str) -> None:
    assert why_no_ref(pattern) is not None


@pytest.mark.parametrize("pattern", ["main", "release/**", "v[!0-9]*", "{main,dev}", "feature-1.2", "*"])
def test_a_name_or_a_glob_may_match_a_branch(pattern: str) -> None:
    assert why_no_ref(pattern) is None


@pytest.mark.parametrize(("pattern", "never"), [("/src/**", True), ("./a", True), ("docs/", True), ("docs/**", False)])
def test_paths_begin_at_the_root_and_are_those_of_files(pattern: str, never: bool) -> None:
    assert (why_no_path(pattern) is not None) is never


@given(
    st.lists(st.sampled_from(["a", "b", "/", "*", "**", "?", "[ab]", "[!a]", "{a,b*}"]), max_size=6),
    st.text("ab/", max_size=7),
)
def test_a_glob_matches_what_its_regular_expression_does(pieces: list[str], name: str) -> None:
    forms = {"*": "[^/]*", "**": ".*", "?": "[^/]", "[ab]": "[ab]", "[!a]": "[^a]", "{a,b*}": "(?:a|b[^/]*)"}
    pattern = "".join(pieces)
    assume(not any(one[0] == other[0] == "*" for one, other in itertools.pairwise(pieces)))  # which read as another

    assert matches_glob(pattern, name) is (re.fullmatch("".join(forms.get(p, p) for p in pieces), name) is not None)


def test_a_glob_of_many_stars_is_answered_at_once() -> None:
    assert not matches_glob("*a" * 120 + "b", "a" * 255)
    assert matches_glob("**a" * 80, "a" * 255)
