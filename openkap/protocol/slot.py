"""The slot for a licence holder: a clinic's own folder of item files, never part of the program.

A file there is named as the instrument it completes, `isi.toml` for the ISI, and holds who licensed it to the
clinic, the stem, the answers and the items. It is read as strictly as the protocol, and is part of its hash.
"""

from pathlib import Path

folder: Path | None = None
"""Named once at start, by openkap.config. None: no item file is read."""
