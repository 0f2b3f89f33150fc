"""Write docs/diagnostics.md from the table of codes and the rejected examples.

``python docs/build_diagnostics.py`` writes it; a test sees to it that it is up to date.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from pipelinekit.codes import CODES, FAMILIES, Code, When
from pipelinekit.diagnostics import Severity

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "diagnostics.md"
EXAMPLES = ROOT / "tests" / "rejected"

_INTRODUCTION = """\
<!-- Written by docs/build_diagnostics.py from tests/rejected and pipelinekit/codes.py: change those. -->

# Diagnostics

Every finding has a code that stays what it is. An **error** blocks `emit` and `run`, a **warning** does not.
`pk.check(pipeline)` gives all findings in one pass: print the report, or `assert pk.check(pipeline).ok` in a test.

Each example below is a whole file, `pipeline.py` or a document; what follows it is the report, and the change that
mends it.

## What is checked

`pipelinekit check FILE...` takes pipelines (`pipeline.py`, `pipeline.json`, an emitted directory), bare buildspecs,
bare AppSpecs (for servers, Lambda and ECS) and `-` for standard input; what a document is, it tells by what stands in
it. `--format json` and `--format sarif` (SARIF 2.1.0, for code scanning) are for programs. It ends with 0 when
nothing is an error, with 1 when something is, with 2 when it was asked wrongly; `--strict` lets warnings count as
errors. `--source Checkout=.` says where the repository of a source is: the file paths that triggers wait for are looked
for there ([PK506](#pk506)).

What AWS accepts and few people expect has a page of its own, with the check or the message that catches it: [sharp
edges](sharp-edges.md).

## Ignoring a finding

A finding may stay, on one object and for a reason:

* in Python, `ignore={"PK604": "the lint is advice only"}` on a `Pipeline`, `Stage`, action, `Project`, `BuildSpec`,
  `AppSpec` or `DeploymentGroup`; it counts for what is in it too, and is no part of the value;
* in a YAML document, by a comment on the line of the part or above it: `# pipelinekit: ignore PK604 the lint is
  advice only`;
* for everything that is checked, `pipelinekit check --ignore "PK604=the lint is advice only"`.

What is ignored is counted, and stands in the JSON (`suppressed`) and in SARIF (`suppressions`). A reason that is
missing ([PK150](#pk150)) and an ignore that meets nothing ([PK151](#pk151)) are findings themselves.

Texts that mention a `pk.Parameter` are not judged by their length and their letters, since their value comes later.
"""

_FILES = {
    "pipeline.py": "python",
    "pipeline.json": "json",
    "template.yml": "yaml",
    "buildspec.yml": "yaml",
    "appspec.yml": "yaml",
}
"""What an example may be, and the language of its block."""

_OCCASIONS = {
    When.READING: "Found when a document is read.",
    When.EMITTING: "Found when a pipeline is emitted.",
    When.RUNNING: "Found when a pipeline is run on this machine.",
}


def page() -> str:
    """Give the whole page."""
    return "\n".join([_INTRODUCTION, *_contents(), *_sections()]).rstrip() + "\n"


def _contents() -> Iterator[str]:
    for family, title in FAMILIES.items():
        yield f"## {title}"
        yield ""
        yield "| code | | |"
        yield "| --- | --- | --- |"
        for code in _of(family):
            yield f"| [{code.code}](#{code.code.lower()}) | {code.severity} | {code.title} |"
        yield ""


def _of(family: str) -> list[Code]:
    return [code for code in CODES.values() if code.code.startswith(family)]


def _sections() -> Iterator[str]:
    for code in CODES.values():
        yield f"### {code.code}"
        yield ""
        yield f"**{code.title}.** {code.meaning}"
        yield ""
        if code.when in _OCCASIONS:
            yield f"{_OCCASIONS[code.when]} It is {_article(code.severity)}."
            yield ""
        for directory in sorted(EXAMPLES.glob(f"{code.code}_*")):
            yield from _example(directory)


def _article(severity: Severity) -> str:
    return f"an {severity}" if severity is Severity.ERROR else f"a {severity}"


def _example(directory: Path) -> Iterator[str]:
    language, file = next((kind, directory / name) for name, kind in _FILES.items() if (directory / name).is_file())
    passes = directory / ("passes.py" if file.suffix == ".py" else f"passes_{file.name}")
    yield from _block(language, file)
    yield from _block("text", directory / "diagnostics.txt")
    yield from _change(file, passes)


def _block(language: str, file: Path) -> Iterator[str]:
    yield f"```{language}"
    yield file.read_text().rstrip()
    yield "```"
    yield ""


def _change(rejected: Path, passes: Path) -> Iterator[str]:
    before, after = (file.read_text().splitlines() for file in (rejected, passes))
    yield "```diff"
    for line in list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]:  # without the names of the files
        yield "..." if line.startswith("@@") else line
    yield "```"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
