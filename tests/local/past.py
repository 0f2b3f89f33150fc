"""Journals of earlier days: executions carried out by the machine at chosen times, without an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.execution import commands as asked
from pipelinekit.local import places
from pipelinekit.local.journal import Journal

checkout = pk.source.S3("Checkout", bucket="sources", object_key="site.zip")
work = pk.CustomAction("Work", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
go_live = pk.approval.Manual("GoLive")
DAY = 86_400.0


def site(name: str = "site") -> pk.Pipeline:
    return pk.Pipeline(name, [pk.Stage("Source", checkout), pk.Stage("Test", work), pk.Stage("Live", go_live)])


class Past:
    """A journal in which things happen at a time of the test's choice."""

    def __init__(self, state: Path, journal: Journal) -> None:
        self.state, self.journal = state, journal

    def create(self, name: str = "site", at: float = 1.0) -> None:
        if name not in self.journal.pipelines():
            self.journal.submit(name, [asked.CreatePipeline(definition=compile_pipeline(site(name)))], at)

    def start(self, execution: str, at: float, name: str = "site", trigger: str = "StartPipelineExecution") -> None:
        self.journal.submit(name, [asked.StartExecution(execution=execution, trigger=trigger)], at)

    def report(self, execution: str, action: str, at: float, *, succeeded: bool = True, name: str = "site") -> None:
        run = self.journal.state(name).executions[execution].running[action]
        artifacts = {"CheckoutOutput": {"sha256": "0"}} if action == "Checkout" else {}
        self.journal.submit(
            name,
            [
                asked.ReportAction(
                    job=run.job,
                    execution=execution,
                    action=action,
                    succeeded=succeeded,
                    message="" if succeeded else "1 test failed\nof 3",
                    artifacts=artifacts,
                )
            ],
            at,
        )
        for place in (places.log(self.state, execution, run.job), places.work(self.state, run.job) / "file"):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"{action}\n" * 100)
        pack = places.artifact(self.state, execution, "CheckoutOutput")
        pack.parent.mkdir(parents=True, exist_ok=True)
        pack.write_bytes(b"x" * 1000)

    def approve(self, execution: str, at: float, name: str = "site") -> None:
        token = self.journal.state(name).executions[execution].running["GoLive"].token or ""
        answer = asked.PutApprovalResult(
            execution=execution, stage="Live", action="GoLive", token=token, status="Approved"
        )
        self.journal.submit(name, [answer], at)

    def succeeds(self, execution: str, at: float, name: str = "site", waits: float = 30.0) -> None:
        """Start it and let it succeed: 10 s for the source, 20 s for the tests, *waits* for the approval."""
        self.start(execution, at, name)
        self.report(execution, "Checkout", at + 10, name=name)
        self.report(execution, "Work", at + 30, name=name)
        self.approve(execution, at + 30 + waits, name)

    def fails(self, execution: str, at: float, name: str = "site") -> None:
        """Start it and let its tests fail."""
        self.start(execution, at, name)
        self.report(execution, "Checkout", at + 10, name=name)
        self.report(execution, "Work", at + 15, succeeded=False, name=name)


@contextmanager
def past(state: Path, *names: str) -> Iterator[Past]:
    with closing(Journal(state)) as journal:
        made = Past(state, journal)
        for name in names or ("site",):
            made.create(name)
        yield made
