import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
files = pk.Artifacts(["web/app.conf", "api/app.conf"], discard_paths=True)
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=files)
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package)])
