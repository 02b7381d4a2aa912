"""Figures of held-out nights, each with a 95 % interval from a bootstrap over subjects.

A bootstrap sample is a weight per subject (how often it was drawn), so that one function gives the figures of all
subjects and of every sample. All minutes are pooled: a figure is of minutes, its interval is of people.
"""

import numpy as np

from calibrate import kappa_of

SAMPLES = 2000
SEED = 2019
BINS = 10
SETTLED_MINUTE = 45
#: What Walch 2019 report their specificity at.
COMPARED_SENSITIVITY = 0.93


class Nights:
    """Scored minutes of held-out nights, laid end to end.

    stage: the truth, 0..2. score: what is higher for wake. awake_said: what the method calls wake. Methods that
    tell three classes: probabilities [minutes, 3] and stage_said, what they call each minute. All are lists with one
    array per subject; minutes that nobody scored are left out here.
    """

    def __init__(self, stage, score, awake_said, probabilities=None, stage_said=None):
        kept = [truth >= 0 for truth in stage]
        join = lambda parts: np.concatenate([part[keep] for part, keep in zip(parts, kept)])
        self.subjects = len(stage)
        self.subject = np.repeat(np.arange(self.subjects), [keep.sum() for keep in kept])
        self.minute = np.concatenate([np.flatnonzero(keep) for keep in kept])
        self.stage = join(stage).astype(int)
        self.awake = self.stage == 0
        self.awake_said = join(awake_said)
        self.score = join(score)
        self.probabilities = None if probabilities is None else join(probabilities)
        self.stage_said = None if stage_said is None else join(stage_said)
        self._count_per_subject()

    def per_subject(self, values):
        return np.bincount(self.subject, values, self.subjects)

    def _count_per_subject(self):
        """Everything that is a sum over minutes, as one sum per subject."""
        sums = self.sums = {"minutes": self.per_subject(np.ones(len(self.stage)))}
        for truth in (0, 1):
            for said in (0, 1):
                sums[f"awake{truth}{said}"] = self.per_subject(
                    (self.awake == truth) & (self.awake_said == said)
                )
        bias = self.per_subject(self.awake.astype(float) - self.awake_said)
        sums["totalSleepBias"], sums["totalSleepError"] = bias, np.abs(bias)
        sums["subjects"] = np.ones(self.subjects)
        if self.stage_said is not None:
            for name, said in (("rule", self.stage_said), ("likeliest", self.probabilities.argmax(1))):
                for truth in range(3):
                    for stage in range(3):
                        sums[f"{name}{truth}{stage}"] = self.per_subject(
                            (self.stage == truth) & (said == stage)
                        )
            rem = self.per_subject((self.stage_said == 2).astype(float) - (self.stage == 2))
            sums["remBias"], sums["remError"] = rem, np.abs(rem)
            truth = np.eye(3)[self.stage]
            sums["brierThree"] = self.per_subject(((self.probabilities - truth) ** 2).sum(1))
            chance = self.probabilities[np.arange(len(self.stage)), self.stage]
            sums["logLoss"] = self.per_subject(-np.log(np.maximum(chance, 1e-9)))
            wake = self.probabilities[:, 0]
            sums["brierWake"] = self.per_subject((wake - self.awake) ** 2)
            bins = np.minimum((wake * BINS).astype(int), BINS - 1)
            for index in range(BINS):
                inside = bins == index
                sums[f"bin{index}minutes"] = self.per_subject(inside)
                sums[f"bin{index}said"] = self.per_subject(inside * wake)
                sums[f"bin{index}awake"] = self.per_subject(inside & self.awake)
        self._rank, settled = self._ranks(slice(None)), self.minute >= SETTLED_MINUTE
        self._settled_rank = self._ranks(settled)

    def _ranks(self, which):
        _, place = np.unique(self.score[which], return_inverse=True)
        return place, self.awake[which], self.subject[which]

    def figures(self, weights=None):
        """{name: value} with every subject counted `weights` [subjects] times."""
        weights = np.ones(self.subjects) if weights is None else weights
        total = {name: float(values @ weights) for name, values in self.sums.items()}
        minutes = total["minutes"]
        sensitivity = total["awake00"] / (total["awake00"] + total["awake01"])
        specificity = total["awake11"] / (total["awake11"] + total["awake10"])
        binary = np.array([[total["awake00"], total["awake01"]], [total["awake10"], total["awake11"]]])
        asleep_below, awake_below = curve(self._rank, weights)
        found = {
            "aucWake": area(asleep_below, awake_below),
            "aucWakeSettled": area(*curve(self._settled_rank, weights)),
            "accuracy": np.trace(binary) / minutes,
            "balancedAccuracy": (sensitivity + specificity) / 2,
            "kappaWake": kappa_of(binary),
            "sensitivitySleep": sensitivity,
            "specificityWake": specificity,
            "specificityAtSensitivity93": 1
            - float(np.interp(COMPARED_SENSITIVITY, asleep_below, awake_below)),
            "totalSleepErrorMinutes": total["totalSleepError"] / total["subjects"],
            "totalSleepBiasMinutes": total["totalSleepBias"] / total["subjects"],
        }
        if self.stage_said is not None:
            for name, suffix in (("rule", ""), ("likeliest", "Likeliest")):
                three = np.array([[total[f"{name}{truth}{said}"] for said in range(3)] for truth in range(3)])
                found[f"accuracyThreeClasses{suffix}"] = np.trace(three) / minutes
                found[f"kappaThreeClasses{suffix}"] = kappa_of(three)
            found["remErrorMinutes"] = total["remError"] / total["subjects"]
            found["remBiasMinutes"] = total["remBias"] / total["subjects"]
            found["brierThreeClasses"] = total["brierThree"] / minutes
            found["logLoss"] = total["logLoss"] / minutes
            found["brierWake"] = total["brierWake"] / minutes
            gaps = (abs(total[f"bin{index}said"] - total[f"bin{index}awake"]) for index in range(BINS))
            found["calibrationError"] = sum(gaps) / minutes
        return found

    def reliability(self):
        """[{said, awake, minutes}] for each tenth of P(wake): mean of what was said, and the share awake."""
        rows = []
        for index in range(BINS):
            minutes, said, awake = (
                self.sums[f"bin{index}{name}"].sum() for name in ("minutes", "said", "awake")
            )
            share = lambda value: round(float(value / minutes), 3) if minutes else None
            rows.append({"minutes": int(minutes), "said": share(said), "awake": share(awake)})
        return rows


def curve(ranked, weights):
    """(share of sleep, share of wake) at or below each score in ascending order, both starting at 0."""
    place, awake, subject = ranked
    weight = weights[subject]
    below = lambda which: np.concatenate(
        [[0], np.cumsum(np.bincount(place, weight * which, place.max() + 1))]
    )
    asleep, awake = below(~awake), below(awake)
    return asleep / asleep[-1], awake / awake[-1]


def area(asleep_below, awake_below):
    """Chance that a random minute awake has a higher score than a random minute asleep; equals count half."""
    return float(np.sum(np.diff(awake_below) * (asleep_below[1:] + asleep_below[:-1]) / 2))


def draws(subjects):
    """[SAMPLES, subjects]: how often each subject is in each bootstrap sample. Always the same."""
    random = np.random.default_rng(SEED)
    picked = random.integers(0, subjects, (SAMPLES, subjects))
    return np.stack([np.bincount(row, minlength=subjects) for row in picked]).astype(float)


def interval(values):
    return [float(np.quantile(values, quantile)) for quantile in (0.025, 0.975)]


def with_intervals(nights):
    """{name: {value, interval}} of Nights."""
    samples = [nights.figures(weights) for weights in draws(nights.subjects)]
    return {
        name: {"value": float(value), "interval": interval([sample[name] for sample in samples])}
        for name, value in nights.figures().items()
    }


def differences(ours, theirs):
    """{name: {value, interval}} of ours minus theirs, on the same samples of the same subjects (paired)."""
    shared = [name for name in ours.figures() if name in theirs.figures()]
    change = lambda weights: (ours.figures(weights), theirs.figures(weights))
    samples = [change(weights) for weights in draws(ours.subjects)]
    mine, other = change(None)
    return {
        name: {
            "value": mine[name] - other[name],
            "interval": interval([a[name] - b[name] for a, b in samples]),
        }
        for name in shared
    }
