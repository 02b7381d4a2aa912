"""What the model sees of a night. The definition is that of functions/src/domain/metrics/sleep-features.ts, and the golden
test holds the two to each other.

Also here: the kinds of input ("modalities") that the model is trained for and evaluated on.
"""

import numpy as np

CHANNELS = ("hr_z", "hr_valid", "hr_observed", "log1p_activity", "activity_valid")
HR_Z, HR_VALID, HR_OBSERVED, ACTIVITY, ACTIVITY_VALID = range(5)

#: Minutes between two readings that are interpolated, and that an edge is held.
BRIDGE_MINUTES = 15
LEAST_OBSERVED = 5
LEAST_SPREAD_BPM = 3.0
LARGEST_Z = 5
#: A median absolute deviation as a standard deviation, for a normal distribution.
DEVIATION_OF_MAD = 1.4826

#: Which series each modality has, and whether heart rate is thinned to what HealthKit stores in the background.
MODALITIES = {
    "hr+act": {"heart_rate": True, "activity": True, "sparse": False},
    "hr": {"heart_rate": True, "activity": False, "sparse": False},
    "hr_sparse5min": {"heart_rate": True, "activity": False, "sparse": True},
    "act": {"heart_rate": False, "activity": True, "sparse": False},
    "hr_sparse5min+act": {"heart_rate": True, "activity": True, "sparse": True},
}


def features(heart_rate=None, activity=None):
    """The model's input, float32 [5, minutes], channels as in CHANNELS.

    heart_rate: bpm [minutes], NaN for none, or None. Minutes at most 15 apart are interpolated, edges held for 15;
    then minus the median of the observed, divided by max(1.4826 MAD, 3 bpm), clipped at 5. Fewer than 5 observed
    minutes count as none.
    activity: counts [minutes], NaN for none, or None. ln(1 + counts).
    """
    minutes = len(heart_rate if heart_rate is not None else activity)
    channels = np.zeros((5, minutes), np.float32)
    if heart_rate is not None and np.isfinite(heart_rate).sum() >= LEAST_OBSERVED:
        filled, valid = bridged(heart_rate)
        seen = heart_rate[np.isfinite(heart_rate)]
        centre = np.median(seen)
        spread = max(np.median(np.abs(seen - centre)) * DEVIATION_OF_MAD, LEAST_SPREAD_BPM)
        channels[HR_Z] = np.clip((filled - centre) / spread, -LARGEST_Z, LARGEST_Z) * valid
        channels[HR_VALID] = valid
        channels[HR_OBSERVED] = np.isfinite(heart_rate)
    if activity is not None:
        counted = np.isfinite(activity)
        channels[ACTIVITY, counted] = np.log1p(np.maximum(activity[counted], 0))
        channels[ACTIVITY_VALID] = counted
    return channels


def bridged(heart_rate):
    """(bpm [minutes] with short gaps interpolated and edges held, bool [minutes]: whether that value counts)."""
    every = np.arange(len(heart_rate))
    seen = np.flatnonzero(np.isfinite(heart_rate))
    filled = np.interp(every, seen, heart_rate[seen])  # holds the edges as well
    before = seen[np.clip(np.searchsorted(seen, every, "right") - 1, 0, None)]
    after = seen[np.clip(np.searchsorted(seen, every, "left"), None, len(seen) - 1)]
    valid = np.abs(after - before) <= BRIDGE_MINUTES
    valid[: seen[0]] = seen[0] - every[: seen[0]] <= BRIDGE_MINUTES
    valid[seen[-1] + 1 :] = every[seen[-1] + 1 :] - seen[-1] <= BRIDGE_MINUTES
    return filled, valid


def thinned(heart_rate, random, least=3, most=7):
    """One reading every `least` to `most` minutes, as a watch stores in the background.

    Before the night the watches of this data set stored one in 288 s (median).
    """
    kept = np.full_like(heart_rate, np.nan)
    minute = random.integers(0, 5)
    while minute < len(heart_rate):
        kept[minute] = heart_rate[minute]
        minute += int(random.integers(least, most + 1))
    return kept


def view(night, modality, random, gaps=(3, 7)):
    """Features [5, minutes] of a night (see `nights`) as one modality has it."""
    has = MODALITIES[modality]
    heart_rate = None
    if has["heart_rate"]:
        heart_rate = (
            thinned(night["heart_rate_first"], random, *gaps) if has["sparse"] else night["heart_rate"]
        )
    return features(heart_rate, night["activity"] if has["activity"] else None)


def nights(path):
    """The nights that prepare.py wrote, by subject in ascending order: dicts of its arrays, and `id`."""
    with np.load(path) as stored:
        subjects = sorted({int(name.split("_")[0]) for name in stored.files})
        names = ("stage", "heart_rate", "heart_rate_first", "activity")
        return [{"id": i, **{name: stored[f"{i}_{name}"] for name in names}} for i in subjects]
