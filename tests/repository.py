"""Real git repositories for tests, and pipelines that read them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pipelinekit as pk

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PIPELINEKIT", "GIT_"))}


class Git:
    """A git repository with a first commit on main."""

    def __init__(self, directory: Path, *, bare: bool = False) -> None:
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self("init", "-q", "-b", "main", *(["--bare"] if bare else []))
        if not bare:
            self.commit("src/app.txt", "first")

    def __call__(self, *arguments: str, given: str = "") -> str:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false", "-c", "gc.auto=0"]
        done = subprocess.run(
            ["git", *who, *arguments],
            cwd=self.directory,
            check=True,
            capture_output=True,
            text=True,
            input=given,
            env=ENVIRONMENT,
        )
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        place = self.directory / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def commit(self, name: str, text: str) -> str:
        """Commit a file, and give the id of the commit."""
        self.write(name, text)
        self("add", name)
        self("commit", "-qm", f"{name}: {text}")
        return self("rev-parse", "HEAD")

    def many(self, number: int, branch: str = "main") -> None:
        """Put commits on top of a branch, all at once."""
        lines = []
        for one in range(number):
            start = f"from refs/heads/{branch}^0\n" if one == 0 else ""
            lines.append(
                f"commit refs/heads/{branch}\ncommitter A <a@example.com> {1700000000 + one} +0000\n"
                f"data 1\nx\n{start}M 100644 inline src/file{one}.txt\ndata 1\nx\n\n"
            )
        self("fast-import", "--quiet", given="".join(lines))


def shop(*triggers: pk.Push, command: str = "cat src/app.txt", last: pk.Step | None = None) -> pk.Pipeline:
    """Make a pipeline that reads main, and what the filters let through where there are any."""
    checkout = pk.source.CodeConnections("Checkout", repository="acme/shop", branch="main", connection=_CONNECTION)
    unit = pk.build.Commands("Unit", input=checkout.output, commands=[command, f"echo on {checkout.branch_name}"])
    stages = [pk.Stage("Source", checkout), pk.Stage("Test", unit)]
    if last is not None:
        stages.append(pk.Stage("Live", last))
    started_by = [pk.Trigger(checkout, push=triggers)] if triggers else []
    return pk.Pipeline("shop", stages, triggers=started_by)


_CONNECTION = "arn:aws:codeconnections:eu-west-1:111111111111:connection/aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
