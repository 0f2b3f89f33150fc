import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
unit = pk.test.CodeBuild("Unit", input=checkout.output, buildspec=pk.BuildSpec(build=["make test"]))
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"])
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", unit), pk.Stage("Package", package)])
