import pipelinekit as pk

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main")
lint = pk.build.Commands(
    "Lint",
    input=checkout.output,
    commands=["./lint.ps1"],
    environment_type="WINDOWS_SERVER_2022_CONTAINER",
    compute_type="BUILD_GENERAL1_SMALL",
)

pipeline = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Lint", lint)])
