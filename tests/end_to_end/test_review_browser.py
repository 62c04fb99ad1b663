"""The review page in a real browser (Debian's chromium): keys, undo, export, conflict, hostile names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("flask", reason="flask is not installed (extra: review)")
pytest.importorskip("waitress", reason="waitress is not installed (extra: review)")
pytest.importorskip("playwright", reason="playwright is not installed (extra: dev)")

from fakes.review import FinishedRun, finished_run, served
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from pipeline.export.corrections import read_corrections

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="chromium is not installed (Debian: apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield started
        started.close()


class Desk:
    """A served run and the people who look at it."""

    def __init__(self, run: FinishedRun, base: str, announced: list[str], browser: Browser) -> None:
        self.run = run
        self.base = base
        self.announced = announced
        self.browser = browser
        self.troubles: list[str] = []
        self.contexts: list[BrowserContext] = []

    def sit_down(self, locale: str = "en-US", **options: object) -> Page:
        """A new person's page, with the newest token; script errors and refused loads are troubles."""
        context = self.browser.new_context(locale=locale, **options)  # type: ignore[arg-type]
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.goto(self.announced[-1])
        return page

    def decided(self, number: int) -> dict[str, str]:
        """Column -> value of what people decided about one document."""
        decisions = read_corrections(self.run.out).of(self.run.documents[number].doc_id)
        return {name: one.value for name, one in decisions.items()}

    def _heard(self, message: object) -> None:
        text = getattr(message, "text", "")
        if "Content Security Policy" in text or "Uncaught" in text:
            self.troubles.append(text)

    def _asked(self, request: object) -> None:
        url = getattr(request, "url", "")
        if not url.startswith((self.base, "data:")):
            self.troubles.append(f"asked for {url}")


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    run = finished_run(tmp_path)
    with served(run.options()) as (base, announced):
        desk = Desk(run, base, announced, browser)
        yield desk
        for context in desk.contexts:
            context.close()
    assert not desk.troubles


def start(page: Page) -> None:
    page.click("#start")
    expect(page.locator(".cell.asked.current")).to_be_focused()


def file_shown(page: Page) -> str:
    return page.locator("h1 .file").inner_text()


def test_one_key_confirms_an_easy_document_and_shows_the_next(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    assert file_shown(page) == "a.png"
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0) == {"number_symbol": "11/QĐ-UBND", "signer_name": "Lê Vãn An"}


def test_a_candidate_is_chosen_by_its_number_and_a_name_is_written(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    page.keyboard.press("1")  # the first candidate; the next cell is on turn
    expect(page.locator(".cell.current")).to_have_attribute("data-column", "signer_name")
    page.keyboard.press("Space")
    page.keyboard.type("Lê Văn Ân")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0) == {"number_symbol": "17/QĐ-UBND", "signer_name": "Lê Văn Ân"}


def test_a_suggestion_is_taken_with_the_arrow(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.type("Nguyễn Văn tua")
    expect(page.locator(".cell.current .suggestions li").first).to_have_text("Nguyễn Văn Tuấn")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0)["signer_name"] == "Nguyễn Văn Tuấn"


def test_unreadable_skip_and_undo_by_key(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    page.keyboard.press("s")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0) == {}
    page.goto(f"{desk.base}/document/{desk.run.documents[0].doc_id}")
    expect(page.locator(".cell.current")).to_be_focused()
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0)["number_symbol"] == ""
    expect(page.locator(".cell.current")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("h1 .file")).to_have_text("a.png")
    assert desk.decided(0) == {}
    expect(page.locator(".cell.asked")).to_have_count(2)


def test_everything_on_the_way_to_the_tables_works_by_keyboard_alone(desk: Desk) -> None:
    page = desk.sit_down()
    page.locator("#start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).to_have_text("a.png")
    expect(page.locator(".cell.current")).to_be_focused()
    page.keyboard.press("1")
    for number in range(3):
        doc_id = page.url.rpartition("/")[2]
        expect(page.locator(".cell.current")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, seen=doc_id: seen not in url)
        assert desk.decided(number) or number
    expect(page.locator(".message")).to_contain_text("All documents of this choice are checked")
    page.goto(f"{desk.base}/progress")
    page.locator("#tables").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text("The tables are written")
    written = (desk.run.out / "documents.csv").read_text(encoding="utf-8")
    assert "17/QĐ-UBND" in written and ",true,signer_name" not in written
    assert (desk.run.out / "corrections.csv").read_text(encoding="utf-8").count("\n") == 5


def test_one_ink_of_the_scan_is_shown_by_key_or_button(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    picture = page.locator(".frame img").first
    page.keyboard.press("i")
    expect(page.get_by_role("button", name="black print")).to_have_attribute("aria-pressed", "true")
    expect(picture).to_have_attribute("src", re.compile(r"1\.jpg\?ink=black$"))
    page.get_by_role("button", name="blue pen").click()
    expect(page.locator("img.evidence").first).to_have_attribute("src", re.compile(r"\?ink=blue$"))
    page.get_by_role("button", name="as scanned").click()
    expect(picture).to_have_attribute("src", re.compile(r"1\.jpg$"))
    assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0


def test_a_conflict_is_shown_and_nothing_is_overwritten(desk: Desk) -> None:
    first, second = desk.sit_down(), desk.sit_down()
    second.goto(f"{desk.base}/name")
    second.fill("#who", "Minh")
    second.keyboard.press("Enter")
    address = f"{desk.base}/document/{desk.run.documents[0].doc_id}"
    for page in (first, second):
        page.goto(address)
        expect(page.locator(".cell.current")).to_be_focused()
    second.keyboard.press("1")
    second.keyboard.press("Enter")
    expect(second.locator("h1 .file")).not_to_have_text("a.png")
    first.keyboard.press("2")
    first.keyboard.press("Enter")
    expect(first.locator(".message.problem")).to_contain_text("Somebody else decided")
    expect(first.locator(".cell[data-column=number_symbol]")).to_contain_text("Minh")
    expect(first.locator(".cell[data-column=number_symbol]")).to_contain_text("17/QĐ-UBND")
    expect(first.locator(".cell[data-column=number_symbol] input.value")).to_have_value("1/QĐ-UBND")
    assert desk.decided(0)["number_symbol"] == "17/QĐ-UBND"
    expect(first.locator(".cell.current")).to_be_focused()
    first.keyboard.press("Enter")  # seen and meant
    expect(first.locator("h1 .file")).not_to_have_text("a.png")
    assert desk.decided(0)["number_symbol"] == "1/QĐ-UBND"


def test_a_hostile_file_name_runs_nothing(desk: Desk) -> None:
    page = desk.sit_down()
    expect(page.locator("table")).to_contain_text("<img src=x onerror=alert(1)>")
    page.goto(f"{desk.base}/document/{desk.run.documents[2].doc_id}")
    expect(page.locator("h1 .file")).to_contain_text("<img src=x")
    assert page.locator("h1 img, table img").count() == 0


def test_a_hostile_value_runs_nothing(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.type('"><script>alert(1)</script>')
    page.keyboard.press("Enter")
    expect(page.locator("h1 .file")).not_to_have_text("a.png")
    page.goto(f"{desk.base}/document/{desk.run.documents[0].doc_id}")
    value = page.locator("[data-column=signer_name] input.value")
    assert value.input_value() == '"><script>alert(1)</script>'


def test_a_used_or_wrong_token_is_refused(desk: Desk) -> None:
    page = desk.sit_down()
    stranger = desk.browser.new_context()
    desk.contexts.append(stranger)
    other = stranger.new_page()
    for address in (desk.announced[0], f"{desk.base}/enter?token=guess", desk.base):
        answer = other.goto(address)
        assert answer is not None and answer.status == 403
    assert page.goto(f"{desk.base}/document/..%2f..%2f..%2fetc%2fpasswd").status == 404  # type: ignore[union-attr]


def test_vietnamese_when_the_browser_says_so_and_english_on_request(desk: Desk) -> None:
    page = desk.sit_down("vi-VN")
    expect(page.locator("h1")).to_contain_text("Hàng chờ")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_contain_text("Queue")


def test_a_screen_reader_hears_what_each_cell_is(desk: Desk) -> None:
    page = desk.sit_down("vi-VN")
    start(page)
    group = page.get_by_role("group", name="Số và ký hiệu")
    expect(group).to_be_focused()
    expect(group.get_by_role("combobox", name="Số và ký hiệu")).to_have_value("11/QĐ-UBND")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('img, input:not([type=hidden]), button, select, a, svg')]
        .filter(one => !(one.alt || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')
          || one.getAttribute('aria-hidden') || one.textContent.trim() || one.labels?.length))
        .map(one => one.outerHTML)"""
    )
    assert unnamed == []


@pytest.mark.parametrize("zoom", [1.0, 1.25])
def test_the_page_is_readable_at_125_percent(desk: Desk, zoom: float) -> None:
    size = {"width": round(1366 / zoom), "height": round(768 / zoom)}  # how a browser zooms
    page = desk.sit_down(viewport=size, device_scale_factor=zoom)
    start(page)
    across = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert across[0] <= across[1], "nothing has to be scrolled sideways"
    for one in (".cell.current input.value", "button.main", ".cell.current .candidate >> nth=0"):
        expect(page.locator(one)).to_be_in_viewport()


def test_the_frame_lies_on_the_place_of_the_cell(desk: Desk) -> None:
    page = desk.sit_down()
    start(page)
    page.wait_for_function("() => [...document.images].every(one => one.complete && one.naturalWidth > 0)")
    image, frame = page.evaluate(
        """() => ['.frame img', 'rect.current'].map(one => {
          const box = document.querySelector(one).getBoundingClientRect();
          return [box.x, box.y, box.width, box.height];
        })"""
    )
    assert (frame[0] - image[0]) / image[2] == pytest.approx(120 / 1240, abs=0.01)
    assert (frame[1] - image[1]) / image[3] == pytest.approx(200 / 1754, abs=0.01)
    assert frame[2] / image[2] == pytest.approx(300 / 1240, abs=0.02)
