"""The example, for real: a repository with the shop in it, three hosts, servers that answer over HTTP."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelinekit as pk
from pipelinekit.files import open_pipeline

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"


class Town:
    """A copy of the shop under git, its hosts, and its releases."""

    def __init__(self, root: Path) -> None:
        self.root = root / "shop"
        self.state = root / "state"
        shutil.copytree(SHOP, self.root, ignore=shutil.ignore_patterns("hosts", "__pycache__", ".pipelinekit"))
        self.git("init", "-q")
        self.commit("first")

    def git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        done = subprocess.run(["git", *identity, *arguments], cwd=self.root, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "--short=7", "HEAD")

    def release(self) -> pk.local.Result:
        from pipelinekit.local.bindings import Bindings, relative_to

        opened = open_pipeline(str(self.root / "pipeline.py"))
        assert isinstance(opened.local, Bindings)
        bindings = relative_to(opened.local, opened.directory)
        return pk.run(opened.value, bindings=bindings, approvals="all", state=self.state)

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text()
        assert old in text
        (self.root / file).write_text(text.replace(old, new))

    def pids(self) -> list[int]:
        return [int((self.root / f"hosts/web{n}/var/run/shop.pid").read_text()) for n in (1, 2, 3)]

    def versions(self) -> list[str]:
        ports = [(self.root / f"hosts/web{n}/var/run/shop.port").read_text().strip() for n in (1, 2, 3)]
        return [ask(port)["version"] for port in ports]

    def close(self) -> None:
        subprocess.run([str(self.root / "stop.sh")], check=True)


def ask(port: str) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as response:
        answer: dict[str, str] = json.load(response)
    return answer


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.close()


def test_a_release_serves_its_version_on_three_hosts(town: Town) -> None:
    result = town.release()

    commit = town.git("rev-parse", "--short=7", "HEAD")
    assert result.status == "Succeeded"
    assert town.versions() == [f"1.4+{commit}"] * 3
    assert result.action("Build/Package")["outputVariables"] == {"VERSION": f"1.4+{commit}"}


def test_the_next_release_stops_the_one_before(town: Town) -> None:
    town.release()
    before = town.pids()
    town.edit("shop/version.txt", "1.4", "1.5")
    commit = town.commit("Raise the version")

    town.release()

    assert town.versions() == [f"1.5+{commit}"] * 3
    assert [pid for pid in before if is_alive(pid)] == []


def test_a_broken_test_stops_before_production_and_the_first_release_still_serves(town: Town) -> None:
    town.release()
    serving = town.versions()
    town.edit("tests/test_catalogue.py", '"4.90"', '"4.91"')
    town.commit("Break a test")

    result = town.release()

    assert result.status == "Failed"
    assert result.action("Build/Unit")["status"] == "Failed"
    assert result.action("Build/Package")["status"] == "NotStarted"
    assert result.action("Production/Release")["status"] == "NotStarted"
    assert town.versions() == serving


def test_a_release_that_does_not_come_up_fails_on_one_host_and_leaves_the_others_serving(town: Town) -> None:
    town.release()
    serving = town.versions()
    town.edit("deploy/start.sh", "nohup python3 -m shop", "nohup python3 -m shp")
    town.edit("deploy/validate.sh", "time.monotonic() + 10", "time.monotonic() + 0.5")
    town.commit("Misspell the shop")

    result = town.release()

    assert result.action("Production/Release")["status"] == "Failed"
    assert [ask(port)["version"] for port in still_open(town)] == serving[1:]


def still_open(town: Town) -> list[str]:
    files = [town.root / f"hosts/web{n}/var/run/shop.port" for n in (1, 2, 3)]
    return [file.read_text().strip() for file in files if file.exists()]


def test_the_shop_s_pipeline_has_no_findings() -> None:
    assert str(pk.check(open_pipeline(str(SHOP / "pipeline.py")).value)) == "no findings"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
