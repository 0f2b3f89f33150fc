"""`pk.local.watch`: real repositories, real executions; what is waited for has a deadline and no fixed time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from attrs import evolve

import pipelinekit as pk
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.execution.refusals import Refused
from pipelinekit.local import notices, verbs
from pipelinekit.local.engine import Engine
from pipelinekit.local.log_files import log_files
from pipelinekit.local.ownership import is_driven
from repository import Git, shop

Story: TypeAlias = Iterator[Callable[[], bool]]
"""What a test does; it goes on when what it yields is true."""


class Seen:
    """What a watch told."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.pushes: list[pk.local.Judged] = []
        self.ended: list[pk.local.Result] = []
        self.notices: list[str] = []
        self.engine: Engine | None = None

    @property
    def started(self) -> list[str]:
        return [push.execution for push in self.pushes if push.execution is not None]

    def log(self, execution: str, action: str = "Test/Unit") -> str:
        return "".join(place.read_text() for _, place in log_files(execution, action, state=self.state))

    def pushed(self, number: int) -> Callable[[], bool]:
        return lambda: len(self.pushes) >= number

    def over(self, number: int) -> Callable[[], bool]:
        return lambda: len(self.ended) >= number

    def told(self, text: str) -> Callable[[], bool]:
        return lambda: any(text in notice for notice in self.notices)


def watched(given: Any, home: Path, story: Callable[[Seen], Story], **more: Any) -> Seen:
    """Watch until the story is over, and what it started too."""
    seen = Seen(home / "state")
    going_on = story(seen)
    end = time.monotonic() + 60
    waits_for: list[Callable[[], bool]] = [lambda: True]

    def until() -> bool:
        assert time.monotonic() < end, (seen.pushes, seen.notices, seen.ended)
        if waits_for[0]():
            following = next(going_on, None)
            if following is None:
                return True
            waits_for[0] = following
        return False

    def know(engine: Engine) -> None:
        seen.engine = engine

    pk.local.watch(
        given,
        state=seen.state,
        until=until,
        on_push=seen.pushes.append,
        on_end=seen.ended.append,
        on_notice=seen.notices.append,
        on_engine=know,
        **more,
    )
    return seen


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(tmp_path / "repository")


def test_a_commit_starts_an_execution_that_gets_the_commit_and_not_the_working_tree(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        git.write("src/app.txt", "not committed")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    (result,) = seen.ended
    assert result.status == "Succeeded"
    assert result.action("Source/Checkout")["outputVariables"]["BranchName"] == "main"
    assert result.action("Source/Checkout")["outputVariables"]["CommitId"] == seen.pushes[0].commit
    assert "second" in seen.log(result.execution)
    assert "not committed" not in seen.log(result.execution)
    assert result.shown["trigger"]["triggerType"] == "Webhook"


def test_a_push_that_the_filters_refuse_starts_nothing_and_says_why(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.commit("docs/readme.md", "words")
        yield seen.pushed(1)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["src/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    (push,) = seen.pushes
    assert push.execution is None
    assert push.reasons == ("Checkout: push filter 1: file docs/readme.md is like none of src/**",)


def test_a_start_that_is_refused_is_told_and_the_next_push_starts(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = verbs._start
    refusals = [Refused("ConcurrentPipelineExecutionsLimitExceededException", "50 executions wait already")]

    def refuses_once(*arguments: Any) -> None:
        if refusals:
            raise refusals.pop()
        start(*arguments)

    monkeypatch.setattr(verbs, "_start", refuses_once)

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.pushed(1)
        git.commit("src/app.txt", "third")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    first, second = seen.pushes
    assert first.execution is None
    assert "50 executions wait already" in first.reasons[-1]
    assert second.execution == seen.ended[0].execution


def test_names_that_are_no_text_are_told_as_far_as_they_are(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        (git.directory / os.fsdecode(b"odd-\xff")).write_text("x")
        git("add", ".")
        git("commit", "-qm", "odd")
        yield seen.pushed(1)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["src/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert seen.pushes[0].reasons == ("Checkout: push filter 1: file odd-\ufffd is like none of src/**",)


def test_a_thousand_commits_at_once_are_one_push_of_all_their_files(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.many(1000)
        yield seen.over(1)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["src/file0.txt"]), command="ls src | wc -l")
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert len(seen.pushes) == 1
    assert "1001" in seen.log(seen.ended[0].execution)


def test_the_files_of_a_push_are_those_since_the_last_commit_that_was_seen(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        git.commit("docs/readme.md", "words")
        yield seen.pushed(1)
        git.commit("docs/readme.md", "more words")
        yield seen.pushed(2)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["src/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert [push.execution is not None for push in seen.pushes] == [True, False]


def test_a_rewritten_branch_is_a_push_of_what_differs(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.write("src/app.txt", "rewritten")
        git("commit", "-qa", "--amend", "-m", "another first")
        yield seen.over(1)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["src/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert seen.pushes[0].reasons[0] == "was rewritten"
    assert seen.ended[0].succeeded


def test_a_rewritten_branch_whose_old_commit_is_gone_is_judged_by_its_newest_commit(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git("checkout", "-q", "--orphan", "other")
        git.commit("docs/readme.md", "words")
        git("branch", "-M", "other", "main")
        git("reflog", "expire", "--expire=all", "--all")
        git("prune", "--expire=now")
        yield seen.pushed(1)

    pipeline = shop(pk.Push(branches=["main"], file_paths=["docs/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert "its commit of before is gone" in seen.pushes[0].reasons[0]
    assert len(seen.started) == 1


def test_a_branch_that_goes_back_starts_nothing_and_what_comes_then_does(git: Git, tmp_path: Path) -> None:
    git.commit("src/app.txt", "second")

    def story(seen: Seen) -> Story:
        git("reset", "-q", "--hard", "HEAD~1")
        yield seen.pushed(1)
        git.commit("src/app.txt", "third")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    assert seen.pushes[0].reasons == ("went back, and has no new commit",)
    assert seen.pushes[0].execution is None
    assert "third" in seen.log(seen.ended[0].execution)


@pytest.mark.parametrize("seen_first", [True, False])
def test_the_first_push_of_a_branch_is_the_first_commit_of_its_own(git: Git, tmp_path: Path, seen_first: bool) -> None:
    def story(seen: Seen) -> Story:
        git("checkout", "-q", "-b", "feature/x")
        if seen_first:
            yield seen.pushed(1)
        git.commit("src/app.txt", "second")
        yield lambda: any(push.verdicts for push in seen.pushes)
        git.commit("src/app.txt", "third")
        yield seen.over(1)

    pipeline = shop(pk.Push(branches=["feature/*"], file_paths=["src/**"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    first, second = [push for push in seen.pushes if push.verdicts]
    assert first.execution is None
    assert "this is the first push of the branch" in first.reasons[0]
    assert second.execution is not None
    assert "on feature/x" in seen.log(second.execution)


def test_a_tag_starts_what_asks_for_it_with_its_commit(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git("tag", "-a", "v1", "-m", "one")
        yield seen.over(1)

    seen = watched(shop(pk.Push(tags=["v*"])), tmp_path, story, sources={"Checkout": git.directory})

    assert seen.pushes[0].name == "tag v1"
    assert seen.pushes[0].commit == git("rev-parse", "HEAD")
    assert seen.ended[0].shown["trigger"]["triggerType"] == "WebhookV2"


def test_a_push_into_a_bare_repository_starts(git: Git, tmp_path: Path) -> None:
    bare = Git(tmp_path / "bare.git", bare=True)
    git("push", "-q", str(bare.directory), "main")

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        git("push", "-q", str(bare.directory), "main")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": bare.directory})

    assert "second" in seen.log(seen.ended[0].execution)


def test_an_empty_repository_starts_at_its_first_commit(tmp_path: Path) -> None:
    bare, git = Git(tmp_path / "bare.git", bare=True), Git(tmp_path / "repository")

    def story(seen: Seen) -> Story:
        git("push", "-q", str(bare.directory), "main")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": bare.directory})

    assert seen.ended[0].succeeded


def test_commits_on_no_branch_start_nothing_until_a_branch_has_them(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git("checkout", "-q", "--detach")
        git.commit("src/app.txt", "second")
        git("tag", "here")
        yield seen.pushed(1)
        git("branch", "-f", "main", "HEAD")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    assert [push.name for push in seen.pushes] == ["tag here", "main"]
    assert [push.execution is not None for push in seen.pushes] == [False, True]


def test_a_linked_working_tree_is_watched_as_its_repository(git: Git, tmp_path: Path) -> None:
    git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": tmp_path / "side"})

    assert "second" in seen.log(seen.ended[0].execution)


def test_a_source_bound_to_a_branch_hears_of_no_other(git: Git, tmp_path: Path) -> None:
    git("branch", "side")

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "on main")
        git("checkout", "-q", "side")
        git.commit("src/app.txt", "on side")
        yield seen.pushed(1)

    pipeline = shop(pk.Push(branches=["*"]))
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": f"{git.directory}@side"})

    assert [push.name for push in seen.pushes] == ["side"]


def test_a_branch_of_a_remote_starts_when_it_is_fetched(git: Git, tmp_path: Path) -> None:
    clone = Git(tmp_path / "clone")
    clone("remote", "add", "origin", str(git.directory))
    clone("fetch", "-q", "origin")

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        clone("fetch", "-q", "origin")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": f"{clone.directory}@origin/main"})

    assert "on main" in seen.log(seen.ended[0].execution)


def test_a_repository_that_is_gone_is_waited_for(git: Git, tmp_path: Path) -> None:
    away = tmp_path / "away"

    def story(seen: Seen) -> Story:
        git.directory.rename(away)
        yield seen.told("looking every 1 s")
        away.rename(git.directory)
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    assert seen.ended[0].succeeded
    assert any("can be read again" in notice for notice in seen.notices)


def test_executions_that_overlap_meet_as_the_execution_mode_says(git: Git, tmp_path: Path) -> None:
    go = tmp_path / "go"

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "1")
        yield lambda: len(seen.started) == 1 and bool(_waiting(seen, seen.started[0]))
        git.commit("src/app.txt", "2")
        yield seen.pushed(2)
        git.commit("src/app.txt", "3")
        yield seen.over(1)
        go.touch()
        yield seen.over(3)

    pipeline = shop(command=f"echo waiting; while [ ! -e {go} ]; do sleep 0.02; done")
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    first, second, third = seen.started
    assert {result.execution: result.status for result in seen.ended} == {
        first: "Succeeded",
        second: "Superseded",
        third: "Succeeded",
    }


def test_queued_executions_run_one_after_the_other_in_the_order_of_their_pushes(git: Git, tmp_path: Path) -> None:
    go = tmp_path / "go"

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "1")
        yield lambda: len(seen.started) == 1 and bool(_waiting(seen, seen.started[0]))
        git.commit("src/app.txt", "2")
        yield seen.pushed(2)
        git.commit("src/app.txt", "3")
        yield seen.pushed(3)
        assert not any(_waiting(seen, execution) for execution in seen.started[1:])
        go.touch()
        yield seen.over(3)

    command = f"echo waiting; while [ ! -e {go} ]; do sleep 0.02; done; cat src/app.txt >> {tmp_path}/ran"
    pipeline = evolve(shop(command=command), execution_mode="QUEUED")
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    assert (tmp_path / "ran").read_text() == "123"
    assert [result.execution for result in seen.ended] == seen.started
    assert {result.status for result in seen.ended} == {"Succeeded"}


def test_parallel_executions_run_beside_each_other(git: Git, tmp_path: Path) -> None:
    go = tmp_path / "go"

    def story(seen: Seen) -> Story:
        for number in (1, 2, 3):
            git.commit("src/app.txt", str(number))
            yield seen.pushed(number)
            yield lambda: _waiting(seen, seen.started[-1])
        assert seen.ended == []
        go.touch()
        yield seen.over(3)

    command = f"echo waiting; while [ ! -e {go} ]; do sleep 0.02; done; echo got $(cat src/app.txt)"
    pipeline = evolve(shop(command=command), execution_mode="PARALLEL")
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory}, jobs=4)

    assert {result.status for result in seen.ended} == {"Succeeded"}
    assert {result.execution for result in seen.ended} == set(seen.started)
    got = [[line for line in seen.log(one).splitlines() if line.startswith("got")] for one in seen.started]
    assert got == [["got 1"], ["got 2"], ["got 3"]]


def _waiting(seen: Seen, execution: str) -> bool:
    try:
        return "waiting" in seen.log(execution)
    except PipelineKitError:  # it has not begun
        return False


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted by /proc")
def test_nothing_of_an_execution_that_is_over_is_kept_by_the_process(git: Git, tmp_path: Path) -> None:
    kept: list[object] = []

    def story(seen: Seen) -> Story:
        for number in (1, 2, 3):
            git.commit("src/app.txt", str(number))
            yield seen.over(number)
            yield lambda: not os.listdir(seen.state / "work")
            engine = seen.engine
            assert engine is not None
            kept.extend(engine.driven)
            kept.extend(_open_files_below(seen.state / "executions"))
            kept.append(is_driven(seen.state, seen.ended[-1].execution))

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    assert kept == [False, False, False]
    assert all(result.succeeded for result in seen.ended)


def _open_files_below(directory: Path) -> list[str]:
    links = []
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            links.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return [link for link in links if link.startswith(str(directory))]


def test_approvals_are_given_as_in_a_run_or_from_elsewhere(git: Git, tmp_path: Path) -> None:
    two = pk.approval.Manual("First") >> pk.approval.Manual("Second")

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.pushed(1)
        execution = seen.started[0]
        yield lambda: _gives(execution, "Live/Second", seen.state)
        yield seen.over(1)

    seen = watched(shop(last=two), tmp_path, story, sources={"Checkout": git.directory}, approvals=["Live/First"])

    assert seen.ended[0].succeeded


def _gives(execution: str, action: str, state: Path) -> bool:
    try:
        pk.local.approve(execution, action, state=state)
    except PipelineKitError:  # it is not asked yet
        return False
    return True


def test_when_it_is_to_end_what_is_under_way_stops_after_its_actions(git: Git, tmp_path: Path) -> None:
    go = tmp_path / "go"

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield lambda: len(seen.started) == 1 and _waiting(seen, seen.started[0])
        go.touch()

    pipeline = shop(
        command=f"echo waiting; while [ ! -e {go} ]; do sleep 0.02; done; sleep 0.2; echo done",
        last=pk.approval.Manual("Never"),
    )
    seen = watched(pipeline, tmp_path, story, sources={"Checkout": git.directory})

    (result,) = seen.ended
    assert result.status == "Stopped"
    assert result.action("Test/Unit")["status"] == "Succeeded"


def test_repositories_are_looked_at_every_so_often_where_that_is_asked_for(git: Git, tmp_path: Path) -> None:
    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory}, every=0.05)

    assert seen.ended[0].succeeded


def test_where_nobody_tells_of_changes_it_looks_itself(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> notices.Notices:
        raise notices.CannotWatch("no room for one more")

    monkeypatch.setattr(notices, "Notices", none)
    monkeypatch.setattr("pipelinekit.local.watching.LOOK_SECONDS", 0.05)

    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched(shop(), tmp_path, story, sources={"Checkout": git.directory})

    assert seen.ended[0].succeeded
    assert any("no room for one more" in notice for notice in seen.notices)


def test_a_pipeline_without_a_repository_is_refused_with_the_reason_of_each_source(git: Git, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "file").write_text("x")
    commit = git("rev-parse", "HEAD")
    object_ = pk.source.S3("Object", bucket="sources", object_key="app.zip")
    unit = pk.build.Commands("Unit", input=object_.output, commands=["true"])
    reads_s3 = pk.Pipeline("shop", [pk.Stage("Source", object_), pk.Stage("Test", unit)])

    with pytest.raises(PipelineKitError, match="Object reads S3, which knows no pushes"):
        pk.local.watch(reads_s3, sources={"Object": git.directory}, state=tmp_path / "state")
    with pytest.raises(PipelineKitError, match="plain, which is no git repository"):
        pk.local.watch(shop(), sources={"Checkout": tmp_path / "plain"}, state=tmp_path / "state")
    with pytest.raises(PipelineKitError, match=f"the commit {commit}, which never changes"):
        pk.local.watch(shop(), sources={"Checkout": f"{git.directory}@{commit}"}, state=tmp_path / "state")
    with pytest.raises(pk.InvalidPipeline, match="PK901"):
        pk.local.watch(shop(), state=tmp_path / "state")


PIPELINE = """
import pipelinekit as pk
from words import WORD

checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection="${Parameter.C}")
unit = pk.build.Commands("Unit", input=checkout.output, commands=[f"echo {WORD}"])
shop = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
LOCAL = pk.local.Bindings(sources={"Checkout": "repository"}, parameters={"C": "arn:aws:codeconnections:::c"})
"""


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path])
    for module in ("words", "delivery"):  # of a test before this one
        monkeypatch.delitem(sys.modules, module, raising=False)
    (tmp_path / "words.py").write_text('WORD = "one"\n')
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    return tmp_path / "pipeline.py"


def test_a_pipeline_file_and_what_it_imports_are_read_again(git: Git, tmp_path: Path, pipeline: Path) -> None:
    def story(seen: Seen) -> Story:
        git.commit("src/app.txt", "second")
        yield seen.over(1)
        (tmp_path / "words.py").write_text('WORD = "two"\n')
        yield seen.told("was read again")
        git.commit("src/app.txt", "third")
        yield seen.over(2)

    seen = watched(pipeline, tmp_path, story)

    assert "echo one" in seen.log(seen.ended[0].execution)
    assert "echo two" in seen.log(seen.ended[1].execution)
    assert [result.shown["pipelineVersion"] for result in seen.ended] == [1, 2]


def test_a_pipeline_of_a_module_is_read_again_but_not_the_libraries(
    git: Git, tmp_path: Path, pipeline: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.rename(tmp_path / "delivery.py")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def story(seen: Seen) -> Story:
        (tmp_path / "words.py").write_text('WORD = "changed"\n')
        yield seen.told("was read again")
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched("delivery:shop", tmp_path, story)

    assert "echo changed" in seen.log(seen.ended[0].execution)


def test_an_emitted_directory_is_read_again(git: Git, tmp_path: Path) -> None:
    place = tmp_path / "emitted"
    values = {"PipelineRoleArn": "arn:aws:iam::111111111111:role/shop", "ArtifactBucket": "artifacts"}
    pk.emit(shop(pk.Push(branches=["main"])), place, parameters=values)

    def story(seen: Seen) -> Story:
        pk.emit(shop(pk.Push(branches=["main"]), command="echo changed"), place, parameters=values)
        yield seen.told("was read again")
        git.commit("src/app.txt", "second")
        yield seen.over(1)

    seen = watched(place, tmp_path, story, sources={"Checkout": git.directory})

    assert "echo changed" in seen.log(seen.ended[0].execution)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("import", "SyntaxError"),
        ("", "holds no pipeline"),
        (PIPELINE.replace('"repository"}', '"nowhere"}'), "PK902"),
        (None, "no such file"),
    ],
)
def test_a_broken_pipeline_is_told_and_what_is_pushed_waits_until_it_is_mended(
    git: Git, tmp_path: Path, pipeline: Path, broken: str | None, said: str
) -> None:
    def story(seen: Seen) -> Story:
        if broken is None:
            pipeline.unlink()
        else:
            pipeline.write_text(broken)
        yield seen.told("nothing starts until that is mended")
        git.commit("src/app.txt", "second")
        git("tag", "seen")
        yield lambda: True
        pipeline.write_text(PIPELINE)
        yield seen.over(1)

    seen = watched(pipeline, tmp_path, story)

    told = [notice for notice in seen.notices if "nothing starts" in notice]
    assert len(told) == 1
    assert said in told[0]
    assert seen.ended[0].succeeded
    assert [push.name for push in seen.pushes if push.execution] == ["main"]
