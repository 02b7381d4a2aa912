"""Probabilities that may be read as chances, and the thresholds on them; fitted for each modality on nights that the
networks were not trained on.

Training weighs the classes and smooths the labels, so that softmax alone says wake too often. Here the logits are
divided by a temperature and every class is shifted before the softmax ("bias-corrected temperature scaling",
Alexandari, Kundaje and Shrikumar 2020, arXiv 1901.06852): p = softmax(logits / temperature + shift).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

WAKE = 0
THRESHOLDS = np.linspace(0.1, 0.7, 25)


@dataclass(frozen=True)
class Calibration:
    """temperature: above 0. shift: [3], of wake, NREM and REM; their sum is 0."""

    temperature: float
    shift: tuple

    def probabilities(self, logits):
        """float [minutes, 3] -> float64 [minutes, 3], rows sum to 1."""
        return softmax(np.asarray(logits, np.float64) / self.temperature + np.array(self.shift))


#: softmax as it is
UNCALIBRATED = Calibration(1.0, (0.0, 0.0, 0.0))


def softmax(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def fit_calibration(logits, stages):
    """Least mean negative log likelihood. logits [minutes, 3], stages [minutes] in 0..2."""
    rows = np.arange(len(stages))

    def of(parameters):
        log_temperature, wake, nrem = parameters
        return Calibration(float(np.exp(log_temperature)), (float(wake), float(nrem), float(-wake - nrem)))

    def loss(parameters):
        return -np.log(of(parameters).probabilities(logits)[rows, stages] + 1e-12).mean()

    return of(minimize(loss, np.zeros(3), method="L-BFGS-B").x)


def wake_threshold(wake_probability, awake, candidates=THRESHOLDS):
    """The P(wake) above which a minute is best called wake: highest Cohen's kappa, the lowest of equals."""
    kappas = [kappa(awake, wake_probability > threshold) for threshold in candidates]
    return float(candidates[int(np.argmax(kappas))])


def kappa(truth, said):
    """Cohen's kappa of two boolean series."""
    agreed = (truth == said).mean()
    chance = truth.mean() * said.mean() + (1 - truth.mean()) * (1 - said.mean())
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0
