"""The report of a period: as text for a terminal, and as one HTML page with plots that needs nothing else."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from pipelinekit.drawing.shapes import tag, words
from pipelinekit.drawing.text import shown
from pipelinekit.drawing.theme import COLOURS
from pipelinekit.execution.report import Bucket, DeliveryReport, Failing, Slow, Spread, date_of
from pipelinekit.values import in_words

_NOTHING = "–"
_SERIES = (
    ("succeeded", "succeeded", "good-edge"),
    ("failed", "failed", "bad-edge"),
    ("in_progress", "in progress", "busy-edge"),
    ("other", "stopped, superseded or cancelled", "halted-edge"),
)
"""What a bar of the plot is made of, from the ground up: attribute, name, colour."""


# Text -----------------------------------------------------------------------------------------------------------------


def as_text(report: DeliveryReport) -> str:
    """Write it for a terminal."""
    return "\n".join(_text_lines(report)) + "\n"


def _text_lines(report: DeliveryReport) -> Iterator[str]:
    yield shown(f"{_name(report)}, {_period(report)}")
    yield from (
        f"  {label + ':':<20} {value}" for label, value, note in _figures(report) for value in [_with(value, note)]
    )
    if report.statuses:
        yield f"  {'by status:':<20} {', '.join(f'{number} {status}' for status, number in report.statuses.items())}"
    if report.failing:
        yield from ("", "Most failing actions")
        for failing in report.failing:
            yield f"  {shown(_label(report, failing))}: {_failures(failing)}"
            yield from textwrap.wrap(
                shown(_newest(failing)), 96, initial_indent="    ", subsequent_indent="    ", break_long_words=False
            )
    if report.slowest:
        yield from ("", "Slowest actions (median, 90th percentile, longest)")
        width = max(len(shown(_label(report, slow))) for slow in report.slowest)
        for slow in report.slowest:
            times = "".join(f"{in_words(seconds):>15}" for seconds in _times(slow.took))
            yield f"  {shown(_label(report, slow)):<{width}}{times}"
    if report.removed_before is not None:
        yield from ("", _removed(report.removed_before))


def _with(value: str, note: str) -> str:
    return f"{value} ({note})" if note else value


def _figures(report: DeliveryReport) -> Iterator[tuple[str, str, str]]:
    """Yield what each figure is, its value, and what is to be said beside it."""
    yield "executions", f"{report.executions:,}", f"{report.per_day:.1f} a day" if report.executions else ""
    if report.success_rate is None:
        yield "success rate", _NOTHING, "none has succeeded or failed"
    else:
        ended = report.statuses.get("Succeeded", 0) + report.statuses.get("Failed", 0)
        yield "success rate", _percent(report.success_rate), f"of {ended:,} that succeeded or failed"
    lead, waiting = report.lead_time, report.approvals
    if lead is None:
        yield "lead time", _NOTHING, "none has succeeded"
    else:
        yield "lead time", in_words(lead.median), f"median; 90th percentile {in_words(lead.p90)}"
    if waiting is None:
        yield "waiting at approvals", _NOTHING, "none was asked for"
    else:
        still = f"; {waiting.open} still open" if waiting.open else ""
        times = f"{waiting.took.count:,} in all: {in_words(waiting.total)}{still}"
        yield "waiting at approvals", in_words(waiting.took.median), f"median; {times}"
    yield "retries of stages", f"{report.retries:,}", ""


def _percent(share: float) -> str:
    """Write a share so that only all is 100 %, and only nothing 0 %."""
    if 0 < share < 1:
        share = min(0.999, max(0.001, share))
    return f"{100 * share:.1f} %"


def _name(report: DeliveryReport) -> str:
    return report.pipeline or "all pipelines"


def _period(report: DeliveryReport) -> str:
    return f"{date_of(report.since)} to {date_of(report.until)}"


def _label(report: DeliveryReport, one: Failing | Slow) -> str:
    """Name an action, and its pipeline where there may be several."""
    return f"{'' if report.pipeline else f'{one.pipeline}: '}{one.stage}/{one.action}"


def _failures(failing: Failing) -> str:
    return f"{failing.failures:,} of {failing.attempts:,} attempts failed"


def _newest(failing: Failing) -> str:
    error = failing.error.strip().partition("\n")[0] or "without a message"
    return f"newest, {date_of(failing.at)} in {failing.execution[:8]}: {error}"


def _times(spread: Spread) -> tuple[float, float, float]:
    return spread.median, spread.p90, spread.longest


def _removed(before: float) -> str:
    return f"Executions that ended before {date_of(before)} were removed by `pipelinekit gc`: they are not counted."


# HTML -----------------------------------------------------------------------------------------------------------------

_STYLE = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--plain);
font:15px/1.5 -apple-system,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif}
main{max-width:1040px;margin:0 auto;padding:32px 24px 48px}
h1{color:var(--strong);font-size:26px;margin:0;overflow-wrap:anywhere}
h2{color:var(--strong);font-size:17px;margin:36px 0 8px}
p{margin:4px 0}
.quiet,figcaption{color:var(--quiet)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:24px 0 0;padding:0}
.figures div{background:var(--panel);border:1px solid var(--panel-edge);border-radius:8px;padding:12px 14px}
.figures dt{font-size:13px;color:var(--quiet)}
.figures dd{margin:0}
.figures .value{color:var(--strong);font-size:24px;font-weight:600;line-height:1.35}
.figures .note{font-size:12.5px;color:var(--quiet)}
figure{margin:0;overflow-x:auto}
svg{display:block;width:100%;min-width:720px;height:auto}
svg text{font-size:12px;fill:var(--quiet)}
svg .grid{stroke:var(--panel-edge);stroke-width:1}
svg .reach{stroke:var(--busy-edge);stroke-width:2}
svg .median{fill:var(--busy-edge)}
.key{display:inline-block;width:11px;height:11px;border-radius:2px;margin:0 6px 0 0}
figcaption{font-size:13px;margin-top:4px}
figcaption span{margin-right:18px;white-space:nowrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;color:var(--quiet);font-size:13px}
th,td{padding:7px 24px 7px 0;border-bottom:1px solid var(--panel-edge);vertical-align:top}
td.number,th.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td.error{overflow-wrap:anywhere;min-width:260px}
td.action{color:var(--strong);overflow-wrap:anywhere;min-width:140px}
td.bar{width:30%;min-width:120px}
td.bar div{background:var(--busy-edge);height:12px;border-radius:3px;margin-top:5px;min-width:2px}
summary{cursor:pointer;color:var(--quiet);margin-top:8px}
"""
_USED = ("page", "panel", "panel-edge", "strong", "plain", "quiet", "good-edge", "bad-edge", "busy-edge", "halted-edge")


def as_html(report: DeliveryReport) -> str:
    """Write it as one page: no script, nothing to load, light or dark as the reader's system is."""
    title = words(f"{_name(report)}: {_period(report)}")
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{_colours()}{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "".join(f"{part}\n" for part in _parts(report))
        + "</main>\n</body>\n</html>\n"
    )


def _colours() -> str:
    light, dark = ("".join(f"--{name}:{COLOURS[name][side]};" for name in _USED) for side in (0, 1))
    return f"\n:root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}"


def _parts(report: DeliveryReport) -> Iterator[str]:
    yield tag("h1", words(_name(report)))
    yield tag("p", words(f"{_period(report)}, days in UTC"), class_="quiet")
    if report.removed_before is not None:
        yield tag("p", words(_removed(report.removed_before)), class_="quiet")
    yield tag("dl", *(_figure(*figure) for figure in _figures(report)), class_="figures")
    if not report.executions:
        yield tag("p", "No execution started in this period.")
        return
    yield tag("h2", f"Executions {_each(report)}")
    yield _counts_plot(report.buckets)
    if report.lead_time is not None:
        yield tag("h2", f"Lead time, {_of_each(report)}")
        yield _lead_times_plot(report.buckets)
    yield _numbers(report.buckets)
    if report.failing:
        yield tag("h2", "Most failing actions")
        yield _table(("Action", "Failed", "Newest failure"), (_failing_row(report, one) for one in report.failing))
    if report.slowest:
        yield tag("h2", "Slowest actions")
        longest = max(slow.took.median for slow in report.slowest)
        heads = ("Action", "Median", "90th percentile", "Longest", "Median, to scale")
        yield _table(heads, (_slow_row(report, one, longest) for one in report.slowest))


def _of_each(report: DeliveryReport) -> str:
    return {1: "day by day", 7: "week by week"}.get(report.bucket_days, f"in each {report.bucket_days} days")


def _each(report: DeliveryReport) -> str:
    return {1: "a day", 7: "a week"}.get(report.bucket_days, f"in each {report.bucket_days} days")


def _figure(label: str, value: str, note: str) -> str:
    said = tag("dd", words(note), class_="note") if note else ""
    return tag("div", tag("dt", words(label.capitalize())), tag("dd", words(value), class_="value"), said)


def _failing_row(report: DeliveryReport, one: Failing) -> Iterator[str]:
    yield tag("td", words(_label(report, one)), class_="action")
    yield tag("td", words(f"{one.failures:,} of {one.attempts:,}"), class_="number")
    yield tag("td", words(_newest(one).removeprefix("newest, ")), class_="error")


def _slow_row(report: DeliveryReport, one: Slow, longest: float) -> Iterator[str]:
    yield tag("td", words(_label(report, one)), class_="action")
    yield from (tag("td", words(in_words(seconds)), class_="number") for seconds in _times(one.took))
    share = 100 * one.took.median / longest if longest else 0
    yield tag("td", tag("div", "", style=f"width:{share:.1f}%"), class_="bar")


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table; what is right of its first column and no text has numbers."""
    texts = {heads[0], "Newest failure", "Median, to scale"}
    head = "".join(tag("th", words(h), scope="col", class_="" if h in texts else "number") for h in heads)
    body = "".join(tag("tr", *row) + "\n" for row in rows)
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", "\n", body))
    return tag("div", table, class_="scroll", role="region", aria_label=heads[0] + "s", tabindex="0")


def _numbers(buckets: Sequence[Bucket]) -> str:
    """Write what the plots show as a table, for those who do not see them."""
    heads = ("From", *(name.capitalize() for _, name, _ in _SERIES), "Lead time, median", "90th percentile")
    rows = (
        (
            tag("td", date_of(bucket.start)),
            *(tag("td", f"{getattr(bucket, attribute):,}", class_="number") for attribute, _, _ in _SERIES),
            *(tag("td", words(text), class_="number") for text in _lead_texts(bucket.lead_time)),
        )
        for bucket in buckets
        if bucket.count
    )
    return tag("details", tag("summary", "The same in numbers"), _table(heads, rows))


def _lead_texts(spread: Spread | None) -> tuple[str, str]:
    return (_NOTHING, _NOTHING) if spread is None else (in_words(spread.median), in_words(spread.p90))


# Plots ----------------------------------------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 960, 220, 76, 26, 10
_DATE_WIDTH = 84


@frozen
class _Axes:
    """A plot's ground: ``top`` is the value at its upper edge."""

    buckets: Sequence[Bucket]
    top: float

    @property
    def step(self) -> float:
        return (_WIDTH - _LEFT) / len(self.buckets)

    def x(self, number: int) -> float:
        """Give the middle of a bucket."""
        return _LEFT + self.step * (number + 0.5)

    def y(self, value: float) -> float:
        return _TOP + (_HEIGHT - _BOTTOM - _TOP) * (1 - value / self.top)

    @property
    def bar(self) -> float:
        return max(1.5, min(36.0, self.step * 0.72))


def _counts_plot(buckets: Sequence[Bucket]) -> str:
    ticks = _ticks(max(bucket.count for bucket in buckets), (1, 2, 5))
    axes = _Axes(buckets, ticks[-1])
    bars = itertools.chain.from_iterable(_stack(axes, number, bucket) for number, bucket in enumerate(buckets))
    present = [entry for entry in _SERIES if any(getattr(bucket, entry[0]) for bucket in buckets)]
    keys = (tag("span", _key(colour), words(name)) for _, name, colour in present)
    return _plot(axes, "Executions by status over time", ticks, [f"{tick:,.0f}" for tick in ticks], bars, keys)


def _stack(axes: _Axes, number: int, bucket: Bucket) -> Iterator[str]:
    """Draw a bar for each status, one on the other, with a hair between them so that they can be told apart."""
    ground = 0
    for attribute, name, colour in _SERIES:
        count = getattr(bucket, attribute)
        if not count:
            continue
        upper, lower = axes.y(ground + count), axes.y(ground)
        height = max(1.0, lower - upper - (1.0 if ground else 0.0))
        said = tag("title", words(f"{date_of(bucket.start)}: {count:,} {name}"))
        place = {"x": axes.x(number) - axes.bar / 2, "y": upper, "width": axes.bar, "height": height}
        yield tag("rect", said, style=f"fill:var(--{colour})", **place)
        ground += count


def _lead_times_plot(buckets: Sequence[Bucket]) -> str:
    longest = max(bucket.lead_time.p90 for bucket in buckets if bucket.lead_time is not None)
    unit = next(size for size in (86_400, 3_600, 60, 1) if longest >= size or size == 1)
    ticks = [unit * tick for tick in _ticks(max(longest / unit, 0.001), (1, 2, 5))]
    axes = _Axes(buckets, ticks[-1])
    dots = itertools.chain.from_iterable(
        _reach(axes, number, bucket.start, bucket.lead_time)
        for number, bucket in enumerate(buckets)
        if bucket.lead_time is not None
    )
    keys = [tag("span", _key("busy-edge"), "dot: median; line up to the 90th percentile")]
    return _plot(axes, "Lead time over time", ticks, [in_words(tick) if tick else "0" for tick in ticks], dots, keys)


def _reach(axes: _Axes, number: int, start: float, lead: Spread) -> Iterator[str]:
    said = f"{date_of(start)}: median {in_words(lead.median)}, 90th percentile {in_words(lead.p90)}, of {lead.count:,}"
    x, median, p90 = axes.x(number), axes.y(lead.median), axes.y(lead.p90)
    yield tag("line", class_="reach", x1=x, x2=x, y1=median, y2=p90)
    yield tag("circle", tag("title", words(said)), class_="median", cx=x, cy=median, r=min(4.5, max(2.0, axes.bar / 2)))


def _ticks(most: float, steps: Sequence[int]) -> list[float]:
    """Give round values from 0 to at least *most*, five of them or fewer."""
    magnitude = 10.0**-3
    while True:
        for step in steps:
            size = magnitude * step
            if most <= 4 * size and (size >= 1 or most < 1):
                number = max(1, -int(-most // size))
                return [size * tick for tick in range(number + 1)]
        magnitude *= 10


def _plot(
    axes: _Axes, title: str, ticks: Sequence[float], labels: Sequence[str], marks: Iterable[str], keys: Iterable[str]
) -> str:
    grid = [
        tag("line", class_="grid", x1=_LEFT, x2=_WIDTH, y1=axes.y(tick), y2=axes.y(tick))
        + tag("text", words(label), x=_LEFT - 8, y=axes.y(tick) + 4, text_anchor="end")
        for tick, label in zip(ticks, labels, strict=True)
    ]
    every = max(1, -int(-_DATE_WIDTH // axes.step))
    dates = [
        tag("text", date_of(bucket.start), x=axes.x(number), y=_HEIGHT - 6, text_anchor="middle")
        for number, bucket in enumerate(axes.buckets)
        if number % every == 0 and axes.x(number) + _DATE_WIDTH / 2 <= _WIDTH
    ]
    svg = tag("svg", *grid, *dates, *marks, role="img", aria_label=title, viewBox=f"0 0 {_WIDTH} {_HEIGHT}")
    return tag("figure", svg, tag("figcaption", *keys))


def _key(colour: str) -> str:
    return tag("i", "", class_="key", style=f"background:var(--{colour})")
