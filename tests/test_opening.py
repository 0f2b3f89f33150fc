from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.diagnostics import InvalidPipeline, PipelineKitError
from pipelinekit.files import CannotOpen, emit, open_pipeline

MADE = """import pipelinekit as pk
checkout = pk.source.S3("Checkout", bucket="b", object_key="k")
{name} = pk.Pipeline("{name}", [pk.Stage("Source", checkout), pk.Stage("Ask", pk.approval.Manual("Ask"))])
"""


@pytest.fixture(autouse=True)
def _a_directory_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in an empty directory, and forget what was imported from it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if not name.startswith("pipelinekit"):
            del sys.modules[name]


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def refused(reference: str) -> str:
    with pytest.raises(CannotOpen) as caught:
        open_pipeline(reference)
    return str(caught.value)


def test_the_one_pipeline_of_a_file_is_taken_with_what_is_local() -> None:
    write("ci/pipeline.py", MADE.format(name="shop") + "LOCAL = {'sources': '.'}\n")

    opened = open_pipeline("ci/pipeline.py")

    assert isinstance(opened.value, pk.Pipeline)
    assert (opened.value.name, opened.local, opened.directory) == ("shop", {"sources": "."}, Path("ci"))


def test_a_pipeline_of_two_names_is_one() -> None:
    write("pipeline.py", MADE.format(name="shop") + "main = shop\n")

    assert open_pipeline("pipeline.py").value.name == "shop"


def test_of_several_pipelines_one_is_picked_by_name() -> None:
    write("pipeline.py", MADE.format(name="shop") + MADE.format(name="blog"))

    assert open_pipeline("pipeline.py:blog").value.name == "blog"
    assert refused("pipeline.py") == (
        "pipeline.py: holds several pipelines: shop, blog\n  hint: pick one, as in pipeline.py:shop"
    )


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("pipeline.py:shpo", "pipeline.py:shpo: there is no such name in it\n  hint: did you mean pipeline.py:shop?"),
        (
            "pipeline.py:checkout",
            "pipeline.py:checkout: is no pipeline but of type S3\n  hint: it has shop",
        ),
        ("nothing.py", "nothing.py: there is no such file"),
        ("", "the name of a pipeline is wanted, not an empty text"),
        ("no.such.module:shop", "no.such.module: there is no such file or module"),
        ("what/is-this", "what/is-this: there is no such file\n  hint: name a pipeline as pipeline.py, "),
    ],
)
def test_what_is_not_there_is_said(reference: str, message: str) -> None:
    write("pipeline.py", MADE.format(name="shop"))

    assert refused(reference).startswith(message)


def test_a_file_without_a_pipeline_says_how_to_make_one() -> None:
    write("empty.py", "x = 1\n")

    assert refused("empty.py").startswith("empty.py: holds no pipeline\n  hint: assign one at the top level")


def test_a_file_imports_what_lies_beside_it() -> None:
    write("ci/parts.py", 'BUCKET = "sources"\n')
    write("ci/pipeline.py", "from parts import BUCKET\n" + MADE.format(name="shop"))

    assert open_pipeline("ci/pipeline.py").value.name == "shop"


def test_two_files_of_one_name_do_not_meet() -> None:
    write("one/pipeline.py", MADE.format(name="shop"))
    write("two/pipeline.py", MADE.format(name="blog"))

    names = [open_pipeline(file).value.name for file in ("one/pipeline.py", "two/pipeline.py", "one/pipeline.py")]

    assert names == ["shop", "blog", "shop"]
    assert "pipeline" not in sys.modules


def test_a_changed_file_is_read_anew() -> None:
    write("pipeline.py", MADE.format(name="shop"))
    open_pipeline("pipeline.py")
    write("pipeline.py", MADE.format(name="blog"))

    assert open_pipeline("pipeline.py").value.name == "blog"


def test_a_module_is_found_from_the_current_directory() -> None:
    write("company/pipelines.py", MADE.format(name="shop"))

    assert open_pipeline("company.pipelines:shop").value.name == "shop"
    assert open_pipeline("company.pipelines").directory == Path("company").resolve()


def test_an_emitted_directory_is_loaded(tmp_path: Path) -> None:
    write("pipeline.py", MADE.format(name="shop"))
    role = "arn:aws:iam::111122223333:role/pipelines"
    emit(open_pipeline("pipeline.py").value, "out", {"PipelineRoleArn": role, "ArtifactBucket": "bucket"})

    opened = open_pipeline("out")

    assert isinstance(opened.value, pk.Definition)
    assert opened.value == open_pipeline("out/pipeline.json").value
    assert opened.directory == Path("out")
    assert refused("out:shop") == "out: only a Python file holds pipelines by name; leave out :shop"


def test_an_object_knows_the_line_of_the_file_as_it_was_named() -> None:
    write("ci/pipeline.py", MADE.format(name="shop"))

    pipeline = open_pipeline("ci/pipeline.py").value

    assert isinstance(pipeline, pk.Pipeline)
    assert str(pipeline.where) == "ci/pipeline.py:3"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\nx.y\n", "pipeline.py:2: AttributeError: 'int' object has no attribute 'y'"),
        ("import no_such_thing\n", "pipeline.py:1: ModuleNotFoundError: No module named 'no_such_thing'"),
        ("x = (\n", "pipeline.py:1: SyntaxError: '(' was never closed"),
        ("import json\n\njson.loads('{')\n", "pipeline.py:3: JSONDecodeError: "),
        ("def f():\n  f()\nf()\n", "pipeline.py:2: RecursionError: it calls itself without end"),
        ("raise Exception\n", "pipeline.py:1: Exception"),
        ("import sys\nsys.exit(3)\n", "pipeline.py:2: it ends the program (SystemExit: 3) while it is being read\n"),
        (
            "import pipelinekit as pk\n\nb = pk.build.CodeBuild('B', input='Source')\n",
            "pipeline.py:3: TypeError: an input is an artifact, such as checkout.output, not 'Source'",
        ),
    ],
)
def test_an_error_of_the_users_code_points_at_the_users_line(code: str, message: str) -> None:
    write("pipeline.py", code)
    before = set(sys.modules)

    assert refused("pipeline.py").startswith(message)
    assert not [name for name in set(sys.modules) - before if name.startswith("_pipelinekit")]


def test_an_error_in_a_neighbour_points_into_the_neighbour() -> None:
    write("ci/parts.py", "def half(n):\n    return n / 0\n")
    write("ci/pipeline.py", "from parts import half\nhalf(1)\n")

    assert refused("ci/pipeline.py") == f"{os.path.join('ci', 'parts.py')}:2: ZeroDivisionError: division by zero"


def test_an_error_inside_a_module_is_not_mistaken_for_a_missing_one() -> None:
    write("company/pipelines.py", "import no_such_thing\n")

    assert refused("company.pipelines") == (
        "company/pipelines.py:1: ModuleNotFoundError: No module named 'no_such_thing'"
    )


def test_an_error_of_ours_stays_what_it_is() -> None:
    write("pipeline.py", "from pipelinekit import InvalidPipeline\nraise InvalidPipeline('no order exists')\n")

    with pytest.raises(InvalidPipeline, match="no order exists"):
        open_pipeline("pipeline.py")


def test_an_interrupt_goes_through() -> None:
    write("pipeline.py", "raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        open_pipeline("pipeline.py")


def test_every_refusal_is_an_error_of_ours() -> None:
    assert issubclass(CannotOpen, PipelineKitError)


def test_a_template_is_opened_by_its_name_and_the_logical_id_of_its_pipeline(tmp_path: Path) -> None:
    pipeline = "{Type: 'AWS::CodePipeline::Pipeline', Properties: {RoleArn: r, Stages: []}}"
    file = tmp_path / "template.yml"
    file.write_text(f"Resources:\n  One: {pipeline}\n  Two: {pipeline}\n")

    assert open_pipeline(f"{file}#Two").value.name == "Two"
