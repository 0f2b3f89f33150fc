import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
stack = pk.CustomAction(
    "Stack",
    action_type=pk.ActionTypeId("Deploy", "AWS", "CloudFormation"),
    input=checkout.output,
    configuration={
        "ActionMode": "CREATE_UPDATE",
        "StackName": "shop",
        "RoleArn": "arn:aws:iam::111122223333:role/Stack",
        "TemplatePath": "CheckoutOutput::template.yml",
        "ParameterOverrides": '{"Level": "debug"}',
    },
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", stack)])
