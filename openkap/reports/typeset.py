"""A report's content as a PDF/UA-1 file, by the typst file of its name: tagged, the same bytes each time."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).parent
_KEPT = 8


@lru_cache(maxsize=_KEPT)
def typeset(report: str, data: str, *, made: datetime) -> bytes:
    """The PDF of `report`. `data` is JSON: it reaches the page as values, never as markup."""
    import typst  # 30 MB of library: only whoever asks for a PDF waits for it

    return typst.compile(
        str(_HERE / f"{report}.typ"),
        root=str(_HERE),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
    )
