import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
project = pk.Project(
    "shop-test",
    environment_type="WINDOWS_SERVER_2022_CONTAINER",
    image="aws/codebuild/windows-base:2022-1.0",
    buildspec=pk.BuildSpec(build=["msbuild"]),
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, project=project)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
