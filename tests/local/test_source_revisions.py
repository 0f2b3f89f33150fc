from __future__ import annotations

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import pipelinekit as pk
from pipelinekit.cli import cli
from pipelinekit.diagnostics import PipelineKitError

WHO = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"]


def git(repository: Path, *arguments: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    argv = ["git", "-C", str(repository), *WHO, *arguments]
    return subprocess.run(argv, env=env, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    for text in ("first", "second"):
        (place / "page.txt").write_text(text)
        git(place, "add", ".")
        git(place, "commit", "-qm", text)
    return place


def pipeline(source: pk.Action, seen: Path) -> pk.Pipeline:
    look = pk.build.Commands("Look", input=source.output, commands=[f"cat page.txt > {seen}"])
    return pk.Pipeline("shop", [pk.Stage("Source", source), pk.Stage("Build", look)])


def run(tmp_path: Path, source: pk.Action, revision: Any, **options: Any) -> pk.local.Result:
    shop = pipeline(source, tmp_path / "seen.txt")
    return pk.run(shop, source_revisions={source.name: revision}, state=tmp_path / "state", **options)


CHECKOUT = pk.source.CodeCommit("Checkout", repository="shop", branch="main")


def test_a_source_takes_the_commit_that_the_start_chose(tmp_path: Path, repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD~1")

    result = run(tmp_path, CHECKOUT, first, sources={"Checkout": repository})

    assert result.succeeded
    assert (tmp_path / "seen.txt").read_text() == "first"
    assert result.action("Source/Checkout")["outputVariables"]["CommitId"] == first


def test_what_is_no_commit_s_id_is_none(tmp_path: Path, repository: Path) -> None:
    result = run(tmp_path, CHECKOUT, "main", sources={"Checkout": repository})

    assert result.status == "Failed"
    assert "the start chose the COMMIT_ID main" in result.action("Source/Checkout")["errorDetails"]["message"]


def test_a_directory_without_commits_has_not_the_one_that_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "page.txt").write_text("plain")

    result = run(tmp_path, CHECKOUT, "3f2a" * 10, sources={"Checkout": tmp_path / "plain"})

    assert result.status == "Failed"
    assert not (tmp_path / "seen.txt").exists()


def archived(tmp_path: Path) -> Path:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    for name in ("new", "old"):
        with zipfile.ZipFile(bucket / f"{name}.zip", "w") as archive:
            archive.writestr("page.txt", name)
    return bucket


ARCHIVE = pk.source.S3("Archive", bucket="b", object_key="new.zip", allow_override_for_s3_object_key=True)


def test_an_s3_source_takes_the_object_that_the_start_chose(tmp_path: Path) -> None:
    bucket = archived(tmp_path)

    result = run(tmp_path, ARCHIVE, {"S3_OBJECT_KEY": "old.zip"}, buckets={"b": bucket})

    assert result.succeeded
    assert (tmp_path / "seen.txt").read_text() == "old"
    assert result.action("Source/Archive")["outputVariables"]["ObjectKey"] == "old.zip"


@pytest.mark.parametrize("is_there", [True, False])
def test_an_object_has_the_version_that_was_chosen_or_fails(tmp_path: Path, is_there: bool) -> None:
    bucket = archived(tmp_path)
    version = hashlib.sha256((bucket / "new.zip").read_bytes()).hexdigest()[:32] if is_there else "v7"

    result = run(tmp_path, ARCHIVE, version, buckets={"b": bucket})

    assert result.succeeded == is_there


def test_a_revision_of_no_source_is_refused_before_anything_runs(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(PipelineKitError, match="there is no source action 'Look': there are Checkout"):
        pk.run(
            pipeline(CHECKOUT, tmp_path / "seen.txt"),
            source_revisions={"Look": "3f2a"},
            sources={"Checkout": repository},
            state=tmp_path / "state",
        )
    assert not (tmp_path / "state").exists()


def test_a_source_that_does_not_run_takes_no_revision(tmp_path: Path, repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD~1")
    run(tmp_path, CHECKOUT, first, sources={"Checkout": repository})

    with pytest.raises(PipelineKitError, match="Checkout does not run now"):
        run(tmp_path, CHECKOUT, first, sources={"Checkout": repository}, from_stage="Build")


def test_the_command_takes_revisions(tmp_path: Path, repository: Path) -> None:
    seen = tmp_path / "seen.txt"
    (tmp_path / "pipeline.py").write_text(
        "import pipelinekit as pk\n"
        'c = pk.source.CodeCommit("Checkout", repository="shop", branch="main")\n'
        f'look = pk.build.Commands("Look", input=c.output, commands=["cat page.txt > {seen}"])\n'
        'shop = pk.Pipeline("shop", [pk.Stage("Source", c), pk.Stage("Build", look)])\n'
    )
    options = ["--source", f"Checkout={repository}", "--state", str(tmp_path / "state")]
    first = git(repository, "rev-parse", "HEAD~1")

    ran = CliRunner().invoke(
        cli, ["run", str(tmp_path / "pipeline.py"), *options, "--source-revision", f"Checkout=COMMIT_ID:{first}"]
    )
    twice = CliRunner().invoke(
        cli, ["run", "x.py", "--source-revision", "Checkout=a", "--source-revision", "Checkout=b"]
    )

    assert (ran.exit_code, seen.read_text()) == (0, "first")
    assert (twice.exit_code, "several revisions" in twice.output) == (2, True)
