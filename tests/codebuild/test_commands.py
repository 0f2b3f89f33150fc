"""Which lines of a command can fail unseen."""

from __future__ import annotations

import pytest

from pipelinekit.codebuild.checks.commands import first_silent_line


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("make test\nmake report", (1, "make test")),
        ("# tests first\n\nmake test\nmake report", (3, "make test")),
        ("echo begin\nmake test\necho end", (2, "make test")),
        ("cd web\nnpm ci", (1, "cd web")),
        ("make \\\n  test\nmake report", (1, "make   test")),
        ("docker build . |\n  tee log\nmake report", (1, "docker build . | tee log")),
        ("VERSION=$(cat VERSION)\nmake dist", (1, "VERSION=$(cat VERSION)")),
        ("make test\nset -e\nmake report", (1, "make test")),
        ("cat > x <<END\nset -e\nEND\nmake report", (1, "cat > x <<END")),
        ("if true; then\n  make a\nfi\nmake b\nmake c", (4, "make b")),
    ],
)
def test_a_line_whose_failure_goes_unseen_is_found(command: str, line: tuple[int, str]) -> None:
    found = first_silent_line(command)

    assert found is not None
    assert (found[0], " ".join(found[1].split())) == (line[0], " ".join(line[1].split()))


def test_a_command_of_any_length_is_read_in_one_go() -> None:
    endless = "for x in a; do\n" + "echo 'x\n" * 100_000

    assert first_silent_line(endless) is None


@pytest.mark.parametrize(
    "command",
    [
        "make test",
        "make test\n",
        "set -e\nmake test\nmake report",
        "set -euo pipefail\nmake test\nmake report",
        "set -o errexit\nmake test\nmake report",
        "echo begin\nset -ex\nmake test\nmake report",
        "trap 'exit 1' ERR\nmake test\nmake report",
        "make test &&\nmake report",
        "make \\\n  test",
        "make test || exit 1\nmake report",
        "( cd web && \\\n npm ci )\necho done",
        'RESULT="$(cat a |\n  sort)" || exit\nmake b',
        "make test\nstatus=$?\necho done",
        "VERSION=1\nexport LEVEL=debug\nmake dist",
        "for f in *; do\n  make $f\ndone",
        "if [ -f x ]; then\n  # if that is so\n  make x\nelse\n  make y\nfi",
        "case $X in\n  a) make a ;;\n  *) make b ;;\nesac",
        'echo "one\ntwo\nthree"',
        "cat > x.json <<EOF\n{\n  make nothing\n}\nEOF",
        "build() {\n  make a\n  make b\n}\nbuild",
        "server start &\nmake test",
        "( cd web\n  npm ci )",
        '$Env:LEVEL = "3"\nInvoke-Build\nInvoke-Test',
    ],
)
def test_a_command_that_hides_nothing_is_left_alone(command: str) -> None:
    assert first_silent_line(command) is None
