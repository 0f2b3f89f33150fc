import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.DeploymentGroup(
    "web",
    application="shop-web",
    tags={"role": "web"},
)
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
