"""A small linter: syntax, tabs, trailing blanks, long lines, unused imports. ``python3 tools/lint.py DIRECTORY...``"""

import ast
import pathlib
import sys

LONGEST = 120


def findings(path):
    """Yield (line, what is wrong) for one file."""
    source = path.read_text()
    for number, line in enumerate(source.splitlines(), 1):
        if "\t" in line:
            yield number, "has a tab"
        if line != line.rstrip():
            yield number, "ends in blanks"
        if len(line) > LONGEST:
            yield number, f"has {len(line)} characters, more than {LONGEST}"
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield error.lineno or 0, f"is no Python: {error.msg}"
        return
    yield from unused_imports(tree)


def unused_imports(tree):
    """Yield each imported name that the file does not use."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                name = (alias.asname or alias.name).partition(".")[0]
                if name not in used:
                    yield node.lineno, f"imports {name} and does not use it"


def main(directories):
    """Lint every Python file below some directories; give how many findings there are."""
    count = 0
    for directory in directories:
        for path in sorted(pathlib.Path(directory).rglob("*.py")):
            for line, what in findings(path):
                print(f"{path}:{line}: {what}")
                count += 1
    return count


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
