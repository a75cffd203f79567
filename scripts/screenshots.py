"""Make the README's pictures, docs/screenshot-*.png, of a temporary copy with the starter.

The same code and day give the same pictures. Needs the development lock and Chromium.
"""

# ruff: noqa: S603 (the command is this file's)

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright
from with_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
MAX_TOTAL_BYTES = 600_000  # bytes, of all pictures
SECONDS_TO_START = 60
COMPARISON = "/compare/ai-architect-vs-deep-learning-engineer/"
WIDE, PHONE = {"width": 1180, "height": 760}, {"width": 390, "height": 760}
# For each name: path, window size, colour scheme, and the part to show, if not the window.
PICTURES = {
    "comparison": (COMPARISON, WIDE, "light", ""),
    "pay": (COMPARISON, WIDE, "light", "#pay"),
    "jobs": ("/jobs/?role=data-engineer&role=data-scientist", WIDE, "light", ""),
    "phone": ("/roles/ai-architect/", PHONE, "dark", ""),
}


def start(home: str, port: int) -> subprocess.Popen:
    """The site on ``port``, with its data in ``home``. Shows its log if it does not come up."""
    # No setting of the shell besides.
    ours = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": home,
        "PORT": str(port),
    }
    log = Path(home) / "log"
    with log.open("wb") as output:
        site = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve"], env=ours, stdout=output, stderr=output
        )
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at and site.poll() is None:
        try:
            with urlopen(f"http://localhost:{port}/healthz/ready"):
                return site
        except URLError:
            time.sleep(0.2)
    site.terminate()
    sys.exit("The site did not start:\n" + log.read_text())


def take(address: str, chromium: str) -> list[Path]:
    """Photograph each of PICTURES on the site at ``address``."""
    files = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"],
        )
        for name, (path, window, scheme, part) in PICTURES.items():
            page = browser.new_page(viewport=window, device_scale_factor=1, color_scheme=scheme)
            if not page.goto(address + path).ok:
                sys.exit(f"{path} does not answer as it should.")
            files.append(ROOT / "docs" / f"screenshot-{name}.png")
            (page.locator(part) if part else page).screenshot(path=files[-1])
    return files


def main() -> None:
    chromium = next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
    )
    if chromium is None:
        sys.exit("Chromium is not installed (on Debian or Ubuntu: sudo apt install chromium).")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home:
        site = start(home, port)
        try:
            files = take(f"http://localhost:{port}", chromium)
        finally:
            site.terminate()
            site.wait()
    for file in files:
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size:,} bytes")
    if (whole := sum(file.stat().st_size for file in files)) > MAX_TOTAL_BYTES:
        sys.exit(
            f"Together {whole:,} bytes, and {MAX_TOTAL_BYTES:,} is the most a README should load."
        )


if __name__ == "__main__":
    main()
