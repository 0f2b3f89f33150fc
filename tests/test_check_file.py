"""Whatever file somebody has is checked for what it is."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.files.checking import Checked, check_file, check_text, kind_of

BUILDSPEC = """\
version: 0.2
phases:
  build:
    commands:
      - |
        make lint
        make test
"""
APPSPEC = """\
version: 0.0
os: linux
files:
  - source: app.conf
    destination: srv/app
hooks:
  ApplicationStart:
    - location: start.sh
      timeout: 4000
"""
LAMBDA = """\
version: 0.0
Resources:
  - Hello:
      Type: AWS::Lambda::Function
      Properties: {Name: hello, Alias: live, CurrentVersion: "1", TargetVersion: "2"}
Hooks:
  - BeforeAllowTraffic: check
"""
ECS = """\
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo: {ContainerName: web, ContainerPort: 80}
"""


def told(checked: Checked) -> list[str]:
    return [f"{finding.where.place}: {finding.code}" for finding in checked.report]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        (BUILDSPEC, "x.txt", "buildspec"),
        (APPSPEC, "x.txt", "AppSpec"),
        (LAMBDA, "x.txt", "AppSpec"),
        ('{"pipeline": {}}', "buildspec.yml", "pipeline"),
        ("AWSTemplateFormatVersion: '2010-09-09'\nResources: {}", "appspec.yml", "pipeline"),
        ("version: 0.2\nbatch: {build-list: []}\n", "x", "buildspec"),
        ("phases:\n  build: [\n", "x", "buildspec"),  # its beginning tells, though it cannot be read
        ("version: 0.2\n", "ci/buildspec-unit.yml", "buildspec"),
        ("version: 0.0\n", "appspec.yaml", "AppSpec"),
        ("", "x", "pipeline"),
        ("[]", "x", "pipeline"),
    ],
)
def test_what_a_document_is_stands_in_it(text: str, name: str, kind: str) -> None:
    assert kind_of(text, name) == kind


def test_each_finding_in_a_buildspec_has_its_line() -> None:
    assert told(check_text(BUILDSPEC, "b.yml")) == ["b.yml:5:9: PK604"]
    assert told(check_text(BUILDSPEC.replace("build:", "built:"), "b.yml")) == ["b.yml:3:3: PK602"]


def test_each_finding_in_an_appspec_has_its_line() -> None:
    assert told(check_text(APPSPEC, "a.yml")) == ["a.yml:4:5: PK732", "a.yml:7:3: PK725"]
    assert told(check_text(APPSPEC.replace("0.0", "1.0"), "a.yml")) == ["a.yml:1:10: PK702"]


@pytest.mark.parametrize("text", [LAMBDA, ECS])
def test_an_appspec_for_another_platform_is_right(text: str) -> None:
    assert told(check_text(text, "a.yml")) == []


@pytest.mark.parametrize(
    ("text", "old", "new", "line"),
    [
        (LAMBDA, "Alias: live, ", "", 3),
        (LAMBDA, '"2"', "$LATEST", None),
        (LAMBDA, '"2"', "two", 5),
        (LAMBDA, "BeforeAllowTraffic", "BeforeInstall", 7),
        (LAMBDA, "Lambda::Function", "Lambda::Alias", 3),
        (LAMBDA, "  - Hello:", "  Hello:", 3),
        (ECS, ", ContainerPort: 80", "", 3),
        (ECS, "        Load", "        NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [a]}}\n        Load", 7),
    ],
)
def test_what_it_lacks_is_found(text: str, old: str, new: str, line: int | None) -> None:
    (*findings,) = check_text(text.replace(old, new), "a.yml").report

    assert [(f.code, f.where.place and f.where.place.line) for f in findings] == ([("PK723", line)] if line else [])


@pytest.mark.parametrize(
    "comment",
    [
        ("    commands:", "    commands: # pipelinekit: ignore PK604 lint is advice"),
        ("phases:", "# pipelinekit: ignore PK604: lint is advice\n# and more\nphases:"),
        ("        make lint", "        # pipelinekit: ignore PK604 lint is advice\n        make lint"),
    ],
)
def test_a_comment_ignores_what_is_below_it(comment: tuple[str, str]) -> None:
    report = check_text(BUILDSPEC.replace(*comment), "b.yml").report

    if "make lint" in comment[0]:  # the command begins above the comment: it counts for the lines after it
        assert report.codes == ("PK604", "PK151")
    else:
        assert report.codes == ()
        assert [ignored.reason for ignored in report.ignored] == ["lint is advice"]


def test_a_comment_without_a_reason_or_without_a_finding_is_one() -> None:
    without = BUILDSPEC.replace("phases:", "phases: # pipelinekit: ignore PK604")
    unused = BUILDSPEC + "artifacts: # pipelinekit: ignore PK604 lint is advice\n  files: [x]\n"

    assert told(check_text(without, "b.yml")) == ["b.yml:5:9: PK604", "b.yml:2: PK150"]
    assert told(check_text(unused, "b.yml")) == ["b.yml:5:9: PK604", "b.yml:8: PK151"]


def test_standard_input_is_read() -> None:
    checked = check_file("-", io.BytesIO(b"\xef\xbb\xbf" + BUILDSPEC.encode()))

    assert (checked.kind, told(checked)) == ("buildspec", ["<stdin>:5:9: PK604"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x7fELF\x02\x01\x01\x00\xff\xfe", "is not UTF-8"),
        (BUILDSPEC.encode("utf-16"), "is not UTF-8"),
        (b"x" * 9_000_000, "is larger than 2,000,000 characters"),
    ],
    ids=["binary", "utf-16", "large"],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "buildspec.yml").write_bytes(data)

    with pytest.raises(PipelineKitError, match=said):
        check_file(str(tmp_path / "buildspec.yml"))


def test_a_fifo_and_no_name_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")

    for name in (str(tmp_path / "fifo"), "", str(tmp_path), str(tmp_path / "none")):
        with pytest.raises(PipelineKitError):
            check_file(name)


@pytest.mark.parametrize("reference", ["pipeline.yml", "./pipeline.yml", ".//pipeline.yml"])
def test_comments_are_found_however_the_file_is_named(
    reference: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipeline.yml").write_text(
        "pipeline:\n"
        "  # pipelinekit: ignore PK101 the rest comes later\n"
        "  name: shop\n"
        "  roleArn: arn:aws:iam::111122223333:role/x\n"
        "  artifactStore: {type: S3, location: artifacts-of-shop}\n"
        "  stages: []\n"
    )

    report = check_file(reference).report

    assert not {"PK101", "PK151"} & set(report.codes)
