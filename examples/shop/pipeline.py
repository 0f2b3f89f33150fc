"""A small shop: checked out, linted and tested side by side, bundled, approved, and deployed to three hosts."""

import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
lint = pk.test.CodeBuild(
    "Lint", input=checkout.output, buildspec=pk.BuildSpec(build=["python3 tools/lint.py shop tests"])
)
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["python3 -m unittest discover"]))
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        build=[
            'VERSION="$(cat shop/version.txt)+$(echo "$CODEBUILD_RESOLVED_SOURCE_VERSION" | cut -c 1-7)"',
            "mkdir -p dist/app && cp -R shop dist/app/ && cp -R deploy dist/",
            'echo "$VERSION" > dist/app/VERSION',
        ],
        artifacts=pk.Artifacts(["**/*"], base_directory="dist"),
        exported_variables=["VERSION"],
    ),
)
go_live = pk.approval.Manual("GoLive", message=f"Ship {package.variable('VERSION')} ({checkout.commit_id})?")
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"}, config=pk.HALF_AT_A_TIME)
release = pk.deploy.CodeDeploy(
    "Release",
    input=package.output,
    group=web,
    appspec=pk.AppSpec.server(
        files={"app": "/srv/shop"},
        hooks={
            "ApplicationStop": pk.Hook("deploy/stop.sh", timeout=30),
            "ApplicationStart": pk.Hook("deploy/start.sh", timeout=30),
            "ValidateService": pk.Hook("deploy/validate.sh", timeout=30),
        },
    ),
)

shop = pk.Pipeline(
    "shop",
    [
        pk.Stage("Source", checkout),
        pk.Stage("Build", [lint, unit] >> package),
        pk.Stage("Production", go_live >> release),
    ],
)

# What stands for all this on the machine at hand: this directory, and three directories that play the hosts.
LOCAL = pk.local.Bindings(sources={"Checkout": "."}, hosts={"web": ["hosts/web1", "hosts/web2", "hosts/web3"]})
