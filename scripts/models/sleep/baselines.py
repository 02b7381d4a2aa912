"""What simpler methods reach on the same nights, left out one subject at a time.

    python3 baselines.py --data .models/minutes.npz --out .models/baselines.json

- Cole-Kripke, Sadeh, Scripps and Oakley with their published weights, as in functions/src/domain/metrics/actigraphy.ts (in
  Oakley's case 40 counts). Their thresholds were made for the counts of other devices, so that each is also given
  with the threshold that is best (kappa) on the other subjects. Beyond the edges there is no movement.
- always sleep: never wake, NREM throughout; its probabilities are the shares of the other subjects.
- logistic regression on windows: the model's own input of a minute, with its means, deviations and maximum around it
  and its values before and after; classes weighted equally, threshold from the other subjects.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from calibrate import wake_threshold
from features import ACTIVITY, HR_Z, MODALITIES, nights, view
from metrics import Nights, with_intervals
from train import TEST_SEED

COLE_KRIPKE = ([106, 54, 58, 76, 230, 74, 67], 4)
SCRIPPS = (
    [0.0064, 0.0074, 0.0112, 0.0112, 0.0118, 0.0118, 0.0128, 0.0188, 0.028, 0.0664, 0.03, 0.0112, 0.01],
    10,
)
OAKLEY = ([0.04, 0.2, 1, 0.2, 0.04], 2)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    options = arguments.parse_args()

    every = nights(options.data)
    found = {}
    for name, method in methods(every):
        found[name] = with_intervals(method)
        values = {key: round(figure["value"], 3) for key, figure in found[name].items()}
        print(f"{name:44s}", " ".join(f"{key}={value}" for key, value in values.items()), flush=True)
    options.out.write_text(json.dumps(found, indent=1) + "\n")


def methods(every):
    """(name, held-out Nights) of each."""
    stage = [night["stage"] for night in every]
    yield "always sleep", always_sleep(stage)
    for name, (score, published) in SCORES.items():
        scores = [score(np.nan_to_num(night["activity"])) for night in every]
        yield f"{name}, published threshold", Nights(stage, scores, [each >= published for each in scores])
        refitted = [each >= refitted_threshold(scores, stage, i) for i, each in enumerate(scores)]
        yield f"{name}, threshold refitted", Nights(stage, scores, refitted)
    for modality in MODALITIES:
        yield f"logistic regression, {modality}", logistic(every, stage, modality)


def always_sleep(stage):
    never = [np.zeros(len(each), bool) for each in stage]
    shares = []
    for left_out, each in enumerate(stage):
        others = np.concatenate([other[other >= 0] for i, other in enumerate(stage) if i != left_out])
        shares.append(np.tile(np.bincount(others, minlength=3) / len(others), (len(each), 1)))
    return Nights(stage, [each.astype(float) for each in never], never, shares, [each + 1 for each in never])


def weighted(activity, kernel):
    """Sum of the counts around each minute; kernel = (weights, how many of them lie before the minute)."""
    weights, before = kernel
    padded = np.concatenate([np.zeros(before), activity, np.zeros(len(weights) - 1 - before)])
    return np.correlate(padded, weights, "valid")


def sadeh(activity):
    """-PS: PS = 7.601 - 0.065 mean - 1.08 NAT - 0.056 sd - 0.703 ln(a + 1), wake below 0 (Sadeh 1994)."""
    padded = np.pad(activity, 5, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, 11)
    natural = ((around >= 50) & (around < 100)).sum(1)
    following = np.append(activity[1:], activity[-1])
    index = 7.601 - 0.065 * around.mean(1) - 1.08 * natural - 0.056 * around[:, :6].std(1, ddof=1)
    return 0.703 * np.log1p(following) - index


#: name: (score of counts per minute, higher for wake; published threshold)
SCORES = {
    "Cole-Kripke": (lambda activity: 0.001 * weighted(activity, COLE_KRIPKE), 1.0),
    "Sadeh": (sadeh, np.nextafter(0, 1)),
    "Scripps": (lambda activity: 0.204 * weighted(activity, SCRIPPS), 1.0),
    "Oakley": (lambda activity: weighted(activity, OAKLEY), 40.0),
}


def refitted_threshold(scores, stage, left_out):
    """The quantile of the other subjects' scores with the highest kappa on them."""
    others = [i for i in range(len(stage)) if i != left_out]
    score = np.concatenate([scores[i][stage[i] >= 0] for i in others])
    awake = np.concatenate([stage[i][stage[i] >= 0] == 0 for i in others])
    return wake_threshold(score, awake, np.quantile(score, np.linspace(0.5, 0.99, 50)))


def logistic(every, stage, modality):
    tables = [windows(view(night, modality, np.random.default_rng(TEST_SEED))) for night in every]
    scores, said = [], []
    for left_out in range(len(every)):
        others = [i for i in range(len(every)) if i != left_out]
        known = np.concatenate([tables[i][stage[i] >= 0] for i in others])
        awake = np.concatenate([stage[i][stage[i] >= 0] == 0 for i in others])
        regression = make_pipeline(
            StandardScaler(), LogisticRegression(max_iter=500, C=0.05, class_weight="balanced")
        ).fit(known, awake)
        threshold = wake_threshold(regression.predict_proba(known)[:, 1], awake, np.linspace(0.1, 0.9, 41))
        scores.append(regression.predict_proba(tables[left_out])[:, 1])
        said.append(scores[-1] > threshold)
    return Nights(stage, scores, said)


def windows(x):
    """Features [5, minutes] -> [minutes, columns]."""
    columns = list(x)
    for series in (x[HR_Z], x[ACTIVITY]):
        for width in (3, 7, 15, 31):
            box = np.ones(width) / width
            mean = np.convolve(series, box, "same")
            columns += [mean, np.sqrt(np.maximum(np.convolve(series**2, box, "same") - mean**2, 0))]
        for lag in (1, 2, 3, 5, 8):
            columns += [np.roll(series, lag), np.roll(series, -lag)]
        padded = np.pad(series, 10, constant_values=-np.inf)
        columns.append(np.lib.stride_tricks.sliding_window_view(padded, 21).max(1))
    return np.stack(columns, 1)


if __name__ == "__main__":
    main()
