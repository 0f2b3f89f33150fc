"""`pipelinekit triggers`: which pipelines start, by the command line and a real git repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PIPELINE = """
import pipelinekit as pk

checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection="${Parameter.C}")
unit = pk.test.CodeBuild("Unit", input=checkout.output, project="unit")
shop = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Test", unit)],
    triggers=[
        pk.Trigger(
            checkout,
            push=[pk.Push(branches=["main"], file_paths=["src/**"]), pk.Push(tags=["v*"])],
            pull_request=pk.PullRequest(events=["OPEN"], branches=["main"]),
        )
    ],
)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "docs/readme.md")
    commit(tmp_path, "src/a b.py")
    return tmp_path


def git(directory: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=directory, check=True, capture_output=True)


def commit(directory: Path, name: str) -> None:
    (directory / name).parent.mkdir(exist_ok=True)
    (directory / name).write_text(name)
    git(directory, "add", name)
    git(directory, "commit", "-qm", name)


def triggers(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", "triggers", "pipeline.py", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        env={name: value for name, value in os.environ.items() if not name.startswith(("PIPELINEKIT", "GIT_"))},
    )


@pytest.mark.parametrize(
    ("arguments", "starts"),
    [
        (["--commit", "HEAD"], True),
        (["--commit", "HEAD~1"], False),
        (["--range", "HEAD~1..HEAD"], True),
        (["--push", "develop", "--commit", "HEAD"], False),
        (["--push", "main", "--files", "docs/x", "--files", "src/y"], True),
        (["--push", "main", "--files", "src/y", "--new"], False),
        (["--tag", "v1"], True),
        (["--pull-request", "main"], True),
        (["--pull-request", "main", "--event", "CLOSED"], False),
    ],
)
def test_it_is_told_whether_a_pipeline_starts(home: Path, arguments: list[str], starts: bool) -> None:
    done = triggers(home, *arguments)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("shop: starts (WebhookV2)\n" if starts else "shop: does not start\n")


def test_json_has_the_reasons(home: Path) -> None:
    done = triggers(home, "--tag", "v1", "--json")

    assert json.loads(done.stdout) == [
        {
            "pipelineName": "shop",
            "sourceActionName": "Checkout",
            "starts": True,
            "triggerType": "WebhookV2",
            "reasons": ["push filter 1: it asks for a branch, and there is none", "push filter 2: tag v1 is like v*"],
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        ([], 2, "say what happens: --push BRANCH"),
        (["--push", "main", "--tag", "v1"], 2, "say one of --push, --tag and --pull-request"),
        (["--push", "main", "--event", "OPEN"], 2, "--event is that of a --pull-request"),
        (["--commit", "nope"], 1, "git knows no commit 'nope'"),
        (["--range", "nope..HEAD"], 1, "git knows no commit 'nope'"),
        (["--commit=--output=x"], 1, "git knows no commit '--output=x'"),
        (["--push", "main"], 1, "say which files changed"),
        (["--commit", "HEAD", "-C", "nowhere"], 2, "'nowhere' does not exist"),
    ],
)
def test_wrong_input_ends_in_a_sentence(home: Path, arguments: list[str], status: int, sentence: str) -> None:
    done = triggers(home, *arguments)

    assert done.returncode == status
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_directory_without_git_is_named(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    done = triggers(home, "--push", "main", "--commit", "HEAD", "-C", str(elsewhere))

    assert "not a git repository" in done.stderr


def test_without_a_branch_checked_out_one_is_to_be_named(home: Path) -> None:
    git(home, "checkout", "-q", "--detach")

    assert "no branch is checked out: name it with --push BRANCH" in triggers(home, "--commit", "HEAD").stderr


@pytest.mark.parametrize("below", [".", "src"])
def test_check_looks_for_file_paths_in_the_whole_repository_of_a_source(home: Path, below: str) -> None:
    def check(text: str) -> str:
        (home / "pipeline.py").write_text(text)
        command = [sys.executable, "-m", "pipelinekit", "check", "pipeline.py", "--source", f"Source/Checkout={below}"]
        return subprocess.run(command, cwd=home, capture_output=True, text=True, check=False).stdout

    assert "PK506" not in check(PIPELINE)
    assert "the pattern 'source/**' matches none of the 2 files there [PK506]" in check(
        PIPELINE.replace("src/**", "source/**")
    )


def test_check_looks_for_file_paths_in_a_directory_that_git_does_not_know(tmp_path: Path) -> None:
    (tmp_path / "pipeline.py").write_text(PIPELINE)
    (tmp_path / "files" / "source").mkdir(parents=True)
    (tmp_path / "files" / "source" / "a.py").touch()
    command = [sys.executable, "-m", "pipelinekit", "check", "pipeline.py", "--source", "Checkout=files"]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tmp_path)}

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)

    assert "the pattern 'src/**' matches none of the 1 files there [PK506]" in done.stdout


def test_check_says_of_a_source_that_is_not_there(home: Path) -> None:
    command = [sys.executable, "-m", "pipelinekit", "check", "pipeline.py", "--source", "Checkout=nowhere"]

    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)

    assert (done.returncode, "'nowhere' is no directory" in done.stderr) == (2, True)
