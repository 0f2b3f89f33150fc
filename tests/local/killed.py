"""A run that is killed: started by the tests as a process of its own, ``killed.py STATE MODE WHERE``.

``after N``: right after the N-th event was recorded; ``before N``: right before the N-th decision is recorded;
``during ACTION``: while the action's process runs. ``never``: not at all.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pipelinekit as pk
from pipelinekit.execution import events as happened
from pipelinekit.local import verbs
from pipelinekit.local.engine import Engine


def pipeline(audit: Path) -> pk.Pipeline:
    """Every action leaves a line in *audit* when its work is done."""
    checkout = pk.source.S3("Checkout", bucket="sources", object_key="app.zip")

    def commands(
        name: str, *, after: list[pk.Artifact] | None = None, files: list[str] | None = None
    ) -> pk.build.Commands:
        return pk.build.Commands(
            name,
            input=after or [checkout.output],
            commands=["sleep 0.15", f"echo {name} >> {audit}", f"export VERSION={name}"],
            files=files or [],
            output_variables=["VERSION"],
        )

    unit = commands("Unit")
    package = commands("Package", files=["**/*"])
    go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')}?")
    web = pk.DeploymentGroup("web", application="app", config=pk.ALL_AT_ONCE)
    release = pk.deploy.CodeDeploy(
        "Release",
        input=package.output,
        group=web,
        appspec=pk.AppSpec.server(files={"app": "/srv/app"}, hooks={"ApplicationStart": "start.sh"}),
    )
    smoke = commands("Smoke", after=[package.output])
    return pk.Pipeline(
        "app",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", [unit, package]),
            pk.Stage("Production", go_live >> release >> smoke),
        ],
    )


def options(state: Path) -> dict[str, object]:
    root = state.parent
    return {
        "sources": {"Checkout": root / "source"},
        "hosts": {"web": [root / "host"]},
        "approvals": "all",
        "state": state,
    }


def main(state: Path, mode: str, where: str) -> None:
    counted = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def listen(event: happened.Event) -> None:
        nonlocal counted
        counted += 1
        if mode == "after" and counted == int(where):
            die()
        if mode == "during" and isinstance(event, happened.ActionStarted) and event.action == where:
            threading.Timer(0.08, die).start()

    def on_engine(engine: Engine, execution: str) -> None:
        decisions = 0

        def clock() -> float:
            nonlocal decisions
            decisions += 1
            if mode == "before" and decisions == int(where):
                die()
            return time.time()

        engine.clock = clock

    result = verbs.run(pipeline(state.parent / "audit"), listener=listen, on_engine=on_engine, **options(state))  # type: ignore[arg-type]
    print(result.status, counted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
