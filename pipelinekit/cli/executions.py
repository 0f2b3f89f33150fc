"""Running pipelines and dealing with their executions: run, resume, show, logs, approve, reject."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from pipelinekit.cli.definitions import parameter_option, variable_option

if TYPE_CHECKING:
    from pipelinekit.local.secrets import Secrets
    from pipelinekit.local.subscribers import Subscriber

state_option = click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where executions are kept; default $PIPELINEKIT_STATE, or .pipelinekit here.",
)


def known_secrets(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> Secrets | None:
    """Read the secrets, say what is wrong with them, and see to it that no message of ours shows one."""
    if not given:
        return None
    from pipelinekit.local.secrets import read_secrets

    secrets = read_secrets(given, warn=lambda text: click.echo(f"warning: {text}", err=True))
    hidden = context.find_root().obj
    if isinstance(hidden, list):
        hidden.append(secrets.hidden)
    return secrets


secrets_option = click.option(
    "--secrets",
    multiple=True,
    callback=known_secrets,
    metavar="FILE|aws[:PROFILE][@REGION]",
    help="NAME=VALUE lines, JSON, YAML, or AWS for what no file has; may be repeated.",
)
approve_option = click.option(
    "--approve",
    "approvals",
    multiple=True,
    metavar="STAGE/ACTION|all",
    help="Say yes to this approval when it is asked.",
)
jobs_option = click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many actions run at once.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
wait_option = click.option("--wait", is_flag=True, help="Wait for approvals given from elsewhere; do not end with 3.")


def bound(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Read ``NAME=PATH`` options."""
    found = {}
    for item in given:
        name, equals, path = item.partition("=")
        if not equals or not name or not path:
            raise click.BadParameter(f"{item!r} is not NAME=PATH", context, parameter)
        found[name] = path
    return found


F = TypeVar("F", bound=Callable[..., Any])


def subscriber_options(command: F) -> F:
    """Add the options that say who hears of every change; the command gets them as ``subscribers``."""

    @functools.wraps(command)
    def called(
        *arguments: Any, events: tuple[str, ...], on_event: tuple[str, ...], event_pattern: str | None, **others: Any
    ) -> Any:
        from pipelinekit.local.subscribers import Subscriber

        if event_pattern is not None and not events and not on_event:
            raise click.UsageError("--event-pattern says what --events and --on-event hear of: give one of them")
        to: list[str | list[str]] = [*events, *(["/bin/sh", "-c", line] for line in on_event)]
        pattern = event_pattern
        if pattern is not None and pattern.startswith("@"):
            pattern = Path(pattern[1:]).read_text(encoding="utf-8")
        return command(*arguments, subscribers=[Subscriber(each, pattern) for each in to], **others)

    for option in (
        click.option(
            "--event-pattern", metavar="JSON|@FILE", help="What they hear of, as an event pattern of EventBridge."
        ),
        click.option(
            "--on-event",
            multiple=True,
            metavar="COMMAND",
            help="Run this for every change, its JSON at standard input.",
        ),
        click.option(
            "--events", multiple=True, metavar="FILE", help="Append every change to this file as a line of JSON."
        ),
    ):
        called = option(called)
    return cast(F, called)


def bound_hosts(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, list[str]]:
    """Read ``GROUP=DIR[,DIR...]``."""
    found = {group: roots.split(",") for group, roots in bound(context, parameter, given).items()}
    for group, roots in found.items():
        if "" in roots:
            text = f"{group}={','.join(roots)}"
            raise click.BadParameter(
                f"{text!r} has a host without a name: two commas, or one at an end?", context, parameter
            )
    return found


def revisions(
    context: click.Context, parameter: click.Parameter, given: tuple[str, ...]
) -> dict[str, dict[str, str] | str]:
    """Read ``ACTION=REVISION`` and ``ACTION=TYPE:REVISION``, of which there may be several for an action."""
    found: dict[str, dict[str, str] | str] = {}
    for item in given:
        action, _, text = item.partition("=")
        kind, colon, value = text.partition(":")
        typed = bool(colon) and kind.isupper()
        if not action or not (value if typed else text):
            raise click.BadParameter(f"{item!r} is not ACTION=REVISION", context, parameter)
        before = found.get(action)
        if isinstance(before, str) or (before is not None and not typed):
            raise click.BadParameter(f"{action} has several revisions: say the type of each", context, parameter)
        found[action] = {**(before or {}), kind: value} if typed else text
    return found


@click.command()
@click.argument("pipeline")
@click.option(
    "--source", "sources", multiple=True, callback=bound, metavar="ACTION=PATH[@REF]", help="What a source reads here."
)
@click.option(
    "--host",
    "hosts",
    multiple=True,
    callback=bound_hosts,
    metavar="GROUP=DIR[,DIR...]",
    help="Hosts of a deployment group.",
)
@click.option(
    "--function",
    "functions",
    multiple=True,
    callback=bound,
    metavar="NAME=FILE.py:HANDLER",
    help="The handler of a Lambda function.",
)
@click.option("--bucket", "buckets", multiple=True, callback=bound, metavar="NAME=DIR|URL", help="A bucket of S3.")
@approve_option
@parameter_option
@variable_option
@secrets_option
@click.option(
    "--source-revision",
    "source_revisions",
    multiple=True,
    callback=revisions,
    metavar="ACTION=[TYPE:]REVISION",
    help="The commit, image digest or object version that a source takes; TYPE is S3_OBJECT_KEY, say.",
)
@click.option("--reuse", is_flag=True, help="Give recorded outputs again of builds that have not changed.")
@click.option("--from", "from_stage", metavar="STAGE", help="Begin with this stage.")
@click.option("--only", metavar="STAGE/ACTION", help="Run this action only.")
@click.option("--of", metavar="EXECUTION", help="The earlier execution --from and --only take their inputs from.")
@click.option("--watch", "watches", is_flag=True, help="Start at each push to the sources' repositories, until Ctrl-C.")
@click.option(
    "--every",
    type=click.FloatRange(0.1),
    metavar="SECONDS",
    help="With --watch: look every so often instead of being told of changes.",
)
@jobs_option
@state_option
@wait_option
@subscriber_options
@json_option
def run(
    pipeline: str,
    sources: dict[str, str],
    hosts: dict[str, list[str]],
    functions: dict[str, str],
    buckets: dict[str, str],
    approvals: tuple[str, ...],
    parameters: dict[str, str],
    variables: dict[str, str],
    secrets: Secrets | None,
    source_revisions: dict[str, dict[str, str] | str],
    reuse: bool,
    from_stage: str | None,
    only: str | None,
    of: str | None,
    watches: bool,
    every: float | None,
    jobs: int | None,
    state: Path | None,
    wait: bool,
    subscribers: list[Subscriber],
    as_json: bool,
) -> int:
    """Run PIPELINE on this machine, for real.

    Ends with 0 when it Succeeded, 1 when it Failed or was Stopped, and 3 when nothing but a person can move it.

    With --watch nothing runs until commits come: each push that passes the pipeline's triggers starts an execution.
    """
    if every is not None and not watches:
        raise click.UsageError("--every says how often --watch looks: give both")
    if watches:
        if from_stage is not None or only is not None or of is not None:
            raise click.UsageError("--watch starts whole executions: leave out --from, --only and --of")
        if source_revisions:
            raise click.UsageError("--watch takes the revision that was pushed: leave out --source-revision")
        from pipelinekit.cli.commits import watch_commits
        from pipelinekit.local.watching import watch as watch_pipeline

        return watch_commits(
            lambda watcher: watch_pipeline(
                pipeline,
                sources=sources,
                hosts=hosts,
                functions=functions,
                buckets=buckets,
                approvals=approvals,
                parameters=parameters,
                variables=variables,
                secrets=secrets,
                jobs=jobs,
                state=state,
                reuse=reuse,
                subscribers=subscribers,
                every=every,
                until=lambda: watcher.wants_to_end,
                on_push=watcher.pushed,
                on_end=watcher.ended,
                on_notice=watcher.notice,
                listener=watcher.listen,
                on_engine=watcher.begin,
            ),
            as_json=as_json,
            state=state,
        )
    from pipelinekit.cli.following import follow
    from pipelinekit.files import open_pipeline
    from pipelinekit.local.bindings import Bindings, relative_to
    from pipelinekit.local.verbs import run as run_pipeline

    opened = open_pipeline(pipeline)
    own = opened.local
    if own is not None and not isinstance(own, Bindings):
        raise click.UsageError(f"LOCAL in {pipeline} is to be a pk.local.Bindings(...), not {type(own).__name__}")
    return follow(
        lambda follower, begin: run_pipeline(
            opened.value,
            sources=sources,
            hosts=hosts,
            functions=functions,
            buckets=buckets,
            approvals=approvals,
            parameters=parameters,
            variables=variables,
            source_revisions=source_revisions,
            secrets=secrets,
            jobs=jobs,
            state=state,
            bindings=relative_to(own or Bindings(), opened.directory),
            reuse=reuse,
            from_stage=from_stage,
            only=only,
            of=of,
            wait=wait or follower.asks,
            subscribers=subscribers,
            listener=follower.listen,
            on_engine=begin,
        ),
        as_json=as_json,
        state=state,
    )


@click.command()
@click.argument("execution", default="latest")
@approve_option
@secrets_option
@jobs_option
@state_option
@wait_option
@subscriber_options
@json_option
def resume(
    execution: str,
    approvals: tuple[str, ...],
    secrets: Secrets | None,
    jobs: int | None,
    state: Path | None,
    wait: bool,
    subscribers: list[Subscriber],
    as_json: bool,
) -> int:
    """Go on with EXECUTION, whose engine ended; nothing whose success is recorded runs again."""
    from pipelinekit.cli.following import follow
    from pipelinekit.local.verbs import resume as resume_execution

    return follow(
        lambda follower, begin: resume_execution(
            execution,
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
@click.option("--all-actions", is_flag=True, help="Run all actions of the stage again, not the failed ones only.")
@approve_option
@secrets_option
@jobs_option
@state_option
@wait_option
@subscriber_options
@json_option
def retry(
    execution: str,
    stage: str,
    all_actions: bool,
    approvals: tuple[str, ...],
    secrets: Secrets | None,
    jobs: int | None,
    state: Path | None,
    wait: bool,
    subscribers: list[Subscriber],
    as_json: bool,
) -> int:
    """Retry STAGE of EXECUTION, which failed or was stopped in it, and go on."""
    from pipelinekit.cli.following import follow
    from pipelinekit.local.verbs import retry as retry_stage

    return follow(
        lambda follower, begin: retry_stage(
            execution,
            stage,
            all_actions=all_actions,
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
@click.argument("execution", default="latest")
@state_option
@json_option
def watch(execution: str, state: Path | None, as_json: bool) -> int:
    """Watch EXECUTION while another process drives it, and answer its approvals. Ctrl-C only ends the watching."""
    from pipelinekit.cli.watching import watch_execution

    return watch_execution(execution, state=state, as_json=as_json)


@click.command()
@click.argument("execution", default="latest")
@state_option
@json_option
def show(execution: str, state: Path | None, as_json: bool) -> int:
    """Tell how far EXECUTION is."""
    from pipelinekit.cli.ending import shown_lines
    from pipelinekit.local.journal import Journal
    from pipelinekit.local.ownership import is_driven
    from pipelinekit.local.records import existing_state
    from pipelinekit.local.show import find_execution
    from pipelinekit.local.show import show as show_execution

    directory = existing_state(state)
    journal = Journal(directory)
    shown = show_execution(journal, find_execution(journal, execution))
    if as_json:
        click.echo(json.dumps(shown, indent=2))
    else:
        driven = is_driven(directory, shown["pipelineExecutionId"])
        click.echo("\n".join(shown_lines(shown, driven=driven, state=state)))
    return 0


@click.command()
@click.argument("execution", default="latest")
@click.argument("action", required=False, metavar="[STAGE/ACTION|STAGE/CONDITION/RULE]")
@click.option("-f", "--follow", is_flag=True, help="Go on printing while the execution goes on.")
@state_option
def logs(execution: str, action: str | None, follow: bool, state: Path | None) -> int:
    """Print what the actions and rules of EXECUTION wrote: of one of them, or of all in the order they started.

    A rule is named by its condition, such as Deploy/beforeEntry/Healthy (or onSuccess, onFailure).
    """
    from pipelinekit.cli.watching import follow_logs
    from pipelinekit.local.log_files import log_files

    if follow:
        return follow_logs(execution, action, state=state)
    several = action is None
    for key, place in log_files(execution, action, state=state):
        if several:
            click.echo(f"==> {key} <==")
        with open(place, "rb") as file:
            while data := file.read(1 << 16):
                sys.stdout.buffer.write(data)
        sys.stdout.flush()
    return 0


@click.command()
@click.argument("execution")
@click.argument("action", metavar="STAGE/ACTION")
@click.option("--summary", default="", metavar="TEXT", help="Why.")
@subscriber_options
@state_option
def approve(execution: str, action: str, summary: str, state: Path | None, subscribers: list[Subscriber]) -> int:
    """Say yes to the manual approval STAGE/ACTION of EXECUTION."""
    from pipelinekit.local.control import approve as approve_action

    approve_action(execution, action, summary=summary, state=state, subscribers=subscribers)
    _tell_who_goes_on(execution, action, "approved", state)
    return 0


@click.command()
@click.argument("execution")
@click.argument("action", metavar="STAGE/ACTION")
@click.option("--summary", default="", metavar="TEXT", help="Why.")
@subscriber_options
@state_option
def reject(execution: str, action: str, summary: str, state: Path | None, subscribers: list[Subscriber]) -> int:
    """Say no to the manual approval STAGE/ACTION of EXECUTION: the action fails."""
    from pipelinekit.local.control import reject as reject_action

    reject_action(execution, action, summary=summary, state=state, subscribers=subscribers)
    _tell_who_goes_on(execution, action, "rejected", state)
    return 0


def _tell_who_goes_on(reference: str, action: str, answer: str, state: Path | None) -> None:
    from pipelinekit.cli.ending import command_line
    from pipelinekit.local.records import standing

    click.echo(f"{action} {answer}")
    execution, status, is_driven = standing(reference, state=state)
    short = execution[:8]
    if status != "InProgress":
        click.echo(f"{short} {status}")
    elif not is_driven:
        click.echo(f"nobody drives {short} now; go on with: {command_line('resume', short, state=state)}")
