import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
token = pk.EnvironmentVariable(name="TOKEN", value="shop/token", type="SECRETS_MANAGER")
lint = pk.build.Commands("Lint", input=checkout.output, commands=["make lint"], environment=[token])

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Lint", lint)])
