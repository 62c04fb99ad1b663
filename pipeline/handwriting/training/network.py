# mypy: disable-error-code="import-not-found, import-untyped, no-any-return, unused-ignore"
"""The digit network: convolutions only, so that it runs anywhere OpenCV does.

A column of the output is "nothing", one of the letters of the alphabet, or three scores that tell printed,
handwritten and stamped ink apart.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pipeline.handwriting.crop import HEIGHT
from pipeline.handwriting.reader import ALPHABET, INKS

SYMBOLS = 1 + len(ALPHABET)


def _block(before: int, after: int, kernel: tuple[int, int], stride: tuple[int, int] = (1, 1)) -> list[Any]:
    padding = (kernel[0] // 2, kernel[1] // 2)
    return [
        nn.Conv2d(before, after, kernel, stride=stride, padding=padding, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    ]


def build() -> Any:
    """A fresh network: (n, 1, HEIGHT, width) to (n, SYMBOLS + 3, 1, width / 2)."""
    return nn.Sequential(
        *_block(1, 20, (5, 5), (2, 2)),
        *_block(20, 32, (3, 3)),
        nn.MaxPool2d((2, 1)),
        *_block(32, 48, (3, 3)),
        nn.MaxPool2d((2, 1)),
        *_block(48, 64, (3, 3)),
        *_block(64, 64, (3, 3)),
        nn.MaxPool2d((2, 1)),
        nn.Conv2d(64, 112, (HEIGHT // 16, 1), bias=False),
        nn.BatchNorm2d(112),
        nn.ReLU(inplace=True),
        *_block(112, 112, (1, 3)),
        *_block(112, 112, (1, 5)),
        nn.Dropout(0.15),
        nn.Conv2d(112, SYMBOLS + len(INKS), (1, 1)),
    )


def losses(output: Any, labels: list[str], inks: Any) -> Any:
    """CTC loss of the symbols plus a small cross entropy of the ink, each a mean over the batch."""
    scores = output[:, :, 0, :]
    columns = scores[:, :SYMBOLS].log_softmax(dim=1)
    targets = [[ALPHABET.index(letter) + 1 for letter in label] for label in labels]
    flat = torch.tensor([symbol for target in targets for symbol in target], dtype=torch.long)
    lengths = torch.tensor([len(target) for target in targets], dtype=torch.long)
    times = torch.full((len(labels),), columns.shape[2], dtype=torch.long)
    ctc = nn.functional.ctc_loss(
        columns.permute(2, 0, 1), flat, times, lengths, reduction="none", zero_infinity=True
    )
    # The ink is judged only where the network sees a digit.
    seen = 1 - columns[:, :1].detach().exp() + 1e-4
    votes = (scores[:, SYMBOLS:] * seen).sum(dim=2) / seen.sum(dim=2)
    ink = nn.functional.cross_entropy(votes, inks, ignore_index=-1, reduction="sum") / max(1, len(labels))
    return ctc.mean() + 0.3 * ink


class Averager:
    """Running mean of a network's weights: steadier than the last step of the training."""

    def __init__(self, network: Any, decay: float = 0.998) -> None:
        self.decay = decay
        self.held = {name: value.detach().clone() for name, value in network.state_dict().items()}

    def update(self, network: Any) -> None:
        for name, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.held[name].mul_(self.decay).add_(value.detach(), alpha=1 - self.decay)
            else:
                self.held[name].copy_(value)


class Pair(nn.Module):  # type: ignore[misc]
    """Several networks in one file; their columns are stacked along the channels."""

    def __init__(self, networks: list[Any]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, ink: Any) -> Any:
        return torch.cat([network(ink) for network in self.networks], dim=1)


def export(networks: list[Any], path: Path) -> None:
    """Write the networks as one ONNX file whose width is free."""
    joined = Pair(networks).eval()
    example = torch.from_numpy(np.zeros((2, 1, HEIGHT, 96), np.float32))
    torch.onnx.export(
        joined,
        (example,),
        str(path),
        input_names=["ink"],
        output_names=["columns"],
        dynamic_axes={"ink": {0: "n", 3: "width"}, "columns": {0: "n", 3: "time"}},
        opset_version=13,
        dynamo=False,
    )
