"""What of a repository has moved, and being told of it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.notices import Alarm, directories_of_refs
from pipelinekit.local.refs import full_name, git_directory, movements, refs_of
from pipelinekit.local.repositories import Seen
from pipelinekit.local.tasks import Loop
from pipelinekit.local.workers.source import Bound, bound
from repository import Git

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "repository")


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


def test_branches_and_tags_are_listed_by_their_commits(git: Git) -> None:
    first = git("rev-parse", "HEAD")
    git("tag", "-a", "v1", "-m", "one")
    git("tag", "tree", "HEAD^{tree}")
    git("symbolic-ref", "refs/heads/alias", "refs/heads/main")

    assert refs_of(git.directory) == {"refs/heads/main": first, "refs/tags/v1": first}


def test_one_ref_is_not_taken_for_those_below_its_name(git: Git) -> None:
    git("branch", "side/one")

    assert refs_of(git.directory, "refs/heads/side") == {}


def test_refs_that_git_packs_have_not_moved(git: Git) -> None:
    git("branch", "side")
    before = refs_of(git.directory)
    git("pack-refs", "--all")

    assert movements(git.directory, before, ()) == ()


def test_a_branch_that_is_merged_has_new_commits_that_others_had_before(git: Git) -> None:
    git("checkout", "-q", "-b", "side")
    git.commit("src/side.txt", "side")
    before = refs_of(git.directory)
    git("checkout", "-q", "main")
    git("merge", "-q", "--ff-only", "side")

    (moved,) = movements(git.directory, before, ())

    assert moved.event is not None
    assert moved.event.files == ("src/side.txt",)
    assert not moved.event.is_new


def test_a_branch_without_a_commit_of_its_own_is_fresh_until_it_has_one(git: Git) -> None:
    before = refs_of(git.directory)
    git("checkout", "-q", "-b", "side")

    (made,) = movements(git.directory, before, ())
    git.commit("src/side.txt", "side")
    (moved,) = movements(git.directory, {**before, made.ref: made.commit}, {made.ref})

    assert made.is_fresh
    assert made.event is None
    assert moved.event is not None
    assert moved.event.is_new


def test_a_deleted_branch_is_no_movement(git: Git) -> None:
    git("branch", "side")
    before = refs_of(git.directory)
    git("branch", "-D", "side")

    assert movements(git.directory, before, ()) == ()


class Model:
    """Branches of a bare repository, and who descends from whom, told by hand."""

    def __init__(self, git: Git) -> None:
        self.git = git
        self.tree = git("mktree")
        self.parents: dict[str, str | None] = {}
        self.branches = {"main": self.commit(None)}
        self.put("main", self.branches["main"])

    def commit(self, parent: str | None) -> str:
        text = str(len(self.parents))
        made = self.git("commit-tree", self.tree, "-m", text, *(["-p", parent] if parent else []))
        self.parents[made] = parent
        return made

    def put(self, branch: str, commit: str) -> None:
        self.branches[branch] = commit
        self.git("update-ref", f"refs/heads/{branch}", commit)

    def line(self, commit: str | None) -> set[str]:
        found = set()
        while commit is not None:
            found.add(commit)
            commit = self.parents[commit]
        return found

    def do(self, what: str, branch: str, other: str) -> None:
        tip = self.branches.get(branch, self.branches["main"])
        match what:
            case "commit":
                self.put(branch, self.commit(tip))
            case "amend":
                self.put(branch, self.commit(self.parents[tip]))
            case "back":
                self.put(branch, self.parents[tip] or tip)
            case "as":
                self.put(branch, self.branches.get(other, tip))
            case "delete" if branch in self.branches and branch != "main":
                del self.branches[branch]
                self.git("update-ref", "-d", f"refs/heads/{branch}")


BRANCHES = st.sampled_from(["main", "a", "b"])
STEPS = st.tuples(st.sampled_from(["commit", "commit", "amend", "back", "as", "delete", "look"]), BRANCHES, BRANCHES)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=4, max_size=12))
def test_a_branch_is_pushed_when_it_has_commits_that_it_did_not_have_and_told_once(
    steps: list[tuple[str, str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        git = Git(Path(directory), bare=True)
        model = Model(git)
        seen = Seen(refs=refs_of(git.directory))
        for what, branch, other in [*steps, ("look", "main", "main")]:
            model.do(what, branch, other)
            if what != "look":
                continue
            expected = set()
            for name, tip in model.branches.items():
                ref = f"refs/heads/{name}"
                is_first = ref not in seen.refs or ref in seen.fresh
                known = list(seen.refs.values()) if is_first else [seen.refs[ref]]
                if model.line(tip) - set().union(*map(model.line, known)):
                    expected.add(ref)
            moved = movements(git.directory, seen.refs, seen.fresh)

            assert {one.ref for one in moved if one.event is not None} == expected
            for one in moved:
                seen = seen.after(one)
            assert movements(git.directory, seen.refs, seen.fresh) == ()


def test_names_are_those_of_branches_but_a_commit_has_none(git: Git) -> None:
    git("tag", "v1")
    commit = git("rev-parse", "HEAD")

    found = {name: full_name(git.directory, name) for name in ("main", "HEAD", "v1", "yet-to-come", commit)}

    assert found == {
        "main": "refs/heads/main",
        "HEAD": "refs/heads/main",
        "v1": "refs/tags/v1",
        "yet-to-come": "refs/heads/yet-to-come",
        commit: None,
    }


def test_what_is_no_repository_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PipelineKitError, match="not a git repository"):
        git_directory(tmp_path)
    with pytest.raises(PipelineKitError, match="No such file or directory"):
        refs_of(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@main", (None, "main")),
        (f"@main@{COMMIT}", ("main", COMMIT)),
        (f"@feature/a@b@{COMMIT}", ("feature/a@b", COMMIT)),
        (f"@{COMMIT}", (None, COMMIT)),
        ("@main@abc", (None, "main@abc")),
    ],
)
def test_a_commit_may_be_said_to_be_of_a_branch(tmp_path: Path, text: str, expected: tuple[str | None, str]) -> None:
    branch, ref = expected

    assert bound(f"{tmp_path}{text}") == Bound(tmp_path, ref, branch)


def rings(loop: Loop, alarm: Alarm, seconds: float = 20.0) -> float:
    """Wait until it rings, and give how long that was."""
    before = time.monotonic()
    loop.run(alarm.ring(seconds))
    return time.monotonic() - before


@pytest.fixture
def alarm(loop: Loop, git: Git) -> Iterator[Alarm]:
    made = Alarm(loop, lambda: directories_of_refs(git.directory / ".git"), calm=0.02)
    if made.trouble:
        pytest.skip(f"nobody tells of changes here: {made.trouble}")
    yield made
    made.close()


def test_an_alarm_rings_for_a_commit_also_on_a_branch_in_a_directory_of_its_own(
    loop: Loop, git: Git, alarm: Alarm
) -> None:
    git("checkout", "-q", "-b", "feature/deep/x")
    made = rings(loop, alarm)
    git.commit("src/app.txt", "second")
    moved = rings(loop, alarm)

    assert max(made, moved) < 15


def test_an_alarm_does_not_ring_for_those_who_only_look(loop: Loop, git: Git, alarm: Alarm) -> None:
    refs_of(git.directory)

    assert rings(loop, alarm, 0.2) >= 0.2


def test_an_alarm_rings_once_for_changes_close_together_but_not_never(loop: Loop, git: Git) -> None:
    alarm = Alarm(loop, lambda: [git.directory], calm=0.05)
    if alarm.trouble:
        pytest.skip(f"nobody tells of changes here: {alarm.trouble}")

    async def write() -> None:
        while True:
            (git.directory / "noise").write_text("x")
            await loop.sleep(0.01)

    noise = loop.task(write())
    waited = rings(loop, alarm)
    noise.cancel()
    loop.turn(0)
    alarm.close()

    assert waited < 15


def test_an_alarm_looks_for_a_directory_that_came_back(loop: Loop, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    alarm = Alarm(loop, lambda: [place], calm=0.02)
    if alarm.trouble:
        pytest.skip(f"nobody tells of changes here: {alarm.trouble}")

    os.rename(place, tmp_path / "away")
    gone = rings(loop, alarm)
    place.mkdir()
    rings(loop, alarm, 0.01)  # time is up: it looks again what is there
    (place / "file").write_text("x")
    back = rings(loop, alarm)
    alarm.close()

    assert max(gone, back) < 15
