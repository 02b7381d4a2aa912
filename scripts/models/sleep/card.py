"""Writes the manifest and the model card from what was measured, so that no figure is typed by hand.

    python3 card.py --recipe v4 --data .models/minutes.npz --final .models/final/v4 --evaluation .models/v4.json \\
        --baselines .models/baselines.json --models functions/models

`npm run evaluate-sleep -- --data FOLDER --write` adds what the product makes of it. Reads `sleep-tcn-VERSION.onnx` in the folder of the models and writes `sleep-tcn-VERSION.json` (the manifest, which the
code checks) and `sleep-tcn-VERSION.md` (the card, for people) beside it.
"""

import argparse
import hashlib
import json
from pathlib import Path

from export import final_calibrations, thresholds
from features import MODALITIES, nights
from recipes import RECIPES

ATTRIBUTION = (
    "Contains information from 'Motion and heart rate from a wrist-worn wearable and labeled sleep from "
    "polysomnography' (Walch O., PhysioNet 2019, version 1.0.0, doi:10.13026/hmhs-py35), which is made available under "
    "the ODC Attribution License (ODC-BY 1.0)."
)

#: (name in the manifest, what it is, digits), in the order of the card.
FIGURES = (
    ("aucWake", "area under the ROC curve, wake against sleep", 3),
    ("aucWakeSettled", "the same without the first 45 minutes in bed", 3),
    ("accuracy", "minutes right, wake or sleep", 3),
    ("balancedAccuracy", "mean of sensitivity and specificity", 3),
    ("kappaWake", "Cohen's kappa, wake or sleep", 3),
    ("sensitivitySleep", "minutes asleep that are called sleep", 3),
    ("specificityWake", "minutes awake that are called wake", 3),
    ("specificityAtSensitivity93", "specificity where the sensitivity is .93", 3),
    ("totalSleepErrorMinutes", "total sleep time, mean absolute error, minutes", 1),
    ("totalSleepBiasMinutes", "total sleep time, mean error, minutes (above 0: too much sleep)", 1),
    ("accuracyThreeClasses", "minutes right, wake, NREM or REM", 3),
    ("kappaThreeClasses", "Cohen's kappa, three classes", 3),
    ("remErrorMinutes", "REM sleep, mean absolute error, minutes", 1),
    ("remBiasMinutes", "REM sleep, mean error, minutes (above 0: too much REM)", 1),
    ("brierWake", "Brier score of P(wake)", 4),
    ("brierThreeClasses", "Brier score of all three (0 to 2)", 4),
    ("calibrationError", "expected calibration error of P(wake), ten bins", 4),
)
MODALITY_NAMES = {
    "hr+act": "heart rate each minute and activity counts",
    "hr": "heart rate each minute",
    "hr_sparse5min": "heart rate about every 5 minutes, as HealthKit stores it in the background",
    "act": "activity counts alone",
    "hr_sparse5min+act": "heart rate about every 5 minutes and activity counts",
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--recipe", choices=RECIPES, required=True)
    for name, help in (
        ("data", "the minutes"),
        ("final", "what `train.py final` wrote"),
        ("evaluation", "what evaluate.py wrote"),
        ("baselines", "what baselines.py wrote"),
        ("models", "the folder with the .onnx"),
    ):
        arguments.add_argument(f"--{name}", type=Path, required=True, help=help)
    options = arguments.parse_args()

    stem = f"sleep-tcn-{options.recipe}"
    evaluation = json.loads(options.evaluation.read_text())
    baselines = json.loads(options.baselines.read_text())
    calibrations = final_calibrations(options.final, nights(options.data))
    manifest = manifest_of(stem, options, evaluation, calibrations)
    (options.models / f"{stem}.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    (options.models / f"{stem}.md").write_text(card_of(stem, manifest, evaluation, baselines))
    print(f"{stem}.json and {stem}.md")


# --- Numbers -------------------------------------------------------------------------------------------------


def rounded(value, digits):
    return round(value, digits) + 0.0  # no -0.0


def written(value, digits):
    """.898, -3.1: as in the text."""
    text = f"{rounded(value, digits):.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and digits > 1 else text


def with_interval(figure, digits):
    low, high = figure["interval"]
    return f"{written(figure['value'], digits)} ({written(low, digits)} to {written(high, digits)})"


def table(headings, rows):
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


# --- The manifest --------------------------------------------------------------------------------------------


def manifest_of(stem, options, evaluation, calibrations):
    model = (options.models / f"{stem}.onnx").read_bytes()
    recipe = RECIPES[options.recipe]
    reach = 2 + sum(recipe.dilations)
    by_modality = {}
    for modality, result in evaluation["byModality"].items():
        figures = result["figures"]
        by_modality[modality] = {
            **{name: rounded(figures[name]["value"], digits) for name, _, digits in FIGURES},
            "intervals": {
                name: [rounded(bound, digits) for bound in figures[name]["interval"]]
                for name, _, digits in FIGURES
            },
        }
    return {
        "name": "sleep-tcn",
        "version": options.recipe.removeprefix("v"),
        "file": f"{stem}.onnx",
        "sha256": hashlib.sha256(model).hexdigest(),
        "bytes": len(model),
        "task": "sleep-staging",
        "description": "Wake, NREM or REM for every minute of a window in bed, from wrist heart rate.",
        "card": f"{stem}.md",
        "architecture": (
            f"{recipe.members} networks side by side, mean of their logits, calibrated by kind of input. Each: residual "
            f"dilated 1-D convolutions (kernel 5, then {len(recipe.dilations)} blocks of kernel 3 with dilation 1 to "
            f"{recipe.dilations[-1]}, 32 channels, group norm); 26,275 parameters; sees {reach} minutes to either side."
        ),
        "input": {
            "name": "features",
            "type": "float32",
            "shape": ["batch", 5, "minutes"],
            "channels": [
                {"name": name, "unit": unit, "meaning": meaning} for name, unit, meaning in CHANNEL_MEANINGS
            ],
        },
        "output": {
            "name": "stage_probs",
            "type": "float32",
            "shape": ["batch", "minutes", 3],
            "classes": ["wake", "NREM", "REM"],
        },
        "minutes": {"least": 60, "most": 720},
        "thresholds": thresholds(evaluation),
        "calibration": {
            "method": (
                "softmax(logits / temperature + shift), inside the file; fitted for each kind of input on the nights "
                "that a network was not trained on"
            ),
            "byModality": {
                modality: {
                    "temperature": rounded(calibration.temperature, 4),
                    "shift": [rounded(value, 4) for value in calibration.shift],
                }
                for modality, calibration in calibrations.items()
            },
        },
        "trainedOn": {
            "dataset": (
                "Motion and heart rate from a wrist-worn wearable and labeled sleep from polysomnography, "
                "PhysioNet 2019, version 1.0.0"
            ),
            "doi": "10.13026/hmhs-py35",
            "subjects": evaluation["subjects"],
            "minutes": evaluation["minutes"],
            "licence": "ODC-BY-1.0",
            "attribution": ATTRIBUTION,
        },
        "heldOut": {
            "method": (
                f"Leave one subject out, {evaluation['subjects']} folds of the whole recipe; early stopping, "
                "calibration and thresholds from inner subjects only. All minutes pooled. Intervals: 95 %, bootstrap "
                "over subjects."
            ),
            "byModality": by_modality,
        },
        "limits": limits_of(evaluation),
        "golden": f"{stem}.golden.json",
    }


CHANNEL_MEANINGS = (
    (
        "hr_z",
        "robust standard deviations",
        "heart rate of the minute minus the window's median, divided by max(1.4826 MAD, 3 bpm), within -5 to 5; "
        "observed minutes at most 15 apart are interpolated between, edges held for 15 minutes; 0 where there is none",
    ),
    ("hr_valid", "0 or 1", "heart rate was observed or interpolated"),
    ("hr_observed", "0 or 1", "heart rate was observed"),
    (
        "log1p_activity",
        "ln(1 + counts)",
        "the accelerometer count feature of the training data; HealthKit does not give it, and steps or energy are no "
        "substitute",
    ),
    ("activity_valid", "0 or 1", "activity was observed"),
)


def limits_of(evaluation):
    figure = lambda modality, name: evaluation["byModality"][modality]["figures"][name]["value"]
    missed = {
        modality: f"{100 * (1 - figure(modality, 'specificityWake')):.0f} %"
        for modality in ("hr", "hr_sparse5min")
    }
    return [
        "Only inside a window in bed of 1 to 12 hours; never over a whole day to find sleep.",
        f"Trained and evaluated on one laboratory night each of {evaluation['subjects']} volunteers. It does not "
        "transfer to patients of a sleep clinic: see other people. There is no figure for people with disorders of the heart "
        "or its rhythm, for children, for shift workers, or under drugs that change the heart rate.",
        "The held-out figures are for the time in bed of the laboratory. Where the time in bed is found from heart rate, its "
        "error comes on top: see what a person is told.",
        "Heart rate about every 5 minutes, as HealthKit stores it in the background, shows when sleep begins but little "
        f"of the wake inside the night (AUC {written(figure('hr_sparse5min', 'aucWakeSettled'), 3)} without the first "
        "45 minutes).",
        f"With heart rate alone {missed['hr']} of the minutes awake are taken for sleep, {missed['hr_sparse5min']} at "
        "about every 5 minutes.",
        "The activity channels are an accelerometer feature that HealthKit does not give: they stay empty. Steps or "
        "energy never go there.",
        "The probabilities are calibrated for nights like those it was trained on, with about 11 % of the minutes awake; "
        "for a person who lies awake much more or less they are off.",
        "NREM is one class; there is no deep sleep. Not a medical device and no diagnosis.",
        "Sleep stages of the watch, where there are any, come first.",
    ]


# --- The card ------------------------------------------------------------------------------------------------


def card_of(stem, manifest, evaluation, baselines):
    results = evaluation["byModality"]
    figures_table = table(
        ["figure", *(f"`{modality}`" for modality in results)],
        [
            [
                f"{meaning} `{name}`",
                *(with_interval(result["figures"][name], digits) for result in results.values()),
            ]
            for name, meaning, digits in FIGURES
        ],
    )
    modalities = "\n".join(f"- `{modality}`: {meaning}" for modality, meaning in MODALITY_NAMES.items())
    limits = "\n".join(f"- {limit}" for limit in manifest["limits"])
    return f"""# Sleep model, version {manifest["version"]}

{manifest["description"]} `{manifest["file"]}`, {manifest["bytes"]:,} bytes, SHA-256
`{manifest["sha256"]}`.

{manifest["architecture"]} Written by `scripts/models/sleep/card.py` and `npm run evaluate-sleep` from the evaluation; no figure here was typed.

<!-- evaluate-sleep -->
<!-- /evaluate-sleep -->

## For whom, and when it may fail

{limits}

## What it was trained on

{manifest["trainedOn"]["subjects"]} nights of as many people, {manifest["trainedOn"]["minutes"]:,} scored minutes, of
*{manifest["trainedOn"]["dataset"]}* (doi:{manifest["trainedOn"]["doi"]}, ODC-BY 1.0): Apple Watch heart rate,
accelerometer counts and polysomnography of one night in a laboratory. A minute is awake when either of its two scored
half minutes is; N1 to N4 are NREM. Cite Walch O, Huang Y, Forger D, Goldstein C, Sleep 42(12):zsz180, 2019. See
[ATTRIBUTION.md](ATTRIBUTION.md).

> {manifest["trainedOn"]["attribution"]}

## Held-out figures

{manifest["heldOut"]["method"]} The figures belong to the recipe: every fold follows it on 30 nights, and the weights in
the file come of following it on all 31. Calls are made as the product makes them: wake where P(wake) is above its
threshold, else REM where P(REM) / (P(NREM) + P(REM)) is above its own, else NREM. The thresholds in the file are the
means of the folds' thresholds.

{modalities}

HealthKit gives the second and the third. One of the 31 nights has heart rate in less than a third of its minutes; it is
in the figures, though the product would not stage it from heart rate alone.

{figures_table}

How the recipe was chosen: averaged weights, a wider range of gaps in training and a longer reach (129 minutes) were
compared by log loss on two random partitions of the same nights into thirds, before any leave-one-out run; the first
two stayed, the third did not help. That choice has seen all the nights, so that the figures may be a little
flattering; the comparison with version 3 is of whole recipes. Time since going to bed is not an input: it would know
when this laboratory put the lights out.

### Against Walch et al. 2019

{against_walch(results)}

### Against simpler methods on the same nights

{baseline_table(baselines, results)}

{baseline_text(baselines, results)}

## Calibration

{calibration_text(results)}

{table(["P(wake)", *(f"`{modality}`" for modality in results)], reliability_rows(results))}

Each cell: mean of P(wake) in that tenth / share of its minutes that were awake / minutes. Resampling people adds noise
to the ten bins, so that the interval of the calibration error lies higher than the error itself.

{against_text(results)}
## Thresholds

{table(["", *(f"`{modality}`" for modality in results)], threshold_rows(manifest, results))}
"""


def against_walch(results):
    best, alone = results["hr+act"]["figures"], results["hr"]["figures"]
    at_93, acc = best["specificityAtSensitivity93"], best["accuracy"]
    verdict = lambda figure, theirs: (
        "better"
        if figure["interval"][0] > theirs
        else "worse"
        if figure["interval"][1] < theirs
        else "not told apart"
    )
    three = best["accuracyThreeClasses"]
    rows = [
        ["specificity at sensitivity .93", ".596", with_interval(at_93, 3), verdict(at_93, 0.596)]
        + [
            with_interval(alone["specificityAtSensitivity93"], 3),
            verdict(alone["specificityAtSensitivity93"], 0.596),
        ],
        [
            f"accuracy, wake or sleep, ours at sensitivity {written(best['sensitivitySleep']['value'], 3)} and {written(alone['sensitivitySleep']['value'], 3)}",
            ".90",
            with_interval(acc, 3),
            verdict(acc, 0.90),
        ]
        + [with_interval(alone["accuracy"], 3), verdict(alone["accuracy"], 0.90)],
        ["accuracy, three classes", "about .72", with_interval(three, 3), verdict(three, 0.72)]
        + [with_interval(alone["accuracyThreeClasses"], 3), verdict(alone["accuracyThreeClasses"], 0.72)],
    ]
    return (
        table(["", "Walch: motion, heart rate and clock", "`hr+act`", "", "`hr`", ""], rows)
        + "\n\nThe same people, but not the same minutes: theirs are half minutes, split at random many times; ours are whole "
        "minutes, each person left out once, and a minute with half a minute awake is awake. They also know the time of "
        'the night; this model does not. "Not told apart": the published value is inside the interval.'
    )


BINARY = (
    "aucWake",
    "accuracy",
    "balancedAccuracy",
    "kappaWake",
    "sensitivitySleep",
    "specificityWake",
    "totalSleepErrorMinutes",
)


def baseline_table(baselines, results):
    digits = {name: count for name, _, count in FIGURES}
    row = lambda name, figures: [name, *(with_interval(figures[key], digits[key]) for key in BINARY)]
    return table(
        [
            "method",
            "AUC",
            "accuracy",
            "balanced",
            "kappa",
            "sensitivity",
            "specificity",
            "sleep time error, min",
        ],
        [
            *(
                row(f"**this model, `{modality}`**", result["figures"])
                for modality, result in results.items()
            ),
            *(row(name, figures) for name, figures in baselines.items()),
        ],
    )


def baseline_text(baselines, results):
    always = baselines["always sleep"]
    return (
        f"An estimate that always says sleep has accuracy {written(always['accuracy']['value'], 3)}: accuracy alone says "
        f"little. In three classes, NREM throughout is right in {written(always['accuracyThreeClasses']['value'], 3)} of the "
        f"minutes; its Brier score of wake is {written(always['brierWake']['value'], 4)}. The published thresholds were made "
        "for the counts of other devices."
    )


def calibration_text(results):
    rows = []
    for name, meaning in (
        ("brierWake", "Brier score of P(wake)"),
        ("brierThreeClasses", "Brier score, three classes"),
        ("calibrationError", "expected calibration error"),
    ):
        for label, pick in (
            ("softmax alone", lambda r: r["uncalibrated"]["figures"]),
            ("calibrated", lambda r: r["figures"]),
        ):
            rows.append(
                [
                    f"{meaning}, {label}",
                    *(with_interval(pick(result)[name], 4) for result in results.values()),
                ]
            )
    return "Held out like everything else: each fold's calibration knows only its inner nights.\n\n" + table(
        ["", *(f"`{modality}`" for modality in results)], rows
    )


def reliability_rows(results):
    rows = []
    for index in range(10):
        cells = []
        for result in results.values():
            bin = result["reliability"][index]
            empty = bin["minutes"] == 0
            cells.append("-" if empty else f"{bin['said']:.2f} / {bin['awake']:.2f} / {bin['minutes']:,}")
        rows.append([f"{index / 10:.1f} to {(index + 1) / 10:.1f}", *cells])
    return rows


COMPARED = (
    "aucWake",
    "kappaWake",
    "sensitivitySleep",
    "specificityWake",
    "specificityAtSensitivity93",
    "totalSleepErrorMinutes",
    "accuracyThreeClasses",
    "kappaThreeClasses",
    "remErrorMinutes",
    "brierWake",
    "brierThreeClasses",
    "calibrationError",
)


def against_text(results):
    """Paired differences to the version before, where the evaluation has them."""
    if not all("against" in result for result in results.values()):
        return ""
    digits = {name: count for name, _, count in FIGURES}
    rows = [
        [
            name,
            *(
                with_interval(result["against"]["uncalibrated"][name], digits[name])
                for result in results.values()
            ),
        ]
        for name in COMPARED
    ]
    return (
        "## Against the version before\n\nMinus version 3 (one network, not calibrated), the same folds and the same "
        "bootstrap samples. Brier scores, errors: below 0 is better.\n\n"
        + table(["", *(f"`{modality}`" for modality in results)], rows)
        + "\n\n"
    )


def threshold_rows(manifest, results):
    spread = lambda values: f"{min(values):.3f} to {max(values):.3f}"
    rows = []
    for kind, meaning in (("wake", "P(wake)"), ("rem", "P(REM) of P(asleep)")):
        in_file = (f"{manifest['thresholds'][modality][kind]:.3f}" for modality in results)
        rows.append([f"{meaning}, in the file `{kind}`", *in_file])
        rows.append(
            [f"{meaning}, in the folds", *(spread(result["thresholds"][kind]) for result in results.values())]
        )
    return rows


if __name__ == "__main__":
    main()
