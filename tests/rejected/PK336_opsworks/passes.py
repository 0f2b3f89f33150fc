import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
release = pk.deploy.ElasticBeanstalk(
    "Release", input=checkout.output, application_name="shop", environment_name="shop-prod"
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Deploy", release)])
