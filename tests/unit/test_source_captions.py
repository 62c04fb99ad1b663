import pytest

from pipeline.source.captions import take_captions
from pipeline.source.text_layer import LayerLine, LayerWord


def line(text: str, top: float, *, left: float = 400.0, size: float = 8.0) -> LayerLine:
    words = []
    for word in text.split():
        words.append(LayerWord(word, left, top, left + size * len(word) / 2, top + size))
        left += size * (len(word) + 1) / 2
    return LayerLine(tuple(words))


def body(count: int = 20) -> list[LayerLine]:
    return [
        line("Căn cứ Luật Tổ chức chính quyền địa phương", 150 + 20 * i, left=80, size=14)
        for i in range(count)
    ]


STAMPS = [
    ["Ký bởi: Ủy ban nhân dân", "tỉnh", "Thời gian ký: 01/02/2020", "08:15:24"],
    ["Người ký: Sở Nội vụ", "Email: so@tinh.gov.vn", "Cơ quan: Tỉnh", "Ngày ký: 30-05-2023 16:05:22 +07:00"],
    ["TRUNG TÂM", "TIN HỌC", "tin@tinh.gov.vn", "06.11.2024 09:27:05", "+07:00"],
    ["Ủy ban nhân dân", "18.02.2025", "09:58:30 +07:00"],
    ["Digitally signed by SO NOI VU", "DN: C=VN, O=SNV", "Date: 2023.05.30 16:05:22+07'00'"],
    ["SAO Y; VĂN PHÒNG; 01/06/2023 08:12:33 +07:00"],
    ["Ký số bởi: Văn phòng"],
    ["Cơ quan phát hành: Văn phòng"],
]


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: stamp[0])
@pytest.mark.parametrize("around", [body(), []], ids=["on a page of text", "alone"])
def test_a_stamp_is_taken_whole_and_the_text_stays(stamp: list[str], around: list[LayerLine]) -> None:
    lines = [line(text, 40 + 9 * index) for index, text in enumerate(stamp)]
    kept, taken = take_captions([*lines, *around])
    assert [one.text for one in taken] == ["\n".join(stamp)]
    assert list(kept) == around


@pytest.mark.parametrize(
    "text",
    [
        "Người ký: Giám đốc Sở",
        "Email: so@tinh.gov.vn",
        "Cơ quan: Sở Nội vụ",
        "Ngày ký ban hành là ngày có hiệu lực",
        "Thời gian ký kết hợp đồng: quý II",
        "Sao y bản chính",
        "ngày 01/02/2020 08:15 tại trụ sở",
    ],
)
def test_like_words_in_the_size_of_the_text_are_text(text: str) -> None:
    lines = [*body(10), line(text, 350, left=80, size=14), *body(3)]
    kept, taken = take_captions(lines)
    assert taken == ()
    assert list(kept) == lines


def test_lines_of_the_header_beside_a_stamp_stay() -> None:
    header = line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 42, left=250, size=13)
    kept, _ = take_captions([line("Ký bởi: Sở Nội vụ", 40, left=440), header, *body()])
    assert header in kept


def test_a_strong_caption_in_the_size_of_the_text_takes_no_paragraph_with_it() -> None:
    lines = [line(f"Nội dung dòng {index}", 100 + 15 * index, left=80, size=14) for index in range(30)]
    lines.append(line("Thời gian ký: 01/02/2020 08:15:24", 100 + 15 * 30, left=80, size=14))
    kept, taken = take_captions(lines)
    assert [one.text for one in taken] == ["Thời gian ký: 01/02/2020 08:15:24"]
    assert len(kept) == 30


def test_a_page_of_absurdly_many_lines_is_left_as_it_is() -> None:
    lines = [line("Ký bởi: A", 10.0 * index) for index in range(5000)]
    assert take_captions(lines) == (tuple(lines), ())
