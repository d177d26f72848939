"""Real Chromium on real room pages, each in front in a browser of its own: when a value stood on its tile."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.room.clinic import Bed

NOTE = """
  globalThis.seen = {};
  const room = document.getElementById('room');
  room.addEventListener('room:reading', ({detail}) => {
    const visit = location.pathname.split('/').at(-2);
    requestAnimationFrame(() => {
      seen[visit + ' ' + detail.at] = (performance.timeOrigin + performance.now()) / 1000;
    });
  });
"""


@contextmanager
def watching(
    port: int, cookies: dict[str, str], beds: "list[Bed]", count: int
) -> Iterator[Callable[[], dict[str, float]]]:
    """Opens `count` rooms, spread over the beds; the answer gives what was seen in them, and when."""
    chosen = beds[:: max(1, len(beds) // count)][:count] if count else []
    given = {
        "cookies": [{"name": n, "value": v, "domain": "localhost", "path": "/"} for n, v in cookies.items()],
        "pages": [f"http://localhost:{port}/charts/{bed.chart}/visits/{bed.visit}/" for bed in chosen],
    }
    browser = subprocess.Popen(
        [sys.executable, "-m", "bench.room.tabs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert browser.stdin is not None
    assert browser.stdout is not None
    browser.stdin.write(json.dumps(given) + "\n")
    browser.stdin.flush()
    assert browser.stdout.readline() == "open\n"

    def told() -> dict[str, float]:
        said, _ = browser.communicate("over\n")
        return dict(json.loads(said))

    yield told


def main() -> None:
    from playwright.sync_api import sync_playwright

    given = json.loads(sys.stdin.readline())
    found: dict[str, float] = {}
    with sync_playwright() as play:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browsers, pages = [], []
        for address in given["pages"]:  # a page behind another is drawn once a second only
            browser = play.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context()
            context.add_cookies(given["cookies"])
            page = context.new_page()
            browsers.append(browser)
            pages.append(page)
            page.goto(address)
            page.evaluate(NOTE)
        print("open", flush=True)
        sys.stdin.readline()
        for page in pages:
            found |= page.evaluate("globalThis.seen")
        for browser in browsers:
            browser.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
