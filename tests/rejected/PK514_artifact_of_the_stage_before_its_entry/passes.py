import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
build = pk.build.CodeBuild("Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make"], artifacts=["app"]))
ready = pk.rule.Commands("Ready", commands=["test -s app"], input=build.output)

package = pk.Stage("Build", build, on_success=pk.Condition(ready, result="FAIL"))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), package])
