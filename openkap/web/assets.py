"""Copy the browser files npm fetched into the static folder, cleaned so that no page asks for anything else.

Run as ``python -m openkap.web.assets`` after ``npm ci``; ``make demo`` does both.
"""

import hashlib
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
NODE_MODULES = PROJECT / "node_modules"
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
WANTED = (
    "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "uplot/dist/uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css",
)
SUMS = "SHA256SUMS"

_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
_LICENSED_FONT = re.compile(r"""["']?GDS Transport["']?\s*,\s*""")
_URL = re.compile(r"url\((?!\s*[\"']?data:)[^)]*\)")
_SOURCE_MAP = re.compile(r"/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S*")


def clean(name: str, text: str) -> str:
    """Drop source maps; in CSS also the font licensed to gov.uk alone and every address it would fetch."""
    text = _SOURCE_MAP.sub("", text)
    if name.endswith(".css"):
        text = _FONT_FACE.sub("", text)
        text = _LICENSED_FONT.sub("system-ui,", text)
        text = _URL.sub("none", text)
    return text.rstrip() + "\n"


def copy(node_modules: Path = NODE_MODULES, vendor: Path = VENDOR) -> list[Path]:
    """Write every wanted file and, last, their hashes: the hash file there means the set is whole."""
    missing = [wanted for wanted in WANTED if not (node_modules / wanted).is_file()]
    if missing:
        raise FileNotFoundError(
            f"{node_modules.name} lacks {', '.join(missing)}: run `make demo`, or `npm ci --ignore-scripts`."
        )
    vendor.mkdir(parents=True, exist_ok=True)
    (vendor / SUMS).unlink(missing_ok=True)
    written = []
    for wanted in WANTED:
        target = vendor / Path(wanted).name
        text = clean(target.name, (node_modules / wanted).read_text(encoding="utf-8"))
        target.write_text(text, encoding="utf-8", newline="\n")
        written.append(target)
    sums = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in written)
    (vendor / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")
    return written


def main() -> int:
    try:
        written = copy()
    except FileNotFoundError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    sys.stdout.write(f"{len(written)} browser files in {VENDOR.relative_to(PROJECT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
