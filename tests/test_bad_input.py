"""Whatever a document holds: a value or findings, never a traceback, and never more time or memory than is sane."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.files.checking import check_text

EXAMPLES = int(os.environ.get("PIPELINEKIT_MUTATIONS", "300"))
"""How many mutated documents are tried: PIPELINEKIT_MUTATIONS=10000 for a thorough look."""
CUTS = 20
MOST_SECONDS, MOST_MEGABYTES = 2.0, 200

SEEDS = (
    "version: 0.2\nenv:\n  variables: {A: b}\n  exported-variables: [A]\nphases:\n  build:\n    on-failure: ABORT\n"
    "    commands:\n      - |\n        make a\n        make b\n      - 'x: y'\n    finally: [z]\nreports:\n  unit:\n"
    "    files: ['*.xml']\nartifacts:\n  files: ['**/*']\n  secondary-artifacts: {web: {files: [w]}}\n"
    "batch:\n  build-graph:\n    - identifier: a\n      depend-on: [b]\ncache: {paths: [p]}\n",
    "version: 0.0\nos: linux\nfiles:\n  - source: /\n    destination: /srv\npermissions:\n  - object: /srv\n"
    '    mode: "0644"\n    acls: ["u:x:rw"]\n    context: {type: t}\nhooks:\n  ApplicationStart:\n'
    "    - location: a.sh\n      timeout: 5\n",
    "version: 0.0\nResources:\n  - T:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: x\n"
    "        LoadBalancerInfo: {ContainerName: w, ContainerPort: 80}\nHooks:\n  - AfterInstall: f\n",
    '{"pipeline": {"name": "p", "roleArn": "arn:aws:iam::111122223333:role/r", "pipelineType": "V2", "artifactStore": '
    '{"type": "S3", "location": "bucket"}, "stages": [{"name": "S", "actions": [{"name": "A", "runOrder": 1, '
    '"actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}, "configuration": '
    '{"S3Bucket": "b", "S3ObjectKey": "k"}, "outputArtifacts": [{"name": "O"}], "inputArtifacts": []}]}, {"name": "B", '
    '"actions": [{"name": "A", "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", '
    '"version": "1"}, "configuration": {"ProjectName": "x", "EnvironmentVariables": "[]"}, '
    '"inputArtifacts": [{"name": "O"}]}]}]}}',
)
_PIECES = st.sampled_from(
    [
        *("\0", "\t", "\ufeff", "&a ", "*a", "<<: *a", "!Ref ", "!!binary ", "- ", ": ", "? ", "[", "]", "{", "}", "'"),
        *('"', "|\n", ">\n", "#", "---\n", "...\n", "%YAML 9.9\n", "null", "0o17", "1e999", "-.inf", "\u2028", "\x85"),
        *("version", "phases", "os", "stages", "\\ud800", "${Parameter.X}", "#{a.b}", "#{", "99999999999999999999"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """One of the documents above, with pieces cut out, doubled, swapped and put in."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        begin, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        end = min(end, begin + 40)
        piece = draw(st.one_of(_PIECES, st.just(""), st.just(text[begin:end] * 2), st.text(max_size=5)))
        text = text[:begin] + piece + text[end:]
    return text


def judged(text: str) -> str:
    """Check a document; give what was found, as a person reads it."""
    try:
        return str(check_text(text, "document.yml").report)
    except PipelineKitError as error:
        return str(error)


@settings(max_examples=EXAMPLES, deadline=None)
@given(mutated())
def test_a_mutated_document_is_answered_with_findings(text: str) -> None:
    begin = time.process_time()
    told = judged(text)

    assert told
    assert time.process_time() - begin < MOST_SECONDS


def test_every_real_file_that_is_cut_off_is_answered_with_findings(shared: Path) -> None:
    slowest = 0.0
    files = [path for kind in ("buildspec", "appspec", "pipeline") for path in (shared / "corpus" / kind).iterdir()]
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace")
        for part in range(1, CUTS + 1):
            begin = time.process_time()
            assert judged(text[: len(text) * part // CUTS])
            slowest = max(slowest, time.process_time() - begin)

    assert len(files) > 400
    assert slowest < MOST_SECONDS


def _bombs() -> dict[str, bytes]:
    aliases = [b"a: &a [x, x, x, x, x, x, x, x, x]"]
    aliases += [f"{n}: &{n} [{', '.join([f'*{p}'] * 9)}]".encode() for p, n in itertools.pairwise("abcdefghij")]
    merges = [b"a: &a {x: 1}"]
    merges += [f"{n}: &{n} {{<<: [*{p}, *{p}, *{p}, *{p}]}}".encode() for p, n in itertools.pairwise("abcdefghijklm")]
    return {
        "aliases": b"version: 0.2\nphases: {}\n" + b"\n".join(aliases),
        "merges": b"version: 0.2\nphases: {}\n" + b"\n".join(merges),
        "deep lists": b"phases: " + b"[" * 100_000,
        "deep mappings": b"phases: " + b"{a: " * 100_000,
        "deep blocks": b"\n".join(b" " * n + b"phases:" for n in range(1_500)),
        "one long line": b"version: 0.2\nphases: {build: {commands: ['" + b"x" * 1_900_000 + b"']}}",
        "blanks": b"version: 0.2\nphases:\n  build:\n    commands:\n      - |\n        "
        + b" " * 1_500_000
        + b"x\n        y",
        "many pipes": b"version: 0.2\nphases: {build: {commands: ['" + b"a | tee b; " * 100_000 + b"']}}",
        "many commands": b"version: 0.2\nphases:\n  build:\n    commands:\n" + b"      - x\n" * 100_000,
        "many keys": b"version: 0.2\nphases:\n" + b"\n".join(b"  k%d: {}" % n for n in range(60_000)),
        "many comments": b"phases:\n" + b"  # pipelinekit: ignore PK604 x\n" * 60_000,
        "brackets": b"version: 0.2\nphases: {build: {commands: ['" + b"(" * 1_000_000 + b"']}}",
        "NUL": b"version: 0.2\nphases: {build: {commands: ['a\0b']}}",
        "UTF-16": "version: 0.2\n".encode("utf-16"),
        "lone surrogate": b'{"version": 0.2, "phases": {"build": {"commands": ["\\ud800"]}}}',
        "huge number": b"version: " + b"9" * 100_000,
        "recursive alias": b"phases: &a {b: *a}",
        "appspec": b"version: 0.0\nos: linux\nhooks:\n" + b"  AfterInstall: [{location: a}]\n" * 20_000,
        "appspec files": b"version: 0.0\nos: linux\nfiles:\n" + b"  - {source: a, destination: /b}\n" * 20_000,
    }


@pytest.mark.parametrize("name", _bombs())
def test_a_bomb_is_answered_within_bounds(name: str, tmp_path: Path) -> None:
    path = tmp_path / "buildspec.yml"
    path.write_bytes(_bombs()[name])
    code = (
        "import re, sys\n"
        "from pipelinekit.diagnostics import PipelineKitError\n"
        "from pipelinekit.files.checking import check_file\n"
        "try:\n    print(len(str(check_file(sys.argv[1]).report)))\n"
        "except PipelineKitError as error:\n    print(error)\n"
        "print(int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) // 1024)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    megabytes = done.stdout.splitlines()[-1]

    assert int(megabytes) < MOST_MEGABYTES  # of time the subprocess has 60 s: a busy machine is no fault
