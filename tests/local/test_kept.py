from __future__ import annotations

import json

import pipelinekit as pk
from pipelinekit.local.kept import keepable, kept_bindings
from pipelinekit.local.reuse import Reuse


def publish(job: pk.local.Job, work: pk.local.Work) -> None:
    """A stand-in that another process finds by its name."""


def test_bindings_come_out_of_the_journal_as_they_went_in() -> None:
    notify = pk.local.LambdaFunction(
        "/shop/notify.py:handler", environment={"TOPIC": "t"}, timeout_seconds=9, pause_seconds=1.5, repeatable=True
    )
    bound = pk.local.Bindings(
        sources={"Checkout": "/shop"},
        hosts={"web": ["/hosts/a", "/hosts/b"]},
        functions={"notify": notify, "other": "/shop/other.py:handler"},
        buckets={"site": "/site", "logs": "http://127.0.0.1:9000"},
    )

    assert kept_bindings(json.loads(json.dumps(keepable(bound, Reuse())))) == bound


def test_stand_ins_are_kept_by_name_and_recorders_whole() -> None:
    notes = pk.local.record(variables={"URL": "u"}, outputs={"Report": "/report", "Other": None})
    bound = pk.local.Bindings(workers={"A": publish, "B": notes, "C": "module:name", "D": lambda job, work: None})

    workers = kept_bindings(json.loads(json.dumps(keepable(bound, Reuse())))).workers

    again = workers["B"]
    assert set(workers) == {"A", "B", "C"}
    assert (workers["A"], workers["C"]) == (f"{__name__}:publish", "module:name")
    assert isinstance(again, pk.local.Recorder)
    assert (again.variables, again.outputs) == (notes.variables, notes.outputs)


def test_what_an_older_version_kept_can_be_read() -> None:
    bound = kept_bindings({"sources": {"Checkout": "/shop"}, "hosts": {}, "workers": {}})

    assert bound == pk.local.Bindings(sources={"Checkout": "/shop"})
