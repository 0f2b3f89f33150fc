import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
admin = pk.DeploymentGroup("admin", application="shop", tags={"role": "web"})
shop = pk.AppSpec.server(files={"dist": "/srv/app"})
tools = pk.AppSpec.server(files={"dist": "/srv/app"})
deploy = pk.Stage(
    "Deploy",
    pk.deploy.CodeDeploy("Web", input=checkout.output, group=web, appspec=shop)
    >> pk.deploy.CodeDeploy("Admin", input=checkout.output, group=admin, appspec=tools),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), deploy])
