import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
web = pk.DeploymentGroup("web", application="shop", tags={f"role{n}": "web" for n in range(10)})
appspec = pk.AppSpec.server(files={"dist": "/srv/app"})
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web, appspec=appspec)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
