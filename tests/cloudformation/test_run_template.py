"""A pipeline that exists only as a template runs here, with the defaults of its parameters."""

from __future__ import annotations

from pathlib import Path

import pipelinekit as pk

TEMPLATE = """
Parameters:
  Word: {Type: String, Default: shipped}
Resources:
  Site:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: site
      RoleArn: !GetAtt Role.Arn
      ArtifactStore: {Type: S3, Location: !Ref Artifacts}
      Stages:
        - Name: Source
          Actions:
            - Name: Checkout
              ActionTypeId: {Category: Source, Owner: AWS, Provider: CodeCommit, Version: 1}
              Configuration: {RepositoryName: site, BranchName: main}
              OutputArtifacts: [{Name: Source}]
        - Name: Build
          Actions:
            - Name: Page
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: 1}
              Configuration: {ProjectName: !Ref Pages}
              InputArtifacts: [{Name: Source}]
  Pages:
    Type: AWS::CodeBuild::Project
    Properties:
      Name: pages
      ServiceRole: !GetAtt Role.Arn
      Environment:
        Type: LINUX_CONTAINER
        ComputeType: BUILD_GENERAL1_SMALL
        Image: aws/codebuild/standard:7.0
        EnvironmentVariables: [{Name: TARGET, Value: "TARGET_FILE"}]
      Source:
        Type: CODEPIPELINE
        BuildSpec: !Sub |
          version: 0.2
          phases:
            build:
              commands:
                - echo ${Word} $(cat page.txt) > "$TARGET"
  Artifacts: {Type: AWS::S3::Bucket}
  Role: {Type: AWS::IAM::Role}
"""


def run(directory: Path, **more: str) -> str:
    source, target = directory / "source", directory / "target.txt"
    source.mkdir()
    (source / "page.txt").write_text("page")
    file = directory / "site.yml"
    file.write_text(TEMPLATE.replace("TARGET_FILE", str(target)))

    result = pk.run(pk.load(file), sources={"Checkout": str(source)}, parameters=more, state=directory / "state")

    assert result.status == "Succeeded"
    return target.read_text()


def test_a_template_runs_with_the_defaults_of_its_parameters(tmp_path: Path) -> None:
    assert run(tmp_path) == "shipped page\n"


def test_a_value_that_is_given_wins_over_the_default(tmp_path: Path) -> None:
    assert run(tmp_path, Word="held") == "held page\n"
