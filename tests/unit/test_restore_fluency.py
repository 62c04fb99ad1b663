"""The language model prefers right marks to wrong ones and sentences to garble."""

from pipeline.restore.fluency import fluency

RIGHT = "Căn cứ Luật Tổ chức chính quyền địa phương"


def test_wrong_tones_and_garble_are_less_fluent() -> None:
    assert (
        fluency(RIGHT)
        > fluency("Căn cứ Luật Tô chức chính quyên địa phương")
        > fluency("cgxc hrtkw qwe trwkb")
    )


def test_a_text_without_words_says_nothing() -> None:
    assert fluency("") == 0.0
