from __future__ import annotations

import pytest

from markers import tree
from pipelinekit.cli.init import init
from pipelinekit.starting import choices as choosing
from pipelinekit.starting.choices import Choices, problems, suggested
from pipelinekit.starting.findings import find
from pipelinekit.starting.tree import Git


@pytest.mark.parametrize(
    ("files", "build", "deploy"),
    [
        ([], "codebuild", "none"),
        (["pyproject.toml"], "codebuild", "none"),
        (["appspec.yml"], "none", "codedeploy"),
        (["appspec.yml", "Dockerfile", "pom.xml"], "codebuild", "codedeploy"),
        (["template.yaml"], "codebuild", "cloudformation"),
        (["Dockerfile"], "codebuild", "ecs"),
        (["index.html"], "codebuild", "s3"),
        (["public/index.html", "pyproject.toml"], "codebuild", "none"),
        (["package.json", "index.html"], "codebuild", "s3"),
        (["buildspec.yml"], "codebuild", "none"),
    ],
)
def test_what_lies_there_suggests_who_builds_and_deploys(files: list[str], build: str, deploy: str) -> None:
    choices = suggested(find(tree(*files)))

    assert (choices.build, choices.deploy, choices.approval) == (build, deploy, deploy != "none")


def test_the_source_is_where_the_remote_is() -> None:
    git = Git(remote="https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop", branch="trunk")
    choices = suggested(find(tree(git=git)))

    assert (choices.source, choices.repository, choices.branch) == ("codecommit", "shop", "trunk")


def test_nothing_is_known_of_a_directory_outside_of_git() -> None:
    choices = suggested(find(tree(git=None)))

    assert (choices.source, choices.repository, choices.branch) == ("codeconnections", None, None)


def test_a_branch_that_would_be_a_reference_to_a_variable_is_not_taken() -> None:
    assert suggested(find(tree(git=Git(branch="a#{b.c}")))).branch is None


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (Choices(name="my shop"), "--name 'my shop'"),
        (Choices(name=""), "--name ''"),
        (Choices(name="-shop"), "--name '-shop'"),
        (Choices(name="x" * 101), "up to 100"),
        (Choices(name="shop", repository="shop"), "wants OWNER/NAME"),
        (Choices(name="shop", source="codecommit", repository="acme/shop"), "the name of a repository"),
        (Choices(name="shop", source="s3", repository="bucket"), "wants BUCKET/KEY"),
        (Choices(name="shop", branch="#{a.b}"), "--branch"),
        (Choices(name="shop", branch="a\nb"), "--branch"),
        (Choices(name="shop", build="none"), "nothing to do after the source"),
        (Choices(name="shop", approval=True), "nothing to guard"),
    ],
)
def test_choices_that_make_no_sense_are_refused_with_a_sentence(choices: Choices, said: str) -> None:
    assert said in "\n".join(problems(choices))


def test_choices_that_make_sense_are_not_refused() -> None:
    assert list(problems(Choices(name="shop", repository="acme/shop", branch="main"))) == []
    assert list(problems(Choices(name="shop", source="s3", repository="sources/shop.zip", deploy="ecs"))) == []


def test_the_command_line_offers_what_there_is_to_choose() -> None:
    offered = {p.name: tuple(getattr(p.type, "choices", ())) for p in init.params}

    assert (offered["source"], offered["build"], offered["deploy"]) == (
        choosing.SOURCES,
        choosing.BUILDS,
        choosing.DEPLOYS,
    )
