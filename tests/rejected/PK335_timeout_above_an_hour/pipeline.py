import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
release = pk.deploy.ECS("Release", input=checkout.output, cluster="shop", service="web", deployment_timeout_minutes=90)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
