import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")

buildspec = """
version: 0.2
phases:
  build:
    commands:
      - 'make test
"""
project = pk.Project("shop-unit", buildspec=buildspec)
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
