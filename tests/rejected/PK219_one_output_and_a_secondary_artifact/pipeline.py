import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        build=["make dist"], artifacts=pk.Artifacts(["README.md"], secondary={"web": pk.Artifacts(["web/**/*"])})
    ),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package)])
