"""A run with conditions, a retry and a rollback that is killed: ``killed_back.py STATE WHERE``.

Right before the WHERE-th decision after its start is recorded; 0: not.
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
    """A stage that is retried by itself and one that is rolled back, both behind conditions."""
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")

    def commands(name: str, *lines: str) -> pk.build.Commands:
        return pk.build.Commands(
            name, input=checkout.output, commands=[*lines, f"echo {name}:$(cat page.txt) >> {root}/audit"]
        )

    def rule(name: str) -> pk.rule.Commands:
        return pk.rule.Commands(name, commands=["true"], input=checkout.output)

    flaky = commands("Make", f"test -e {root}/flag || {{ touch {root}/flag; exit 1; }}")
    return pk.Pipeline(
        "app",
        [
            pk.Stage("Source", checkout),
            pk.Stage(
                "Build",
                flaky,
                before_entry=pk.Condition([rule("Ready"), rule("Steady")], result="FAIL"),
                on_failure=pk.Retry(),
            ),
            pk.Stage(
                "Live",
                commands("Ship", "grep -q good page.txt"),
                on_success=pk.Condition(rule("Calm"), result="FAIL"),
                on_failure=pk.Rollback(),
            ),
        ],
    )


def main(state: Path, where: int) -> None:
    asked = 0

    def on_engine(engine: Engine, execution: str) -> None:
        submit = engine.journal.submit

        def submit_or_die(*arguments: Any) -> Any:
            nonlocal asked
            asked += 1
            if asked == where:
                os.kill(os.getpid(), signal.SIGKILL)
            return submit(*arguments)

        engine.journal.submit = submit_or_die  # type: ignore[method-assign, assignment]

    root = state.parent
    sources = {"Checkout": root / "source"}
    result = verbs.run(pipeline(root), sources=sources, state=state, on_engine=on_engine)
    print(result.status, asked)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
