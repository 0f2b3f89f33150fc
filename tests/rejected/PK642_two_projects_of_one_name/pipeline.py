import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild(
    "Unit",
    input=checkout.output,
    project=pk.Project("shop-test", buildspec=pk.BuildSpec(build=["make test"])),
)
lint = pk.test.CodeBuild(
    "Lint",
    input=checkout.output,
    project=pk.Project("shop-test", buildspec=pk.BuildSpec(build=["make lint"])),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", [unit, lint])])
