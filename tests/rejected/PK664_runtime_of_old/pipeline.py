import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
spec = pk.BuildSpec(install=pk.Phase(runtime_versions={"python": "3.8"}), build=["make test"])
project = pk.Project("shop-test", image="aws/codebuild/standard:7.0", buildspec=spec)
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
