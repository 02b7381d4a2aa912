"""PhysioNet sleep-accel (Walch 2019, ODC-BY 1.0) -> one value a minute for every night, in one .npz.

    python3 prepare.py --data FOLDER --out .models/minutes.npz

FOLDER holds `heart-rate/`, `labels/` and `activity-counts/` as PhysioNet gives them
(https://physionet.org/content/sleep-accel/1.0.0/, doi:10.13026/hmhs-py35). The `activity-counts/` there are the
published count feature per 30 s; raw acceleration is not needed.

Written, for each subject, [minutes] from the start of the recording in bed:

    ID_stage             int8: 0 wake, 1 NREM, 2 REM, -1 not scored
    ID_heart_rate        bpm, mean of the minute's readings, NaN for none
    ID_heart_rate_first  bpm, the minute's first reading: what one reading in the background would be
    ID_activity          counts, mean of the minute's two epochs, NaN for none
"""

import argparse
from pathlib import Path

import numpy as np

EPOCH_S = 30
MINUTE_S = 60
WAKE, NREM, REM, UNSCORED = 0, 1, 2, -1
STAGE = {0: WAKE, 1: NREM, 2: NREM, 3: NREM, 4: NREM, 5: REM}  # by the label of the data set


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True, help="the folder of sleep-accel")
    arguments.add_argument("--out", type=Path, required=True, help="the .npz to write")
    options = arguments.parse_args()

    nights = {subject: minutes_of(options.data, subject) for subject in subjects_in(options.data)}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        options.out,
        **{
            f"{subject}_{name}": values for subject, night in nights.items() for name, values in night.items()
        },
    )
    scored = sum((night["stage"] >= 0).sum() for night in nights.values())
    wake = sum((night["stage"] == WAKE).sum() for night in nights.values())
    print(f"{len(nights)} nights, {scored} scored minutes, {wake / scored:.1%} awake")


def subjects_in(folder):
    """Sorted ids of the subjects that have a heart rate."""
    return sorted(int(path.name.split("_")[0]) for path in (folder / "heart-rate").glob("*_heartrate.txt"))


def minutes_of(folder, subject):
    """The arrays of one subject, see the top of this file."""
    labels = epoch_labels(folder / "labels" / f"{subject}_labeled_sleep.txt")
    counts = epoch_counts(folder / "activity-counts", subject, labels)
    readings = np.loadtxt(folder / "heart-rate" / f"{subject}_heartrate.txt", delimiter=",")
    readings = readings[np.argsort(readings[:, 0], kind="stable")]

    minutes = max(labels) // MINUTE_S + 1
    night = {
        "stage": np.full(minutes, UNSCORED, np.int8),
        "heart_rate": np.full(minutes, np.nan),
        "heart_rate_first": np.full(minutes, np.nan),
        "activity": np.full(minutes, np.nan),
    }
    for minute in range(minutes):
        start = minute * MINUTE_S
        epochs = (start, start + EPOCH_S)
        scored = [STAGE[labels[at]] for at in epochs if labels.get(at, -1) in STAGE]
        if scored:  # half a minute awake is a minute awake; else the minute is what its first half is
            night["stage"][minute] = WAKE if WAKE in scored else scored[0]
        first, last = np.searchsorted(readings[:, 0], (start, start + MINUTE_S))
        if last > first:
            night["heart_rate"][minute] = readings[first:last, 1].mean()
            night["heart_rate_first"][minute] = readings[first, 1]
        counted = [counts[at] for at in epochs if at in counts]
        if counted:
            night["activity"][minute] = np.mean(counted)
    return night


def epoch_labels(path):
    """{seconds from the start: label}; some files have commas, some have spaces."""
    text = path.read_text()
    rows = np.loadtxt(text.splitlines(), delimiter="," if "," in text else None)
    return {int(second): int(label) for second, label in rows}


def epoch_counts(folder, subject, labels):
    """{seconds from the start: counts}.

    The published feature has a clock of its own. It comes with a copy of the labels: the shift at which most of
    those agree with the labels of the night is the right one.
    """
    counts = np.loadtxt(folder / f"{subject}_count_feature.out")
    copied = np.loadtxt(folder / f"{subject}_psg_labels.out").astype(int)
    hours = np.loadtxt(folder / f"{subject}_time_feature.out")
    seconds = np.round(hours * 3600 / EPOCH_S).astype(int) * EPOCH_S
    deep = lambda stages: np.where(stages == 4, 3, stages)  # N3 and N4 are not told apart in the copy

    def agreement(shift):
        original = np.array([labels.get(shift + second, -9) for second in seconds])
        return (deep(original) == deep(copied)).mean()

    shift = max(range(0, max(labels) + 1, EPOCH_S), key=agreement)  # the first of the best
    return dict(zip((shift + seconds).tolist(), counts.tolist()))


if __name__ == "__main__":
    main()
