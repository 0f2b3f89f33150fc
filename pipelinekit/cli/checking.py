"""The command that tells what is wrong: with a pipeline, a buildspec or an AppSpec."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelinekit.cli.definitions import as_data, pairs

if TYPE_CHECKING:
    from pipelinekit.diagnostics import Report
    from pipelinekit.files.checking import Checked


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Let warnings count as errors.")
@click.option(
    "--ignore", "reasons", multiple=True, callback=pairs, metavar="CODE=REASON", help="Findings that may stay, and why."
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    callback=pairs,
    metavar="ACTION=PATH",
    help="The repository of a source: what triggers wait for is looked for there.",
)
def check(files: tuple[str, ...], form: str, strict: bool, reasons: dict[str, str], sources: dict[str, str]) -> int:
    """Tell everything that is wrong with each FILE: a pipeline, a buildspec, an AppSpec, or - for standard input.

    Ends with 0 when nothing is an error, 1 when something is, 2 when it was asked wrongly.
    """
    from pipelinekit import __version__
    from pipelinekit.files.checking import without
    from pipelinekit.local.changes import files_in

    blank = next((code for code, reason in reasons.items() if not reason.strip()), None)
    if blank is not None:
        raise click.UsageError(f"--ignore {blank}= lacks a reason: --ignore {blank}='why it may stay'")
    missing = next((path for path in sources.values() if not path or not Path(path).is_dir()), None)
    if missing is not None:
        raise click.UsageError(f"--source {missing!r} is no directory")
    known = {name.rpartition("/")[2]: files_in(Path(path)) for name, path in sources.items()}
    given = [without(checked, reasons) for checked in _checked(files, form, known)]
    there = {name for checked in given for name in checked.sources}
    nobody = next((name for name in known if there and name not in there), None)
    if nobody is not None:
        raise click.UsageError(f"--source {nobody}=...: there is no such source; there are {', '.join(sorted(there))}")
    several = [*given, *_unused(given, reasons)]
    if form == "json":
        click.echo(json.dumps(list(_as_data(several)), indent=2))
    elif form == "sarif":
        from pipelinekit.cli.sarif import sarif

        click.echo(json.dumps(sarif(several, __version__), indent=2))
    else:
        _tell(several)
    reports = [checked.report for checked in several]
    blocked = any(not report.ok or (strict and report.warnings) for report in reports)
    return 1 if blocked else 0


def _checked(files: Sequence[str], form: str, known: Mapping[str, Sequence[str]]) -> Iterator[Checked]:
    from pipelinekit.diagnostics import PipelineKitError
    from pipelinekit.files.checking import STDIN, check_file, failed

    for file in files:
        stdin = sys.stdin.buffer if file == STDIN else None
        try:
            yield check_file(file, stdin, known)
        except PipelineKitError as error:
            if len(files) == 1 and form == "text":
                raise
            yield failed(file, error)


def _unused(several: Sequence[Checked], reasons: dict[str, str]) -> Iterator[Checked]:
    """Yield a finding for each ``--ignore`` that met nothing in any of the files."""
    from pipelinekit.codes import found
    from pipelinekit.diagnostics import Location, Report
    from pipelinekit.files.checking import Checked

    met = {ignored.diagnostic.code for checked in several for ignored in checked.report.ignored if ignored.outside}
    for code in reasons:
        if code not in met:
            finding = found("PK151", Location(), f"--ignore {code}: there is no such finding", "leave the option out")
            yield Checked(name=several[0].name, kind=several[0].kind, report=Report([finding]))


def _as_data(several: Sequence[Checked]) -> Iterator[dict[str, Any]]:
    for checked in several:
        for finding in checked.report:
            yield {**as_data(finding), "suppressed": None}
        for ignored in checked.report.ignored:
            yield {**as_data(ignored.diagnostic), "suppressed": ignored.reason}


def _tell(several: Sequence[Checked]) -> None:
    for checked in several:
        for diagnostic in checked.report:
            click.echo(str(diagnostic))
    click.echo(_count([checked.report for checked in several]))


def _count(reports: Sequence[Report]) -> str:
    def number(count: int, noun: str) -> str:
        return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"

    errors = sum(len(report.errors) for report in reports)
    warnings = sum(len(report.warnings) for report in reports)
    ignored = sum(len(report.ignored) for report in reports)
    told = f"{number(errors, 'error')}, {number(warnings, 'warning')}"
    return f"{told}, {ignored} ignored" if ignored else told
