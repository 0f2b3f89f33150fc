from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from local.harness import Attempt, Bench
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.workers.source import Bound, SourceWorker, bound
from pipelinekit.values import FrozenMap

CHECKOUT = ActionDeclaration(
    "Checkout",
    action_type_id=ActionTypeId("Source", "AWS", "CodeStarSourceConnection"),
    configuration=FrozenMap({"FullRepositoryId": "acme/shop", "BranchName": "main", "ConnectionArn": "arn:c"}),
    output_artifacts=(OutputArtifact("Src"),),
)


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "protocol.file.allow=always"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=directory, check=True, capture_output=True, text=True, env=kept
    )
    return done.stdout.strip()


def write(directory: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        place = directory / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return directory


def refused(bench: Bench, given: str | Path) -> str:
    with pytest.raises(PipelineKitError) as error:
        check_out(bench, given)
    return str(error.value)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = write(tmp_path / "repo", {"a.txt": "one", "sub/b.txt": "two", ".gitignore": "ignored\n"})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first\n\nwith a body")
    git(root, "tag", "v1")
    return root


def check_out(bench: Bench, given: str | Path, **bindings: object) -> Attempt:
    sources = {"Checkout": str(given)}
    return bench.run(SourceWorker(), CHECKOUT, bindings=Bindings(sources=sources, **bindings))  # type: ignore[arg-type]


def test_a_working_tree_gives_what_git_tracks_and_what_it_neither_tracks_nor_ignores(
    bench: Bench, repository: Path
) -> None:
    write(repository, {"new.txt": "new", "ignored": "no", "a.txt": "changed"})
    (repository / "sub" / "b.txt").unlink()

    attempt = check_out(bench, repository)

    assert attempt.outputs["Src"] == {".gitignore": "ignored\n", "a.txt": "changed", "new.txt": "new"}


def test_the_commit_is_told_by_output_variables(bench: Bench, repository: Path) -> None:
    variables = dict(check_out(bench, repository).result.variables)

    assert variables["CommitId"] == git(repository, "rev-parse", "HEAD")
    assert variables["CommitMessage"] == "first\n\nwith a body"
    assert (variables["BranchName"], variables["AuthorEmail"], variables["FullRepositoryName"]) == (
        "main",
        "ann@example.org",
        "acme/shop",
    )


def test_a_commit_is_what_was_committed_whatever_the_working_tree_says(bench: Bench, repository: Path) -> None:
    write(repository, {"a.txt": "changed"})

    attempt = check_out(bench, f"{repository}@v1")

    assert attempt.outputs["Src"]["a.txt"] == "one"
    assert git(repository, "status", "--porcelain") == "M a.txt"


@pytest.mark.parametrize("ref", ["main", "HEAD", "HEAD@{0}", "v1"])
def test_a_ref_may_be_anything_that_git_understands(bench: Bench, repository: Path, ref: str) -> None:
    assert check_out(bench, f"{repository}@{ref}").outputs["Src"]["a.txt"] == "one"


def test_a_directory_below_the_top_is_a_source_of_its_own(bench: Bench, repository: Path) -> None:
    assert check_out(bench, repository / "sub").outputs["Src"] == {"b.txt": "two"}


def test_a_commit_of_a_directory_below_the_top_has_its_files(bench: Bench, repository: Path) -> None:
    write(repository, {"sub/b.txt": "changed"})

    assert check_out(bench, f"{repository}/sub@v1").outputs["Src"] == {"b.txt": "two"}


def test_a_directory_that_a_commit_does_not_have_is_named(bench: Bench, repository: Path) -> None:
    write(repository, {"later/c.txt": "x"})

    assert "there is no 'later' in commit" in refused(bench, f"{repository}/later@v1")


def test_a_bare_repository_gives_its_head_or_the_commit_wanted(bench: Bench, repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(repository), "bare.git")

    assert check_out(bench, tmp_path / "bare.git").outputs["Src"]["a.txt"] == "one"
    assert check_out(bench, f"{tmp_path}/bare.git@v1").outputs["Src"]["sub/b.txt"] == "two"


def test_an_unknown_commit_is_named(bench: Bench, repository: Path) -> None:
    assert "git knows no commit 'nope'" in refused(bench, f"{repository}@nope")


def test_a_repository_without_a_commit_says_what_to_do(bench: Bench, tmp_path: Path) -> None:
    root = write(tmp_path / "empty", {"a": "x"})
    git(root, "init", "-q")

    assert "commit something first" in refused(bench, root)


def test_an_option_is_no_commit(bench: Bench, repository: Path) -> None:
    assert "git knows no commit '--all'" in refused(bench, f"{repository}@--all")


def test_submodules_are_left_out_and_said(bench: Bench, repository: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", {"x": "x"})
    git(other, "init", "-q")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "x")
    git(repository, "submodule", "--quiet", "add", str(other), "module")

    attempt = check_out(bench, repository)

    assert "module/x" not in attempt.outputs["Src"]
    assert "module is a repository of its own" in attempt.text


def test_odd_names_and_links_come_along(bench: Bench, repository: Path) -> None:
    names = ["with space", "quo\"te'", "new\nline", "ünïcode", "-dash"]
    write(repository, dict.fromkeys(names, "x"))
    (repository / "link").symlink_to("a.txt")

    files = check_out(bench, repository).outputs["Src"]

    assert set(names) <= set(files)
    assert files["link"] == "-> a.txt"


def test_a_plain_directory_gives_its_files(bench: Bench, tmp_path: Path) -> None:
    root = write(tmp_path / "plain", {"a": "1", "d/b": "2"})

    attempt = check_out(bench, root)

    assert attempt.outputs["Src"] == {"a": "1", "d/b": "2"}
    assert "CommitId" not in attempt.result.variables


def test_a_source_does_not_swallow_the_run_that_lies_in_it(bench: Bench, tmp_path: Path) -> None:
    root = write(tmp_path / "plain", {"a": "1", "hosts/web1/srv/old": "x"})

    attempt = check_out(bench, root, hosts={"web": [root / "hosts" / "web1"]})

    assert attempt.outputs["Src"] == {"a": "1"}


def test_an_empty_source_is_refused(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()

    assert "there is no file in it" in refused(bench, tmp_path / "nothing")


def test_the_longest_directory_is_the_path(tmp_path: Path) -> None:
    (tmp_path / "a@b").mkdir()
    (tmp_path / "a").mkdir()

    assert bound(f"{tmp_path}/a@b").ref is None
    assert bound(f"{tmp_path}/a@b@main") == Bound(tmp_path / "a@b", "main")
    assert bound(f"{tmp_path}/a@main").ref == "main"
    assert bound(f"{tmp_path}/a@HEAD@{{1}}").ref == "HEAD@{1}"


def test_a_git_tree_without_git_is_refused_before_the_run(
    repository: Path, monkeypatch: pytest.MonkeyPatch, bench: Bench
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    definition = bench.context(CHECKOUT).definition

    findings = SourceWorker().check(definition, "Build", CHECKOUT, Bindings(sources={"Checkout": str(repository)}))

    assert [finding.code for finding in findings] == ["PK902"]
