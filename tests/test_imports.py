from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_by(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", ["boto3", "botocore", "networkx", "rich", "click", "yaml", "cattrs", "sqlite3"])
def test_importing_pipelinekit_loads_nothing_heavy(name: str) -> None:
    assert name not in loaded_by("import pipelinekit")


@pytest.mark.parametrize("name", ["boto3", "rich", "click", "cattrs", "sqlite3", "networkx"])
def test_making_a_pipeline_loads_nothing_it_does_not_need(name: str) -> None:
    code = """
import pipelinekit as pk
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["true"]))
pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", unit)])
LOCAL = pk.local.Bindings(sources={"Checkout": "."})
"""

    assert name not in loaded_by(code)


PIPELINE = """
import tempfile
import pipelinekit as pk
checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["true"]))
lint = pk.test.CodeBuild("Lint", input=checkout.output, project="lint")
shop = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", {test})],
                   role="{role}", artifact_store="bucket")
assert pk.check(pk.define(shop)).ok
with tempfile.TemporaryDirectory() as directory:
    pk.emit(shop, directory, {{"CodeBuildRoleArn": "{role}"}})
"""
ROLE = "arn:aws:iam::111122223333:role/x"


@pytest.mark.parametrize("name", ["boto3", "botocore", "rich", "click", "cattrs", "sqlite3", "pipelinekit.local"])
def test_checking_and_emitting_load_nothing_they_do_not_need(name: str) -> None:
    assert name not in loaded_by(PIPELINE.format(test="lint >> unit", role=ROLE))


def test_a_pipeline_whose_actions_do_not_wait_for_each_other_inside_a_stage_needs_no_graph() -> None:
    assert "networkx" not in loaded_by(PIPELINE.format(test="[lint, unit]", role=ROLE))
    assert "networkx" in loaded_by(PIPELINE.format(test="lint >> unit", role=ROLE))


def test_every_public_name_can_be_loaded() -> None:
    import pipelinekit as pk

    assert [name for name in pk.__all__ if getattr(pk, name, None) is None] == []
    assert [name for name in pk.local.__all__ if getattr(pk.local, name, None) is None] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    import pipelinekit as pk

    with pytest.raises(AttributeError, match="no 'Pipelin'"):
        _ = pk.Pipelin  # pyright: ignore[reportAttributeAccessIssue]
