from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from markers import MARKERS
from pipelinekit.starting.reading import read_tree
from pipelinekit.starting.tree import Git


def git(directory: Path, *arguments: str) -> None:
    """Run git as nobody in particular, whatever this machine's own settings are."""
    identity = ("-c", "user.name=A Person", "-c", "user.email=person@example.org", "-c", "commit.gpgsign=false")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(
        ["git", *identity, "-C", str(directory), *arguments],
        check=True,
        capture_output=True,
        env={**environment, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
    )


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        place = directory / name.replace("__", "/").replace("_dot_", ".")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    home = tmp_path / "shop"
    home.mkdir()
    git(home, "init", "--quiet", "--initial-branch=trunk")
    return home


def test_a_plain_directory_is_read_without_what_tools_put_there(tmp_path: Path) -> None:
    write(tmp_path, go_dot_mod="module shop\n", node_modules__x_dot_js="", a__b_dot_go="")

    tree = read_tree(tmp_path)

    assert (tree.files, tree.git) == (("a/b.go", "go.mod"), None)
    assert tree.text("go.mod") == "module shop\n"


def test_of_a_repository_ignored_files_are_left_out_and_new_ones_are_not(repository: Path) -> None:
    write(repository, _dot_gitignore="dist\n", dist__x_dot_js="", main_dot_go="")

    assert read_tree(repository).files == (".gitignore", "main.go")


def test_git_tells_the_remote_and_the_branch(repository: Path) -> None:
    git(repository, "remote", "add", "origin", "git@github.com:acme/shop.git")

    assert read_tree(repository).git == Git(
        remote="git@github.com:acme/shop.git", branch="trunk", has_commit=False, prefix=""
    )


def test_the_default_branch_of_the_remote_comes_before_the_one_at_hand(repository: Path, tmp_path: Path) -> None:
    write(repository, README="hello")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Begin")
    git(tmp_path, "clone", "--quiet", str(repository), "clone")
    git(tmp_path / "clone", "switch", "--quiet", "-c", "feature/x")

    found = read_tree(tmp_path / "clone").git

    assert found is not None
    assert (found.branch, found.has_commit) == ("trunk", True)


def test_a_directory_below_the_top_knows_where_it_lies(repository: Path) -> None:
    write(repository, services__shop__go_dot_mod="", other_dot_txt="")

    tree = read_tree(repository / "services" / "shop")

    assert tree.git is not None
    assert (tree.name, tree.files, tree.git.prefix) == ("shop", ("go.mod",), "services/shop")


def test_the_scripts_that_an_appspec_runs_are_read(tmp_path: Path) -> None:
    write(tmp_path, appspec_dot_yml=MARKERS["appspec.yml"], scripts__start_dot_sh="echo started\n", other_dot_sh="x")

    texts = read_tree(tmp_path).texts

    assert (texts["scripts/start.sh"], "other.sh" in texts) == ("echo started\n", False)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    write(tmp_path, package_dot_json="{}")
    (tmp_path / "package.json").chmod(0)
    if os.access(tmp_path / "package.json", os.R_OK):
        pytest.skip("root reads every file")

    assert "package.json cannot be read" in read_tree(tmp_path).notes[0]


def test_names_that_no_command_could_hold_and_links_to_nowhere_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a\nb.py").write_text("")
    (tmp_path / "#{a.b}.py").write_text("")
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / os.fsdecode(b"\xff.py")).write_text("")
    os.mkfifo(tmp_path / "package.json")

    assert read_tree(tmp_path).files == ()


def test_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, pipeline_dot_py="", shop_dot_py="")

    assert read_tree(tmp_path, leave_out=[tmp_path / "pipeline.py"]).files == ("shop.py",)


def test_only_the_beginning_of_a_large_file_is_read(tmp_path: Path) -> None:
    write(tmp_path, Makefile="x" * 1_000_000)

    assert len(read_tree(tmp_path).text("Makefile")) == 256 * 1024


def test_a_wrapper_that_may_be_executed_is_known(tmp_path: Path) -> None:
    write(tmp_path, mvnw="", gradlew="")
    (tmp_path / "mvnw").chmod(0o755)

    assert read_tree(tmp_path).executables == {"mvnw"}


def test_a_repository_that_git_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")

    tree = read_tree(tmp_path)

    assert tree.git is None
    assert "git" in tree.notes[0]
