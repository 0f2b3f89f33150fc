from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from pipelinekit.drawing.report import as_html, as_text
from pipelinekit.execution.report import DAY, Attempt, DeliveryReport, Run, report_of

START = 1_795_046_400.0  # 2026-11-19, midnight in UTC


def made(
    pipeline: str | None = "shop", days: int = 30, error: str = "1 failed", executions: int = 20
) -> DeliveryReport:
    runs, attempts = [], []
    for number in range(executions):
        at = START + number * DAY * days / max(1, executions)
        status = ("Succeeded", "Succeeded", "Failed", "InProgress", "Superseded")[number % 5]
        end = None if status == "InProgress" else at + 60 + number
        runs.append(Run(pipeline="shop", execution=f"E{number}", status=status, start=at, end=end))
        for action, approval in (("Unit", False), ("GoLive", True)):
            failed = status == "Failed" and not approval
            attempts.append(
                Attempt(
                    pipeline="shop",
                    execution=f"E{number}",
                    stage="Build",
                    action=action,
                    attempt=1,
                    status="Failed" if failed else "Succeeded",
                    start=at,
                    end=at + 30,
                    error=error if failed else "",
                    approval=approval,
                )
            )
    return report_of(pipeline, runs, attempts, since=START, until=START + days * DAY)


class Page(HTMLParser):
    """What a page is made of: its elements, those left open, and whatever it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.open: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "srcset")]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("days", [1, 30, 400, 20_000])
@pytest.mark.parametrize("executions", [0, 1, 20])
def test_a_page_is_whole_and_needs_nothing_else(days: int, executions: int) -> None:
    text = as_html(made(days=days, executions=executions))

    page = Page(text)
    assert (page.open, page.loaded) == ([], [])
    assert "script" not in page.elements
    assert "url(" not in text
    assert "@import" not in text
    assert ("svg" in page.elements) == (executions > 0)


def test_plots_are_well_formed_and_stay_within_their_frame() -> None:
    plots = re.findall(r"<svg.*?</svg>", as_html(made()), re.DOTALL)

    assert len(plots) == 2
    for plot in plots:
        root = ET.fromstring(plot)
        _, _, width, height = (float(number) for number in root.attrib["viewBox"].split())
        for rect in root.iter("rect"):
            x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            assert x >= 0
            assert y >= 0
            assert x + w <= width
            assert y + h <= height
        for circle in root.iter("circle"):
            assert 0 <= float(circle.attrib["cy"]) <= height


def test_the_height_of_a_bar_is_the_number_of_its_executions() -> None:
    plot = re.findall(r"<svg.*?</svg>", as_html(made(days=5, executions=25)), re.DOTALL)[0]

    heights = {
        title: float(rect.attrib["height"]) for rect in ET.fromstring(plot).iter("rect") for title in rect.itertext()
    }
    assert heights["2026-11-19: 2 succeeded"] == pytest.approx(2 * heights["2026-11-19: 1 failed"], abs=2.1)


def test_what_actions_said_is_no_markup() -> None:
    text = as_html(made(error='<script>alert("1")</script> & \x1b[31mred'))

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "\x1b" not in text


def test_a_page_has_both_colours_of_the_theme() -> None:
    text = as_html(made())
    light, dark = re.findall(r":root\{([^}]*)\}", text)

    used = set(re.findall(r"var\(--([a-z-]+)\)", text))
    assert used <= set(re.findall(r"--([a-z-]+):", light)) == set(re.findall(r"--([a-z-]+):", dark))
    assert "prefers-color-scheme: dark" in text


def test_the_text_tells_figures_failures_and_slow_actions() -> None:
    text = as_text(made())

    assert text.startswith("shop, 2026-11-19 to 2026-12-19\n")
    assert "success rate:        66.7 % (of 12 that succeeded or failed)" in text
    assert "Build/Unit: 4 of 20 attempts failed" in text
    assert "newest, 2026-12-14 in E17: 1 failed" in text
    assert "\x1b" not in as_text(made(error="\x1b[31mred"))


def test_a_report_of_all_pipelines_names_that_of_each_action() -> None:
    assert "shop: Build/Unit: 4 of 20" in as_text(made(pipeline=None))


def test_nothing_is_all_or_nothing_that_is_not() -> None:
    runs = [
        Run(pipeline="p", execution=f"E{n}", status="Succeeded" if n else "Failed", start=START, end=START + 1)
        for n in range(10_000)
    ]

    assert "99.9 %" in as_text(report_of("p", runs, [], since=START, until=START + DAY))


def test_an_empty_period_says_so() -> None:
    empty = made(executions=0)

    assert "success rate:        – (none has succeeded or failed)" in as_text(empty)
    assert "No execution started in this period." in as_html(empty)
