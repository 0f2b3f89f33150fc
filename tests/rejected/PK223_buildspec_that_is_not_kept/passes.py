import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*", "ci/accept.yml"]),
)
accept = pk.test.CodeBuild("Accept", input=package.output, buildspec="ci/accept.yml")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Test", accept)])
