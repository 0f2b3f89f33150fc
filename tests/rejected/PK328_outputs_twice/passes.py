import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
stack = pk.deploy.CloudFormation(
    "Stack",
    stack_name="shop",
    stack_role=pk.Parameter("StackRoleArn"),
    template=checkout.output.at("template.yml"),
    namespace="Stack",
)
ask = pk.approval.Manual("Ask", message="Is #{Stack.Url} right?")
pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", stack), pk.Stage("Ask", ask)])
