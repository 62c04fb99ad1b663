"""One page on its way: as pixels, as words with boxes, as restored text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.model.edits import RestoredText
from pipeline.model.geometry import BBox

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page as pixels: uint8, (height, width) grey or (height, width, 3) BGR."""

    page_number: int
    pixels: NDArray[np.uint8]
    dpi: float


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded operation on a page image, e.g. Step("deskew", (("angle_degrees", 0.7),))."""

    name: str
    parameters: tuple[tuple[str, float], ...] = ()


# The rows (a, b, c, d, e, f, g, h, i) of a 3 x 3 matrix: x' = (a x + b y + c) / w, y' = (d x + e y + f) / w
# with w = g x + h y + i.
Homography = tuple[float, float, float, float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Bend:
    """How the lines of a curved page bow: `pipeline.image.geometry.drop` tells how far a point lies too low.

    Inside `region` the drop is a polynomial of both directions, outside it goes on as at the edge.
    """

    region: BBox
    coefficients: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CleanPage:
    """A page image prepared for OCR, and the way back to the scan.

    `to_scan` is the map from pixels of `image` to pixels of the original scan, once the `bend` that was taken
    out of a curved page is put back (see `pipeline.image.geometry.map_box`). `quarter_turns` is by how
    many times 90 degrees clockwise the page was turned. `letters` is how many letter-like shapes were
    counted; `is_blank` says that nothing is written on the page, or nothing but noise (step `noise`).
    """

    image: PageImage
    steps: tuple[Step, ...]
    to_scan: Homography
    quarter_turns: int = 0
    letters: int = 0
    is_blank: bool = False
    bend: Bend | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """One word as read. `confidence` is 0..1; `bbox` is None for text that never had a page image."""

    text: str
    bbox: BBox | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line of one column, left to right."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def bbox(self) -> BBox | None:
        return BBox.union(word.bbox for word in self.words if word.bbox)

    @property
    def confidence(self) -> float:
        weight = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / weight if weight else 0.0


@dataclass(frozen=True, slots=True)
class OcrPage:
    """What one engine (or a text layer) says stands on a page; boxes in pixels of the scan.

    `rivals` are lines of another reading of the same place that lost against those in `lines`: no text of
    the page, but they tell what else a spoilt name may be. A finished document has none.
    """

    page_number: int
    width: int
    height: int
    dpi: float
    lines: tuple[Line, ...]
    engine: str = ""
    rivals: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class SlotReading:
    """What the digit reader saw in one slot for handwriting of a header.

    `kind` is `number`, `day` or `month`; with `copy_` before it in the block that certifies a copy, with
    `closing_` at the end of a consolidated text. `ink` is `printed`, `handwritten`, `stamped` or `blank`;
    `readings` are (digits, probability), best first; the empty string stands for a blank slot.
    """

    kind: str
    bbox: BBox
    ink: str
    readings: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """How an upright page lies on its scan of `width` x `height` pixels at `dpi`.

    `to_scan` and `bend` are those of `CleanPage`, from pixels of the upright page to pixels of the scan.
    """

    to_scan: Homography
    width: int
    height: int
    dpi: float
    bend: Bend | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """Everything known of one page once it has been read.

    `text_source` is `ocr`, `text_layer` or `text_file`; `restored.source == page.text`, and restoration
    keeps the line structure, so line i of `restored.text` is line i of `page`. `rotation` is how many
    degrees clockwise the scan was turned to stand upright. `captions` are digital-signature captions
    found in the text layer; `notes` say which choices were made and why. As long as `scan` is set, all
    boxes count on the upright page; in a finished document they count on the scan. `digest` tells alike pages
    of different files: `text:` and hex digits of the words, or `picture:` and 16 hex digits of which few
    bits differ for pictures that look the same; empty when nothing was read.
    """

    page: OcrPage
    restored: RestoredText
    text_source: str
    steps: tuple[Step, ...] = ()
    rotation: int = 0
    captions: tuple[str, ...] = ()
    slots: tuple[SlotReading, ...] = ()
    notes: tuple[str, ...] = ()
    scan: ScanPlace | None = None
    digest: str = ""
