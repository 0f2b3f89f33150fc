import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
publish = pk.deploy.S3("Publish", input=checkout.output, bucket="shop-site", canned_acl="public-read-write")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", publish)])
