"""Taking values out of a document's nodes, whatever kind of document it is."""

from __future__ import annotations

from collections.abc import Collection

from pipelinekit.documents import Node, Scalar, read
from pipelinekit.reading import Path, Reading, described, is_empty


class Plain(Reading):
    """A kind of document that says things as briefly as it can."""

    def wrong(self, node: Node, wanted: str, path: Path) -> None:
        self.error("PK1", f"{described(node)}, not {wanted}", node, path)

    def unknown(self, path: Path, known: Collection[str], hint: str) -> None:
        self.warning("PK2", "unknown", self.places[path], path, hint)

    def twice(self, key: Scalar, path: Path) -> None:
        self.warning("PK3", "twice", key, (*path, key.text))


def found(reading: Reading) -> list[str]:
    return [str(finding) for finding in reading.in_order()]


def test_a_value_of_another_type_is_a_finding_and_reads_as_if_it_were_not_there() -> None:
    reading = Plain()
    given = reading.mapping(read("a: [b]\nc: d\ne: {f: g}\n", "x.yml"), ())

    assert reading.text(given["a"], ("a",)) is None
    assert reading.texts(given["c"], ("c",)) == ()
    assert reading.mapping(given["e"], ("e",)).keys() == {"f"}
    assert found(reading) == [
        "x.yml:1:4: a: a list, not text [PK1]",
        "x.yml:2:4: c: the text 'd', not a list of texts [PK1]",
    ]


def test_nothing_at_all_is_an_empty_mapping_list_or_text_and_no_finding() -> None:
    reading = Plain()
    null = read("null", "x.yml")

    for node in (None, null):
        assert (reading.mapping(node, ("a",)), reading.texts(node, ("a",)), reading.text(node, ("a",))) == (
            {},
            (),
            None,
        )
    assert found(reading) == []


def test_a_list_of_texts_holds_texts_only_and_each_is_known_by_its_position() -> None:
    reading = Plain()

    assert reading.texts(read("[a, 5, {}, null]", "x.yml"), ("files",)) == ("a", "5")
    assert found(reading) == [
        "x.yml:1:8: files[2]: a mapping, not text [PK1]",
        "x.yml:1:12: files[3]: nothing (null), not text [PK1]",
    ]


def test_of_a_key_that_stands_twice_the_last_one_counts() -> None:
    reading = Plain()
    given = reading.mapping(read("a: 1\nb: 2\na: 3\n", "x.yml"), ())

    assert {key: reading.text(node, (key,)) for key, node in given.items()} == {"a": "3", "b": "2"}
    assert found(reading) == ["x.yml:3:1: warning: a: twice [PK3]"]


def test_what_a_mapping_takes_over_gives_way_to_its_own_keys() -> None:
    reading = Plain()
    root = reading.mapping(read("base: &base {a: 1, b: 2}\nown: {<<: *base, b: 3}\n", "x.yml"), ())
    own = reading.mapping(root["own"], ("own",))

    assert {key: reading.text(node, (key,)) for key, node in own.items()} == {"a": "1", "b": "3"}
    assert found(reading) == []


def test_unknown_keys_are_noted_at_their_own_place_with_the_hint_they_have() -> None:
    reading = Plain()
    given = reading.mapping(read("a: 1\nb: 2\nc: 3\n", "x.yml"), ())

    reading.known(given, {"a"}, (), {"c": "leave it out"})

    assert found(reading) == [
        "x.yml:2:1: warning: b: unknown [PK2]",
        "x.yml:3:1: warning: c: unknown [PK2]\n  hint: leave it out",
    ]


def test_an_empty_list_an_empty_mapping_and_null_are_empty_and_an_empty_text_is_not() -> None:
    assert [is_empty(read(text, "x")) for text in ("[]", "{}", "~", "''", "[~]")] == [True, True, True, False, False]
