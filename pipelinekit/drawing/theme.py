"""The colours of drawn pictures, light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipelinekit.drawing.standing import KINDS

COLOURS: Mapping[str, tuple[str, str]] = {
    "page": ("#ffffff", "#0d1117"),
    "panel": ("#f4f6f9", "#161c25"),
    "panel-edge": ("#d3dae3", "#2f3945"),
    "card": ("#ffffff", "#222b37"),
    "card-edge": ("#b9c3cf", "#465260"),
    "strong": ("#16202c", "#f0f4f9"),
    "plain": ("#36424f", "#ccd5df"),
    "quiet": ("#576472", "#a4b0bd"),
    "order": ("#6b7886", "#8b97a5"),
    "pending": ("#7d8996", "#788593"),
    "glyph": ("#ffffff", "#ffffff"),
    "source": ("#1f62c9", "#2c6fd6"),
    "build": ("#6d4bc9", "#7a58d6"),
    "test": ("#0b7285", "#0c7b90"),
    "compute": ("#4a5c70", "#5a6c80"),
    "approval": ("#94590a", "#a1650f"),
    "deploy": ("#217a37", "#24803b"),
    "invoke": ("#ab3678", "#b8437f"),
    "other": ("#5b6470", "#68727e"),
    "asking": ("#fffaf0", "#2f2a1e"),
    "asking-edge": ("#c48a2c", "#a3792f"),
    "closed": ("#a0301f", "#ffa193"),
    "closed-back": ("#fdeeeb", "#3a1d1a"),
    "closed-edge": ("#d9705f", "#b9503f"),
    "good": ("#1a6b31", "#6fd58c"),
    "good-back": ("#f1faf3", "#15291d"),
    "good-edge": ("#4da566", "#3f8a56"),
    "bad": ("#b3202a", "#ff9c98"),
    "bad-back": ("#fef1f1", "#351a1d"),
    "bad-edge": ("#d9606a", "#c9505a"),
    "busy": ("#0b5bb5", "#86bfff"),
    "busy-back": ("#eff6fe", "#14263d"),
    "busy-edge": ("#4a90dd", "#3f7fc8"),
    "waiting": ("#855200", "#f2c45c"),
    "waiting-back": ("#fff8e6", "#322810"),
    "waiting-edge": ("#cf9417", "#b8882a"),
    "halted": ("#6a4a91", "#cbb0f0"),
    "halted-back": ("#f7f3fc", "#271e36"),
    "halted-edge": ("#a184c7", "#8a6bb5"),
    "idle": ("#576472", "#a4b0bd"),
    "idle-back": ("#fafbfc", "#1b232d"),
    "idle-edge": ("#8b97a4", "#6b7886"),
    "net0": ("#2f6fd0", "#6ea8ff"),
    "net1": ("#8250df", "#b794ff"),
    "net2": ("#0a7f86", "#4cc3c8"),
    "net3": ("#b35900", "#f0a050"),
    "net4": ("#bf3989", "#f58fc7"),
    "net5": ("#4d7a1e", "#9ccc5a"),
}
"""For each name the colour on light and on dark. Text has a contrast of at least 4.5 on all that it stands on, and
lines and symbols have one of 3 (WCAG 2.2, 1.4.3 and 1.4.11); a test computes them."""

NETS = tuple(name for name in COLOURS if name.startswith("net"))
CATEGORIES = ("source", "build", "test", "compute", "approval", "deploy", "invoke", "other")


def category_of(category: str) -> str:
    """Give the theme's name of an action category."""
    return category.lower() if category.lower() in CATEGORIES else "other"


def rules() -> Iterator[tuple[str, str, str]]:
    """Yield (class, property, colour) for everything that has a colour of the theme."""
    yield from (("page", "fill", "page"), ("panel", "fill", "panel"), ("panel", "stroke", "panel-edge"))
    yield from (("card", "fill", "card"), ("card", "stroke", "card-edge"))
    yield from (("asking", "fill", "asking"), ("asking", "stroke", "asking-edge"))
    yield from (("fold", "stroke", "card-edge"), ("frame", "stroke", "order"), ("step", "stroke", "order"))
    yield from (("passage", "stroke", "order"), ("tip", "fill", "order"))
    yield from (("banner", "fill", "closed-back"), ("banner", "stroke", "closed-edge"))
    yield from (("gate", "fill", "page"), ("gate", "stroke", "closed"), ("shut", "stroke", "closed"))
    yield from (("glyph", "stroke", "glyph"),)
    for role in ("strong", "plain", "quiet", "closed", *KINDS):
        yield f"t-{role}", "fill", role
    for category in CATEGORIES:
        yield f"c-{category}", "fill", category
    for kind in KINDS:
        yield f"b-{kind}", "fill", f"{kind}-back"
        yield f"b-{kind}", "stroke", f"{kind}-edge"
        yield f"e-{kind}", "stroke", f"{kind}-edge"
        yield f"m-{kind}", "fill", kind
    yield from (("mark", "stroke", "card"), ("off", "stroke", "idle"), ("ring", "stroke", "idle"))
    for net in (*NETS, "order", "pending"):
        yield f"l-{net}", "stroke", net
        yield f"p-{net}", "fill", net


def style(scope: str) -> str:
    """Write the theme as CSS that holds inside *scope*: light, and dark where the reader's system is."""
    light = "".join(_rule(scope, name, what, COLOURS[colour][0]) for name, what, colour in rules())
    dark = "".join(_rule(scope, name, what, COLOURS[colour][1]) for name, what, colour in rules())
    return f"{light}@media (prefers-color-scheme: dark){{\n{dark}}}\n"


def _rule(scope: str, name: str, what: str, colour: str) -> str:
    return f"{scope} .{name}{{{what}:{colour}}}\n"
