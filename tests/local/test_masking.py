from __future__ import annotations

import base64
import itertools
import json
import random
import re
import string
import subprocess
import sys
import urllib.parse
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinekit.local.disguises import SHORTEST, disguises, short_values
from pipelinekit.local.masking import MASK, Hidden, Mask

PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n  ggSjAgEAAoIBAQC7VJTUt9Us8cKj\r\n-----END KEY-----\n"


def naively(looks: Iterable[bytes], data: bytes) -> bytes:
    """Mask as the words of the docstring say it, one place after the other."""
    covered = [(p, p + len(look)) for look in looks for p in range(len(data)) if data.startswith(look, p)]
    shown, position = b"", 0
    for start, end in sorted(covered):
        if start >= position:
            shown += data[position:start] + MASK
        position = max(position, end)
    return shown + data[position:]


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in itertools.pairwise(edges)]


def streamed(mask: Mask, pieces: Iterable[bytes]) -> bytes:
    return b"".join(mask.feed(piece) for piece in pieces) + mask.end()


few_letters = st.text("ab", min_size=SHORTEST, max_size=14)
any_letters = st.text(
    st.one_of(st.sampled_from("aZ09'\"\\$`/+&=%<> \n{}:;!-_~ü€"), st.characters(exclude_characters="*")),
    min_size=SHORTEST,
    max_size=40,
)


@st.composite
def streams(draw: st.DrawFn, letters: st.SearchStrategy[str]) -> tuple[list[str], bytes]:
    """Give secrets, and data made of their looks, of pieces of these, and of anything."""
    secrets = draw(st.lists(letters, min_size=1, max_size=3))
    looks = sorted(set().union(*map(disguises, secrets)))
    whole = st.sampled_from(looks)
    part = st.tuples(whole, st.integers(0, 12), st.integers(0, 60)).map(lambda t: t[0][t[1] : t[2]])
    pieces = st.one_of(whole, part, st.binary(max_size=5), letters.map(lambda t: t.encode(errors="replace")))
    return secrets, b"".join(draw(st.lists(pieces, max_size=8)))


@given(st.one_of(streams(few_letters), streams(any_letters)), st.lists(st.integers(0, 10_000), max_size=12))
def test_every_look_of_a_secret_is_masked_however_the_stream_is_cut_and_nothing_else(
    given_: tuple[list[str], bytes], cuts: list[int]
) -> None:
    secrets, data = given_
    looks = set().union(*map(disguises, secrets))

    shown = streamed(Mask(secrets), cut(data, cuts))

    assert shown == naively(looks, data)
    assert not any(look in shown for look in looks)


@given(streams(any_letters))
def test_a_whole_text_is_masked_like_a_stream(given_: tuple[list[str], bytes]) -> None:
    secrets, data = given_
    text = data.decode(errors="surrogateescape")

    shown = Hidden(secrets).text(text)

    assert shown.encode(errors="surrogateescape") == naively(set().union(*map(disguises, secrets)), data)


@given(any_letters, st.binary(max_size=10), st.binary(max_size=10))
def test_base64_of_data_with_a_secret_in_it_shows_nothing_that_is_of_the_secret_alone(
    secret: str, before: bytes, after: bytes
) -> None:
    data = secret.encode(errors="replace")
    encoded = base64.b64encode(before + data + after)
    first, last = -(-len(before) * 8 // 6), (len(before) + len(data)) * 8 // 6

    for alphabet in (encoded, encoded.translate(bytes.maketrans(b"+/", b"-_")), encoded.rstrip(b"=")):
        shown = Hidden([secret]).text(alphabet.decode())

        assert alphabet[first:last].decode() not in shown


@given(any_letters)
def test_encoded_as_libraries_do_it_a_secret_is_no_more_than_a_mask(secret: str) -> None:
    secret = secret.encode(errors="replace").decode()
    encoded = [
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        urllib.parse.quote(secret),
        urllib.parse.quote(secret, safe=""),
        urllib.parse.quote_plus(secret),
        re.sub("%..", lambda match: match[0].lower(), urllib.parse.quote_plus(secret)),
        base64.b64encode(secret.encode()).decode(),
        base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        repr(secret)[1:-1],
    ]
    hidden = Hidden([secret])

    assert {hidden.text(text) for text in encoded} == {"***"}


ODD = """Tr0ub4dor's "quoted" $HOME `ls` \\back &amp; (and) more; ~user/path,comma=equals!bang ünïcode"""
WORDS = ("Tr0ub4dor", "quoted", "HOME", "back", "path", "comma", "equals", "bang")
TOOLS = {
    "bash, printf %q": ["bash", "-c", "printf '%q\n' \"$S\""],
    "bash, set -x": ["bash", "-c", 'set -x; true "$S"'],
    "bash, export -p": ["bash", "-c", "export -p | grep -A9 ' S='"],
    "bash, ${S@Q}": ["bash", "-c", 'echo "${S@Q}"'],
    "sh, set -x": ["sh", "-c", 'set -x; true "$S"'],
    "sh, export -p": ["sh", "-c", "export -p | grep -A9 ' S='"],
    "base64": ["sh", "-c", 'printf %s "$S" | base64'],
    "base64 of a line": ["sh", "-c", 'printf "%s\\n" "$S" | base64'],
    "python's repr": [sys.executable, "-c", "import os; print([os.environ['S']])"],
    "python's repr of bytes": [sys.executable, "-c", "import os; print([os.environb[b'S']])"],
    "python's json": [sys.executable, "-c", "import json, os; print(json.dumps(os.environ['S']))"],
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("secret", [ODD, f"{ODD}\n{ODD}\n", ODD * 3], ids=["one line", "two lines", "long"])
def test_nothing_of_an_odd_secret_is_shown_by_tools_that_quote_or_encode_it(tool: str, secret: str) -> None:
    done = subprocess.run(
        TOOLS[tool], env={"S": secret, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}, capture_output=True
    )
    written = (done.stdout + done.stderr).decode()

    shown = Hidden([secret]).text(written)

    assert "***" in shown
    assert not [word for word in WORDS if word in shown], shown
    assert len(shown) < 60, shown


def test_what_cannot_begin_a_secret_is_shown_at_once() -> None:
    mask = Mask(["s3cret"])

    assert mask.feed(b"hello") == b"hello"
    assert mask.feed(b"hello s") == b"hello "
    assert mask.feed(b"o") == b"so"


def test_of_looks_that_begin_alike_the_longest_is_waited_for() -> None:
    mask = Mask(["hunter", "hunter2-and-more"])

    assert mask.feed(b"a hunter2") == b"a "
    assert mask.feed(b"-and-more.") == b"***."
    assert mask.feed(b"a hunter2!") == b"a ***2!"


def test_secrets_that_overlap_become_one_mask_also_across_two_writes() -> None:
    assert streamed(Mask(["hunter", "terrific"]), [b"hunterrific!"]) == b"***!"
    assert streamed(Mask(["hunter", "terrific"]), [b"hunter", b"rific!"]) == b"***!"


def test_no_more_is_held_back_than_the_longest_look() -> None:
    secret = "".join(random.Random(1).choices(string.ascii_letters, k=20_000))
    longest = max(map(len, disguises(secret)))
    mask = Mask([secret])
    fed = shown = 0

    for _ in range(3):
        for start in range(0, 19_999, 7):
            piece = secret[start : min(start + 7, 19_999)].encode()
            fed, shown = fed + len(piece), shown + len(mask.feed(piece))

            assert fed - shown <= longest * 5 // 4
    assert fed - shown == 19_999
    assert len(mask.end()) == 19_999


def test_a_secret_of_several_lines_is_masked_line_by_line() -> None:
    shown = Hidden([PEM]).text(
        "indented:\n    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw\n    ggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    )

    assert shown == "indented:\n    ***\n    ***\n"


def test_a_secret_that_is_json_is_masked_leaf_by_leaf() -> None:
    inner = json.dumps({"key": PEM})
    secret = json.dumps(
        {"user": "admin", "password": "hunter2", "port": 54321, "more": ["in a list", inner], "on": True}
    )

    shown = Hidden([secret]).text("admin hunter2 54321 in a list MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw user True true")

    assert shown == "*** *** *** *** *** user True true"


def test_what_is_hidden_later_is_masked_from_then_on_in_every_stream_that_shares_it() -> None:
    hidden = Hidden()
    first, second = Mask(hidden), Mask(hidden)
    before = first.feed(b"hunter2 ")

    second.add(["hunter2"])

    assert (before, first.feed(b"hunter2 "), second.feed(b"hunter2 ")) == (b"hunter2 ", b"*** ", b"*** ")


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_very_short_values_are_not_masked(secret: str) -> None:
    assert disguises(secret) == set()
    assert Hidden([secret]).text("abc a b c") == "abc a b c"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("abc", ["db"]),
        ("", []),
        ("abcd", []),
        ('{"user": "me", "password": "hunter2", "port": 22}', ["db:user"]),
        ("{", ["db"]),
    ],
)
def test_values_too_short_to_be_masked_are_known_by_name(value: str, names: list[str]) -> None:
    assert list(short_values("db", value)) == names


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a": ' * 5_000, "{not json}", '{"a": "\\ud800 half"}', "\ud800 half a character"]
)
def test_a_secret_that_is_strange_is_hidden_all_the_same(text: str) -> None:
    assert Hidden([text]).text(f"x {text} y").startswith("x ***")


@given(st.binary(max_size=100), st.sampled_from(["k3y/with+signs", "T0k-" * 24]), st.binary(max_size=40))
def test_base64_that_is_wrapped_hides_a_secret_wherever_it_stands(before: bytes, secret: str, after: bytes) -> None:
    encoded = base64.b64encode(before + secret.encode() + after)
    wrapped = b"\n".join(encoded[start : start + 76] for start in range(0, len(encoded), 76))

    mask = Mask([secret])
    shown = mask.feed(wrapped) + mask.end()

    kept = base64.b64decode(b"".join(part for part in shown.replace(b"\n", b"").split(b"***") if len(part) % 4 == 0))
    assert secret.encode() not in kept
    assert b"***" in shown
