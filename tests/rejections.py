"""The rejected examples: one directory a code, with a file that fails, its report, and one that passes.

``python tests/rejections.py`` writes the reports anew; their diff is reviewed like code.
"""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

import pipelinekit as pk
from pipelinekit.files.checking import check_text

NAMES = ("pipeline.py", "pipeline.json", "template.yml", "buildspec.yml", "appspec.yml")
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
        """The file that has the fault: a pipeline in Python, or a document."""
        return next(path for path in map(self.directory.joinpath, NAMES) if path.is_file())

    @property
    def passes(self) -> Path:
        """The same file without the fault."""
        name = self.rejected.name
        return self.directory / ("passes.py" if name == "pipeline.py" else f"passes_{name}")

    @property
    def diagnostics(self) -> Path:
        return self.directory / "diagnostics.txt"


def cases() -> list[Case]:
    """Give every case, in the order of the codes."""
    return [Case(path) for path in sorted(HERE.iterdir()) if any((path / name).is_file() for name in NAMES)]


def report_on(source: Path) -> pk.Report:
    """Check a document, or run a file that defines ``pipeline`` and check that; places lack its directory."""
    if source.suffix != ".py":
        return check_text(source.read_text(), source.name.removeprefix("passes_")).report
    namespace: dict[str, object] = {}
    exec(compile(source.read_text(), source.name, "exec"), namespace)
    pipeline = namespace["pipeline"]
    assert isinstance(pipeline, (pk.Pipeline, pk.Definition))
    files = namespace.get("files_of_sources")
    assert files is None or isinstance(files, dict)
    return pk.check(pipeline, files=files)


if __name__ == "__main__":
    for case in cases():
        case.diagnostics.write_text(f"{report_on(case.rejected)}\n")
