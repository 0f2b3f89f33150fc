"""What cfn-lint says of templates: nothing.

``PIPELINEKIT_TEMPLATES=500 pytest tests/cloudformation/test_cfn_lint.py`` looks at more generated pipelines.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.runner import Runner
from hypothesis import HealthCheck, Phase, given, settings

import pipelinekit as pk
from pipelinekit.cloudformation.document import Form, template_text
from pipelinekit.files import open_pipeline
from strategies import pipelines

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = [
    "examples/shop/pipeline.py",
    "examples/self/pipeline.py",
    "tests/golden/shop/pipeline.py",
    "tests/golden/fleet/fleet.py",
]
COUNT = int(os.environ.get("PIPELINEKIT_TEMPLATES", "12"))


@functools.cache
def linter() -> Runner:
    """Load cfn-lint with its rules, which takes it longer than to apply them."""
    return Runner(ConfigMixIn(regions=["eu-west-1"]))


def complaints(template: Mapping[str, Any], form: Form = "yaml") -> list[str]:
    """Give cfn-lint's errors and warnings. It reads JSON much faster."""
    decoded, errors = decode_str(template_text(template, form))
    found = [*errors, *(linter().validate_template(decoded) if decoded is not None else ())]
    return [f"{match.rule.id} {match.message} in line {match.linenumber}" for match in found]


def test_cfn_lint_complains_of_a_wrong_template() -> None:
    template = pk.to_template(open_pipeline(str(ROOT / EXAMPLES[0])).value)
    template["Resources"]["Pipeline"]["Properties"]["Stages"][0]["Actions"][0]["RunOrder"] = "first"

    assert complaints(template) != []


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_template_of_an_example_is_without_complaint(example: str) -> None:
    template = pk.to_template(open_pipeline(str(ROOT / example)).value, notify=["team@example.com"])

    assert complaints(template) == []


def test_odd_texts_are_without_complaint() -> None:
    region, greeting = "echo ${AWS::Region} ${Greeting} ${!x} ${x:-y} $(date)", pk.Parameter("Greeting")
    checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main", poll_for_source_changes=False)
    store = pk.ArtifactStore(str(pk.Parameter("ArtifactBucket")), encryption_key=str(pk.Parameter("Key")))
    unit = pk.test.CodeBuild(
        "Unit",
        input=checkout.output,
        batch=True,
        buildspec=pk.BuildSpec(build=[region], secrets_manager={"DB": "db:password"}, parameter_store={"P": "/p"}),
        environment={"WHO": "${Greeting}"},
    )
    both = pk.test.CodeBuild("Both", input=checkout.output, buildspec=pk.BuildSpec(build=[f"echo {greeting}", region]))
    deploy = pk.deploy.ECS(
        "There", input=checkout.output, cluster="c", service="s", role="arn:aws:iam::999922223333:role/there"
    )
    shop = pk.Pipeline(
        f"shop-{pk.Parameter('Env')}",
        [pk.Stage("Source", checkout), pk.Stage("Work", [unit, both]), pk.Stage("Live", deploy)],
        artifact_store=store,
    )

    assert complaints(pk.to_template(shop, notify=["team@example.com", pk.Parameter("Topic")])) == []


@pytest.mark.timeout(120 + 6 * COUNT)
@settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(pipelines())
def test_the_template_of_any_pipeline_is_without_complaint(given: pk.Pipeline) -> None:
    assert complaints(pk.to_template(given, notify=["team@example.com"]), "json") == []
