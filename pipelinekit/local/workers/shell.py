"""CodeBuild's shell: each command in a process of its own, with variables and directory carried over by files.

CodeBuild keeps no shell alive between commands. It writes a script for each, which restores what the last one left,
runs the command from line 4 on, and saves the state again. What follows from that is kept: a variable is exported
without saying so, ``cd`` lasts, functions and ``set -e`` do not, and a command that exits by itself saves nothing.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from pipelinekit.codebuild.environment import shell_name
from pipelinekit.local.worker import Context, Exit

SHELLS = {None: "/bin/sh", "sh": "/bin/sh", "/bin/sh": "/bin/sh", "bash": "bash", "/bin/bash": "bash"}
"""What ``env.shell`` may say here, and the program that it means."""

_SCRIPT = """\
cd {directory} || exit
{restore}
set -a
{command}
CODEBUILD_LAST_EXIT=$?
{save}
exit $CODEBUILD_LAST_EXIT
"""

_LONGEST_ARGUMENT = 100_000
"""Bytes of a script that can be handed over as an argument (Linux takes 128 KiB); a longer one becomes a file."""


class Note:
    """A file that one command writes and the next one reads, by its ``path``.

    It holds secrets, so it lies in memory, and is gone with this process however that ends. Where the system knows no
    such files, it is one in a directory of its own that only its owner can enter, below ``$TMPDIR``.
    """

    def __init__(self, name: str) -> None:
        self._directory = ""
        if hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd"):
            self._file = os.memfd_create(name, os.MFD_CLOEXEC)
            self.path = f"/proc/{os.getpid()}/fd/{self._file}"
        else:
            self._directory = tempfile.mkdtemp(prefix="pipelinekit-")
            self.path = f"{self._directory}/{name}"
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def read(self) -> str:
        """Give what is in it."""
        return os.pread(self._file, os.fstat(self._file).st_size, 0).decode(errors="surrogateescape")

    def append(self, text: str) -> None:
        """Add to what is in it."""
        os.pwrite(self._file, text.encode(errors="surrogateescape"), os.fstat(self._file).st_size)

    def close(self) -> None:
        """Forget it."""
        os.close(self._file)
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)


class Shell:
    """Runs the commands of one build. *state* is a directory for its files, *start* where the first command begins.

    Without *keeps_state* (buildspec version 0.1) every command begins anew.
    """

    def __init__(
        self,
        context: Context,
        *,
        program: str,
        environment: Mapping[str, str],
        state: Path,
        start: Path,
        keeps_state: bool = True,
    ) -> None:
        self._context = context
        self._program = program
        self._environment = dict(environment)
        self._keeps_state = keeps_state
        self._start = os.fspath(start)
        self._script = f"{state}/script.sh"
        self._has_script = False
        self._kept: tuple[Note, Note] | None = None

    def set(self, name: str, value: str) -> None:
        """Set a variable for the commands to come, whatever they left in it."""
        self._environment[name] = value
        if self._kept is not None and self._kept[0].read():
            self._kept[0].append(f"export {name}={shlex.quote(value)}\n")

    async def run(
        self,
        command: str,
        timeout: float | None = None,
        *,
        last: bool = False,
        meanwhile: Callable[[], None] | None = None,
    ) -> Exit:
        """Run one command; what it leaves running in the background is not waited for.

        After the *last* one nobody asks any more what it left. *meanwhile* is called once it runs.

        Raises:
            OSError: when the shell cannot be started.
        """
        script = _SCRIPT.format(
            directory=shlex.quote(self._where()), restore=self._restore(), command=command, save=self._save(last)
        )
        return await self._context.process(
            self._argv(script), env=self._environment, timeout=timeout, keep_output=True, meanwhile=meanwhile
        )

    async def values(self, names: Iterable[str]) -> dict[str, str]:
        """Give the values that variables have now; those that are not set are left out."""
        wanted = [name for name in dict.fromkeys(names) if shell_name(name)]
        if not wanted:
            return {}
        asked = "".join(f'printf "%s\\0" "${{{name}+set}}" "${{{name}-}}"\n' for name in wanted)
        written: list[bytes] = []
        await self._context.process(
            self._argv(f"{self._restore()}\n{asked}"),
            env=self._environment,
            output=written.append,
            wait_for_output=True,
        )
        parts = b"".join(written).decode(errors="replace").split("\0")
        pairs = zip(wanted, parts[0::2], parts[1::2], strict=False)
        return {name: value for name, is_set, value in pairs if is_set}

    def close(self) -> None:
        """Forget the state: nothing that was secret stays on the disk."""
        self._context.close_outputs()
        if self._has_script:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self._script)
        kept, self._kept = self._kept or (), None
        for note in kept:
            # A command that is being ended may still save what it leaves: not into the next file of that number.
            self._context.processes.when_none_runs(self._context.job.id, note.close)

    def _argv(self, script: str) -> tuple[str, ...]:
        """Hand a script over; messages name it, and the line, as if it were CodeBuild's ``script.sh``."""
        if len(script) <= _LONGEST_ARGUMENT and len(script.encode("utf-8", "surrogateescape")) <= _LONGEST_ARGUMENT:
            return (self._program, "-c", script, self._script)
        os.makedirs(os.path.dirname(self._script), exist_ok=True)
        self._has_script = True
        with open(self._script, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(script)
        return (self._program, self._script)

    def _where(self) -> str:
        directory = "" if self._kept is None else self._kept[1].read()
        return directory.removesuffix("\n") or self._start

    def _restore(self) -> str:
        saved = self._kept is not None and self._kept[0].read()
        return f". {shlex.quote(self._kept[0].path)}" if self._kept is not None and saved else ":"

    def _save(self, last: bool) -> str:
        if last or not self._keeps_state:
            return ":"
        if self._kept is None:
            self._kept = Note("variables"), Note("directory")
        variables, directory = self._kept
        return f"export -p >| {shlex.quote(variables.path)}\npwd >| {shlex.quote(directory.path)}"
