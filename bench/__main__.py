"""Runs every file of this folder that has `rows()`, or those named, on a database of its own."""

import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

import bench
from bench.row import table


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="openkap-bench-", dir=_disk()) as home:
        os.environ["OPENKAP_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openkap.config.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for name in names or sorted(module.name for module in pkgutil.iter_modules(bench.__path__)):
            found = importlib.import_module(f"bench.{name}")
            if hasattr(found, "rows"):
                print(f"\n{name}: {(found.__doc__ or '').splitlines()[0]}\n")
                print(table(found.rows()), flush=True)


def _disk() -> Path:
    """Beside the product: /tmp is memory on many machines, where a flush costs nothing."""
    place = Path(__file__).resolve().parent / "out"
    place.mkdir(exist_ok=True)
    return place


if __name__ == "__main__":
    main(sys.argv[1:])
