"""What earlier runs left behind: history, report, gc."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipelinekit.cli.ending import harmless
from pipelinekit.cli.executions import json_option, state_option
from pipelinekit.values import in_words

if TYPE_CHECKING:
    from pipelinekit.local.paging import Page
    from pipelinekit.local.retention import Removable

_FORMATS = ("text", "json", "html")
_SUFFIXES = {".json": "json", ".html": "html", ".htm": "html"}


F = TypeVar("F", bound=Callable[..., Any])


def _period_options(since: str | None) -> Callable[[F], F]:
    """Give the options --since, with this default, and --until."""
    begin = click.option(
        "--since",
        default=since,
        show_default=since is not None,
        metavar="TIME",
        help="Started then or later: a date, or how long ago, such as 7d.",
    )
    end = click.option("--until", metavar="TIME", help="Started before then: a date, or how long ago.")
    return lambda command: begin(end(command))


@click.command()
@click.argument("pipeline", required=False, metavar="[NAME]")
@click.option("--actions", is_flag=True, help="List every attempt at an action instead.")
@click.option("--rules", is_flag=True, help="List every evaluation of a rule of a condition instead.")
@click.option("--execution", metavar="EXECUTION", help="The attempts at actions, or rules, of this execution.")
@click.option(
    "--status", "statuses", multiple=True, metavar="STATUS", help="Only those of this status; may be repeated."
)
@click.option(
    "--trigger", "triggers", multiple=True, metavar="TYPE", help="Only those that this started; may be repeated."
)
@_period_options(None)
@click.option("--succeeded-in", metavar="STAGE", help="Only those that succeeded in this stage.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, the newest first.")
@click.option("--next", "token", metavar="TOKEN", help="Go on where a page ended, with the same filters.")
@state_option
@json_option
def history(
    pipeline: str | None,
    actions: bool,
    rules: bool,
    execution: str | None,
    statuses: tuple[str, ...],
    triggers: tuple[str, ...],
    since: str | None,
    until: str | None,
    succeeded_in: str | None,
    limit: int,
    token: str | None,
    state: Path | None,
    as_json: bool,
) -> int:
    """List executions, the newest first: of the pipeline NAME, or of all.

    With --actions, or of one --execution, it lists every attempt at an action; with --rules every evaluation of a rule.
    """
    from pipelinekit.local import listing

    if actions and rules:
        raise click.UsageError("--actions lists actions and --rules lists rules: give one of them")
    if not actions and not rules and execution is None:
        page = listing.history(
            pipeline,
            status=statuses or None,
            trigger=triggers or None,
            since=since,
            until=until,
            succeeded_in_stage=succeeded_in,
            limit=limit,
            next_token=token,
            state=state,
        )
        _print_page(page, "pipelineExecutionSummaries", as_json)
        return 0
    if triggers or succeeded_in is not None:
        raise click.UsageError(
            "--trigger and --succeeded-in pick executions: leave --actions, --rules and --execution away"
        )
    list_attempts = listing.rule_history if rules else listing.action_history
    page = list_attempts(
        pipeline,
        execution=execution,
        status=statuses or None,
        since=since,
        until=until,
        limit=limit,
        next_token=token,
        state=state,
    )
    _print_page(page, "ruleExecutionDetails" if rules else "actionExecutionDetails", as_json)
    return 0


def _print_page(page: Page, name: str, as_json: bool) -> None:
    if as_json:
        more = {"nextToken": page.next_token, "removedBefore": page.removed_before}
        click.echo(json.dumps({name: page, **{key: value for key, value in more.items() if value}}, indent=2))
        return
    for one in page:
        click.echo(harmless(_execution_line(one) if name == "pipelineExecutionSummaries" else _attempt_line(one)))
    if not page:
        click.echo(_NONE[name])
    if page.next_token:
        click.echo(f"there are more: --next {page.next_token}")
    elif page.removed_before:
        click.echo(f"not all is here: `pipelinekit gc` removed executions that ended before {page.removed_before[:10]}")


_NONE = {
    "pipelineExecutionSummaries": "no such execution",
    "actionExecutionDetails": "no such attempt at an action",
    "ruleExecutionDetails": "no such evaluation of a rule",
}


def _execution_line(one: Mapping[str, Any]) -> str:
    note = f"  {one['statusSummary']}" if one["statusSummary"] else ""
    return (
        f"{_id_and_start(one)}  {one['pipelineName']}  v{one['pipelineVersion']}  {one['status']}"
        f"  {in_words(one['durationInSeconds'])}{note}"
    )


def _attempt_line(one: Mapping[str, Any]) -> str:
    notes = [f"attempt {one['attempt']}"] if one["attempt"] > 1 else []
    notes += [f"reused from {one['reusedFrom'][:8]}"] if "reusedFrom" in one else []
    error = one["output"]["executionResult"].get("errorDetails")
    notes += [error["message"].partition("\n")[0]] if error is not None else []
    name = one["actionName"] if "actionName" in one else f"{one['stageCondition']}/{one['ruleName']}"
    return "  ".join(
        [
            _id_and_start(one),
            f"{one['stageName']}/{name}",
            one["status"],
            in_words(one["durationInSeconds"]),
            *notes,
        ]
    )


def _id_and_start(one: Mapping[str, Any]) -> str:
    return f"{one['pipelineExecutionId'][:8]}  {one['startTime'][:19].replace('T', ' ')}"


@click.command()
@click.argument("pipeline", required=False, metavar="[NAME]")
@_period_options("30d")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Default: what FILE ends with, else text.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write it there instead."
)
@state_option
def report(
    pipeline: str | None, since: str, until: str | None, form: str | None, output: Path | None, state: Path | None
) -> int:
    """Tell how the pipeline NAME, or all of them, fared over a period.

    Success rate, lead time, time at approvals, failing and slow actions. As HTML it is one page with plots that needs
    nothing else.
    """
    from pipelinekit.local.reporting import report as report_of

    found = report_of(pipeline, since=since, until=until, state=state)
    form = form or _SUFFIXES.get(output.suffix.lower() if output is not None else "", "text")
    if form == "json":
        from pipelinekit.execution.report import as_data

        drawn = json.dumps(as_data(found), indent=2) + "\n"
    else:
        from pipelinekit.drawing import report as drawing

        drawn = drawing.as_html(found) if form == "html" else drawing.as_text(found)
    if output is None:
        click.echo(drawn, nl=False)
    else:
        output.write_text(drawn, encoding="utf-8")
        click.echo(output)
    return 0


@click.command()
@click.option("--older-than", required=True, metavar="TIME", help="What ended before then: 90d, or a date.")
@click.option("--keep", type=click.IntRange(0), default=0, metavar="N", help="Keep the newest N of each pipeline.")
@click.option("--pipeline", metavar="NAME", help="Of this pipeline only.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@state_option
def gc(older_than: str, keep: int, pipeline: str | None, dry_run: bool, state: Path | None) -> int:
    """Remove events, artifacts and logs of executions that ended long ago.

    What can go on, be retried or gone back to stays, and in each stage the newest two that succeeded.
    """
    from pipelinekit.local import retention

    if dry_run:
        planned = retention.plan_gc(older_than=older_than, keep=keep, pipeline=pipeline, state=state)
        for line in _planned(planned):
            click.echo(line)
        return 0
    done = retention.gc(older_than=older_than, keep=keep, pipeline=pipeline, state=state)
    click.echo(f"removed {_executions(done.executions)}, freed {done.bytes:,} bytes")
    if not done.shrunk:
        click.echo(f"the journal keeps its size on disk for now, run it again later to shrink it: {done.unshrunk}")
    return 0


def _planned(planned: Removable) -> Iterator[str]:
    for old in planned.executions:
        yield harmless(f"would remove {old.execution[:8]}  {old.pipeline}")
    yield f"would remove {_executions(len(planned.executions))}, with {planned.bytes:,} bytes beside the journal"
    for reason, number in planned.kept.items():
        yield f"keeps {number} that {reason}"


def _executions(number: int) -> str:
    return f"{number} execution{'' if number == 1 else 's'}"
