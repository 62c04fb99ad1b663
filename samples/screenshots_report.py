"""Take the picture of the report for the README: `python samples/screenshots_report.py OUT PICTURE.png`.

OUT is the folder of a finished run. The page is made anew in Vietnamese and shown in Chromium
(`apt-get install chromium`).
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTH = 1120
LAST_SHOWN = "#citations"  # the picture ends below this figure
COLOURS = 64


def main() -> None:
    out, picture = (Path(argument) for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        sohoa = Path(sys.executable).parent / "sohoa"
        subprocess.run([sohoa, "report", out, "--language", "vi", "--to", page], check=True)
        shown = Image.open(io.BytesIO(photograph(page))).convert("RGB")
    shown.quantize(COLOURS).save(picture, optimize=True)
    print(f"{picture}: {shown.width} x {shown.height}, {picture.stat().st_size} bytes")


def photograph(page: Path) -> bytes:
    """The top of the page, down to the last figure shown, as PNG."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": WIDTH, "height": 900})
        tab.goto(page.as_uri())
        box = tab.locator(f"{LAST_SHOWN} svg").bounding_box()
        assert box is not None, f"{LAST_SHOWN} has no drawing"
        bottom = box["y"] + box["height"] + 8
        taken = tab.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": bottom})
        browser.close()
    return taken


if __name__ == "__main__":
    main()
