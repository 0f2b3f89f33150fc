import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
prepare = pk.deploy.CloudFormation.create_change_set(
    "Prepare",
    stack_name="shop",
    change_set_name="release",
    template=checkout.output.at("template.yml"),
    stack_role=pk.Parameter("StackRoleArn"),
)
execute = pk.deploy.CloudFormation.execute_change_set("Execute", stack_name="shop", change_set_name="release")

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", [prepare, execute])])
