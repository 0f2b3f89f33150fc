import pipelinekit as pk

checkout = pk.source.CodeCommit(
    "Checkout", repository="shop", branch="main", output_artifact_format="CODEBUILD_CLONE_REF"
)
publish = pk.deploy.S3("Publish", input=checkout.output, bucket="shop-site")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", publish)])
