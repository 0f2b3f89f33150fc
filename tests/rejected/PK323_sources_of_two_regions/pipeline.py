import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main", region="eu-west-1")
tools = pk.source.S3("Tools", bucket="tools", object_key="tools.zip", region="us-east-1")
unit = pk.test.CodeBuild("Unit", input=[checkout.output, tools.output], buildspec=pk.BuildSpec(build=["make test"]))
stores = {
    "eu-west-1": pk.ArtifactStore("shop-eu-west-1"),
    "us-east-1": pk.ArtifactStore("shop-us-east-1"),
}

pipeline = pk.Pipeline("shop", [pk.Stage("Source", [checkout, tools]), pk.Stage("Test", unit)], artifact_store=stores)
