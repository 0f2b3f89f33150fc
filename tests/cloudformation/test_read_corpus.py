"""Every real template whose pipeline AWS accepts is read; every other one is refused with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.codepipeline.parameters import parameters_of, with_defaults, with_parameters
from pipelinekit.diagnostics import InvalidDocument
from pipelinekit.files.layout import lay_out
from pipelinekit.files.manifest import MANIFEST
from pipelinekit.files.writing import write_files

FRAGMENT = "a mapping of resources without Resources: no template"
GO = "a template of another language, which makes one of CloudFormation"

REFUSED = {
    "0x4447__0x4447_product_s3_email__07_Resources-Repos-converter-CodePipeline-_index.json": FRAGMENT,
    "0x4447__0x4447_product_s3_email__07_Resources-Repos-inbound-CodePipeline-_index.json": FRAGMENT,
    "0x4447__0x4447_product_s3_email__07_Resources-Repos-outbound-CodePipeline-_index.json": FRAGMENT,
    "0x4447__0x4447_product_s3_email__Stack_S3_Email-07_Resources-Repos-inbound-CodePipeline-pipe_line--97b3983.json": (
        FRAGMENT
    ),
    "amazon-archives__golang-deployment-pipeline__cloudformation-pipeline--80399e0.yml": "ActionTypId is misspelt",
    "aws-cloudformation__cfn-lint__test-fixtures-templates-bad-resources-codepipeline-stages_second_stage.yaml": (
        "refers to a parameter that it does not have: Github"
    ),
    "aws__copilot-cli__internal-pkg-template-templates-cicd-pipeline_cfn.yml": GO,
    "aws__copilot-cli__templates-cicd-pipeline_cfn--57f19d9.yml": GO,
    "byu-oit__handel-codepipeline__create-pipeline-codepipeline-handel-app-pipeline--05c96cf.yml": (
        "refers to a parameter that it does not have: app"
    ),
    "shuchia__financial-analysis-multi-agent__infrastructure-codepipeline.yml": (
        "has the section Parameters twice, and refers to what only the first of them has"
    ),
    "vineeta05__aws-cicd-ecs-bluegreen__cloudformation-pipeline--d621198.yml": "is not YAML",
}
"""The templates of the corpus that are refused, and what AWS has against each."""

SEVERAL = {
    "aws-cloudformation__cfn-lint__test-fixtures-templates-bad-resources-codepipeline-stages_one_stage--a64d4f9.yaml": {
        "TestPipeline": "outputArtifacts: a mapping is wanted here",
        "TestPipeline2": "stages is a list",
    },
}
"""Those with several pipelines: each is read by its logical id, or refused for the reason given here."""


@pytest.fixture(scope="module")
def templates(shared: Path) -> list[Path]:
    files = sorted((shared / "corpus" / "pipeline").iterdir())
    return [file for file in files if "AWS::CodePipeline::Pipeline" in file.read_text(encoding="utf-8-sig")]


def loaded(reference: str) -> pk.Definition | tuple[pk.Diagnostic, ...]:
    try:
        return pk.load(reference)
    except InvalidDocument as error:
        return error.diagnostics


def test_every_real_template_is_read_or_refused_for_a_reason(templates: list[Path]) -> None:
    one = [file for file in templates if file.name not in SEVERAL]
    found = {file.name: loaded(str(file)) for file in one}
    refused = {name: findings for name, findings in found.items() if not isinstance(findings, pk.Definition)}
    read, wanted = len(found) - len(refused), len(found) - len(REFUSED)
    print(f"{read} of {wanted} templates that AWS accepts are read; {len(refused)} others are refused with a line")

    assert set(refused) == set(REFUSED)
    assert len(found) > 90
    for findings in refused.values():
        assert all(finding.where.place is not None and finding.where.place.line for finding in findings)


def test_of_several_pipelines_each_is_read_or_refused_for_a_reason(templates: list[Path]) -> None:
    for file in templates:
        if file.name not in SEVERAL:
            continue
        with pytest.raises(InvalidDocument, match="holds several pipelines"):
            pk.load(file)
        for logical_id, reason in SEVERAL[file.name].items():
            found = loaded(f"{file}#{logical_id}")

            assert not isinstance(found, pk.Definition)
            assert reason in str(found[0])
            assert found[0].where.place is not None


def test_what_was_read_comes_back_as_it_was_emitted(templates: list[Path], tmp_path: Path) -> None:
    read = 0
    for file in templates:
        definition = loaded(str(file))
        if not isinstance(definition, pk.Definition):
            continue
        defaults = {name: value for name, value in with_defaults(definition, {}).items() if value != ""}
        values = {name: f"value-of-{name}" for name in parameters_of(definition)}
        settled = with_parameters(definition, {**values, **defaults})
        layout = lay_out(settled)
        directory = tmp_path / str(read)
        write_files(directory, layout.files, (), MANIFEST, layout.files[MANIFEST])
        read += 1

        assert pk.load(directory) == settled, file.name
    assert read > 80


def test_every_finding_about_a_real_template_has_its_line(templates: list[Path]) -> None:
    for file in templates:
        definition = loaded(str(file))
        findings = definition.origin.findings if isinstance(definition, pk.Definition) else definition

        assert all(finding.where.place is not None and finding.where.place.line for finding in findings), file.name


def test_actions_of_real_templates_find_their_projects_and_groups(templates: list[Path]) -> None:
    definitions = [found for file in templates if isinstance(found := loaded(str(file)), pk.Definition)]

    assert sum(len(definition.projects) for definition in definitions) > 100
    assert sum(isinstance(p.buildspec, pk.BuildSpec) for d in definitions for p in d.projects) >= 30
    assert sum(len(definition.deployment_groups) for definition in definitions) >= 3
