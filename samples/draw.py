"""Draw the evidence of one document on its scan: `python samples/draw.py SCAN OUT PICTURE.png`.

OUT is the folder of a run that read SCAN. The first page is drawn, with a box and the column's name for
every cell that was found on it; cells that a person should check are red.
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipeline import load_tables
from pipeline.config import Settings
from pipeline.export.settled import SettledDocuments
from pipeline.source import load_image, open_file

WIDTH = 1000
SHARE = 0.46  # of the page's height: header, title and subject
SHOWN = ("issuer", "number_symbol", "place", "issue_date", "doc_type", "subject", "addressees")
SURE, DOUBTFUL = (0, 110, 60), (200, 30, 30)


def main() -> None:
    scan, out, picture = (Path(argument) for argument in sys.argv[1:4])
    source = open_file(scan, Settings())
    settled = SettledDocuments(out)
    document = settled.in_tables(source.doc_id, settled.corrections_in_tables())
    rows = load_tables(out)["documents"].astype("string").fillna("")
    row = rows[rows["doc_id"] == document.doc_id].iloc[0]
    pixels = load_image(source, 1, Settings()).pixels
    page = Image.fromarray(pixels if pixels.ndim == 2 else pixels[:, :, ::-1]).convert("RGB")
    scale = WIDTH / page.width
    page = page.resize((WIDTH, round(page.height * scale)), Image.Resampling.LANCZOS)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(15)
    for field in document.fields:
        if field.name in SHOWN and field.page_number == 1 and field.bbox:
            box = field.bbox
            edges = (box.left * scale - 3, box.top * scale - 3, box.right * scale + 3, box.bottom * scale + 3)
            colour = DOUBTFUL if field.name in row["review_columns"].split(";") else SURE
            draw.rectangle(edges, outline=colour, width=2)
            draw.text((edges[0], edges[1] - 18), f"{field.name} {field.confidence:.2f}", colour, font)
    cut = page.crop((0, 0, WIDTH, round(page.height * SHARE)))
    cut.quantize(64).save(picture, optimize=True)


if __name__ == "__main__":
    main()
