from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pipelinekit as pipelinekit_package

UNITTEST = """import unittest
from shop import price


class PriceTest(unittest.TestCase):
    def test_price(self):
        self.assertEqual(price(), 3)
"""
MAKEFILE = "test:\n\tgrep -q hello page.txt\ndist:\n\tmkdir -p dist/\n\ttr a-z A-Z < page.txt > dist/page.txt\n"


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIPELINEKIT", "GIT_"))}
    tested = str(Path(pipelinekit_package.__file__).parent.parent)
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PYTHONPATH": tested}


def pipelinekit(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=100,
        env=environment(),
        stdin=subprocess.DEVNULL,
    )


def git(home: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=home, check=True, capture_output=True, env=environment())


def repository(home: Path, files: dict[str, str]) -> Path:
    """Make a git repository with one commit of these files."""
    git(home, "init", "--quiet", "--initial-branch=main")
    git(home, "remote", "add", "origin", "git@github.com:acme/shop.git")
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    git(home, "add", ".")
    git(home, "commit", "--quiet", "-m", "Begin")
    return home


def told(done: subprocess.CompletedProcess[str], status: int = 0) -> str:
    """Give what it said; it ended with *status* and without a traceback."""
    output = done.stdout + done.stderr
    assert done.returncode == status, output
    assert "Traceback" not in output
    assert "fault of pipelinekit" not in output
    return output


def test_a_python_project_is_tested_and_runs_at_once(tmp_path: Path) -> None:
    home = repository(tmp_path, {"shop.py": "def price():\n    return 3\n", "tests/test_shop.py": UNITTEST})

    said = told(pipelinekit(home, "init", "--yes"))
    checked = told(pipelinekit(home, "check", "pipeline.py"))
    ran = told(pipelinekit(home, "run", "pipeline.py", "--approve", "all"))

    assert "acme/shop at github.com, branch main" in said
    assert "unittest" in said
    assert said.splitlines()[-3:] == ["next:", "  pipelinekit check pipeline.py", "  pipelinekit run pipeline.py"]
    assert "no errors, no warnings" in checked
    assert "Unit succeeded" in ran


def test_its_tests_are_really_run(tmp_path: Path) -> None:
    home = repository(tmp_path, {"shop.py": "def price():\n    return 4\n", "tests/test_shop.py": UNITTEST})
    told(pipelinekit(home, "init", "--yes"))

    ran = pipelinekit(home, "run", "pipeline.py")

    assert ran.returncode == 1
    assert "AssertionError: 4 != 3" in ran.stdout


@pytest.mark.parametrize("build", ["codebuild", "commands"])
def test_a_makefile_project_is_built_and_deployed_to_hosts(tmp_path: Path, build: str) -> None:
    home = repository(tmp_path, {"Makefile": MAKEFILE, "page.txt": "hello\n"})

    said = told(pipelinekit(home, "init", "--yes", "--build", build, "--deploy", "codedeploy", "--hosts", "3"))
    ran = told(pipelinekit(home, "run", "pipeline.py", "--approve", "all"))

    assert "Source/Checkout, Build/Unit, Build/Package, Production/GoLive, Production/Release" in said
    assert "Succeeded" in ran
    hosts = home / ".pipelinekit" / "hosts"
    assert sorted(host.name for host in hosts.iterdir()) == ["production-1", "production-2", "production-3"]
    assert {(host / "srv" / "shop" / "page.txt").read_text() for host in hosts.iterdir()} == {"HELLO\n"}
    status = subprocess.run(["git", "status", "--porcelain"], cwd=home, capture_output=True, text=True, check=True)
    assert status.stdout == "?? pipeline.py\n"


def test_a_second_run_deploys_the_next_revision(tmp_path: Path) -> None:
    home = repository(tmp_path, {"Makefile": MAKEFILE, "page.txt": "hello\n"})
    told(pipelinekit(home, "init", "--yes", "--deploy", "codedeploy", "--no-approval", "--hosts", "1"))
    told(pipelinekit(home, "run", "pipeline.py"))
    (home / "page.txt").write_text("hello again\n")

    told(pipelinekit(home, "run", "pipeline.py"))

    assert (home / ".pipelinekit/hosts/production-1/srv/shop/page.txt").read_text() == "HELLO AGAIN\n"


def test_an_existing_buildspec_and_appspec_are_used(tmp_path: Path) -> None:
    buildspec = "version: 0.2\nphases:\n  build:\n    commands: [mkdir app, cp page.txt app/]\n"
    buildspec += "artifacts:\n  files: ['**/*']\n"
    appspec = "version: 0.0\nos: linux\nfiles:\n  - source: app\n    destination: /srv/site\n"
    home = repository(tmp_path, {"buildspec.yml": buildspec, "appspec.yml": appspec, "page.txt": "hello\n"})

    told(pipelinekit(home, "init", "--yes"))
    told(pipelinekit(home, "run", "pipeline.py", "--approve", "all"))

    assert (home / ".pipelinekit/hosts/production-1/srv/site/page.txt").read_text() == "hello\n"


def test_what_cannot_be_done_here_is_stood_in_for_and_said(tmp_path: Path) -> None:
    home = repository(tmp_path, {"index.html": "<h1>Shop</h1>\n"})

    said = told(pipelinekit(home, "init", "--yes"))
    ran = told(pipelinekit(home, "run", "pipeline.py", "--approve", "all"))

    assert "note: Production/Publish is not done here, since it writes to a bucket" in said
    assert "recorded only, nothing was done" in ran


def test_a_directory_of_a_larger_repository_is_built_where_it_lies(tmp_path: Path) -> None:
    home = repository(tmp_path, {"services/my shop/Makefile": MAKEFILE, "services/my shop/page.txt": "hello\n"})

    told(pipelinekit(home, "init", "services/my shop", "--yes", "--deploy", "codedeploy", "--no-approval"))
    told(pipelinekit(home, "run", "services/my shop/pipeline.py"))

    host = home / "services/my shop/.pipelinekit/hosts/production-1"
    assert (host / "srv/my-shop/page.txt").read_text() == "HELLO\n"


def test_a_directory_in_no_repository_runs_as_well(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    (tmp_path / "page.txt").write_text("hello\n")

    said = told(pipelinekit(tmp_path, "init", "--yes", "--name", "shop", "--deploy", "codedeploy"))
    told(pipelinekit(tmp_path, "run", "pipeline.py", "--approve", "all"))

    assert "note: the repository is not known" in said
    assert (tmp_path / ".pipelinekit/hosts/production-2/srv/shop/page.txt").read_text() == "HELLO\n"


def test_a_directory_of_which_nothing_is_known_runs_and_says_what_is_missing(tmp_path: Path) -> None:
    home = repository(tmp_path, {"notes.txt": "hello\n"})

    said = told(pipelinekit(home, "init", "--yes"))
    told(pipelinekit(home, "run", "pipeline.py"))

    assert "note: nothing says how it is built or tested" in said
    assert "Nothing here says how it is built" in (home / "pipeline.py").read_text()


def test_a_repository_without_a_commit_is_told_to_make_one(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")

    assert "nothing is committed yet" in told(pipelinekit(tmp_path, "init", "--yes"))


def test_the_file_may_lie_elsewhere(tmp_path: Path) -> None:
    home = repository(tmp_path, {"Makefile": MAKEFILE, "page.txt": "hello\n"})
    (home / "ci").mkdir()

    told(pipelinekit(home, "init", "--yes", "-o", "ci/delivery.py"))

    assert 'sources={"Checkout": ".."}' in (home / "ci/delivery.py").read_text()
    assert "Succeeded" in told(pipelinekit(home, "run", "ci/delivery.py"))


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    home = repository(tmp_path, {"Makefile": MAKEFILE, "pipeline.py": "mine = 1\n"})

    said = told(pipelinekit(home, "init", "--yes"), 1)
    before = (home / "pipeline.py").read_text()
    told(pipelinekit(home, "init", "--yes", "--force"))
    first = (home / "pipeline.py").read_text()
    told(pipelinekit(home, "init", "--yes", "--force"))

    assert "pipeline.py: is there already; nothing was changed" in said
    assert before == "mine = 1\n"
    assert (home / "pipeline.py").read_text() == first != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "does not exist"),
        (["--name", "my shop"], "made of letters, digits"),
        (["--source", "svn"], "'svn' is not one of"),
        (["--build", "none", "--deploy", "none"], "nothing to do after the source"),
        (["--repository", "shop"], "wants OWNER/NAME"),
        (["--hosts", "0"], "0 is not in the range"),
        (["--hosts", "3", "--deploy", "s3"], "--hosts is for --deploy codedeploy"),
        (["--source", "s3", "--branch", "main"], "a source in S3 has none"),
        (["-o", "pipeline.txt"], "ends in .py"),
        (["--approval", "--deploy", "none"], "nothing to guard"),
    ],
)
def test_wrong_usage_ends_with_2_and_writes_nothing(tmp_path: Path, arguments: list[str], said: str) -> None:
    assert said in told(pipelinekit(tmp_path, "init", "--yes", *arguments), 2)
    assert os.listdir(tmp_path) == []


def test_flags_are_taken_as_they_are_given(tmp_path: Path) -> None:
    source = ["--source", "s3", "--repository", "sources/web.zip"]

    told(pipelinekit(tmp_path, "init", "--yes", "--name", "web", *source, "--deploy", "lambda", "--no-approval"))

    text = (tmp_path / "pipeline.py").read_text()
    assert 'pk.source.S3("Checkout", bucket="sources", object_key="web.zip")' in text
    assert 'pk.ActionTypeId("Deploy", "AWS", "Lambda")' in text
    assert "pk.approval" not in text


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    assert "wrote pipeline.py" in told(pipelinekit(tmp_path, "init"))


class Terminal:
    """A person at a terminal: waits for a question, types an answer."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelinekit", *arguments],
            cwd=home,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**environment(), "COLUMNS": "200"},
            start_new_session=True,
        )
        os.close(theirs)
        self.seen = ""
        self._looked_at = 0

    def answer(self, question: str, text: str) -> None:
        self.wait_for(question)
        os.write(self.ours, f"{text}\n".encode())

    def wait_for(self, text: str) -> None:
        """Read until a text appears after the last one that was waited for."""
        end = time.monotonic() + 60
        while (found := self.seen.find(text, self._looked_at)) < 0:
            assert time.monotonic() < end, f"{text!r} never came: {self.seen}"
            if select.select([self.ours], [], [], 1)[0]:
                self.seen += os.read(self.ours, 4096).decode().replace("\r\n", "\n")
        self._looked_at = found + len(text)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


def test_at_a_terminal_it_asks_like_the_wizard_and_suggests_an_answer(tmp_path: Path) -> None:
    home = repository(tmp_path, {"Makefile": MAKEFILE, "page.txt": "hello\n"})

    with Terminal(home, "init") as terminal:
        terminal.answer("Name of the pipeline [shop]: ", "web")
        terminal.answer("Source (codeconnections, codecommit, s3) [codeconnections]: ", "")
        terminal.answer("Repository, OWNER/NAME (empty: a parameter) [acme/shop]: ", "")
        terminal.answer("Branch [main]: ", "release")
        terminal.answer("Build (codebuild, commands, none) [codebuild]: ", "commands")
        terminal.answer("Deploy (codedeploy, s3, ecs, lambda, cloudformation, none) [none]: ", "codedeploy")
        terminal.answer("Hosts on this machine [2]: ", "1")
        terminal.answer("Ask a person before it is deployed? [Y/n]: ", "n")
        terminal.wait_for("pipelinekit run pipeline.py")
        status = terminal.process.wait(30)

    text = (home / "pipeline.py").read_text()
    assert status == 0
    assert 'pk.Pipeline(\n    "web"' in text
    assert 'branch="release"' in text
    assert "pk.build.Commands" in text
    assert "pk.approval" not in text


def test_a_wrong_answer_is_asked_again(tmp_path: Path) -> None:
    with Terminal(tmp_path, "init", "--source", "codecommit", "--branch", "main", "--build", "codebuild") as terminal:
        terminal.answer("Name of the pipeline", "my shop")
        terminal.wait_for("made of letters, digits")
        terminal.answer("Name of the pipeline", "shop")
        terminal.answer("CodeCommit repository", "acme/shop")
        terminal.wait_for("the name of a repository")
        terminal.answer("CodeCommit repository", "shop")
        terminal.answer("Deploy", "none")
        terminal.wait_for("wrote pipeline.py")
        status = terminal.process.wait(30)

    assert status == 0


def test_a_person_who_gives_up_has_changed_nothing(tmp_path: Path) -> None:
    with Terminal(tmp_path, "init") as terminal:
        terminal.wait_for("Name of the pipeline")
        os.write(terminal.ours, b"\x04")  # the end of input
        status = terminal.process.wait(30)

    assert status == 130
    assert os.listdir(tmp_path) == []
