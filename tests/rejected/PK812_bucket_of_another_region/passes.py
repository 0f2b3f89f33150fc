import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))

pipeline = pk.Pipeline(
    "shop",
    [pk.Stage("Source", checkout), pk.Stage("Test", unit)],
    artifact_store={"eu-west-1": pk.ArtifactStore("codepipeline-eu-west-1-498132467")},
)
