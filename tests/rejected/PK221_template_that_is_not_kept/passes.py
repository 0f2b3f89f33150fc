import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
package = pk.build.CodeBuild(
    "Package",
    input=checkout.output,
    buildspec=pk.BuildSpec(build=["make dist"], artifacts=["dist/**/*", "template.yml"]),
)
stack = pk.deploy.CloudFormation(
    "Stack",
    action_mode="CREATE_UPDATE",
    stack_name="shop",
    template=package.output.at("template.yml"),
    stack_role=pk.Parameter("StackRoleArn"),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Build", package), pk.Stage("Deploy", stack)])
