"""Names that nothing of the pipeline knows are refused before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pipelinekit as pk
from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.workers import codedeploy

checkout = pk.source.CodeCommit("Checkout", repository="shop", branch="main", outputs=["Code"])
go_live = pk.approval.Manual("GoLive")
web = pk.DeploymentGroup("web", application="shop", tags={"role": "web"})
release = pk.deploy.CodeDeploy("Release", input=checkout.output, group=web)
notify = pk.invoke.Lambda("Notify", function="notify")
SHOP = pk.Pipeline("shop", [pk.Stage("Source", checkout), pk.Stage("Live", go_live >> release >> notify)])


def refusal(pipeline: pk.Pipeline, state: Path, **given: Any) -> str:
    with pytest.raises(PipelineKitError) as caught:
        pk.run(pipeline, state=state, **given)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"sources": {"Chekout": "."}}, "the pipeline has no source action 'Chekout': did you mean Checkout?"),
        ({"sources": {"Live/Checkout": "."}}, "has no source action 'Live/Checkout': did you mean Checkout?"),
        ({"hosts": {"wbe": "h1"}}, "the pipeline has no deployment group 'wbe': did you mean web?"),
        ({"functions": {"x": "f.py:h"}}, "the pipeline has no Lambda function 'x': there is notify"),
        ({"buckets": {"b": "."}}, "the pipeline has no bucket 'b': there is none"),
        ({"approvals": ["Live/GoLve"]}, "the pipeline has no manual approval 'Live/GoLve': did you mean Live/GoLive?"),
        ({"workers": {"Deploy/AWS/CodeDeply": print}}, "did you mean Deploy/AWS/CodeDeploy?"),
    ],
)
def test_a_name_that_the_pipeline_does_not_know_is_refused(
    tmp_path: Path, given: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusal(SHOP, tmp_path / "state", **given)


def test_nothing_is_recorded_of_a_run_that_is_refused_for_a_name(tmp_path: Path) -> None:
    refusal(SHOP, tmp_path / "state", sources={"Chekout": "."})

    assert not (tmp_path / "state").exists()


def test_an_action_may_be_named_without_its_stage(tmp_path: Path) -> None:
    message = refusal(SHOP, tmp_path / "state", sources={"Checkout": tmp_path}, approvals=["GoLive"])

    assert "has no" not in message
    assert "no host is bound to the deployment group web" in message


def test_any_bucket_is_taken_where_the_pipeline_only_knows_it_while_it_runs(tmp_path: Path) -> None:
    deploy = pk.deploy.S3("Deploy", input=checkout.output, bucket=f"site-{checkout.branch_name}", extract=True)
    site = pk.Pipeline("site", [pk.Stage("Source", checkout), pk.Stage("Live", deploy)])
    (tmp_path / "source").mkdir()
    (tmp_path / "bucket").mkdir()

    result = pk.run(
        site,
        sources={"Checkout": tmp_path / "source"},
        buckets={"site-main": tmp_path / "bucket"},
        state=tmp_path / "state",
    )

    assert "has no bucket" not in str(result.shown)


def test_a_host_that_is_an_empty_text_is_refused() -> None:
    with pytest.raises(ValueError, match="one of them is an empty text"):
        pk.local.Bindings(hosts={"web": ["h1", ""]})


def test_the_bindings_of_a_file_may_serve_several_pipelines(tmp_path: Path) -> None:
    local = pk.local.Bindings(sources={"Elsewhere": str(tmp_path)})

    message = refusal(SHOP, tmp_path / "state", bindings=local)

    assert "Elsewhere" not in message


def test_progress_tells_how_many_hosts_failed() -> None:
    from pipelinekit.codedeploy.rollout import ended, plan, started

    now = plan(pk.ONE_AT_A_TIME, codedeploy.host_names(["a"]))

    assert codedeploy._progress(ended(started(now, "a"), "a", succeeded=False)) == "1 of 1 host, 1 failed"


@pytest.mark.parametrize("root", ["/", "~", "~/.."])
def test_a_host_in_which_this_machines_own_files_lie_is_refused(tmp_path: Path, root: str) -> None:
    message = refusal(SHOP, tmp_path / "state", sources={"Checkout": tmp_path}, hosts={"web": root})

    assert "is no directory that stands for a host" in message
