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

Each example below is the whole file `pipeline.py`; what follows it is the report, and the change that mends it.

Texts that mention a `pk.Parameter` are not judged by their length and their letters, since their value comes later.
"""

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
    yield from _block("python", directory / "pipeline.py")
    yield from _block("text", directory / "diagnostics.txt")
    if (directory / "passes.py").is_file():
        yield from _change(directory)


def _block(language: str, file: Path) -> Iterator[str]:
    yield f"```{language}"
    yield file.read_text().rstrip()
    yield "```"
    yield ""


def _change(directory: Path) -> Iterator[str]:
    before, after = ((directory / name).read_text().splitlines() for name in ("pipeline.py", "passes.py"))
    yield "```diff"
    for line in list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]:  # without the names of the files
        yield "..." if line.startswith("@@") else line
    yield "```"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(page())
