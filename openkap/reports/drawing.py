"""A figure as plain shapes, for a page's template or for an SVG file that stands alone.

On a page the classes take their colours from the theme (`parts.css`). In a file they stand for the colours of
paper, written on each shape, so that any program that reads SVG shows them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_TEXT = 'fill="#57524a" font-weight="400" font-size="12"'
_LINE = 'fill="none" stroke-linejoin="round" stroke-linecap="round"'
_STRONG = 'fill="#1d1b18" font-weight="600"'
PAPER = {
    "": _TEXT,
    "f-grid": 'stroke="#ddd4c4" stroke-width="1"',
    "f-axis": 'stroke="#857c6d" stroke-width="1"',
    "f-dose": 'stroke="#1d1b18" stroke-width="1.25"',
    "f-infusion": 'stroke="#1d1b18" stroke-width="3"',
    "f-band": 'fill="#f1eadd"',
    "f-models": 'fill="#0b5a57" fill-opacity="0.12"',
    "f-people": 'fill="#0b5a57" fill-opacity="0.22"',
    "f-line": f'{_LINE} stroke="#0b5a57" stroke-width="2"',
    "f-line f-line--2": f'{_LINE} stroke="#857c6d" stroke-width="2.25" stroke-dasharray="1 4"',
    "f-line f-line--3": f'{_LINE} stroke="#857c6d" stroke-width="1.5" stroke-dasharray="7 4"',
    "f-dot": 'fill="#faf7f1" stroke="#0b5a57" stroke-width="2"',
    "f-name": f'{_STRONG} font-size="13"',
    "f-end": f'{_STRONG} font-size="12"',
}
"""By class, what it looks like on paper: the light theme of `openkap.css`."""
_GROUND = "#faf7f1"
_SANS = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Text:
    x: float
    y: float
    says: str
    cls: str = ""
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    """One size of a figure. Lines are (x1, y1, x2, y2, css class)."""

    cls: str
    width: int
    height: int
    lines: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    bands: list[tuple[float, float, float, float]] = field(default_factory=list)
    paths: list[tuple[str, str]] = field(default_factory=list)
    dots: list[tuple[float, float, str]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def as_svg(drawing: Drawing, *, title: str, says: str) -> str:
    """A file of its own. `title` and `says` are what a screen reader tells."""
    width, height = drawing.width, drawing.height
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-labelledby="title says" font-family="{_SANS}">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="says">{escape(says)}</desc>',
            f'<rect width="{width}" height="{height}" fill="{_GROUND}"/>',
            *_shapes(drawing),
            "</svg>\n",
        )
    )


def _shapes(drawing: Drawing) -> Iterator[str]:
    """In the order of parts/figure.html: what comes later lies on top."""
    for x, y, w, h in drawing.bands:
        yield f'<rect x="{x}" y="{y}" width="{w}" height="{h}" {PAPER["f-band"]}/>'
    for x1, y1, x2, y2, cls in drawing.lines:
        yield f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {PAPER[cls]}/>'
    for d, cls in drawing.paths:
        yield f"<path d={quoteattr(d)} {PAPER[cls]}/>"
    for x, y, cls in drawing.dots:
        yield f'<circle cx="{x}" cy="{y}" r="3.5" {PAPER[cls]}/>'
    for text in drawing.texts:
        at = f'x="{text.x}" y="{text.y}" text-anchor="{text.anchor}"'
        yield f"<text {at} {PAPER[text.cls]}>{escape(text.says)}</text>"
