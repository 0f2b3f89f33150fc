import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["export VERSION=$(cat VERSION)"], exported_variables=["VERSION"]),
    namespace="Package",
)
go_live = pk.approval.Manual("GoLive", message="Ship #{Packge.VERSION}?")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Decide", go_live)])
