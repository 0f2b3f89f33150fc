"""The worker of Commands actions: shell commands of the pipeline itself, as processes of this machine."""

from __future__ import annotations

from collections.abc import Iterator

from pipelinekit.codebuild.spec import Artifacts, BuildSpec, Phase
from pipelinekit.codepipeline.declaration import ActionDeclaration
from pipelinekit.codepipeline.definition import Definition
from pipelinekit.diagnostics import Diagnostic, finding
from pipelinekit.execution.jobs import Job
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.worker import ActionResult, Context, failed
from pipelinekit.local.workers.building import Request, build

IMAGE = "aws/codebuild/amazonlinux2-x86_64-standard:5.0"
"""What AWS runs commands in."""


class CommandsWorker:
    """Runs the commands of a Commands action here (action type Compute/AWS/Commands).

    CodePipeline has CodeBuild run them, as a build that has nothing but a build phase: the first command that fails
    ends it. Its first input artifact is the primary source. How long it may take is the machine's business.
    """

    repeatable = True
    leaves_processes = False
    reusable = True

    async def run(self, job: Job, context: Context) -> ActionResult:
        """Run the commands; the variables the action names are its output variables."""
        action = job.action
        if not action.input_artifacts:
            return failed(f"{job.key}: it has no input artifact to run its commands in", code="ConfigurationError")
        asked = Request(
            project=f"{job.pipeline}-{job.stage}-{action.name}",
            image=IMAGE,
            buildspec=buildspec_of(action),
            inputs=action.input_artifacts,
            outputs=tuple(output.name for output in action.output_artifacts),
            action_environment=action.environment_variables,
        )
        return await build(asked, context)

    def check(
        self, definition: Definition, stage: str, action: ActionDeclaration, bindings: Bindings
    ) -> Iterator[Diagnostic]:
        """Yield what keeps the commands from running here: ``PK630`` Windows, ``PK634`` nothing to run or to take."""
        where = definition.location(stage, action.name)
        environment = action.configuration.get("EnvironmentType", "")
        if environment.startswith("WINDOWS"):
            message = f"its commands are for Windows ({environment}), which cannot be had here"
            yield finding("PK630", message, where, "bind a stand-in to the action")
        if not action.commands:
            yield finding("PK634", "has no commands", where, "give it commands=[...]")
        if not action.input_artifacts:
            yield finding("PK634", "has no input artifact to run its commands in", where, "give it input=")
        for output in action.output_artifacts:
            if not output.files:
                yield finding("PK634", f"names no files for its output {output.name}", where, "give it files=[...]")


def buildspec_of(action: ActionDeclaration) -> BuildSpec:
    """Say what a Commands action does as a buildspec."""
    files = tuple(file for output in action.output_artifacts for file in output.files)
    return BuildSpec(
        build=Phase(action.commands),
        artifacts=Artifacts(files) if action.output_artifacts else None,
        exported_variables=action.output_variables,
    )
