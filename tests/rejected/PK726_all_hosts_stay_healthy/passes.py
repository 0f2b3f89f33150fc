import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.DeploymentGroup(
    "web",
    application="shop",
    tags={"role": "web"},
    config=pk.DeploymentConfig("Careful", type="FLEET_PERCENT", value=90),
)
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
