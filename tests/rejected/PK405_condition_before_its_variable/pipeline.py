import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/shop", branch="main", connection=pk.Parameter("ConnectionArn")
)
build = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["export READY=yes"], exported_variables=["READY"])
)
ready = pk.rule.VariableCheck("Ready", variable=build.variable("READY"), operator="EQ", value="yes")

package = pk.Stage("Build", build, before_entry=pk.Condition(ready, result="FAIL"))
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), package])
