"""An execution in time, as text for a terminal of 80 columns and as SVG: a bar for each attempt at an action."""

from __future__ import annotations

import hashlib
import itertools
import textwrap
from collections.abc import Iterator

from pipelinekit.drawing import theme
from pipelinekit.drawing.face import Line, Role
from pipelinekit.drawing.metrics import cut, wrapped
from pipelinekit.drawing.shapes import tag, text, words
from pipelinekit.drawing.standing import Standing
from pipelinekit.drawing.text import shown
from pipelinekit.execution.timeline import Span, Timeline
from pipelinekit.values import in_words

_NAME, _BAR, _TOOK = 24, 38, 12
_MARGIN, _LEFT, _WIDTH, _ROW, _RIGHT = 24, 230, 560, 24, 120
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def as_text(timeline: Timeline) -> str:
    """Draw it for a terminal: ``←`` marks what the end waited for."""
    return "\n".join(_text_lines(timeline)) + "\n"


def _text_lines(timeline: Timeline) -> Iterator[str]:
    yield f"{shown(timeline.pipeline)} {timeline.execution[:8]}: {timeline.status}, {in_words(timeline.seconds)}"
    room = 80 - max((len(_marks(timeline, span)) for span in timeline.spans), default=0)
    columns = min(_BAR, room - _NAME - _TOOK - 2)
    for stage, spans in _stages(timeline):
        yield shown(stage)
        for span in spans:
            name = f"  {_fitted(_named(span), _NAME - 2)}"
            took = in_words(span.seconds(timeline.end))
            bar = _bar(timeline, span, columns)
            yield f"{name:<{_NAME}} {bar} {took:>{_TOOK}}{_marks(timeline, span)}".rstrip()
    for line in _findings(timeline):
        yield from textwrap.wrap(line, 80) if line else [""]


def _marks(timeline: Timeline, span: Span) -> str:
    mark = " ←" if span in timeline.critical else ""
    return mark if span.status == "Succeeded" else f"{mark} {Standing(span.status).symbol} {span.status}"


def _findings(timeline: Timeline) -> Iterator[str]:
    if timeline.critical:
        yield ""
        path = ", ".join(f"{_named(span)} {in_words(span.seconds(timeline.end))}" for span in timeline.critical)
        yield f"The end waited for {shown(path)}."
    yield from (f"{shown(advice)}." for advice in timeline.advice)


def _stages(timeline: Timeline) -> Iterator[tuple[str, list[Span]]]:
    """Yield the stages in the order they were entered, each with its spans."""
    stages: dict[str, list[Span]] = {}
    for span in timeline.spans:
        stages.setdefault(span.stage, []).append(span)
    yield from stages.items()


def _named(span: Span) -> str:
    return f"{span.action} ({span.attempt})" if span.attempt > 1 else span.action


def _fitted(name: str, width: int) -> str:
    name = shown(name)
    return name if len(name) <= width else f"{name[: width - 1]}…"


def _bar(timeline: Timeline, span: Span, columns: int) -> str:
    """Draw a bar to an eighth of a column; whatever ran at all is seen."""
    scale = columns / max(timeline.seconds, 0.001)
    start = int(min(columns - 1, max(0.0, (span.start - timeline.start) * scale)))
    eighths = max(1, round(8 * min(columns - start, span.seconds(timeline.end) * scale)))
    full, rest = divmod(eighths, 8)
    return f"{' ' * start}{'█' * full}{_EIGHTHS[rest] if rest else ''}".ljust(columns)


# SVG ------------------------------------------------------------------------------------------------------------------

_STYLE = (
    (
        "text",
        "font-family:-apple-system,'Segoe UI','Helvetica Neue',Arial,'Liberation Sans',sans-serif;white-space:pre",
    ),
    (".status", "stroke-width:1"),
    (".b-idle", "stroke-dasharray:4 3"),
    (".critical", "stroke-width:2.5"),
    (".fold", "stroke-width:.75"),
)


def as_svg(timeline: Timeline) -> str:
    """Draw it as SVG: one file that needs nothing else, light or dark as the reader's system is."""
    body, height = _svg_body(timeline)
    width = _MARGIN + _LEFT + _WIDTH + _RIGHT
    scope = f"pk{hashlib.sha256(''.join(body).encode()).hexdigest()[:8]}"
    style = "".join(f"#{scope} {selector}{{{look}}}\n" for selector, look in _STYLE)
    head = [
        tag("title", words(f"{timeline.pipeline}, execution {timeline.execution[:8]}, in time"), id=f"{scope}-title"),
        tag("desc", words(as_text(timeline)), id=f"{scope}-desc"),
        tag("style", f"\n{style}{theme.style(f'#{scope}')}"),
        tag("rect", class_="page", width=width, height=height),
    ]
    return (
        tag(
            "svg",
            "\n",
            *(f"{line}\n" for line in (*head, *body)),
            xmlns="http://www.w3.org/2000/svg",
            id=scope,
            role="img",
            aria_labelledby=f"{scope}-title {scope}-desc",
            width=width,
            height=height,
            viewBox=f"0 0 {width} {height}",
        )
        + "\n"
    )


def _svg_body(timeline: Timeline) -> tuple[list[str], int]:
    end = f"{timeline.status}, {in_words(timeline.seconds)}"
    body = [
        text(Line(shown(timeline.pipeline), x=_MARGIN, y=40, size=20, role="strong", bold=True)),
        text(Line(shown(f"execution {timeline.execution}: {end}"), x=_MARGIN, y=60, size=12, role="quiet")),
    ]
    left, y = _MARGIN + _LEFT, 84.0
    rows = []
    for stage, spans in _stages(timeline):
        y += _ROW
        rows.append(text(Line(_cut(stage, 13, bold=True), x=_MARGIN, y=y, size=13, role="strong", bold=True)))
        for span in spans:
            y += _ROW
            rows.append(tag("g", *_svg_row(timeline, span, y)))
        y += 6
    body += [tag("path", class_="fold", d=f"M{x} 84V{y + 4}") for x in _ticks(left)]
    body += [text(line) for line in _scale(timeline, left)]
    body += rows
    y += 14
    for line in itertools.chain.from_iterable(_svg_findings(timeline)):
        y += 18
        body.append(text(Line(line, x=_MARGIN, y=y, size=12, role="plain")))
    return body, int(y) + 24


_PARTS = 4


def _ticks(left: float) -> list[float]:
    return [left + _WIDTH * part / _PARTS for part in range(_PARTS + 1)]


def _scale(timeline: Timeline, left: float) -> Iterator[Line]:
    for part, x in enumerate(_ticks(left)):
        moment = in_words(timeline.seconds * part / _PARTS) if part else "0"
        yield Line(moment, x=x + 4, y=82, size=10.5, role="quiet")


def _cut(name: str, size: float, bold: bool = False) -> str:
    return cut(shown(name), _LEFT - 24, size, bold)


def _svg_row(timeline: Timeline, span: Span, y: float) -> Iterator[str]:
    standing = Standing(span.status)
    scale = _WIDTH / max(timeline.seconds, 0.001)
    x = min(_MARGIN + _LEFT + _WIDTH - 2, _MARGIN + _LEFT + max(0.0, (span.start - timeline.start) * scale))
    width = max(2.0, min(span.seconds(timeline.end) * scale, _MARGIN + _LEFT + _WIDTH - x))
    critical = span in timeline.critical
    took = in_words(span.seconds(timeline.end))
    yield tag("title", words(f"{span.stage}/{_named(span)}: {span.status}, {took}"))
    yield text(Line(_cut(_named(span), 12), x=_MARGIN + 12, y=y, size=12, role="plain"))
    look = f"status b-{standing.kind}{' critical' if critical else ''}"
    yield tag("rect", class_=look, x=x, y=y - 13, width=width, height=17, rx=min(4.0, width / 2))
    role: Role = "plain" if span.status == "Succeeded" else standing.kind
    told = took if span.status == "Succeeded" else f"{took} {standing.symbol}"
    place = _MARGIN + _LEFT + _WIDTH + _RIGHT - _MARGIN
    yield text(Line(told, x=place, y=y, size=12, role=role, bold=critical, ends=True))


def _svg_findings(timeline: Timeline) -> Iterator[list[str]]:
    for line in _findings(timeline):
        if line:
            yield list(wrapped(line, _LEFT + _WIDTH, 12, lines=4))
    if timeline.critical:
        yield ["Bars with a thick edge are those the end waited for."]
