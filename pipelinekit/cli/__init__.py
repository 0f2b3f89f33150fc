"""The command line: arguments in, exit status out."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from pipelinekit.cli.checking import check
from pipelinekit.cli.comparing import diff, import_
from pipelinekit.cli.control import clean, stop, transition
from pipelinekit.cli.definitions import emit
from pipelinekit.cli.executions import approve, logs, reject, resume, retry, run, show, watch
from pipelinekit.cli.iam import iam
from pipelinekit.cli.init import init
from pipelinekit.cli.pictures import graph, timeline
from pipelinekit.cli.records import gc, history, report
from pipelinekit.cli.stages import override, rollback
from pipelinekit.cli.triggers import triggers
from pipelinekit.diagnostics import PipelineKitError

if TYPE_CHECKING:
    from pipelinekit.local.masking import Hidden


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="pipelinekit")
def cli() -> None:
    """Check, draw, emit and run AWS CodePipeline pipelines written in Python.

    PIPELINE is path/to/pipeline.py[:name], package.module:name, or an emitted pipeline.json.
    EXECUTION is a unique prefix of an execution's id, or latest.
    """


for command in (init, import_, check, emit, diff, iam, graph, triggers):
    cli.add_command(command)
for command in (run, resume, retry, rollback, override, stop, approve, reject, transition):
    cli.add_command(command)
for command in (show, logs, watch, history, timeline, report, clean, gc):
    cli.add_command(command)


def main() -> None:
    """Run the command line and exit: 0 well, 1 errors found or failed, 2 wrong usage, 3 waits for a person."""
    status = _status()
    _let_go_of_output()
    sys.exit(status)


def _status() -> int:
    hidden: list[Hidden] = []

    def tell(text: str) -> None:
        for secrets in hidden:
            text = secrets.text(text)
        click.echo(text, err=True)

    try:
        status = cli(standalone_mode=False, obj=hidden)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except PipelineKitError as error:
        tell(f"error: {error}")
        return 1
    except BrokenPipeError:  # `pipelinekit logs ... | head`
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        tell(f"error: {where}{error.strerror or error}")
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            tell("  make room where the state directory and $TMPDIR are; an execution goes on with: pipelinekit resume")
        return 1
    except Exception as error:
        if os.environ.get("PIPELINEKIT_TRACEBACK"):
            tell(traceback.format_exc().rstrip())
        tell(f"error: this is a fault of pipelinekit itself: {type(error).__name__}: {error}")
        tell("  please report it with what `PIPELINEKIT_TRACEBACK=1 pipelinekit ...` prints")
        return 1
    return status if isinstance(status, int) else 0


def _let_go_of_output() -> None:
    """Write what is left, so that the interpreter need not complain at its end that nobody reads it (any more)."""
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
