import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*", "scripts/*"])
)
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
appspec = pk.AppSpec.server(files={"dist": "/srv/app"}, hooks={"ApplicationStart": "scripts/start.sh"})
release = pk.deploy.CodeDeploy("Release", input=package.output, group=web, appspec=appspec)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Deploy", release)])
