"""Writes the golden journal of this release: one execution that succeeded, one that failed, one that waits.

``python tests/golden/journals/write.py``, once for each release and never again for one that is out.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pipelinekit as pk
from pipelinekit.execution.jobs import Job
from pipelinekit.local.standins import Work

checkout = pk.source.S3("Checkout", bucket="sources", object_key="shop.zip")
work = pk.CustomAction("Work", action_type=pk.ActionTypeId("Test", "Custom", "T"), input=checkout.output)
go_live = pk.approval.Manual("GoLive", message="Ship it?")
SITE = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Test", work), pk.Stage("Live", go_live)])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="golden") as directory:
        (Path(directory) / "source").mkdir()
        (Path(directory) / "source/page").write_text("page")
        state = Path(directory) / "state"

        def run(approvals: str | tuple[str, ...], fails: bool = False) -> None:
            def worker(job: Job, work: Work) -> pk.local.ActionResult | None:
                return pk.local.failed("broken") if fails else None

            sources = {"Checkout": Path(directory) / "source"}
            pk.run(SITE, sources=sources, workers={"Work": worker}, approvals=approvals, state=state)

        run("all")
        run("all", fails=True)
        run(())
        with closing(sqlite3.connect(state / "journal.db")) as database:
            dump = "\n".join(database.iterdump()).replace(directory, "/home/user")
            dump = dump.replace(str(Path(__file__).resolve().parent), "/home/user")
    place = Path(__file__).with_name(f"{pk.__version__}.sql")
    place.write_text(f"{dump}\nPRAGMA user_version = 1;\n")
    print(place)


if __name__ == "__main__":
    main()
