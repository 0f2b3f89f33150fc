import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild(
    "Unit",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        build=pk.Phase(["make site"], on_failure="ABORT"),
        post_build=["aws s3 sync site s3://shop-site"],
    ),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Test", unit)])
