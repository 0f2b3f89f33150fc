"""Commands that do something else than they look like: a pipe that hides a failure, a `set -e` that is gone at once.

This is no parser of shell. It looks at the beginnings of statements only, so that what is echoed or commented is left
alone, and it keeps silent when in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipelinekit.codebuild.spec import BuildSpec
from pipelinekit.codes import found
from pipelinekit.diagnostics import Diagnostic, Locate, Location

_BEGIN = r"(?:^[ \t]*|[;&|({`!][ \t]*|\b(?:then|do|else|if|while|sudo|exec)[ \t]+)"
"""What stands before the first word of a statement."""

_DOCKER = re.compile(
    _BEGIN + r"(docker[ \t]+(?:build|buildx|compose|run)|docker-compose[ \t]+(?:up|build|run))\b", re.M
)
_OTHER_DAEMON = re.compile(r"\bDOCKER_HOST\b|\bdocker[ \t]+context\b|--host\b")
_PUBLISHES = re.compile(
    _BEGIN
    + r"(docker[ \t]+push|aws[ \t]+s3[ \t]+sync|aws[ \t]+cloudformation[ \t]+(?:deploy|create-stack|update-stack)"
    r"|aws[ \t]+ecs[ \t]+update-service|aws[ \t]+lambda[ \t]+update-function-code"
    r"|aws[ \t]+deploy[ \t]+create-deployment|kubectl[ \t]+(?:apply|set)|helm[ \t]+(?:upgrade|install)"
    r"|terraform[ \t]+apply|cdk[ \t]+deploy|sam[ \t]+deploy|serverless[ \t]+deploy|sls[ \t]+deploy"
    r"|npm[ \t]+publish|twine[ \t]+upload|gem[ \t]+push"
    r"|eb[ \t]+deploy)\b",
    re.M,
)
_MADE_AND_REMOVED = tuple(
    (re.compile(f"{_BEGIN}({makes})\\b", re.M), re.compile(f"{_BEGIN}({removes})\\b", re.M))
    for makes, removes in (
        (r"terraform[ \t]+apply", r"terraform[ \t]+destroy"),
        (r"cdk[ \t]+deploy", r"cdk[ \t]+destroy"),
        (r"sam[ \t]+deploy", r"sam[ \t]+delete"),
    )
)
"""What makes something that outlives the build, and what removes all of it."""
_AWS_IN_A_CONTAINER = re.compile(
    _BEGIN + r"(docker[ \t]+run[ \t](?:[^;&|\n]*[ \t])?(?:amazon|public\.ecr\.aws/aws-cli)/aws-cli(?::[\w.-]+)?)"
    r"[ \t]+(?!help\b|-)\w",
    re.M,
)
_CREDENTIALS = re.compile(
    r"AWS_CONTAINER_CREDENTIALS|AWS_ACCESS_KEY_ID|AWS_PROFILE|/\.aws\b|--env-file|--no-sign-request"
)
"""What hands credentials on, or does without."""
_HARMLESS_BEFORE_TEE = ("echo", "printf", "cat", "date", "env", "true", "ls", "head", "tail", "pwd", "powershell")
_LOST = re.compile(
    r"set[ \t]+[-+][A-Za-z]+(?:[ \t]+[a-z]+)?(?:[ \t]+[-+][A-Za-z]+(?:[ \t]+[a-z]+)?)*|alias[ \t]+[\w-]+=.*"
)
_LOST_FUNCTION = re.compile(r"(?:function[ \t]+[\w-]+[ \t]*(?:\(\))?|[A-Za-z_][\w-]*[ \t]*\(\))[ \t\n]*\{.*\}", re.S)
_BASH_ONLY = re.compile(_BEGIN + r"(\[\[(?=[ \t])|source[ \t]+[\w./$~-]\S*)", re.M)
_LEAVES = re.compile(r"(?:^[ \t]*|;[ \t]*|&&[ \t]*|\bthen[ \t]+)exit[ \t]+0[ \t]*(?:;|$)", re.M)
_GIT = re.compile(
    r"(?:" + _BEGIN + r"|\$\([ \t]*)(git[ \t]+(?:rev-parse|rev-list|log|describe|diff|show|status|submodule|fetch))\b",
    re.M,
)
_MAKES_A_REPOSITORY = re.compile(r"\bgit[ \t]+(?:-\S+[ \t]+\S+[ \t]+)*(?:clone|init)\b")

Commands = Iterable[tuple[str, str]]
"""(field, command) of each command of a buildspec."""


def check_habits(spec: BuildSpec, commands: Commands, locate: Locate) -> Iterator[Diagnostic]:
    """Yield what the commands of a buildspec for a POSIX shell do otherwise than it looks."""
    yield from _published_whatever_happened(spec, locate)
    yield from _ended_alone(spec, locate)
    yield from _left_behind(spec, locate)
    commands = list(commands)
    yield from _without_credentials(commands, locate)
    for field, command in commands:
        yield from _hidden_by_tee(command, locate(field))
        if spec.version != "0.1":  # there every command has a shell of its own, and that is said already
            yield from _lost(command, locate(field))


def _published_whatever_happened(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    if spec.post_build is None or spec.build is None or (spec.build.on_failure or "").upper() == "ABORT":
        return
    if any("CODEBUILD_BUILD_SUCCEEDING" in command for command in spec.post_build.commands):
        return
    for index, command in enumerate(spec.post_build.commands):
        match = _PUBLISHES.search(command)
        if match is not None:
            yield found(
                "PK605",
                locate(f"post_build.commands[{index}]"),
                f"{_words(match[1])!r} runs even when the build phase has failed",
                'write build=pk.Phase([...], on_failure="ABORT"), or test $CODEBUILD_BUILD_SUCCEEDING first',
            )
            return


def _ended_alone(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Tell of an ``exit 0`` that looks as if it skipped the commands after it."""
    for name, phase in spec.phases().items():
        for index, command in enumerate(phase.commands[:-1]):
            if _LEAVES.search(command):
                yield found(
                    "PK663",
                    locate(f"{name}.commands[{index}]"),
                    "exit 0 ends this command only, and the next one runs all the same",
                    "put what is to be skipped into the same command, or into a script",
                )


def _left_behind(spec: BuildSpec, locate: Locate) -> Iterator[Diagnostic]:
    """Tell of what is made before the build and removed in post_build, which a failure in between leaves there."""
    before = [("install", spec.install), ("pre_build", spec.pre_build)]
    phases = [(name, phase) for name, phase in before if phase is not None]
    if spec.post_build is None or any(phase.on_failure or phase.finally_commands for _, phase in phases):
        return
    first = [(f"{name}.commands[{index}]", text) for name, phase in phases for index, text in enumerate(phase.commands)]
    for makes, removes in _MADE_AND_REMOVED:
        made = _first(makes, first[:-1])  # after the last one nothing can fail before the build
        removed = _first(removes, [("", text) for text in spec.post_build.commands])
        if made is not None and removed is not None:
            yield found(
                "PK666",
                locate(made[0]),
                f"{removed[1]!r} in post_build does not follow {made[1]!r} when a command fails between it and build",
                "make it in the build phase: post_build comes after that one, however it ends",
            )


def _without_credentials(commands: Commands, locate: Locate) -> Iterator[Diagnostic]:
    """Tell of AWS's own command line in a container, where no command hands any credentials on."""
    several = list(commands)
    if any(_CREDENTIALS.search(command) for _, command in several):
        return
    asks = _first(_AWS_IN_A_CONTAINER, several)
    if asks is not None:
        yield found(
            "PK668",
            locate(asks[0]),
            f"{asks[1]!r} has no credentials: the container does not know the role of the build",
            "add -e AWS_CONTAINER_CREDENTIALS_RELATIVE_URI -e AWS_DEFAULT_REGION, or call aws in the build itself",
        )


def _words(text: str) -> str:
    return " ".join(text.split())


def _hidden_by_tee(command: str, where: Location) -> Iterator[Diagnostic]:
    if "pipefail" in command or "PIPESTATUS" in command:
        return
    hidden = next(_before_tee(command), None)
    if hidden is not None:
        yield found(
            "PK660",
            where,
            f"a failure of {hidden[:60]!r} goes unseen: the status of a pipe is that of tee",
            'write the file first and show it then, or shell="bash" and "set -o pipefail" in the same command',
        )


def _before_tee(command: str) -> Iterator[str]:
    """Yield what is piped into ``tee`` and may fail."""
    for line in command.splitlines():
        before, *after = line.split("|")
        last = re.split(r"[;&]", before)[-1].lstrip("({ \t").rstrip()
        words = after[0].split() if len(after) == 1 else []  # with more pipes, or with ||, it is not so plain
        reads = last.split()[:1]
        plain = "#" not in before and before.count('"') % 2 == before.count("'") % 2 == 0
        if plain and words[:1] == ["tee"] and reads and reads[0] not in _HARMLESS_BEFORE_TEE:
            yield last


def _lost(command: str, where: Location) -> Iterator[Diagnostic]:
    text = command.strip()
    if _LOST.fullmatch(text) or _LOST_FUNCTION.fullmatch(text):
        yield found(
            "PK661",
            where,
            f"{text.splitlines()[0][:60]!r} has no effect on the commands after it: each runs in a shell of its own",
            "put it at the beginning of the command that needs it, of several lines, or into a script",
        )


def docker_in(commands: Commands) -> tuple[str, str] | None:
    """Give the field and the words of the first command that needs the Docker daemon of the build, or None."""
    several = list(commands)
    if any(_OTHER_DAEMON.search(command) for _, command in several):
        return None
    return _first(_DOCKER, several)


def bash_in(commands: Commands) -> tuple[str, str] | None:
    """Give the field and the words of the first command that only bash understands, or None."""
    return _first(_BASH_ONLY, [(field, text) for field, text in commands if "bash" not in text])


def git_in(commands: Commands) -> tuple[str, str] | None:
    """Give the field and the words of the first command that reads the history of the source, or None."""
    several = list(commands)
    if any(_MAKES_A_REPOSITORY.search(command) for _, command in several):
        return None
    return _first(_GIT, [(field, text) for field, text in several if "||" not in text])


def _first(pattern: re.Pattern[str], commands: Commands) -> tuple[str, str] | None:
    for field, command in commands:
        match = pattern.search(command)
        if match is not None:
            return field, _words(match[1])
    return None


_ASSIGNS = r"(?<![\w${])%s(?!\w)"
_READS_A_SCRIPT = re.compile(_BEGIN + r"(?:\.|source|eval)[ \t]+", re.M)


def is_read_unset(name: str, commands: Commands) -> bool:
    """Whether some command reads a variable, and none may give it a value.

    One that names it without ``$`` may, and one that takes in another script.
    """
    several = [command for _, command in commands]
    named, read = re.compile(_ASSIGNS % re.escape(name)), re.compile(rf"\$\{{?{re.escape(name)}(?!\w)")
    may_be_set = any(named.search(command) or _READS_A_SCRIPT.search(command) for command in several)
    return not may_be_set and any(map(read.search, several))
