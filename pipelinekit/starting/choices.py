"""What the pipeline is to be: what the console's wizard asks for, with an answer that follows from the findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from attrs import evolve, frozen

from pipelinekit.starting.findings import Findings
from pipelinekit.starting.tree import is_plain
from pipelinekit.values import NAME_MAX

Source: TypeAlias = Literal["codeconnections", "codecommit", "s3"]
Build: TypeAlias = Literal["codebuild", "commands", "none"]
Deploy: TypeAlias = Literal["codedeploy", "s3", "ecs", "lambda", "cloudformation", "none"]

SOURCES: tuple[Source, ...] = get_args(Source)
BUILDS: tuple[Build, ...] = get_args(Build)
DEPLOYS: tuple[Deploy, ...] = get_args(Deploy)

HOSTS, HOSTS_MAX = 2, 50


@frozen(kw_only=True)
class Choices:
    """What is to be written. ``repository`` and ``branch`` are None where a parameter, or AWS's custom, stands in."""

    name: str
    source: Source = "codeconnections"
    repository: str | None = None
    branch: str | None = None
    build: Build = "codebuild"
    deploy: Deploy = "none"
    approval: bool = False
    hosts: int = HOSTS


def suggested(findings: Findings) -> Choices:
    """Give the choices that follow from the findings alone."""
    deploy = suggested_deploy(findings)
    repository = findings.repository
    return Choices(
        name=findings.name,
        source="codecommit" if repository is not None and repository.provider == "codecommit" else "codeconnections",
        repository=repository.name if repository is not None else None,
        branch=findings.branch,
        build=suggested_build(findings, deploy),
        deploy=deploy,
        approval=deploy != "none",
    )


def suggested_deploy(findings: Findings) -> Deploy:
    """Say where a tree is deployed by what lies in it; a library and a stranger are not deployed."""
    if findings.appspec is not None:
        return "codedeploy"
    if findings.template is not None:
        return "cloudformation"
    if findings.dockerfile is not None:
        return "ecs"
    site = findings.site
    if site is not None and (site.build is not None or site.from_toolchain or findings.toolchain is None):
        return "s3"
    return "none"


def suggested_build(findings: Findings, deploy: Deploy) -> Build:
    """Say who builds a tree: nobody, where there is nothing to build and something to deploy."""
    told = findings.buildspec is not None or findings.toolchain is not None
    template = findings.template
    needed = deploy in ("s3", "ecs", "lambda") or (
        deploy == "cloudformation" and template is not None and template.is_sam
    )
    return "codebuild" if told or needed or deploy == "none" else "none"


def repository_for(findings: Findings, source: Source) -> str | None:
    """Give the repository for a source, where the one that was found is of its provider."""
    found = findings.repository
    return found.name if found is not None and found.provider == source else None


def with_source(choices: Choices, source: Source, findings: Findings) -> Choices:
    """Choose another source, with the repository that goes with it."""
    return evolve(choices, source=source, repository=repository_for(findings, source))


def problems(choices: Choices) -> Iterator[str]:
    """Yield what makes no sense, one sentence each, with what to do about it."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", choices.name) or not 1 <= len(choices.name) <= NAME_MAX:
        yield (
            f"--name {choices.name!r}: a pipeline, its CodeBuild projects and its CodeDeploy application are named by "
            f"it, so it is made of letters, digits, - and _ (up to {NAME_MAX}), a letter or digit first"
        )
    if choices.repository is not None:
        wanted = _wrong_repository(choices.source, choices.repository)
        if wanted is not None:
            yield f"--repository {choices.repository!r}: a {choices.source} source wants {wanted}"
    for option, value in (("--repository", choices.repository), ("--branch", choices.branch)):
        if value is not None and not (value.strip() and is_plain(value)):
            yield f"{option} {value!r}: holds what cannot stand in a pipeline as it is"
    if choices.build == "none" and choices.deploy == "none":
        yield "--build none and --deploy none leave nothing to do after the source: choose one of them"
    if choices.approval and choices.deploy == "none":
        yield "--approval has nothing to guard without a deployment: choose one with --deploy, or leave it out"


def _wrong_repository(source: Source, repository: str) -> str | None:
    """Say what a source wants for a repository, where this is not of that form."""
    match source:
        case "codeconnections":
            return None if re.fullmatch(r"[^/\s]+(?:/[^/\s]+)+", repository) else "OWNER/NAME"
        case "codecommit":
            return None if re.fullmatch(r"[\w.-]{1,100}", repository, re.ASCII) else "the name of a repository"
        case "s3":
            return None if re.fullmatch(r"[a-z0-9.-]{3,63}/.+", repository) else "BUCKET/KEY, such as sources/shop.zip"
