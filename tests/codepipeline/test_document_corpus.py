"""Every real pipeline document that AWS takes is read, and comes back equal when it is written."""

from __future__ import annotations

from pathlib import Path

from pipelinekit.codepipeline.document import pipeline_input, read_pipeline
from pipelinekit.diagnostics import Diagnostic, InvalidDocument
from pipelinekit.documents import to_json, to_yaml

NOT_FOR_THE_API = {
    "0x4447__0x4447_product_s3_email": "one resource of a CloudFormation template, which a build puts together",
    "adnanxali__precision-surgicals__pipeline-config": "an own format: sections source, build and deploy",
    "aws__copilot-cli__internal-pkg-template-templates-cicd-pipeline_cfn": "a Go template",
    "aws__copilot-cli__templates-cicd-pipeline_cfn": "a Go template",
    "vineeta05__aws-cicd-ecs-bluegreen__cloudformation-pipeline--d621198": "broken YAML",
}
"""Beginning of a file's name -> why AWS would refuse it. CloudFormation templates say so themselves."""


def test_every_real_document_for_the_api_comes_back_equal_and_every_other_is_refused_with_a_line(shared: Path) -> None:
    equal, refused, findings = list[str](), list[str](), list[Diagnostic]()
    for file in sorted((shared / "corpus" / "pipeline").iterdir()):
        try:
            declaration = read_pipeline(file.read_text(encoding="utf-8-sig"), file.name)
        except InvalidDocument as error:
            findings += error.diagnostics
            if not any("is a CloudFormation template" in finding.message for finding in error.diagnostics):
                refused.append(file.name)
        else:
            written = pipeline_input(declaration)
            assert read_pipeline(to_json(written)) == read_pipeline(to_yaml(written)) == declaration, file.name
            equal.append(file.name)
    unexpected = [name for name in refused if not name.startswith(tuple(NOT_FOR_THE_API))]
    print(f"{len(equal)} of {len(equal) + len(unexpected)} documents for the API come back equal")

    assert len(equal) >= 20
    assert unexpected == []
    assert all(finding.where.place is not None for finding in findings)
