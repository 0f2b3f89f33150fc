import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
stack = pk.deploy.CloudFormation(
    "Stack",
    action_mode="CHANGE_SET_REPLACE",
    stack_name="shop",
    stack_role=pk.Parameter("StackRoleArn"),
    template=checkout.output.at("template.yml"),
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", stack)])
