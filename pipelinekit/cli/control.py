"""What people ask of executions and transitions: history, stop, transition, clean."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipelinekit.cli.executions import json_option, state_option
from pipelinekit.values import in_words


@click.command()
@click.argument("pipeline", required=False, metavar="[NAME]")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help="Only those of this status; may be repeated."
)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the newest first.")
@state_option
@json_option
def history(pipeline: str | None, statuses: tuple[str, ...], limit: int, state: Path | None, as_json: bool) -> int:
    """List executions, the newest first: of the pipeline NAME, or of all."""
    from pipelinekit.local.records import history as list_history

    found = list_history(pipeline, status=statuses or None, limit=limit, state=state)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return 0
    for one in found:
        took = in_words(one["durationInSeconds"])
        note = f"  {one['statusSummary']}" if one["statusSummary"] else ""
        started = one["startTime"][:19].replace("T", " ")
        click.echo(
            f"{one['pipelineExecutionId'][:8]}  {started}  {one['pipelineName']}  v{one['pipelineVersion']}  "
            f"{one['status']}  {took}{note}"
        )
    if not found:
        click.echo("no such execution")
    return 0


@click.command()
@click.argument("execution")
@click.option("--abandon", is_flag=True, help="Do not wait for the actions under way.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@state_option
def stop(execution: str, abandon: bool, reason: str, state: Path | None) -> int:
    """Stop EXECUTION: when its actions under way are over, or at once."""
    from pipelinekit.local.control import stop as stop_execution

    status = stop_execution(execution, abandon=abandon, reason=reason, state=state)
    if status == "Stopping":
        click.echo("Stopping: it stops when its actions under way are over; --abandon does not wait for them")
    else:
        click.echo(status)
    return 0


@click.command()
@click.argument("pipeline", metavar="NAME")
@click.argument("stage")
@click.argument("wanted", type=click.Choice(["enable", "disable"]))
@click.option("--reason", default="", metavar="TEXT", help="Why it is disabled.")
@state_option
def transition(pipeline: str, stage: str, wanted: str, reason: str, state: Path | None) -> int:
    """Open or close the entrance of STAGE of the pipeline NAME."""
    from pipelinekit.local import control

    if wanted == "disable" and not reason:
        raise click.UsageError("a transition is disabled for a reason: add --reason TEXT")
    if wanted == "disable":
        control.disable_transition(pipeline, stage, reason=reason, state=state)
    else:
        control.enable_transition(pipeline, stage, state=state)
    click.echo(f"the transition into {stage} is {wanted}d")
    return 0


@click.command()
@state_option
def clean(state: Path | None) -> int:
    """End the servers that deployments left running here, and free space. Journal and logs stay."""
    from pipelinekit.local.cleaning import clean as clean_up

    cleaned = clean_up(state=state)
    noun = "process" if cleaned.processes == 1 else "processes"
    click.echo(f"ended {cleaned.processes} {noun}, freed {cleaned.bytes:,} bytes")
    return 0
