import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package", input=checkout.output, buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*"])
)
deploy = pk.CustomAction(
    "Deploy",
    action_type=pk.ActionTypeId("Deploy", "AWS", "ElasticBeanstalk"),
    input=package.output,
    configuration={"ApplicationName": "shop"},
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Deploy", deploy)])
