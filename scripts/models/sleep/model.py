"""The network, in torch: residual dilated 1-D convolutions over a night.

[batch, 5, minutes] features -> [batch, minutes, 3] logits of wake, NREM, REM.
"""

import torch
from torch import nn

CLASSES = ("wake", "NREM", "REM")
WIDTH = 32
GROUPS = 4
KERNEL = 3
INPUT_KERNEL = 5
DILATIONS = (1, 2, 4, 8, 16, 32)
DROPOUT = 0.15


class Block(nn.Module):
    """x + dropout(1x1(relu(group norm(dilated convolution of x)))); keeps [batch, WIDTH, minutes]."""

    def __init__(self, dilation):
        super().__init__()
        self.conv = nn.Conv1d(WIDTH, WIDTH, KERNEL, padding=dilation * (KERNEL // 2), dilation=dilation)
        self.mix = nn.Conv1d(WIDTH, WIDTH, 1)
        self.norm = nn.GroupNorm(GROUPS, WIDTH)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, x):
        return x + self.dropout(self.mix(torch.relu(self.norm(self.conv(x)))))


class SleepTcn(nn.Module):
    """Sees 2 + sum(DILATIONS) minutes to either side."""

    def __init__(self, dilations=DILATIONS):
        super().__init__()
        self.input = nn.Conv1d(5, WIDTH, INPUT_KERNEL, padding=INPUT_KERNEL // 2)
        self.blocks = nn.ModuleList(Block(dilation) for dilation in dilations)
        self.output = nn.Conv1d(WIDTH, len(CLASSES), 1)

    def forward(self, x):
        x = torch.relu(self.input(x))
        for block in self.blocks:
            x = block(x)
        return self.output(x).transpose(1, 2)


def logits_of(model, features):
    """features [5, minutes] -> float32 [minutes, 3], without dropout."""
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(features[None]))[0].numpy()
