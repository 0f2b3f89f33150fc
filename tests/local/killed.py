"""A run that is killed: started by the tests as a process of its own, ``killed.py STATE MODE WHERE``.

``before N`` and ``after N``: right before and right after the N-th decision is recorded (before the one that starts the
execution there is nothing to resume: it does not count); ``at SECONDS``: so long after the start; ``never``: not.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.local import verbs
from pipelinekit.local.engine import Engine


def pipeline(audit: Path) -> pk.Pipeline:
    """Twenty actions, an approval and a deployment among them; each leaves a line in *audit* when its work is done."""
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")

    def work(name: str, *inputs: pk.Artifact, slow: bool = False, files: list[str] | None = None) -> pk.build.Commands:
        return pk.build.Commands(
            name,
            input=inputs or [checkout.output],
            commands=[*(["sleep 0.1"] if slow else []), f"echo {name} >> {audit}", f"VERSION={name}"],
            files=files or [],
            output_variables=["VERSION"],
        )

    first = [work(f"Unit{number}", slow=number == 0) for number in range(7)]
    package = work("Package", files=["**/*"])
    second = [work(f"Scan{number}", package.output, slow=number == 1) for number in range(7)]
    go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')}?")
    web = pk.DeploymentGroup("web", application="app", config=pk.ALL_AT_ONCE)
    release = pk.deploy.CodeDeploy(
        "Release",
        input=package.output,
        group=web,
        appspec=pk.AppSpec.server(files={"app": "/srv/app"}, hooks={"ApplicationStart": "start.sh"}),
    )
    smoke = work("Smoke", package.output)
    after = work("After", package.output)
    return pk.Pipeline(
        "app",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", pk.parallel(*first, package) >> second),
            pk.Stage("Production", go_live >> release >> [smoke, after]),
        ],
    )


def options(state: Path) -> dict[str, Any]:
    root = state.parent
    return {
        "sources": {"Checkout": root / "source"},
        "hosts": {"web": [root / "host"]},
        "approvals": "all",
        "state": state,
        "jobs": 4,
    }


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(state: Path, mode: str, where: str) -> None:
    decisions, asked = 0, 0
    last = 0.0
    begun = time.monotonic()

    def listen(event: happened.Event) -> None:
        """All events of one decision have its time, so that a new time tells of a new decision."""
        nonlocal decisions, last
        if event.at != last:
            decisions, last = decisions + 1, event.at
            if mode == "after" and decisions == int(where):
                die()

    def on_engine(engine: Engine, execution: str) -> None:
        moment = time.time()
        submit = engine.journal.submit

        def clock() -> float:
            nonlocal moment
            moment = max(time.time(), moment + 1e-6)
            return moment

        def submit_or_die(*arguments: Any) -> Any:
            nonlocal asked
            asked += 1
            if mode == "before" and asked == int(where):
                die()
            return submit(*arguments)

        engine.clock = clock
        engine.journal.submit = submit_or_die  # type: ignore[method-assign, assignment]
        if mode == "at":
            threading.Timer(float(where), die).start()

    result = verbs.run(pipeline(state.parent / "audit"), listener=listen, on_engine=on_engine, **options(state))
    print(result.status, decisions, asked, time.monotonic() - begun)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
