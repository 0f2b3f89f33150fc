from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from local.harness import Bench
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId
from pipelinekit.local.worker import Exit, user_environment
from pipelinekit.local.workers.shell import Shell

ACTION = ActionDeclaration("Unit", action_type_id=ActionTypeId("Compute", "AWS", "Commands"))
SHELLS = ("/bin/sh", "bash")


class Commands:
    """A shell on the bench, and what came of the commands that it ran."""

    def __init__(self, bench: Bench, program: str, *, keeps_state: bool = True) -> None:
        self.bench = bench
        self.context = bench.context(ACTION)
        self.source = self.context.directory / "src"
        (self.source / "sub").mkdir(parents=True)
        self.state = self.context.directory / "tmp"
        self.shell = Shell(
            self.context,
            program=program,
            environment={**user_environment(), "HOME": "/home/me"},
            state=self.state,
            start=self.source,
            keeps_state=keeps_state,
        )

    def run(self, *commands: str) -> list[Exit]:
        return [self.bench.loop.run(self.shell.run(command)) for command in commands]

    def values(self, *names: str) -> Mapping[str, str]:
        return self.bench.loop.run(self.shell.values(names))

    def said(self, *commands: str) -> str:
        """What the last of the commands wrote."""
        *before, last = commands
        self.run(*before)
        start = len(self.context.log.text())
        self.run(last)
        return self.context.log.text()[start:].strip()

    def close(self) -> None:
        self.shell.close()
        self.bench.finish(self.context)


@pytest.fixture(params=SHELLS)
def commands(request: pytest.FixtureRequest, bench: Bench) -> Iterator[Commands]:
    made = Commands(bench, request.param)
    yield made
    made.close()


# What follows from the way CodeBuild runs commands, line by line of the table in its reference.


def test_a_variable_is_there_in_the_next_command_and_exported(commands: Commands) -> None:
    assert commands.said("A=1", "sh -c 'echo $A'") == "1"


def test_the_directory_stays(commands: Commands) -> None:
    assert commands.said("cd sub", "pwd") == str(commands.source / "sub")


@pytest.mark.parametrize(
    ("lost", "then"),
    [
        ("f() { echo there; }", "f 2>/dev/null || echo lost"),
        ("alias f='echo there'", "f 2>/dev/null || echo lost"),
        ("set -e", "false; echo lost"),
        ("trap 'echo there' EXIT > /dev/null", "echo lost"),
    ],
)
def test_functions_aliases_options_and_traps_are_lost(commands: Commands, lost: str, then: str) -> None:
    assert commands.said(f"{lost}; true", then) == "lost"


def test_pipefail_does_not_reach_the_next_command(bench: Bench) -> None:
    made = Commands(bench, "bash")

    together, alone, after = made.run("set -o pipefail; false | true", "set -o pipefail", "false | true")

    made.close()
    assert (together.status, alone.status, after.status) == (1, 0, 0)


def test_a_command_that_exits_by_itself_saves_nothing_and_ends_only_itself(commands: Commands) -> None:
    (first, second, third) = commands.run("A=1", "A=2; B=5; cd sub; exit 0", "true")

    assert (first.ok, second.ok, third.ok) == (True, True, True)
    assert commands.said('echo "$A-${B-unset}-$(pwd)"') == f"1-unset-{commands.source}"


def test_a_variable_of_the_environment_comes_back_after_unset(commands: Commands) -> None:
    assert commands.said("unset HOME", 'echo "$HOME"') == "/home/me"


def test_the_status_of_a_block_is_that_of_its_last_line(commands: Commands) -> None:
    block, failing = commands.run("false\ntrue\n", "true\nfalse\n")

    assert (block.status, failing.status) == (0, 1)


def test_a_pipe_has_the_status_of_its_last_part(commands: Commands) -> None:
    (piped,) = commands.run("false | true")

    assert piped.ok


def test_a_command_in_the_background_is_not_waited_for_but_heard(commands: Commands) -> None:
    began = commands.bench.loop.clock()
    (started,) = commands.run("{ while [ ! -e stop ]; do sleep 0.01; done; echo stopped; } &")

    assert started == Exit(status=0, output_left_open=True)
    assert commands.bench.loop.clock() - began < 5
    commands.run("touch stop")
    commands.bench.until(lambda: "stopped" in commands.context.log.text())


def test_bash_syntax_needs_bash(bench: Bench) -> None:
    made = Commands(bench, "bash")

    (result,) = made.run("[[ a == a ]] && x=(1 2) && echo ${x[1]}")

    made.close()
    assert result.ok


def test_dash_does_not_know_double_brackets(bench: Bench) -> None:
    if Path("/bin/sh").resolve().name != "dash":
        pytest.skip("/bin/sh is not dash here")
    made = Commands(bench, "/bin/sh")

    said = made.said("[[ a == a ]]")

    made.close()
    assert said.endswith("4: [[: not found")


# More that must hold.


def test_messages_name_the_script_and_count_the_command_from_line_4(commands: Commands) -> None:
    said = commands.said("true\nnope_such")

    assert "tmp/script.sh: " in said
    assert "5: " in said
    assert "nope_such" in said


def test_the_last_exit_status_is_there(commands: Commands) -> None:
    assert commands.said("false", "echo $CODEBUILD_LAST_EXIT") == "1"


def test_values_survive_whatever_is_in_them(commands: Commands) -> None:
    commands.run("""A='it'"'"'s "$HOME" `x` \\
end'; B=""; C='ü
'""")

    assert commands.values("A", "B", "C", "D", "not a name") == {"A": 'it\'s "$HOME" `x` \\\nend', "B": "", "C": "ü\n"}


def test_values_are_those_of_the_environment_before_any_command(commands: Commands) -> None:
    assert commands.values("HOME") == {"HOME": "/home/me"}


def test_a_variable_that_is_set_from_outside_wins_over_the_saved_one(commands: Commands) -> None:
    commands.run("export X=1")
    commands.shell.set("X", "it's 2")

    assert commands.said('echo "$X"') == "it's 2"


def test_a_directory_with_odd_characters_in_its_name_is_found_again(commands: Commands) -> None:
    directory = commands.source / "a 'b' \"c\" $HOME `d`\n-e "
    directory.mkdir()

    assert commands.said("cd -- *HOME*", "pwd") == f"{directory}".strip()


def test_a_command_does_not_run_elsewhere_when_its_directory_is_gone(commands: Commands) -> None:
    _, gone = commands.run('cd sub; rmdir "$PWD"', "touch somewhere")

    assert not gone.ok
    assert not Path("somewhere").exists()
    assert not (commands.source / "somewhere").exists()


def test_a_command_longer_than_an_argument_may_be_runs_from_a_file(commands: Commands) -> None:
    comment = "#" + "x" * 200_000

    assert commands.said(f"{comment}\necho ${{#A}} $0", f"{comment}\necho done") == "done"
    assert (commands.state / "script.sh").exists()


def test_what_commands_leave_to_the_next_one_never_lies_on_the_disk(commands: Commands) -> None:
    assert commands.said("SECRET=hunter2", 'echo "$SECRET"') == "hunter2"

    files = [path for path in commands.context.directory.rglob("*") if path.is_file()]
    assert files == []


def test_where_there_are_no_files_in_memory_what_is_left_lies_in_a_directory_of_ones_own(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = Commands(bench, "/bin/sh")

    said = made.said("SECRET=hunter2; cd sub", 'echo "$SECRET $(pwd)"')

    notes = list(tmp_path.glob("pipelinekit-*"))
    assert said == f"hunter2 {made.source}/sub"
    assert {note.stat().st_mode & 0o777 for note in notes} == {0o700}
    made.close()
    assert list(tmp_path.glob("pipelinekit-*")) == []


def test_a_command_that_forbids_overwriting_is_saved_all_the_same(commands: Commands) -> None:
    assert commands.said("A=1", "set -o noclobber; A=2", 'echo "$A"') == "2"


def test_a_command_that_is_over_after_its_shell_writes_into_no_other_file(commands: Commands) -> None:
    source = commands.source
    task = commands.bench.loop.task(
        commands.shell.run(f"trap '' TERM; touch {source}/began; while [ ! -e {source}/go ]; do sleep 0.01; done")
    )
    commands.bench.until((source / "began").exists)
    task.cancel()
    commands.bench.until(lambda: task.done)

    commands.shell.close()

    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(open(source / f"{n}.txt", "w+")) for n in range(9)]
        (source / "go").touch()
        commands.bench.until(lambda: not commands.bench.alive(commands.context))
        assert [file.read() for file in files] == [""] * 9


def test_nothing_of_a_shell_is_left_open(bench: Bench) -> None:
    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to count what is open")
    first, second = Commands(bench, "/bin/sh"), Commands(bench, "/bin/sh")
    first.run("A=1", "cd sub")
    first.close()
    before = opened()

    second.run("A=1", "cd sub")

    assert opened() > before
    second.close()
    assert opened() == before


def test_without_state_every_command_begins_anew(bench: Bench) -> None:
    made = Commands(bench, "/bin/sh", keeps_state=False)

    said = made.said("A=1; cd sub", 'echo "${A-unset} $(pwd)"')

    made.close()
    assert said == f"unset {made.source}"


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(bench: Bench) -> None:
    made = Commands(bench, "/bin/sh")

    ended = bench.loop.run(made.shell.run("sleep 60 | sleep 60", timeout=0.2))

    assert ended == Exit(status=None)
    assert bench.survivors(made.context) == []
    made.close()


def test_a_background_process_that_never_rests_does_not_keep_the_loop(bench: Bench) -> None:
    made = Commands(bench, "/bin/sh")

    started, then = made.run("yes &", "true")

    assert started.ok
    assert then.ok
    made.close()
    assert bench.survivors(made.context) == []


def test_a_shell_that_is_not_there_is_an_os_error(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Commands(bench, "bash")
    monkeypatch.setenv("PATH", str(bench.root))

    with pytest.raises(FileNotFoundError):
        made.run("true")

    made.close()


def test_what_would_mislead_a_build_is_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEBUILD_SRC_DIR", "/elsewhere")
    monkeypatch.setenv("PIPELINEKIT_TAG", "another")
    monkeypatch.setenv("HOME", "/home/me")

    environment = user_environment()

    assert environment["HOME"] == "/home/me"
    assert not any(name.startswith(("CODEBUILD_", "PIPELINEKIT_")) for name in environment)
