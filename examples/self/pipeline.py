"""pipelinekit's own pipeline: lint, types, layers and tests side by side, then the wheel.

``pipelinekit run examples/self/pipeline.py --reuse`` runs again only what has changed since it last succeeded.
"""

import pipelinekit as pk

checkout = pk.source.CodeConnections(
    "Checkout", repository="acme/pipelinekit", branch="main", connection=pk.Parameter("ConnectionArn")
)


def session(name: str, nox_session: str) -> pk.test.CodeBuild:
    """Run one session of noxfile.py in a virtual environment of its own."""
    return pk.test.CodeBuild(
        name,
        input=checkout.output,
        buildspec=pk.BuildSpec(
            install=["python3 -m venv .venv", ".venv/bin/pip install -q nox"],
            build=[f".venv/bin/nox -s {nox_session}"],
        ),
    )


checks = [session("Lint", "lint"), session("Types", "types"), session("Layers", "imports"), session("Tests", "tests")]
wheel = pk.build.CodeBuild(
    "Wheel",
    input=checkout.output,
    buildspec=pk.BuildSpec(
        build=[
            "python3 -m venv .venv",
            ".venv/bin/pip wheel -q --no-deps -w dist .",
            'VERSION="$(ls dist | cut -d - -f 2)"',
        ],
        post_build=[
            # The wheel is whole when it can be installed and imported on its own.
            ".venv/bin/pip install -q dist/*.whl",
            'cd / && "$CODEBUILD_SRC_DIR/.venv/bin/pipelinekit" --version',
        ],
        artifacts=pk.Artifacts(["*.whl"], base_directory="dist"),
        exported_variables=["VERSION"],
    ),
)

pipelinekit = pk.Pipeline(
    "pipelinekit",
    [pk.Stage("Source", checkout), pk.Stage("Check", checks), pk.Stage("Package", wheel)],
)

LOCAL = pk.local.Bindings(sources={"Checkout": "../.."})
