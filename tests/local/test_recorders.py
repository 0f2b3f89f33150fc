from __future__ import annotations

from pathlib import Path

import pytest

import pipelinekit as pk
from local.harness import Bench
from pipelinekit.codepipeline.declaration import ActionDeclaration, ActionTypeId, OutputArtifact
from pipelinekit.local.bindings import relative_to

ECS = ActionTypeId("Deploy", "AWS", "ECS")


def rollout(*outputs: str) -> ActionDeclaration:
    return ActionDeclaration(
        "Rollout",
        action_type_id=ECS,
        configuration={"ClusterName": "shop", "ServiceName": "web"},
        input_artifacts=("Images",),
        output_artifacts=tuple(OutputArtifact(name) for name in outputs),
    )


def test_it_notes_what_it_was_asked_for_the_user_to_read(bench: Bench) -> None:
    bench.artifact("Images", {"imagedefinitions.json": "[]", "more/notes.txt": "x"})
    notes = pk.local.record()

    bench.run(notes, rollout())

    [asked] = notes.recorded
    assert asked.action == "Build/Rollout"
    assert asked.configuration == {"ClusterName": "shop", "ServiceName": "web"}
    assert asked.inputs == {"Images": ("imagedefinitions.json", "more/notes.txt")}


def test_its_result_and_its_log_say_each_time_that_nothing_was_done(bench: Bench) -> None:
    bench.artifact("Images", {"imagedefinitions.json": "[]"})
    notes = pk.local.record()

    attempts = [bench.run(notes, rollout()) for _ in range(2)]

    assert [attempt.result.succeeded for attempt in attempts] == [True, True]
    for attempt in attempts:
        assert attempt.result.summary == "recorded only, nothing was done"
        assert attempt.text.splitlines() == [
            "[pipelinekit] Deploy/AWS/ECS/1: recorded only, nothing was done",
            "ClusterName = shop",
            "ServiceName = web",
            "input artifact Images: 1 files",
            "  imagedefinitions.json",
        ]


def test_it_gives_the_variables_it_was_given(bench: Bench) -> None:
    bench.artifact("Images")

    attempt = bench.run(pk.local.record(variables={"URL": "https://example.org/"}), rollout())

    assert attempt.result.variables == {"URL": "https://example.org/"}


def test_it_makes_only_the_output_artifacts_that_it_was_given(bench: Bench, tmp_path: Path) -> None:
    bench.artifact("Images")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "ok.txt").write_text("fine")
    notes = pk.local.record(outputs={"Report": tmp_path / "report", "Empty": None})

    attempt = bench.run(notes, rollout("Report", "Empty", "Other"))

    assert attempt.outputs == {"Report": {"ok.txt": "fine"}, "Empty": {}}
    assert "output artifact Other: none was given, so there is none" in attempt.text


def test_a_directory_that_is_to_become_an_output_and_is_none_fails(bench: Bench, tmp_path: Path) -> None:
    bench.artifact("Images")

    with pytest.raises(pk.PipelineKitError, match="is to become the output artifact Report, and is no directory"):
        bench.run(pk.local.record(outputs={"Report": tmp_path / "absent"}), rollout("Report"))


def test_its_directories_are_seen_from_the_pipeline_s_file_and_its_list_stays_the_user_s(
    bench: Bench, tmp_path: Path
) -> None:
    bench.artifact("Images")
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "ok.txt").write_text("fine")
    notes = pk.local.record(outputs={"Report": "report"})

    seen = relative_to(pk.local.Bindings(workers={"Rollout": notes}), tmp_path).workers["Rollout"]
    attempt = bench.run(seen, rollout("Report"))  # type: ignore[arg-type]

    assert attempt.outputs == {"Report": {"ok.txt": "fine"}}
    assert [asked.action for asked in notes.recorded] == ["Build/Rollout"]
