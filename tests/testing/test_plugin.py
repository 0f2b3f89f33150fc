from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = (ROOT / "tests/testing/shops.py").read_text()


def run_pytest(directory: Path, test: str, *options: str) -> str:
    (directory / "shops.py").write_text(SHOP)
    (directory / "test_shop.py").write_text(
        "from pipelinekit.testing import fail, succeed\nfrom shops import shop\n"
        'FINE = {"Build/Package": succeed(variables={"VERSION": "1"}), "*": succeed()}\n' + test
    )
    (directory / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    # By name, whether or not the environment was installed with the entry point.
    plugin = ["-p", "no:pipelinekit", "-p", "pipelinekit.testing.plugin"]
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *plugin, *options]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(argv, cwd=directory, env=env, capture_output=True, text=True).stdout


def test_the_timeline_of_a_failed_test_is_printed(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        "def test_it(simulate):\n    sim = simulate(shop, FINE)\n    sim.start()\n    sim.run()\n"
        '    assert sim.status == "Succeeded"\n',
    )

    assert "1 failed" in out
    assert "timeline of shop" in out
    assert "Production/GoLive  asks: Ship 1" in out


def test_a_test_that_passes_prints_nothing(tmp_path: Path) -> None:
    out = run_pytest(tmp_path, "def test_it(simulate):\n    simulate(shop, FINE).start()\n")

    assert "1 passed" in out
    assert "timeline" not in out


def test_coverage_tells_which_paths_no_test_went_through(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        "def test_it(simulate):\n    sim = simulate(shop, FINE)\n    sim.start()\n    sim.run()\n"
        '    sim.approve("Production/GoLive")\n    sim.run()\n    assert sim.status == "Succeeded"\n',
        "--pipelinekit-coverage",
    )

    lines = [line.strip() for line in out.splitlines()]
    assert "shop: 5 of 11 paths, missing:" in lines
    assert "Production/GoLive: expired" in lines
    assert "Production/GoLive: approved" not in lines


def test_a_virtual_clock_stands_until_it_is_moved(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        "def test_it(virtual_clock):\n    before = virtual_clock()\n    virtual_clock.advance('3m')\n"
        "    assert virtual_clock() == before + 180\n",
    )

    assert "1 passed" in out


def test_a_local_run_has_a_state_directory_of_its_own(tmp_path: Path) -> None:
    out = run_pytest(
        tmp_path,
        "import pipelinekit as pk\n"
        "checkout = pk.source.S3('Checkout', bucket='b', object_key='k')\n"
        "make = pk.build.Commands('Make', input=checkout.output, commands=['true'])\n"
        "line = pk.Pipeline('line', [pk.Stage('Source', checkout), pk.Stage('Build', make)])\n"
        "def test_it(local_run, tmp_path):\n    (tmp_path / 'source').mkdir()\n"
        "    (tmp_path / 'source/file').write_text('x')\n"
        "    result = local_run(line, sources={'Checkout': tmp_path / 'source'})\n"
        "    assert result.succeeded and result.state == tmp_path / 'state'\n",
    )

    assert "1 passed" in out


def test_the_plugin_loads_nothing_that_costs() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules)\n"
        "import pipelinekit.testing.plugin; print(sorted(set(sys.modules) - before))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ).stdout

    assert out.strip() == str(
        ["pipelinekit", "pipelinekit.testing", "pipelinekit.testing.observers", "pipelinekit.testing.plugin"]
    )


@pytest.mark.parametrize("name", ["simulate", "explore", "succeed", "fail"])
def test_the_names_of_the_kit_are_there(name: str) -> None:
    import pipelinekit.testing as kit

    assert callable(getattr(kit, name))
