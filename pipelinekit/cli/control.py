"""What people ask of executions and transitions: stop, transition, clean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelinekit.cli.executions import state_option, subscriber_options

if TYPE_CHECKING:
    from pipelinekit.local.subscribers import Subscriber


@click.command()
@click.argument("execution")
@click.option("--abandon", is_flag=True, help="Do not wait for the actions under way.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@subscriber_options
@state_option
def stop(execution: str, abandon: bool, reason: str, state: Path | None, subscribers: list[Subscriber]) -> int:
    """Stop EXECUTION: when its actions under way are over, or at once."""
    from pipelinekit.local.control import stop as stop_execution

    status = stop_execution(execution, abandon=abandon, reason=reason, state=state, subscribers=subscribers)
    if status == "Stopping":
        click.echo("Stopping: it stops when its actions under way are over; --abandon does not wait for them")
    elif abandon and status == "Stopped":
        click.echo("Stopped, and what ran here with it; at AWS the builds, stacks and deployments under way go on")
    else:
        click.echo(status)
    return 0


@click.command()
@click.argument("pipeline", metavar="NAME")
@click.argument("stage")
@click.argument("wanted", type=click.Choice(["enable", "disable"]))
@click.option("--reason", default="", metavar="TEXT", help="Why it is disabled.")
@subscriber_options
@state_option
def transition(
    pipeline: str, stage: str, wanted: str, reason: str, state: Path | None, subscribers: list[Subscriber]
) -> int:
    """Open or close the entrance of STAGE of the pipeline NAME."""
    from pipelinekit.execution.assumptions import INBOUND_DAYS
    from pipelinekit.local import control

    if wanted == "disable" and not reason:
        raise click.UsageError("a transition is disabled for a reason: add --reason TEXT")
    if wanted == "disable":
        control.disable_transition(pipeline, stage, reason=reason, state=state, subscribers=subscribers)
    else:
        control.enable_transition(pipeline, stage, state=state, subscribers=subscribers)
    click.echo(f"the transition into {stage} is {wanted}d")
    if wanted == "disable":
        click.echo(f"  what waits there for {INBOUND_DAYS} days does not go on when it is enabled again: start anew")
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
