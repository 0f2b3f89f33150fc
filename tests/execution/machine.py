"""A little world for the machine: it decides at a time of its own, and keeps what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import pipelinekit as pk
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.execution import commands as asked
from pipelinekit.execution import events as happened
from pipelinekit.execution.decide import decide
from pipelinekit.execution.state import State

E = TypeVar("E", bound=happened.Event)

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["true"]))
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["true"], artifacts=["**/*"], exported_variables=["VERSION"]),
)
go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')}?", timeout_minutes=60)
web = pk.DeploymentGroup("web", application="shop")
release = pk.deploy.CodeDeploy("Release", input=package.output, group=web)


def shop(*transitions: pk.Transition) -> pk.Pipeline:
    return pk.Pipeline(
        "shop",
        [
            pk.Stage("Source", checkout),
            pk.Stage("Build", [unit, package]),
            pk.Stage("Production", go_live >> release),
        ],
        transitions=transitions,
    )


class World:
    def __init__(self, pipeline: pk.Pipeline | None = None) -> None:
        self.state = State()
        self.now = 1000.0
        self.history: list[happened.Event] = []
        self.ask(asked.CreatePipeline(definition=compile_pipeline(pipeline or shop())))

    def ask(self, command: asked.Command) -> tuple[happened.Event, ...]:
        decision = decide(self.state, command, self.now)
        self.state = decision.state
        self.history += decision.events
        return decision.events

    def start(self, execution: str) -> None:
        self.ask(asked.StartExecution(execution=execution))

    def job(self, execution: str, action: str) -> str:
        return self.state.executions[execution].running[action].job

    def succeed(self, execution: str, *actions: str, variables: Mapping[str, str] | None = None) -> None:
        for action in actions:
            report = asked.ReportAction(
                job=self.job(execution, action),
                execution=execution,
                action=action,
                succeeded=True,
                variables=variables or {},
            )
            self.ask(report)

    def fail(self, execution: str, action: str, message: str = "broken") -> None:
        job = self.job(execution, action)
        self.ask(asked.ReportAction(job=job, execution=execution, action=action, succeeded=False, message=message))

    def answer(self, execution: str, status: str, *, token: str | None = None) -> None:
        open_token = self.state.executions[execution].running["GoLive"].token if token is None else token
        self.ask(
            asked.PutApprovalResult(
                execution=execution,
                stage="Production",
                action="GoLive",
                token=open_token or "",
                status=status,  # type: ignore[arg-type]
            )
        )

    def to_production(self, execution: str) -> None:
        self.start(execution)
        self.succeed(execution, "Checkout")
        self.succeed(execution, "Unit")
        self.succeed(execution, "Package", variables={"VERSION": "1.4"})

    def running(self, execution: str) -> set[str]:
        found = self.state.executions.get(execution)
        return set() if found is None else set(found.running)

    def events(self, kind: type[E], execution: str | None = None) -> list[E]:
        return [
            e
            for e in self.history
            if isinstance(e, kind) and (execution is None or getattr(e, "execution", None) == execution)
        ]

    def happened_to(self, execution: str, kind: type[happened.Event]) -> bool:
        return bool(self.events(kind, execution))
