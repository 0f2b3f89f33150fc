"""The rejected examples: one directory a code, with a pipeline that fails, its report, and one that passes.

``python tests/rejections.py`` writes the reports anew; their diff is reviewed like code.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

import pipelinekit as pk

HERE = Path(__file__).resolve().parent / "rejected"


@frozen
class Case:
    """One directory: its name begins with the code that it shows."""

    directory: Path

    @property
    def code(self) -> str:
        return self.directory.name.partition("_")[0]

    @property
    def rejected(self) -> Path:
        return self.directory / "pipeline.py"

    @property
    def passes(self) -> Path:
        return self.directory / "passes.py"

    @property
    def diagnostics(self) -> Path:
        return self.directory / "diagnostics.txt"


def cases() -> list[Case]:
    """Give every case, in the order of the codes."""
    return [Case(path) for path in sorted(HERE.iterdir()) if (path / "pipeline.py").is_file()]


def report_on(source: Path) -> pk.Report:
    """Run a file that defines ``pipeline`` and check it; places name the file without its directory."""
    namespace: dict[str, object] = {}
    exec(compile(source.read_text(), source.name, "exec"), namespace)
    pipeline = namespace["pipeline"]
    assert isinstance(pipeline, (pk.Pipeline, pk.Definition))
    return pk.check(pipeline)


if __name__ == "__main__":
    for case in cases():
        case.diagnostics.write_text(f"{report_on(case.rejected)}\n")
