import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
blue = pk.deploy.CodeDeploy(
    "Blue",
    input=checkout.output,
    group=pk.DeploymentGroup("web", application="shop", tags={"colour": "blue"}),
)
green = pk.deploy.CodeDeploy(
    "Green",
    input=checkout.output,
    group=pk.DeploymentGroup("web", application="shop", tags={"colour": "green"}),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", blue >> green)])
