"""What happens to a slot between the pen and the file: rules, specks, uneven ink, blur, fax, JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.handwriting.crop import BAND, HEIGHT, normalize
from pipeline.handwriting.training.glyphs import Ink


def darken(ink: Ink, style: str, random: np.random.Generator) -> Ink:
    """Uneven ink: a ball pen that skips, a rubber stamp that does not press everywhere."""
    height, width = ink.shape
    if random.random() < (0.8 if style == "stamp" else 0.2):
        coarse = random.uniform(0.35, 1.6, (max(2, height // 8), max(2, width // 8))).astype(np.float32)
        grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
        ink = np.asarray(ink * np.clip(grown, 0, 1), np.float32)
    if style != "stroke" and random.random() < 0.4:
        kernel = np.ones((2, 2), np.uint8) if random.random() < 0.6 else np.ones((3, 3), np.uint8)
        ink = np.asarray((cv2.dilate if random.random() < 0.6 else cv2.erode)(ink, kernel), np.float32)
    return ink


def rules_and_specks(
    strip: NDArray[np.float32],
    box: tuple[int, int],
    baseline: int,
    random: np.random.Generator,
    *,
    blank: bool,
) -> None:
    """Dotted or solid rule under the slot, a rule above it, scratches and specks; drawn into `strip`."""
    if random.random() < (0.6 if blank else 0.16):
        _rule(strip, box, baseline + int(random.integers(-4, 9)), random)
    if random.random() < 0.12:
        y = baseline - int(random.integers(58, 90))
        start = int(random.integers(0, strip.shape[1]))
        cv2.line(
            strip, (start, y), (start + int(random.integers(60, 300)), y), 0.9, int(random.integers(2, 6))
        )
    for _ in range(int(random.poisson(2.5 if blank else 1.0))):
        place = (
            int(random.integers(strip.shape[1])),
            int(random.integers(strip.shape[0] // 3, 2 * strip.shape[0] // 3)),
        )
        cv2.circle(strip, place, int(random.integers(1, 4)), random.uniform(0.3, 1), -1, cv2.LINE_AA)
    if blank and random.random() < 0.15:
        y = baseline - int(random.integers(0, 30))
        cv2.line(strip, (box[0], y), (box[1], y + int(random.integers(-8, 8))), 0.6, 2, cv2.LINE_AA)
    if random.random() < 0.08:
        _seal(strip, random)


def _rule(strip: NDArray[np.float32], box: tuple[int, int], y: int, random: np.random.Generator) -> None:
    tone = random.uniform(0.4, 1)
    if random.random() < 0.3:
        cv2.line(strip, (box[0], y), (box[1], y), tone, int(random.integers(1, 4)))
        return
    step, radius = random.uniform(8, 18), int(random.integers(1, 4))
    for x in np.arange(box[0], box[1], step):
        cv2.circle(strip, (int(x), y), radius, tone, -1, cv2.LINE_AA)


def _seal(strip: NDArray[np.float32], random: np.random.Generator) -> None:
    """What is left of a seal's ring in the red channel: a faint arc."""
    layer = np.zeros_like(strip)
    center = (int(random.integers(strip.shape[1])), int(random.integers(-100, strip.shape[0] + 100)))
    cv2.circle(
        layer, center, int(random.integers(80, 220)), random.uniform(0.05, 0.25), int(random.integers(3, 9))
    )
    np.maximum(strip, layer, out=strip)


def spoil(strip: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.uint8]:
    """Darkness (0..1) as a grey scan: paper and ink tone, shadow, blur, noise, fax threshold, JPEG."""
    ink = strip
    if random.random() < 0.6:
        ink = np.asarray(cv2.GaussianBlur(ink, (0, 0), random.uniform(0.4, 1.8)), np.float32)
    if random.random() < 0.5:
        ink = np.asarray(np.clip(ink * random.uniform(1.0, 1.6), 0, 1), np.float32)
    paper = random.uniform(200, 255)
    if random.random() < 0.2:
        slope = np.linspace(random.uniform(-40, 0), random.uniform(-40, 0), strip.shape[1], dtype=np.float32)
        dark = random.uniform(0.4, 0.95)
        grey = (paper + slope) * (1 - ink * dark)
    else:
        dark = float(random.choice((random.uniform(0.3, 0.6), random.uniform(0.6, 1.0), 1.0)))
        grey = paper * (1 - ink * dark)
    if random.random() < 0.4:
        grey = grey + random.normal(0, random.uniform(1, 9), grey.shape)
    image = np.clip(grey, 0, 255).astype(np.uint8)
    if dark > 0.7 and random.random() < 0.4:  # a fax of faint ink would leave nothing to read
        limit = paper * random.uniform(0.68, 0.85)
        image = np.where(image < limit, 0, 255).astype(np.uint8)
    elif random.random() < 0.35:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(15, 80))]
        image = np.asarray(
            cv2.imdecode(cv2.imencode(".jpg", image, quality)[1], cv2.IMREAD_GRAYSCALE), np.uint8
        )
    return image


def look(
    grey: NDArray[np.uint8], slot: tuple[float, float, float], random: np.random.Generator
) -> NDArray[np.float32]:
    """The band as an eye that is a little off sees it: shifted, scaled, leaning, wider or narrower.

    `slot` is left, right and the middle row of the slot in `grey`, which has 300 dpi.
    """
    zoom = float(np.exp(np.clip(random.normal(0, 0.14), -0.36, 0.34)))
    scale = HEIGHT / BAND * zoom
    first, last = (edge + sign * _margin(random) for edge, sign in zip(slot, (-1, 1), strict=False))
    center = slot[2] + np.clip(random.normal(0, 6), -15, 15)
    lean, tilt = random.normal(0, 0.06), random.normal(0, 0.012)
    squeeze = float(np.exp(random.normal(0, 0.06)))
    width = max(24, round((last - first) * scale * squeeze))
    middle = (first + last) / 2
    matrix = np.array([[scale * squeeze, lean * scale, 0], [tilt * scale, scale, 0]])
    matrix[:, 2] = np.array([width / 2, HEIGHT / 2]) - matrix[:, :2] @ np.array([middle, center])
    soft = cv2.GaussianBlur(grey, (0, 0), 0.45 / scale)
    paper = float(np.percentile(grey, 90))
    band = cv2.warpAffine(soft, matrix, (width, HEIGHT), flags=cv2.INTER_LINEAR, borderValue=(paper,))
    return normalize(np.asarray(band, np.uint8))


def _margin(random: np.random.Generator) -> float:
    return random.uniform(70, 130) if random.random() < 0.1 else random.uniform(10, 70)
