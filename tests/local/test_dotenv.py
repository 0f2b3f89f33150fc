from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelinekit.diagnostics import PipelineKitError
from pipelinekit.local.dotenv import read_dotenv


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("\n# all of it\n   # is comment\n\n", {}),
        ("A=1\nB = two words \nC=", {"A": "1", "B": "two words", "C": ""}),
        ("export A=1\nexport\tB=2\nexported=3", {"A": "1", "B": "2", "exported": "3"}),
        ("A=1 # comment\nB=a#b\nC=#c\nD= # nothing\nE=1\t#x", {"A": "1", "B": "a#b", "C": "#c", "D": "", "E": "1"}),
        ('A=a=b==\nB=it\'s\nC=a"b"', {"A": "a=b==", "B": "it's", "C": 'a"b"'}),
        ("A='$HOME \\n \"x\" # y'  # comment\nB=''", {"A": '$HOME \\n "x" # y', "B": ""}),
        (r'A="a\nb\tc\rd \"q\" \\ \$x \`y\` \z"', {"A": 'a\nb\tc\rd "q" \\ $x `y` \\z'}),
        ('A="$HOME ${X} `ls`"\nB=$HOME', {"A": "$HOME ${X} `ls`", "B": "$HOME"}),
        (
            "A=\"one\n two # no comment\n\nfour\"\nB='1\n2'\nC=3",
            {"A": "one\n two # no comment\n\nfour", "B": "1\n2", "C": "3"},
        ),
        ('A="one \\\n  line"', {"A": "one   line"}),
        ("\ufeffA=1\r\nB='2\r\n3'\r\n", {"A": "1", "B": "2\n3"}),
        ("A=1\nA=2", {"A": "2"}),
        (
            "/shop/db-password=x\ndb:user=y\narn:aws:ssm:eu-west-1:1:parameter/a=z",
            {"/shop/db-password": "x", "db:user": "y", "arn:aws:ssm:eu-west-1:1:parameter/a": "z"},
        ),
        ("A=ü €\nÜ=1", {"A": "ü €", "Ü": "1"}),
    ],
)
def test_lines_are_read_as_shells_and_dotenv_files_mean_them(text: str, found: dict[str, str]) -> None:
    assert read_dotenv(text, "x.env") == found


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("A=1\nhunter2\n", "x.env:2", "NAME=VALUE"),
        ("=hunter2", "x.env:1", "NAME=VALUE"),
        ("two words=hunter2", "x.env:1", "NAME=VALUE"),
        ('A=1\n\nB="hunter2\nC=2', "x.env:3", "quotes around the value of B are not closed"),
        ("B='hunter2", "x.env:1", "quotes around the value of B are not closed"),
        ('B="a\nb" hunter2', "x.env:2", "after the closing quote of B"),
        ('B="hunter"2', "x.env:1", "after the closing quote of B"),
        ('B="hunter2"#c', "x.env:1", "after the closing quote of B"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_without_the_value(text: str, place: str, words: str) -> None:
    with pytest.raises(PipelineKitError) as caught:
        read_dotenv(text, "x.env")

    assert str(caught.value).startswith(f"{place}: ")
    assert words in str(caught.value)
    assert "hunter" not in str(caught.value)


def quoted(value: str) -> str:
    return '"' + "".join("\\" + c if c in '\\"$`' else c for c in value) + '"'


values = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]))


@given(st.dictionaries(st.from_regex(r"[A-Za-z_/][A-Za-z0-9_/.:-]*", fullmatch=True), values), st.booleans())
@example({"A": 'a"b\\', "B": "\n", "C": "\\n"}, False)
def test_what_is_quoted_comes_back(secrets: dict[str, str], single: bool) -> None:
    def written(value: str) -> str:
        return f"'{value}'" if single and "'" not in value else quoted(value)

    text = "".join(f"{name}={written(value)}\n" for name, value in secrets.items())

    assert read_dotenv(text, "x.env") == secrets


def test_a_shell_reads_the_same_file_alike(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("""# like a shell
export A=1  # one
B='$HOME "x"'
C="a \\"q\\" \\\\ \\$x \\`y\\`
two lines"
D=plain#hash
E="a\\
b"
F=
""")
    names = "ABCDEF"

    said = subprocess.run(
        ["sh", "-c", '. "$0"; printf "%s\\0" "$A" "$B" "$C" "$D" "$E" "$F"', str(file)], capture_output=True
    )

    assert dict(zip(names, said.stdout.decode().split("\0"), strict=False)) == read_dotenv(file.read_text(), "x.env")
