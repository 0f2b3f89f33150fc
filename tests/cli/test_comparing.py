from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pipelinekit as pipelinekit_package
from pipelinekit.codepipeline.define import compile_pipeline
from pipelinekit.files import load, open_pipeline


def type_id(category: str, provider: str, owner: str = "AWS") -> dict[str, str]:
    return {"category": category, "owner": owner, "provider": provider, "version": "1"}


DOCUMENT = {
    "pipeline": {
        "name": "shop",
        "roleArn": "arn:aws:iam::111122223333:role/pipeline",
        "artifactStore": {"type": "S3", "location": "shop-artifacts"},
        "stages": [
            {
                "name": "Source",
                "actions": [
                    {
                        "name": "Checkout",
                        "actionTypeId": {
                            "category": "Source",
                            "owner": "AWS",
                            "provider": "CodeCommit",
                            "version": "1",
                        },
                        "runOrder": 1,
                        "configuration": {"RepositoryName": "shop", "BranchName": "main"},
                        "outputArtifacts": [{"name": "Code"}],
                    }
                ],
            },
            {
                "name": "Live",
                "actions": [
                    {
                        "name": "GoLive",
                        "actionTypeId": type_id("Approval", "Manual"),
                        "runOrder": 1,
                    },
                    {
                        "name": "Site",
                        "actionTypeId": type_id("Deploy", "S3"),
                        "runOrder": 2,
                        "configuration": {"BucketName": "site", "Extract": "true"},
                        "inputArtifacts": [{"name": "Code"}],
                    },
                ],
            },
        ],
        "executionMode": "SUPERSEDED",
        "pipelineType": "V2",
        "version": 7,
    },
    "metadata": {"pipelineArn": "arn:aws:codepipeline:eu-west-1:111122223333:shop"},
}
WRONG = {
    "a missing file": ("missing.json", "No such file"),
    "a directory": ("empty-directory", "holds neither manifest.json nor pipeline.json"),
    "an empty file": ("empty.json", "is empty"),
    "half a document": ("half.json", "is not YAML"),
    "something else": ("package.json", "is not a pipeline document"),
    "bytes": ("picture.json", "is not UTF-8"),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    text = json.dumps(DOCUMENT, indent=2)
    (tmp_path / "shop.json").write_text(text)
    (tmp_path / "other.json").write_text(text.replace('"BucketName": "site"', '"BucketName": "other"'))
    (tmp_path / "empty-directory").mkdir()
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "half.json").write_text(text[: len(text) // 2])
    (tmp_path / "package.json").write_text('{"name": "web", "version": "1.0.0"}')
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\xff\xfe")
    return tmp_path


def pipelinekit(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    tested = str(Path(pipelinekit_package.__file__).parent.parent)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIPELINEKIT")}
    return subprocess.run(
        [sys.executable, "-m", "pipelinekit", *arguments],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        env={**kept, "PYTHONPATH": tested},
        stdin=subprocess.DEVNULL,
    )


def test_a_document_is_printed_as_python(home: Path) -> None:
    done = pipelinekit(home, "import", "shop.json")

    assert (done.returncode, done.stderr) == (0, "")
    assert 'pk.Stage("Live", go_live >> site)' in done.stdout


def test_what_is_written_defines_what_was_read_and_checks(home: Path) -> None:
    done = pipelinekit(home, "import", "shop.json", "-o", "pipeline.py")

    assert (done.returncode, done.stdout, done.stderr) == (0, "pipeline.py\n", "")
    value = open_pipeline(str(home / "pipeline.py")).value
    assert compile_pipeline(value) == load(home / "shop.json")  # type: ignore[arg-type]
    assert pipelinekit(home, "diff", "shop.json", "pipeline.py").stdout == "no differences\n"
    assert pipelinekit(home, "check", "pipeline.py").returncode == 0


def test_an_emitted_directory_is_imported_with_all_that_it_holds(home: Path) -> None:
    pipelinekit(home, "import", "shop.json", "-o", "pipeline.py")
    assert pipelinekit(home, "emit", "pipeline.py", "-o", "out").returncode == 0

    done = pipelinekit(home, "import", "out")

    assert done.stdout == (home / "pipeline.py").read_text()


def test_a_file_that_is_there_is_replaced_only_when_asked(home: Path) -> None:
    (home / "pipeline.py").write_text("mine = 1\n")

    done = pipelinekit(home, "import", "shop.json", "-o", "pipeline.py")

    assert done.returncode == 1
    assert "is there already; nothing was changed" in done.stderr
    assert (home / "pipeline.py").read_text() == "mine = 1\n"
    assert pipelinekit(home, "import", "shop.json", "-o", "pipeline.py", "--force").returncode == 0


def test_what_may_be_a_secret_is_pointed_out(home: Path) -> None:
    action = DOCUMENT["pipeline"]["stages"][0]["actions"][0]  # type: ignore[index]
    source = {
        **action,
        "actionTypeId": type_id("Source", "GitHub", "ThirdParty"),
        "configuration": {"Owner": "acme", "Repo": "shop", "Branch": "main", "OAuthToken": "f00ba4"},
    }
    text = json.dumps(DOCUMENT).replace(json.dumps(action), json.dumps(source))
    (home / "secret.json").write_text(text)

    done = pipelinekit(home, "import", "secret.json")

    assert done.returncode == 0
    assert "note: what may be a secret stands in it in plain text: Source/Checkout OAuthToken" in done.stderr
    assert "f00ba4" not in done.stderr


COMMENTED = """\
name: shop
roleArn: arn:aws:iam::111122223333:role/pipelines
artifactStore: {type: S3, location: artifacts}
pipelineType: V2
stages:
  - name: Source
    actions:
      - name: Checkout # pipelinekit: ignore PK302 the next version has it
        actionTypeId: {category: Source, owner: AWS, provider: S3, version: "1"}
        configuration:
          S3Bucket: sources
          S3ObjectKey: shop.zip
          Depth: "1"
        outputArtifacts: [{name: Source}]
  # pipelinekit: ignore PK104 it is to come
  - name: Live
    actions: []
"""


def test_comments_that_ignore_a_finding_become_reasons(home: Path) -> None:
    (home / "shop.yml").write_text(COMMENTED)
    before = pipelinekit(home, "check", "shop.yml")

    done = pipelinekit(home, "import", "shop.yml", "-o", "pipeline.py")

    assert (done.returncode, done.stderr) == (0, "")
    text = (home / "pipeline.py").read_text()
    assert 'ignore={"PK302": "the next version has it"}' in text
    assert 'ignore={"PK104": "it is to come"}' in text
    assert pipelinekit(home, "check", "pipeline.py").stdout == before.stdout == "no errors, no warnings, 2 ignored\n"


def test_a_finding_about_a_document_that_a_comment_ignores_is_not_told_when_it_is_imported(home: Path) -> None:
    untyped = COMMENTED.replace("pipelineType: V2\n", "")
    (home / "told.yml").write_text(untyped)
    (home / "ignored.yml").write_text(untyped.replace("name: shop", "name: shop # pipelinekit: ignore PK118 old", 1))

    told, silent = (pipelinekit(home, "import", f"{name}.yml") for name in ("told", "ignored"))

    assert "PK118" in told.stderr
    assert silent.stderr == ""
    assert silent.stdout == told.stdout


def test_a_document_with_members_that_are_not_known_is_imported_with_a_warning(home: Path) -> None:
    text = (home / "shop.json").read_text()
    (home / "newer.json").write_text(text.replace('"executionMode"', '"newMember": [1, null],\n    "executionMode"'))

    done = pipelinekit(home, "import", "newer.json", "-o", "newer.py")

    assert done.returncode == 0
    assert "has the unknown member 'newMember', which is kept as it is" in done.stderr
    assert 'more={"newMember": [1, None]}' in (home / "newer.py").read_text()
    assert pipelinekit(home, "diff", "newer.json", "newer.py").stdout == "no differences\n"


@pytest.mark.parametrize(("file", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_imported_is_told_in_a_sentence(home: Path, file: str, sentence: str) -> None:
    done = pipelinekit(home, "import", file)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""


def test_python_is_not_imported_again(home: Path) -> None:
    done = pipelinekit(home, "import", "pipeline.py")

    assert done.returncode == 2
    assert "pipeline.py: is Python already" in done.stderr


def test_the_target_of_an_import_is_a_python_file(home: Path) -> None:
    done = pipelinekit(home, "import", "shop.json", "-o", "pipeline.txt")

    assert done.returncode == 2
    assert "a pipeline's file ends in .py" in done.stderr
    assert not (home / "pipeline.txt").exists()


def test_differences_end_with_1_and_are_said_line_by_line(home: Path) -> None:
    done = pipelinekit(home, "diff", "shop.json", "other.json")

    assert done.returncode == 1
    assert done.stdout == '~ Live/Site configuration.BucketName: "site" -> "other"\n'


def test_no_differences_end_with_0(home: Path) -> None:
    done = pipelinekit(home, "diff", "shop.json", "shop.json")

    assert (done.returncode, done.stdout) == (0, "no differences\n")


def test_differences_are_json_when_asked(home: Path) -> None:
    done = pipelinekit(home, "diff", "--json", "shop.json", "other.json")

    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {
            "change": "Changed",
            "path": ["Live", "Site"],
            "member": "configuration.BucketName",
            "before": "site",
            "after": "other",
            "sign": "~",
            "sentence": 'Live/Site configuration.BucketName: "site" -> "other"',
        }
    ]


@pytest.mark.parametrize(("file", "sentence"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_compared_ends_with_2(home: Path, file: str, sentence: str) -> None:
    done = pipelinekit(home, "diff", "shop.json", file)

    assert done.returncode == 2
    assert sentence.lower() in done.stderr.lower() or "there is no such file" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stdout == ""


def test_python_that_fails_ends_a_comparison_with_2(home: Path) -> None:
    (home / "pipeline.py").write_text("1 / 0\n")

    done = pipelinekit(home, "diff", "shop.json", "pipeline.py")

    assert done.returncode == 2
    assert "pipeline.py:1: ZeroDivisionError" in done.stderr
