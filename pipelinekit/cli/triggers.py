"""Which pipelines a push, a commit or a pull request starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipelinekit.execution.triggers import PullRequestAction, RepositoryEvent, Verdict


@click.command()
@click.argument("pipelines", nargs=-1, required=True, metavar="PIPELINE...")
@click.option("--push", "branch", metavar="BRANCH", help="Commits are pushed to this branch.")
@click.option("--tag", metavar="TAG", help="This tag is pushed.")
@click.option("--pull-request", "into", metavar="BRANCH", help="A pull request wants to be merged into this branch.")
@click.option(
    "--event", type=click.Choice(["OPEN", "UPDATED", "CLOSED"]), default=None, help="What happens to it [OPEN]."
)
@click.option("--files", multiple=True, metavar="PATH", help="A file that changed; may be given several times.")
@click.option("--commit", metavar="REV", help="The files that changed are those of this commit of a git repository.")
@click.option("--range", "commits", metavar="REV..REV", help="The files that changed between two commits.")
@click.option(
    "-C",
    "repository",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Where that is.",
)
@click.option("--new", "is_new", is_flag=True, help="It is the first push of the branch.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def triggers(
    pipelines: tuple[str, ...],
    branch: str | None,
    tag: str | None,
    into: str | None,
    event: PullRequestAction | None,
    files: tuple[str, ...],
    commit: str | None,
    commits: str | None,
    repository: Path,
    is_new: bool,
    as_json: bool,
) -> int:
    """Tell which of the PIPELINEs a push or a pull request starts, and why the others do not.

    With --commit alone, it is a push of that commit to the branch that is checked out.
    """
    from pipelinekit.execution.triggers import PullRequestEvent, PushEvent, judge
    from pipelinekit.files import open_pipeline
    from pipelinekit.local.changes import changed_files, checked_out

    if commit is not None and commits is not None:
        raise click.UsageError("say --commit or --range, not both")
    if branch is None and tag is None and into is None:
        if commit is None and commits is None:
            raise click.UsageError("say what happens: --push BRANCH, --tag TAG, --pull-request BRANCH, or --commit REV")
        branch = checked_out(repository)
    if [branch, tag, into].count(None) != 2:
        raise click.UsageError("say one of --push, --tag and --pull-request")
    if into is None and event is not None:
        raise click.UsageError("--event is that of a --pull-request")
    changed: list[str] | None = list(files) or None
    if commit is not None or commits is not None:
        changed = [*(changed or ()), *changed_files(repository, commit or commits or "")]
    happened: RepositoryEvent
    if into is not None:
        happened = PullRequestEvent(branch=into, action=event or "OPEN", files=changed)
    else:
        happened = PushEvent(branch=branch, tag=tag, files=changed, is_new=is_new)
    verdicts = [verdict for reference in pipelines for verdict in judge(open_pipeline(reference).value, happened)]
    if as_json:
        click.echo(json.dumps([as_data(verdict) for verdict in verdicts], indent=2))
    else:
        for verdict in verdicts:
            _tell(verdict)
    return 0


def _tell(verdict: Verdict) -> None:
    how = f"starts ({verdict.trigger_type})" if verdict.starts else "does not start"
    click.echo(f"{verdict.pipeline}: {click.style(how, fg='green' if verdict.starts else None, bold=verdict.starts)}")
    for reason in verdict.reasons:
        click.echo(f"  {verdict.source}: {reason}")


def as_data(verdict: Verdict) -> dict[str, object]:
    """Write a verdict as JSON-able data."""
    return {
        "pipelineName": verdict.pipeline,
        "sourceActionName": verdict.source,
        "starts": verdict.starts,
        "triggerType": verdict.trigger_type,
        "reasons": list(verdict.reasons),
    }
