"""The table of held-out figures, from the folds that train.py stored.

    python3 evaluate.py --recipe v4 --data .models/minutes.npz --folds .models/folds/v4 --out .models/v4.json
    ... --against .models/folds/v3   also the paired differences to another recipe
    ... --rerun ID                                       trains one fold again and compares it bit by bit

Of every fold, calibration and thresholds are fitted on the inner nights that its networks were not trained on; the
subject that was left out takes no part in anything but the figures. The same folds give the same table.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from calibrate import UNCALIBRATED, WAKE, fit_calibration, rem_threshold, staged, wake_threshold
from features import MODALITIES, nights
from metrics import Nights, differences, with_intervals
from recipes import RECIPES

COLUMNS = (
    ("aucWake", "AUC", 3),
    ("aucWakeSettled", "AUC>45", 3),
    ("accuracy", "acc", 3),
    ("balancedAccuracy", "bal", 3),
    ("kappaWake", "kappa", 3),
    ("sensitivitySleep", "sens", 3),
    ("specificityWake", "spec", 3),
    ("specificityAtSensitivity93", "spec@.93", 3),
    ("totalSleepErrorMinutes", "TST err", 1),
    ("totalSleepBiasMinutes", "TST bias", 1),
    ("accuracyThreeClasses", "acc3", 3),
    ("kappaThreeClasses", "kappa3", 3),
    ("accuracyThreeClassesLikeliest", "acc3max", 3),
    ("kappaThreeClassesLikeliest", "kappa3max", 3),
    ("remErrorMinutes", "REM err", 1),
    ("remBiasMinutes", "REM bias", 1),
    ("brierWake", "Brier", 4),
    ("brierThreeClasses", "Brier3", 4),
    ("calibrationError", "ECE", 4),
    ("logLoss", "log loss", 4),
)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--recipe", choices=RECIPES, required=True)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--folds", type=Path, required=True)
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--against", type=Path, help="folds of another recipe")
    arguments.add_argument("--rerun", type=int, metavar="ID", help="only this: train the fold of ID again")
    options = arguments.parse_args()

    every = nights(options.data)
    if options.rerun:
        rerun(RECIPES[options.recipe], every, options)
        return

    folds = read_folds(options.folds, every)
    found = {"recipe": options.recipe, "subjects": len(every), "minutes": scored(every), "byModality": {}}
    for modality in MODALITIES:
        raw, _ = held_out(folds, every, modality, calibrated=False)
        calibrated, settings = held_out(folds, every, modality, calibrated=True)
        found["byModality"][modality] = {
            "figures": with_intervals(calibrated),
            "reliability": calibrated.reliability(),
            "uncalibrated": {"figures": with_intervals(raw), "reliability": raw.reliability()},
            "thresholds": {
                kind: [round(setting[kind], 4) for setting in settings] for kind in ("wake", "rem")
            },
        }
        if options.against:
            others = read_folds(options.against, every)
            theirs, _ = held_out(others, every, modality, calibrated=True)
            theirs_raw, _ = held_out(others, every, modality, calibrated=False)
            found["byModality"][modality]["against"] = {
                "calibrated": differences(calibrated, theirs),
                "uncalibrated": differences(calibrated, theirs_raw),
            }
    show(found)
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n")


def scored(every):
    return int(sum((night["stage"] >= 0).sum() for night in every))


def read_folds(folder, every):
    """What train.py stored of each night's fold, in the order of the nights."""
    missing = [night["id"] for night in every if not (folder / f"{night['id']}.npz").exists()]
    if missing:
        raise SystemExit(f"{folder} lacks the folds of {missing}: run train.py first")
    return [dict(np.load(folder / f"{night['id']}.npz")) for night in every]


def held_out(folds, every, modality, calibrated):
    """(Nights of all subjects left out, [settings of each fold])."""
    stage = {night["id"]: night["stage"] for night in every}
    settings = [inner_settings(fold, stage, modality, calibrated) for fold in folds]
    probabilities = [
        setting["calibration"].probabilities(fold[f"test/{modality}"])
        for fold, setting in zip(folds, settings)
    ]
    wake = [each[:, WAKE] for each in probabilities]
    said = [each > setting["wake"] for each, setting in zip(wake, settings)]
    called = [staged(*each, setting["rem"]) for *each, setting in zip(probabilities, said, settings)]
    return Nights([night["stage"] for night in every], wake, said, probabilities, called), settings


def inner_settings(stored, stage, modality, calibrated=True):
    """Calibration and threshold from the inner validation nights of one fold, or of the final model."""
    logits, truth = [], []
    for name, values in stored.items():
        kind, *rest = name.split("/")
        if kind != "inner" or rest[1] != modality:
            continue
        kept = stage[int(rest[0])] >= 0
        logits.append(values[kept])
        truth.append(stage[int(rest[0])][kept])
    logits, truth = np.concatenate(logits), np.concatenate(truth)
    calibration = fit_calibration(logits, truth) if calibrated else UNCALIBRATED
    probabilities = calibration.probabilities(logits)
    wake = wake_threshold(probabilities[:, WAKE], truth == WAKE)
    # Softmax alone is compared as it was used: the likelier of NREM and REM.
    rem = rem_threshold(probabilities, probabilities[:, WAKE] > wake, truth) if calibrated else 0.5
    return {"calibration": calibration, "wake": wake, "rem": rem}


def show(found):
    """The table, the reliability and the paired differences, as text."""
    line = lambda name, figures: print(
        f"{name:24s}" + " ".join(f"{figures[key]['value']:9.{digits}f}" for key, _, digits in COLUMNS)
    )
    bounds = lambda figures: print(
        f"{'':24s}"
        + " ".join(
            f"{'-'.join(f'{bound:.{max(digits - 1, 0)}f}' for bound in figures[key]['interval']):>9s}"
            for key, _, digits in COLUMNS
        )
    )
    print(
        f"{found['recipe']}: {found['subjects']} subjects left out one at a time, {found['minutes']} minutes"
    )
    print(f"{'':24s}" + " ".join(f"{title:>9s}" for _, title, _ in COLUMNS))
    for modality, result in found["byModality"].items():
        line(modality, result["figures"])
        bounds(result["figures"])
        line("  uncalibrated", result["uncalibrated"]["figures"])
    for modality, result in found["byModality"].items():
        print(f"\nP(wake) said / share awake / minutes, {modality}")
        for kind, values in result["thresholds"].items():
            print(
                f"  threshold {kind} {np.mean(values):.3f}, {min(values):.3f} to {max(values):.3f} in the folds"
            )
        for name, rows in (
            ("calibrated", result["reliability"]),
            ("not", result["uncalibrated"]["reliability"]),
        ):
            print(f"  {name:11s}" + "  ".join(f"{r['said']}/{r['awake']}/{r['minutes']}" for r in rows))
    for modality, result in found["byModality"].items():
        for kind, changes in result.get("against", {}).items():
            print(f"\n{modality}: minus the other recipe, {kind}; * where the interval leaves out 0")
            for key, title, digits in COLUMNS:
                low, high = changes[key]["interval"]
                mark = "*" if low > 0 or high < 0 else ""
                print(
                    f"  {title:10s}{changes[key]['value']:+9.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f}) {mark}"
                )


def rerun(recipe, every, options):
    from train import run_fold

    (fold,) = [index for index, night in enumerate(every) if night["id"] == options.rerun]
    stored = dict(np.load(options.folds / f"{options.rerun}.npz"))
    again = run_fold(recipe, every, fold)
    assert stored.keys() == again.keys()
    worst = max(float(np.abs(stored[name] - again[name]).max()) for name in stored)
    same = all(np.array_equal(stored[name], again[name]) for name in stored)
    print(
        f"fold {options.rerun}: {len(stored)} arrays, {'the same bits' if same else f'largest difference {worst:.2e}'}"
    )


if __name__ == "__main__":
    main()
