from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markers import MARKERS, tree, tree_of
from pipelinekit.starting.findings import Repository, find, name_for, parse_remote
from pipelinekit.starting.tree import Git


@pytest.mark.parametrize(
    ("url", "host", "name"),
    [
        ("git@github.com:acme/shop.git", "github.com", "acme/shop"),
        ("https://github.com/acme/shop", "github.com", "acme/shop"),
        ("https://user:hunter2@github.com/acme/shop.git", "github.com", "acme/shop"),
        ("ssh://git@gitlab.example.org:2222/group/sub/shop.git/", "gitlab.example.org", "group/sub/shop"),
        ("git@bitbucket.org:acme/shop.git", "bitbucket.org", "acme/shop"),
    ],
)
def test_a_remote_repository_is_read_from_its_url(url: str, host: str, name: str) -> None:
    assert parse_remote(url) == Repository(provider="codeconnections", host=host, name=name)


@pytest.mark.parametrize(
    "url",
    [
        "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop",
        "ssh://APKAEXAMPLE@git-codecommit.us-east-1.amazonaws.com/v1/repos/shop",
        "codecommit::eu-west-1://profile@shop",
        "codecommit://shop",
    ],
)
def test_a_repository_of_codecommit_is_known_by_its_name(url: str) -> None:
    assert parse_remote(url) == Repository(provider="codecommit", host="", name="shop")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/srv/git/shop.git",
        "../shop",
        "file:///srv/git/acme/shop.git",
        "https://github.com/shop",
        "https://dev.azure.com/acme/shop/_git/shop",
        "https://[broken/acme/shop",
        "git@github.com:acme/#{a.b}",
    ],
)
def test_a_remote_that_no_pipeline_can_read_is_none(url: str) -> None:
    assert parse_remote(url) is None


@given(st.text(max_size=60), st.text(st.characters(exclude_characters="@/"), min_size=6))
def test_no_remote_breaks_and_no_password_comes_through(path: str, password: str) -> None:
    parse_remote(path)
    found = parse_remote(f"https://me:{password}@example.org/acme/shop")

    assert found in (None, Repository(provider="codeconnections", host="example.org", name="acme/shop"))


@given(st.text(max_size=80))
def test_a_name_is_always_one_that_aws_takes(text: str) -> None:
    name = name_for(text)

    assert 0 < len(name) <= 60
    assert name[0].isalnum()
    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_the_pipeline_is_named_after_the_repository_else_after_the_directory() -> None:
    assert find(tree("README.md", git=Git(remote="git@github.com:acme/web-shop.git"))).name == "web-shop"
    assert find(tree("README.md", git=None)).name == "shop"
    assert find(tree("README.md", git=Git(remote="git@github.com:acme/mono.git", prefix="a/shop"))).name == "shop"


def said(notes: Iterable[str], part: str) -> bool:
    return any(part in note for note in notes)


def test_what_lies_in_other_languages_is_said() -> None:
    notes = find(tree("pyproject.toml", "tests/test_shop.py", "package.json")).notes

    assert said(notes, "there is Node too (package.json): the pipeline does not test it")


def test_projects_that_lie_below_are_said() -> None:
    notes = find(tree_of({"vote/package.json": "", "worker/Worker.csproj": ""})).notes

    assert said(notes, "projects lie in vote, worker")


def test_a_manifest_that_cannot_be_read_is_said() -> None:
    assert said(find(tree_of({"pyproject.toml": "[x"})).notes, "pyproject.toml cannot be read")
    assert said(find(tree_of({"package.json": "{"})).notes, "package.json cannot be read")


def test_programs_that_are_not_here_are_named() -> None:
    assert find(tree("go.mod")).missing_programs == ("go",)


def test_everything_at_once_is_found() -> None:
    findings = find(tree(*MARKERS))

    assert None not in (
        findings.toolchain,
        findings.buildspec,
        findings.appspec,
        findings.template,
        findings.dockerfile,
        findings.site,
    )
