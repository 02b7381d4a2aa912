"""Probabilities that may be read as chances, and the thresholds on them; fitted for each modality on nights that the
networks were not trained on.

Training weighs the classes and smooths the labels, so that softmax alone says wake too often. Here the logits are
divided by a temperature and every class is shifted before the softmax ("bias-corrected temperature scaling",
Alexandari, Kundaje and Shrikumar 2020, arXiv 1901.06852): p = softmax(logits / temperature + shift).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

WAKE, REM = 0, 2
WAKE_THRESHOLDS = np.linspace(0.05, 0.7, 66)
REM_THRESHOLDS = np.linspace(0.2, 0.6, 41)
#: Thresholds whose kappa is this close to the best are as good: the curve is flat and its peak is chance.
AS_GOOD = 0.01


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


def wake_threshold(wake_probability, awake, candidates=WAKE_THRESHOLDS):
    """The P(wake) above which a minute is called wake: the mean of those with as good as the highest kappa."""
    return middle_of_best(
        candidates, [kappa(awake, wake_probability > threshold) for threshold in candidates]
    )


def rem_threshold(probabilities, wake_said, stages, candidates=REM_THRESHOLDS):
    """The share of P(REM) in P(asleep) above which a minute asleep is called REM, likewise for three classes.

    The likelier of NREM and REM would be REM too seldom: NREM is three times as common.
    """
    called = (staged(probabilities, wake_said, threshold) for threshold in candidates)
    confusions = (np.histogram2d(stages, each, (3, 3), ((0, 3), (0, 3)))[0] for each in called)
    return middle_of_best(candidates, [kappa_of(confusion) for confusion in confusions])


def staged(probabilities, wake_said, rem_threshold):
    """[minutes] of 0 wake, 1 NREM, 2 REM: the rule of stagedSegments() in functions/src/domain/metrics/staging.ts."""
    asleep = probabilities[:, 1] + probabilities[:, REM]
    return np.where(wake_said, WAKE, np.where(probabilities[:, REM] > rem_threshold * asleep, REM, 1))


def middle_of_best(candidates, kappas):
    kappas = np.array(kappas)
    return float(np.mean(np.asarray(candidates)[kappas >= kappas.max() - AS_GOOD]))


def kappa(truth, said):
    """Cohen's kappa of two boolean series."""
    both, true, called, total = (truth & said).sum(), truth.sum(), said.sum(), len(truth)
    return kappa_of(np.array([[total - true - called + both, called - both], [true - both, both]]))


def kappa_of(confusion):
    """Cohen's kappa of a confusion matrix."""
    total = confusion.sum()
    agreed = np.trace(confusion) / total
    chance = (confusion.sum(0) @ confusion.sum(1)) / total**2
    return float((agreed - chance) / (1 - chance)) if chance < 1 else 0.0
