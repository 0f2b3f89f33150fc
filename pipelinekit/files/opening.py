"""A pipeline by the name a person types: a Python file, a module, an emitted directory, a pipeline document."""

from __future__ import annotations

import hashlib
import importlib
import os
import site
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from attrs import frozen

from pipelinekit.codepipeline.definition import Definition
from pipelinekit.codepipeline.pipeline import Pipeline
from pipelinekit.diagnostics import PipelineKitError, Place, closest
from pipelinekit.files.loading import load, split_logical_id


class CannotOpen(PipelineKitError):
    """What was named is not there, is broken, or holds no pipeline; says where and why."""


@frozen(kw_only=True)
class Opened:
    """A pipeline, and what its file says beside it.

    ``local`` is the file's ``LOCAL`` (the bindings for this machine), None where there is none. ``directory`` is
    that of the file: relative paths in it are meant from there.
    """

    value: Pipeline | Definition
    local: object
    directory: Path


def open_pipeline(reference: str) -> Opened:
    """Open ``path/to/pipeline.py[:name]``, ``package.module[:name]``, or what `load` reads.

    A Python file is executed, with its directory on ``sys.path``; the one pipeline among its names is taken, or the
    one that ``:name`` picks.

    Raises:
        CannotOpen: nothing is there, the user's code fails (with its file and line), or it holds no one pipeline.
        PipelineKitError: as `load`, or as the user's own code raises it.
    """
    if not reference:
        raise CannotOpen("the name of a pipeline is wanted, not an empty text")
    file, name = _split(reference)
    path, _ = split_logical_id(file)
    if file.endswith(".py"):
        if not path.is_file():
            raise CannotOpen(f"{file}: there is no such file")
        return _opened(_executed(path), file, name, path.parent)
    if path.exists():
        if name:
            raise CannotOpen(f"{file}: only a Python file holds pipelines by name; leave out :{name}")
        return Opened(value=load(file), local=None, directory=path if path.is_dir() else path.parent)
    if all(part.isidentifier() for part in file.split(".")):
        module = _imported(file)
        return _opened(module, file, name, Path(getattr(module, "__file__", None) or os.curdir).parent)
    raise CannotOpen(
        f"{file}: there is no such file",
        "  hint: name a pipeline as pipeline.py, pipeline.py:name, package.module:name or an emitted directory",
    )


def _split(reference: str) -> tuple[str, str]:
    file, colon, name = reference.rpartition(":")
    if not colon or os.path.exists(reference) or os.sep in name:
        return reference, ""
    return file, name


def _executed(path: Path) -> ModuleType:
    """Execute a file as a module of its own name, so that it meets no other ``pipeline.py``."""
    full = path.resolve()
    _on_path(str(full.parent))
    module = ModuleType(f"_pipelinekit_{full.stem}_{hashlib.sha256(os.fsencode(full)).hexdigest()[:8]}")
    module.__file__ = str(full)
    before = sys.modules.get(module.__name__)
    sys.modules[module.__name__] = module

    def execute() -> ModuleType:
        exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)
        return module

    try:
        return _guarded(execute, str(path))
    except BaseException:
        if before is None:
            del sys.modules[module.__name__]
        else:
            sys.modules[module.__name__] = before
        raise


def _imported(name: str) -> ModuleType:
    _on_path(os.getcwd())
    importlib.invalidate_caches()
    try:
        return _guarded(lambda: importlib.import_module(name), name)
    except CannotOpen as error:
        cause = error.__cause__
        if isinstance(cause, ModuleNotFoundError) and f"{name}.".startswith(f"{cause.name}."):
            raise CannotOpen(f"{name}: there is no such file or module") from cause
        raise


def _on_path(directory: str) -> None:
    """Let a pipeline's code import what lies beside it, now and when a function of it is called later."""
    if directory not in sys.path:
        sys.path.insert(0, directory)


def _guarded(make: Callable[[], ModuleType], name: str) -> ModuleType:
    """Run a user's code; whatever it raises becomes an error that points at the user's own line."""
    try:
        return make()
    except PipelineKitError:
        raise
    except SyntaxError as error:
        place = Place(error.filename or name, error.lineno or 0)
        raise CannotOpen(f"{place}: {type(error).__name__}: {error.msg}") from error
    except SystemExit as error:
        place = _own_place(error, name)
        raise CannotOpen(
            f"{place}: it ends the program ({_words(error)}) while it is being read",
            '  hint: put what a program does under if __name__ == "__main__":',
        ) from error
    except RecursionError as error:
        raise CannotOpen(f"{_own_place(error, name)}: RecursionError: it calls itself without end") from error
    except Exception as error:
        raise CannotOpen(f"{_own_place(error, name)}: {_words(error)}") from error


def _words(error: BaseException) -> str:
    words = str(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _own_place(error: BaseException, name: str) -> Place:
    """Give the innermost line of the traceback that is nobody's library."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if not frame.filename.startswith("<") and not os.path.abspath(frame.filename).startswith(_libraries()):
            return Place(_short(frame.filename), frame.lineno or 0)
    return Place(name)


def _libraries() -> tuple[str, ...]:
    package = str(Path(__file__).resolve().parent.parent)
    installed = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    return tuple(os.path.join(path, "") for path in (package, *installed, *site.getsitepackages()))


def _short(file: str) -> str:
    relative = os.path.relpath(file)
    return file if relative.startswith(os.pardir) else relative


def _opened(module: ModuleType, file: str, name: str, directory: Path) -> Opened:
    value = _named(module, file, name) if name else _only(module, file)
    return Opened(value=value, local=getattr(module, "LOCAL", None), directory=directory)


def _named(module: ModuleType, file: str, name: str) -> Pipeline | Definition:
    missing = object()
    value = getattr(module, name, missing)
    if isinstance(value, (Pipeline, Definition)):
        return value
    pipelines = [known for known, _ in _pipelines(module)]
    near = closest(name, pipelines)
    known = f"it has {', '.join(pipelines)}" if pipelines else _ASSIGN
    hint = f"did you mean {file}:{near}?" if near else known
    what = "there is no such name in it" if value is missing else f"is no pipeline but of type {type(value).__name__}"
    raise CannotOpen(f"{file}:{name}: {what}", f"  hint: {hint}")


_ASSIGN = 'assign one at the top level of the file: shop = pk.Pipeline("shop", [...])'


def _only(module: ModuleType, file: str) -> Pipeline | Definition:
    found = list(_pipelines(module))
    if len({id(value) for _, value in found}) == 1:
        return found[0][1]
    if not found:
        raise CannotOpen(f"{file}: holds no pipeline", f"  hint: {_ASSIGN}")
    names = ", ".join(name for name, _ in found)
    raise CannotOpen(f"{file}: holds several pipelines: {names}", f"  hint: pick one, as in {file}:{found[0][0]}")


def _pipelines(module: ModuleType) -> Iterator[tuple[str, Pipeline | Definition]]:
    for name, value in vars(module).items():
        if isinstance(value, (Pipeline, Definition)) and not name.startswith("_"):
            yield name, value
