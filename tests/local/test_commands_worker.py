from __future__ import annotations

import pytest

from local.harness import STAGE, Bench, definition_of
from pipelinekit.codebuild.project import EnvironmentVariable
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.local.bindings import Bindings
from pipelinekit.local.worker import Worker
from pipelinekit.local.workers.commands import CommandsWorker


def action(
    *commands: str,
    inputs: tuple[str, ...] = ("Src",),
    files: tuple[str, ...] | None = None,
    outputs: tuple[str, ...] = (),
    variables: tuple[EnvironmentVariable, ...] = (),
    **configuration: str,
) -> ActionDeclaration:
    return ActionDeclaration(
        "Unit",
        action_type_id=ActionTypeId("Compute", "AWS", "Commands"),
        configuration=configuration,
        commands=commands,
        input_artifacts=inputs,
        output_artifacts=() if files is None else (OutputArtifact("Out", files=files),),
        output_variables=outputs,
        environment_variables=variables,
    )


def test_it_may_be_repeated_and_leaves_nothing_running() -> None:
    worker: Worker = CommandsWorker()

    assert worker.repeatable
    assert not worker.leaves_processes


def test_commands_run_one_after_another_in_the_source_with_state_between_them(bench: Bench) -> None:
    bench.artifact("Src", {"d/hello": "hello\n"})

    attempt = bench.run(CommandsWorker(), action("A=1; cd d", "cat hello; echo $A", "echo $CODEBUILD_SRC_DIR"))

    assert attempt.result.succeeded
    assert attempt.said == ["hello", "1", f"{attempt.directory}/src"]


def test_the_first_failure_ends_the_action(bench: Bench) -> None:
    bench.artifact("Src")

    attempt = bench.run(CommandsWorker(), action("echo one", "exit 4", "echo never"))

    assert attempt.said == ["one"]
    assert attempt.result.message.endswith("Error while executing command: exit 4. Reason: exit status 4")


def test_output_variables_are_exported_after_the_commands(bench: Bench) -> None:
    bench.artifact("Src")

    attempt = bench.run(CommandsWorker(), action("VERSION=1", "VERSION=2", outputs=("VERSION", "UNSET")))

    assert attempt.result.variables == {"VERSION": "2", "UNSET": ""}


def test_files_make_the_output_artifact(bench: Bench) -> None:
    bench.artifact("Src", {"keep/a": "a", "b": "b"})

    attempt = bench.run(CommandsWorker(), action("echo c > keep/c", files=("keep/**/*",)))

    assert attempt.outputs == {"Out": {"keep/a": "a", "keep/c": "c\n"}}


def test_files_that_are_not_there_fail_the_action(bench: Bench) -> None:
    bench.artifact("Src")

    attempt = bench.run(CommandsWorker(), action("true", files=("dist/*",)))

    assert "no matching artifact paths found" in attempt.result.message


def test_the_first_input_is_the_primary_source(bench: Bench) -> None:
    bench.artifact("App", {"which": "app\n"})
    bench.artifact("Lib", {"which": "lib\n"})

    attempt = bench.run(CommandsWorker(), action("cat which $CODEBUILD_SRC_DIR_Lib/which", inputs=("App", "Lib")))

    assert attempt.said == ["app", "lib"]


def test_environment_variables_are_set_and_secrets_masked(bench: Bench) -> None:
    bench.artifact("Src")
    variables = (
        EnvironmentVariable(name="STAGE", value="beta"),
        EnvironmentVariable(name="TOKEN", value="db:token", type="SECRETS_MANAGER"),
    )
    asked = action("echo $STAGE $TOKEN", '[ "$TOKEN" = s3cret ]', variables=variables)

    attempt = bench.run(CommandsWorker(), asked, secrets={"db": '{"token": "s3cret"}'})
    missing = bench.run(CommandsWorker(), asked)

    assert attempt.result.succeeded
    assert attempt.said == ["beta ***"]
    assert 'give an entry "db" in --secrets' in missing.result.message


def test_one_command_leaves_no_state_on_the_disk_at_all(bench: Bench) -> None:
    bench.artifact("Src")

    attempt = bench.run(CommandsWorker(), action("true"))

    assert [path.name for path in attempt.directory.iterdir()] == ["src"]


def test_an_action_without_input_is_refused(bench: Bench) -> None:
    attempt = bench.run(CommandsWorker(), action("true", inputs=()))

    assert attempt.result.error_code == "ConfigurationError"


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        (action("true"), []),
        (action("true", EnvironmentType="LINUX_CONTAINER"), []),
        (action("true", EnvironmentType="WINDOWS_SERVER_2022_CONTAINER"), ["PK630"]),
        (action(), ["PK634"]),
        (action("true", inputs=()), ["PK634"]),
        (action("true", files=()), ["PK634"]),
    ],
)
def test_what_cannot_run_here_is_refused_before_the_run(asked: ActionDeclaration, codes: list[str]) -> None:
    found = CommandsWorker().check(definition_of(asked), STAGE, asked, Bindings())

    assert [d.code for d in found] == codes
