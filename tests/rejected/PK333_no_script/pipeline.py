import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
copy = pk.deploy.EC2(
    "Copy",
    input=checkout.output,
    tag_key="role",
    tag_value="web",
    instance_type="EC2",
    target_directory="/srv/shop",
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", copy)])
