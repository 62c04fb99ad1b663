"""How well a line reads as Vietnamese: the language model's part in choosing between two readings."""

from __future__ import annotations

import numpy as np

from pipeline.restore.language_model import Scores, load_model
from pipeline.restore.lexicon import BOUNDARY, UNKNOWN, load_lexicon
from pipeline.restore.readings import TOKEN_CLASS
from pipeline.restore.tokens import WORD, tokens

# Natural logarithms. An unknown word says less against a line the shorter it is.
_UNKNOWN_LETTER = -1.6


def fluency(text: str) -> float:
    """Mean natural log-probability a token of `text`; 0.0 for a text without tokens.

    Running text has -4 to -6, a reading with wrong tones about 1 less, garble -9 and less.

    >>> fluency("tổ chức chính quyền địa phương") > fluency("tổ chức chính quyên địa phương")
    True
    """
    lexicon, model = load_lexicon(), load_model()
    found = list(tokens(text))
    if not found:
        return 0.0
    ids = np.array(
        [lexicon.canonical(one.text) if one.kind == WORD else TOKEN_CLASS[one.kind] for one in found],
        dtype=np.int64,
    )
    one = np.concatenate(([BOUNDARY], ids[:-1]))
    two = np.concatenate(([BOUNDARY, BOUNDARY], ids[:-2]))[: len(ids)]
    _, backoff = model.extend(one, one, np.zeros(len(ids), dtype=np.float32), ids)
    before: Scores = np.concatenate((np.zeros(1, dtype=np.float32), backoff[:-1]))
    scores, _ = model.extend(two, one, before, ids)
    strange = sum(
        _UNKNOWN_LETTER * len(token.text)
        for token, number in zip(found, ids.tolist(), strict=True)
        if token.kind == WORD and number == UNKNOWN
    )
    return (float(scores.sum()) + strange) / len(ids)
