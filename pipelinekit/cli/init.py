"""From a directory to its first pipeline: init."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pipelinekit.starting.choices import Choices
    from pipelinekit.starting.findings import Findings


@click.command()
@click.argument("directory", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--name", metavar="NAME", help="What the pipeline is called.")
@click.option("--source", type=click.Choice(["codeconnections", "codecommit", "s3"]), help="Where the source is.")
@click.option("--repository", metavar="REPOSITORY", help="OWNER/NAME, a CodeCommit repository, or BUCKET/KEY.")
@click.option("--branch", metavar="BRANCH", help="The branch that is delivered.")
@click.option("--build", type=click.Choice(["codebuild", "commands", "none"]), help="What tests and builds.")
@click.option(
    "--deploy",
    type=click.Choice(["codedeploy", "s3", "ecs", "lambda", "cloudformation", "none"]),
    help="What deploys.",
)
@click.option("--approval/--no-approval", default=None, help="Whether a person is asked before it is deployed.")
@click.option("--hosts", type=click.IntRange(1, 50), metavar="N", help="How many hosts a deployment has here.")
@click.option("--yes", is_flag=True, help="Take what follows from the directory, and ask nothing.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: DIRECTORY/pipeline.py.")
@click.option("--force", is_flag=True, help="Replace the file when it is there.")
def init(directory: Path, output: Path | None, yes: bool, force: bool, **given: Any) -> int:
    """Write the first pipeline of DIRECTORY, by what lies in it.

    It looks for the language, its tests and its build, for a buildspec, an AppSpec, a template, a Dockerfile, and at
    what git knows. At a terminal it asks, with an answer suggested; elsewhere it takes what follows from the directory.
    The file that it writes checks and runs as it is.
    """
    from pipelinekit.starting.composing import HOSTS, compose
    from pipelinekit.starting.findings import find
    from pipelinekit.starting.reading import read_tree
    from pipelinekit.starting.telling import found, notes
    from pipelinekit.starting.writing import keep_git_away, refuse_place, write_new

    target = output if output is not None else directory / "pipeline.py"
    if target.suffix != ".py":
        raise click.BadParameter(f"{target}: a pipeline's file ends in .py", param_hint="-o")
    refuse_place(target, over=force)
    findings = find(read_tree(directory, leave_out=[target]))
    click.echo(f"found in {directory.resolve()}:")
    for about, sentence in found(findings):
        click.echo(f"  {about:<10} {sentence}")
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    choices = _choose(findings, {name: value for name, value in given.items() if value is not None}, asks)
    file, source = _places(target, directory, findings)
    composed = compose(findings, choices, file=file, source=source)
    write_new(target, composed.text, over=force)
    if HOSTS in composed.text:
        keep_git_away(target.parent / os.path.dirname(HOSTS))
    click.echo(f"wrote {target}:")
    click.echo(f"  {', '.join(composed.actions)}")
    for note in notes(findings, choices, composed):
        click.echo(f"  note: {note}")
    _tell_next(target, choices.approval)
    return 0


def _choose(findings: Findings, given: Mapping[str, Any], asks: bool) -> Choices:
    """Make the choices in the order of the console's wizard: those given, else asked for, else suggested."""
    from pipelinekit.starting import choices as choosing

    suggested = choosing.suggested(findings)

    def choice(name: str, question: str, suggestion: Any, **how: Any) -> Any:
        if name in given:
            return given[name]
        return click.prompt(question, default=suggestion, **how) if asks else suggestion

    def text(name: str, question: str, suggestion: str | None, **others: Any) -> str | None:
        def judged(answer: str) -> str:
            for problem in choosing.problems(choosing.Choices(**{"name": "app", **others, name: answer or None})):
                raise click.UsageError(problem)  # which asks again
            return answer

        how = {"show_default": suggestion is not None, "value_proc": judged}
        return choice(name, question, suggestion or "", **how) or None

    def one_of(name: str, question: str, suggestion: str, options: tuple[str, ...]) -> Any:
        return choice(name, question, suggestion, type=click.Choice(options))

    name = text("name", "Name of the pipeline", suggested.name)
    source = one_of("source", "Source", suggested.source, choosing.SOURCES)
    known = choosing.repository_for(findings, source)
    repository = text("repository", f"{_REPOSITORY[source]} (empty: a parameter)", known, source=source)
    branch = None if source == "s3" else text("branch", "Branch", suggested.branch or "main")
    expected = given.get("deploy", suggested.deploy)
    build = one_of("build", "Build", choosing.suggested_build(findings, expected), choosing.BUILDS)
    deploy = one_of("deploy", "Deploy", suggested.deploy, choosing.DEPLOYS)
    hosts = choosing.HOSTS
    if deploy == "codedeploy":
        hosts = choice("hosts", "Hosts on this machine", hosts, type=click.IntRange(1, choosing.HOSTS_MAX))
    approval = given.get("approval", deploy != "none")
    if asks and "approval" not in given and deploy != "none":
        approval = click.confirm("Ask a person before it is deployed?", default=True)
    chosen = choosing.Choices(
        name=name or "",
        source=source,
        repository=repository,
        branch=branch if asks or "branch" in given else suggested.branch,
        build=build,
        deploy=deploy,
        approval=approval,
        hosts=hosts,
    )
    for problem in (*choosing.problems(chosen), *_of_no_use(given, chosen)):
        raise click.UsageError(problem)
    return chosen


def _of_no_use(given: Mapping[str, Any], chosen: Choices) -> Iterator[str]:
    """Say which options would be ignored."""
    if "hosts" in given and chosen.deploy != "codedeploy":
        yield f"--hosts is for --deploy codedeploy, not for {chosen.deploy}"
    if "branch" in given and chosen.source == "s3":
        yield "--branch is for a repository: a source in S3 has none"


_REPOSITORY = {
    "codeconnections": "Repository, OWNER/NAME",
    "codecommit": "CodeCommit repository",
    "s3": "Bucket and key, BUCKET/KEY",
}


def _places(target: Path, directory: Path, findings: Findings) -> tuple[str, str]:
    """Give the file as seen from the directory, and the top of the repository as seen from the file."""
    here = directory.resolve()
    top = here.joinpath(*[os.pardir] * len(Path(findings.prefix).parts)).resolve()
    home = target.parent.resolve()
    return os.path.relpath(home / target.name, here), os.path.relpath(top, home)


def _tell_next(target: Path, approval: bool) -> None:
    click.echo("next:")
    path = os.fspath(target)
    for arguments in (["check", path], ["run", path, *(["--approve", "all"] if approval else [])]):
        click.echo(f"  pipelinekit {shlex.join(arguments)}")
