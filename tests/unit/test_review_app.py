"""The review page without a browser: who is let in, what is stored, what a path may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("flask", reason="flask is not installed (extra: review)")
pytest.importorskip("waitress", reason="waitress is not installed (extra: review)")

from fakes.papers import PaperRun, judged_run
from fakes.review import HOSTILE_NAME, FinishedRun, finished_run
from flask.testing import FlaskClient

from pipeline.errors import InputError
from pipeline.export.corrections import read_corrections
from pipeline.review.app import create_app
from pipeline.review.gate import Gate

PORT = 4711
BASE = f"http://127.0.0.1:{PORT}"
ORIGIN = {"Origin": BASE}


@pytest.fixture
def run(tmp_path: Path) -> FinishedRun:
    return finished_run(tmp_path)


class Visit:
    """A browser's session, and the addresses announced on the terminal."""

    def __init__(self, run: FinishedRun | PaperRun) -> None:
        self.announced: list[str] = []
        gate = Gate(PORT, self.announced.append)
        self.app = create_app(run.options(), gate)
        gate.renew()
        self.client = self.another()

    def another(self) -> FlaskClient:
        return self.app.test_client()

    def get(self, path: str, client: FlaskClient | None = None, **options: object):  # type: ignore[no-untyped-def]
        return (client or self.client).get(path, base_url=BASE, **options)

    def post(self, path: str, data: dict[str, str], client: FlaskClient | None = None, **options: object):  # type: ignore[no-untyped-def]
        headers = options.pop("headers", ORIGIN)
        return (client or self.client).post(path, base_url=BASE, data=data, headers=headers, **options)

    def enter(self, client: FlaskClient | None = None) -> None:
        assert self.get(self.announced[-1].removeprefix(BASE), client).status_code == 302


@pytest.fixture
def visit(run: FinishedRun) -> Iterator[Visit]:
    visit = Visit(run)
    visit.enter()
    yield visit


def form_of(visit: Visit, path: str, client: FlaskClient | None = None) -> dict[str, str]:
    """The fields of the form on a document's page, as a browser would send them."""
    page = visit.get(path, client).text
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page.partition('<form class="cells"')[2]):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and "checkbox" not in tag:
            fields[name[1]] = value[1] if value else ""
    return fields


# --- who is let in --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/progress", "/next", "/picture/0123456789abcdef/1.jpg", "/nothing"])
def test_nothing_is_shown_without_a_token(run: FinishedRun, path: str) -> None:
    visit = Visit(run)
    assert visit.get(path).status_code == 403


def test_a_wrong_token_is_refused_and_changes_nothing(run: FinishedRun) -> None:
    visit = Visit(run)
    for token in ("", "guess", "é", "x" * 5000):
        assert visit.get("/enter", query_string={"token": token}).status_code == 403
    visit.enter()


def test_a_token_works_once_and_the_next_one_is_announced(visit: Visit) -> None:
    assert len(visit.announced) == 2
    used = visit.announced[0].removeprefix(BASE)
    assert visit.get(used, visit.another()).status_code == 403
    visit.enter(visit.another())


def test_only_the_first_to_enter_is_the_reviewer_of_the_command_line(visit: Visit) -> None:
    other = visit.another()
    visit.enter(other)
    assert "Lan" in visit.get("/").text
    assert visit.get("/", other).headers["Location"] == "/name"
    visit.post("/name", {"who": "  Minh  Anh "}, other)
    assert "Minh Anh" in visit.get("/", other).text


def test_the_session_cookie_is_strict_and_hidden_from_scripts(run: FinishedRun) -> None:
    visit = Visit(run)
    cookie = visit.get(visit.announced[-1].removeprefix(BASE)).headers["Set-Cookie"]
    assert "SameSite=Strict" in cookie and "HttpOnly" in cookie


@pytest.mark.parametrize("host", ["evil.example", "evil.example:4711", "127.0.0.1:80", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(visit: Visit, host: str) -> None:
    assert visit.client.get("/", base_url=BASE, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:80"])
def test_a_change_sent_by_another_page_is_refused(visit: Visit, run: FinishedRun, origin: str | None) -> None:
    doc_id = run.documents[0].doc_id
    form = form_of(visit, f"/document/{doc_id}")
    headers = {"Origin": origin} if origin else {}
    assert visit.post(f"/document/{doc_id}", form, headers=headers).status_code == 403
    assert read_corrections(run.out).count == 0


def test_no_script_style_or_frame_from_elsewhere(visit: Visit) -> None:
    headers = visit.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "no-store"


def test_pages_name_no_other_address_and_hold_no_inline_script_or_style(
    visit: Visit, run: FinishedRun
) -> None:
    for path in ("/", "/progress", "/name", f"/document/{run.documents[0].doc_id}"):
        page = visit.get(path).text
        assert not re.search(r'(src|href|action)="(?!/|#)', page), path
        assert not re.search(r'<script(?![^>]* src=)|<style| style="| on\w+="', page), path


# --- what a path may be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/document/../../etc/passwd",
        "/document/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/document/0123456789ABCDEF",
        "/document/0123456789abcdef/../x",
        "/document/0123456789abcdef",
        "/picture/..%2f..%2fetc/1.jpg",
        "/picture/{known}/2.jpg",
        "/part/{known}/number_symbol.jpg",
        "/part/{known}/..%2fheader.jpg",
        "/evidence/{known}/doc_type.jpg",
        "/evidence/{known}/no_such_column.jpg",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/suggestions/no_such_column?text=a",
    ],
)
def test_paths_outside_the_run_do_not_exist(visit: Visit, run: FinishedRun, path: str) -> None:
    assert visit.get(path.replace("{known}", run.documents[0].doc_id)).status_code == 404


def test_the_way_back_after_changing_the_language_stays_here(visit: Visit) -> None:
    for back in ("//evil.example", "http://evil.example", "/\\evil.example", ""):
        answer = visit.post("/language", {"language": "vi", "back": back})
        assert answer.headers["Location"] == "/"
    assert visit.post("/language", {"language": "vi", "back": "/progress"}).headers["Location"] == "/progress"
    assert 'lang="vi"' in visit.get("/").text


# --- what is shown --------------------------------------------------------------------------------


def test_the_worst_document_comes_first_and_filters_narrow(visit: Visit) -> None:
    page = visit.get("/").text
    names = re.findall(r'<th scope="row"><a [^>]*>([^<]*)', page)
    assert names[0] == "a.png" and len(names) == 3
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]*)', visit.get("/?batch=2023").text) == ["2023/b.png"]
    assert "No document fits" in visit.get("/?year=1999").text
    assert "No document fits" in visit.get("/?state=done").text


def test_a_file_name_is_text_and_never_markup(visit: Visit, run: FinishedRun) -> None:
    for path in ("/", f"/document/{run.documents[2].doc_id}"):
        page = visit.get(path).text
        assert "<img src=x" not in page and "&lt;img src=x onerror=alert(1)&gt;" in page
    assert run.documents[2].source_file == HOSTILE_NAME


def test_a_browser_that_says_vietnamese_gets_it(visit: Visit) -> None:
    page = visit.get("/", headers={"Accept-Language": "vi-VN,vi;q=0.9,en;q=0.5"}).text
    assert 'html lang="vi"' in page and "Hàng chờ" in page
    assert 'html lang="en"' in visit.get("/", headers={"Accept-Language": "de"}).text


def test_restored_words_are_marked_with_what_was_read(visit: Visit, run: FinishedRun) -> None:
    page = visit.get(f"/document/{run.documents[0].doc_id}").text
    assert re.search(r'<mark class="restored" title="[^"]*TINH[^"]*">TỈNH</mark>', page)


def test_pictures_are_made_of_pages_parts_and_cells(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    for path in (
        f"/picture/{doc_id}/1.jpg",
        f"/part/{doc_id}/header.jpg",
        f"/evidence/{doc_id}/number_symbol.jpg",
    ):
        answer = visit.get(path)
        assert answer.status_code == 200 and answer.data[:2] == b"\xff\xd8"


def test_one_ink_of_a_picture_is_shown_alone(visit: Visit, run: FinishedRun) -> None:
    page = np.full((1754, 1240, 3), 245, np.uint8)
    cv2.circle(page, (600, 400), 110, (50, 40, 205), 8)
    cv2.line(page, (200, 800), (600, 830), (170, 70, 40), 8)
    cv2.putText(page, "CHU TICH", (300, 1200), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (30, 30, 30), 6)
    (run.scans / "a.png").write_bytes(cv2.imencode(".png", page)[1].tobytes())
    address = f"/picture/{run.documents[0].doc_id}/1.jpg"
    rows = {"black": (1100, 1250), "red": (250, 550), "blue": (750, 900)}
    for ink in rows:
        data = visit.get(f"{address}?ink={ink}").data
        shown = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
        scale = shown.shape[0] / 1754
        dark = {
            other: (shown[round(top * scale) : round(end * scale)] < 140).sum()
            for other, (top, end) in rows.items()
        }
        assert dark[ink] > 1000 and dark[ink] > 20 * (sum(dark.values()) - dark[ink])
    assert visit.get(f"{address}?ink=../green").data == visit.get(address).data


def test_the_frame_stays_red_around_a_cell_of_one_ink(visit: Visit, run: FinishedRun) -> None:
    address = f"/evidence/{run.documents[0].doc_id}/number_symbol.jpg?ink=red"
    pixels = cv2.imdecode(np.frombuffer(visit.get(address).data, np.uint8), cv2.IMREAD_COLOR)
    assert ((pixels[:, :, 2] > 150) & (pixels[:, :, 1] < 110)).any()


def test_a_missing_scan_is_told_and_review_goes_on(visit: Visit, run: FinishedRun) -> None:
    (run.scans / "a.png").unlink()
    doc_id = run.documents[0].doc_id
    page = visit.get(f"/document/{doc_id}").text
    assert "The scan is not at its place" in page and "11/QĐ-UBND" in page
    assert visit.get(f"/picture/{doc_id}/1.jpg").status_code == 404


def test_no_place_is_drawn_on_a_file_that_was_changed(visit: Visit, run: FinishedRun) -> None:
    path = run.scans / "a.png"
    path.write_bytes((run.scans / "2023/b.png").read_bytes())
    doc_id = run.documents[0].doc_id
    page = visit.get(f"/document/{doc_id}").text
    assert "not the one that was read" in page and "<rect" not in page
    assert visit.get(f"/evidence/{doc_id}/number_symbol.jpg").status_code == 404
    assert visit.get(f"/picture/{doc_id}/1.jpg").status_code == 200


# --- what is stored -------------------------------------------------------------------------------


def test_one_confirmation_settles_all_cells_shown(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    answer = visit.post(f"/document/{doc_id}", form_of(visit, f"/document/{doc_id}"))
    assert answer.status_code == 302 and f"after={doc_id}" in answer.headers["Location"]
    decided = read_corrections(run.out).of(doc_id)
    assert {name: one.verdict for name, one in decided.items()} == {
        "number_symbol": "confirmed",
        "signer_name": "confirmed",
    }
    assert "a.png" not in visit.get("/").text and "a.png" in visit.get("/?state=done").text


def test_a_changed_value_and_an_unreadable_one_are_stored_as_such(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    form = form_of(visit, f"/document/{doc_id}")
    form |= {"value.signer_name": " Lê  Văn An ", "unreadable.number_symbol": "1", "value.subject": "Khen"}
    visit.post(f"/document/{doc_id}", form)
    decided = read_corrections(run.out).of(doc_id)
    assert {name: (one.verdict, one.value, one.was_sure) for name, one in decided.items()} == {
        "signer_name": ("corrected", "Lê Văn An", False),
        "number_symbol": ("unreadable", "", False),
        "subject": ("corrected", "Khen", True),
    }
    assert decided["signer_name"].who == "Lan"


def test_a_value_that_does_not_fit_is_told_and_nothing_is_lost(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    form = form_of(visit, f"/document/{doc_id}")
    form |= {"value.signer_name": "Lê Văn Ân", "value.number_symbol": "QĐ-UBND"}
    answer = visit.post(f"/document/{doc_id}", form)
    assert answer.status_code == 422 and "does not begin with a number" in answer.text
    assert "Lê Văn Ân" in answer.text and read_corrections(run.out).count == 0


def test_two_people_at_once_do_not_overwrite_each_other(visit: Visit, run: FinishedRun) -> None:
    other = visit.another()
    visit.enter(other)
    visit.post("/name", {"who": "Minh"}, other)
    path = f"/document/{run.documents[0].doc_id}"
    mine, theirs = form_of(visit, path), form_of(visit, path, other)
    visit.post(path, theirs | {"value.signer_name": "Lê Văn Ân"}, other)
    answer = visit.post(path, mine | {"value.signer_name": "Lê Văn An"})
    assert answer.status_code == 409 and "Minh" in answer.text and "Lê Văn Ân" in answer.text
    assert read_corrections(run.out).of(run.documents[0].doc_id)["signer_name"].who == "Minh"


def test_a_document_read_anew_meanwhile_is_not_decided(visit: Visit, run: FinishedRun) -> None:
    path = f"/document/{run.documents[0].doc_id}"
    form = form_of(visit, path) | {"machine.signer_name": "Somebody else"}
    assert visit.post(path, form).status_code == 409
    assert read_corrections(run.out).count == 0


@pytest.mark.parametrize("version", ["-1", "7", "x", "٣", "9" * 40])
def test_a_forged_version_is_a_conflict(visit: Visit, run: FinishedRun, version: str) -> None:
    path = f"/document/{run.documents[0].doc_id}"
    form = form_of(visit, path) | {"version.signer_name": version}
    assert visit.post(path, form).status_code == 409
    assert read_corrections(run.out).count == 0


def test_undo_brings_the_document_back_into_the_queue(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    visit.post(f"/document/{doc_id}", form_of(visit, f"/document/{doc_id}"))
    answer = visit.post("/undo", {})
    assert answer.headers["Location"] == f"/document/{doc_id}"
    assert read_corrections(run.out).count == 0 and "a.png" in visit.get("/").text
    assert visit.post("/undo", {}).headers["Location"] == "/"


def test_what_is_written_holds_the_corrections(visit: Visit, run: FinishedRun) -> None:
    doc_id = run.documents[0].doc_id
    form = form_of(visit, f"/document/{doc_id}") | {"value.number_symbol": "17/QĐ-UBND"}
    visit.post(f"/document/{doc_id}", form)
    visit.post("/tables", {})
    assert "17/QĐ-UBND" in (run.out / "documents.csv").read_text(encoding="utf-8")
    assert "17/QĐ-UBND" in (run.out / "corrections.csv").read_text(encoding="utf-8")


def test_the_sample_of_sure_cells_is_asked_and_counted(visit: Visit) -> None:
    path = visit.get("/audit").headers["Location"]
    visit.post(path, form_of(visit, path))
    second = visit.get("/audit").headers["Location"]
    assert second != path
    form = form_of(visit, second)
    column = second.partition("audit=")[2]
    fitting = {"issue_date": "2024-05-07", "number_symbol": "12/QĐ-UBND"}
    visit.post(second, form | {f"value.{column}": fitting.get(column, "Khác")})
    assert "1 of 2 checked cells are right: 50.0 %" in visit.get("/progress").text


def test_the_next_document_passes_over_what_somebody_else_finished(run: FinishedRun) -> None:
    first, second = Visit(run), Visit(run)  # two servers over one folder
    first.enter()
    second.enter()
    doc_id = run.documents[0].doc_id
    first.post(f"/document/{doc_id}", form_of(first, f"/document/{doc_id}"))
    assert doc_id not in second.get("/next").headers["Location"]


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    run = FinishedRun(tmp_path, tmp_path)
    with pytest.raises(InputError, match=r"documents\.csv|fields\.csv"):
        create_app(run.options(), Gate(PORT, lambda _: None))


# --- what the batch tells -------------------------------------------------------------------------


def test_the_page_shows_the_batchs_word_and_follows_when_the_tables_are_written(tmp_path: Path) -> None:
    run = judged_run(tmp_path)
    visit = Visit(run)
    visit.enter()
    path = f"/document/{run.ids['d']}"
    page = visit.get(path).text
    assert 'name="value.number_symbol" value="311/QĐ-UBND"' in page
    assert "309 &lt; number &lt; 320" in page and "number_line_state_slot+order" in page
    for one, number in (("s1", 390), ("s2", 391), ("s3", 392)):  # they were the witnesses
        address = f"/document/{run.ids[one]}"
        form = form_of(visit, address) | {"value.number_symbol": f"{number}/QĐ-UBND"}
        assert visit.post(address, form).status_code == 302
    assert 'name="value.number_symbol" value="311/QĐ-UBND"' in visit.get(path).text
    assert "371/QĐ-UBND" not in visit.get("/", query_string={"state": "all"}).text
    visit.post("/tables", {})
    assert 'name="value.number_symbol" value="371/QĐ-UBND"' in visit.get(path).text
    assert "371/QĐ-UBND" in visit.get("/").text, "in the queue too, and open again"
