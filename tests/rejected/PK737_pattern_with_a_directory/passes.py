import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
appspec = pk.AppSpec.server(
    files={"dist": "/srv/app"}, permissions=[pk.Permission(object="/srv/app/bin", pattern="*.sh", mode="0755")]
)
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web, appspec=appspec)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
