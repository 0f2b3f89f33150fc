"""A QUEUED pipeline of which an engine is killed: ``killed_queued.py STATE WHERE [EXECUTION]``.

Runs it, or resumes *EXECUTION* and approves it. Killed right before the WHERE-th decision after the start; 0: not.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pipelinekit as pk
from pipelinekit.local import verbs
from pipelinekit.local.engine import Engine


def pipeline(root: Path) -> pk.Pipeline:
    """A build behind a condition, retried once, and a stage that an approval holds."""
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")

    def commands(name: str, *lines: str) -> pk.build.Commands:
        return pk.build.Commands(
            name, input=checkout.output, commands=[*lines, f"echo {name}:$(cat page.txt) >> {root}/audit"]
        )

    flaky = commands("Make", f"test -e {root}/flag || {{ touch {root}/flag; exit 1; }}")
    ready = pk.rule.Commands("Ready", commands=["true"], input=checkout.output)
    return pk.Pipeline(
        "app",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", flaky, before_entry=pk.Condition(ready, result="FAIL"), on_failure=pk.Retry()),
            pk.Stage("Live", pk.approval.Manual("Yes") >> commands("Ship")),
        ],
        execution_mode="QUEUED",
    )


def main(state: Path, where: int, execution: str | None) -> None:
    asked = 0

    def on_engine(engine: Engine, _: str) -> None:
        submit = engine.journal.submit

        def submit_or_die(*arguments: Any) -> Any:
            nonlocal asked
            asked += 1
            if asked == where:
                os.kill(os.getpid(), signal.SIGKILL)
            return submit(*arguments)

        engine.journal.submit = submit_or_die  # type: ignore[method-assign, assignment]

    root = state.parent
    if execution is None:
        result = verbs.run(pipeline(root), sources={"Checkout": root / "source"}, state=state, on_engine=on_engine)
    else:
        result = verbs.resume(execution, approvals="all", state=state, on_engine=on_engine)
    print(result.status, asked)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
