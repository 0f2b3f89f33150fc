"""What people ask of one stage: to go back to an earlier execution, to go on in spite of a condition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pipelinekit.cli.executions import (
    approve_option,
    jobs_option,
    json_option,
    secrets_option,
    state_option,
    subscriber_options,
    wait_option,
)

if TYPE_CHECKING:
    from pipelinekit.local.secrets import Secrets
    from pipelinekit.local.subscribers import Subscriber


@click.command()
@click.argument("stage")
@click.option("--to", metavar="EXECUTION", required=True, help="The execution to go back to: one that succeeded in it.")
@approve_option
@secrets_option
@jobs_option
@state_option
@wait_option
@subscriber_options
@json_option
def rollback(
    stage: str,
    to: str,
    approvals: tuple[str, ...],
    secrets: Secrets | None,
    jobs: int | None,
    state: Path | None,
    wait: bool,
    subscribers: list[Subscriber],
    as_json: bool,
) -> int:
    """Roll STAGE back: a new execution of it alone, with the variables and artifacts of an earlier one."""
    from pipelinekit.cli.following import follow
    from pipelinekit.local.verbs import rollback as roll_back

    return follow(
        lambda follower, begin: roll_back(
            stage,
            to,
            approvals=approvals,
            secrets=secrets,
            jobs=jobs,
            state=state,
            wait=wait or follower.asks,
            subscribers=subscribers,
            listener=follower.listen,
            on_engine=begin,
        ),
        as_json=as_json,
        state=state,
    )


@click.command()
@click.argument("execution")
@click.argument("stage")
@click.option(
    "--condition",
    type=click.Choice(["beforeEntry", "onSuccess"]),
    default="beforeEntry",
    show_default=True,
    help="Which condition of the stage.",
)
@approve_option
@secrets_option
@jobs_option
@state_option
@wait_option
@subscriber_options
@json_option
def override(
    execution: str,
    stage: str,
    condition: Literal["beforeEntry", "onSuccess"],
    approvals: tuple[str, ...],
    secrets: Secrets | None,
    jobs: int | None,
    state: Path | None,
    wait: bool,
    subscribers: list[Subscriber],
    as_json: bool,
) -> int:
    """Let EXECUTION go on in spite of a condition of STAGE, which holds it up or failed it."""
    from pipelinekit.cli.following import follow
    from pipelinekit.local.verbs import override as override_condition

    return follow(
        lambda follower, begin: override_condition(
            execution,
            stage,
            condition,
            approvals=approvals,
            secrets=secrets,
            jobs=jobs,
            state=state,
            wait=wait or follower.asks,
            subscribers=subscribers,
            listener=follower.listen,
            on_engine=begin,
        ),
        as_json=as_json,
        state=state,
    )
