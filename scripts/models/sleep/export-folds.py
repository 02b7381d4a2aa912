"""Writes every fold's networks as the product loads a model, so that what it tells a person can be measured held out.

    python3 export-folds.py --recipe v4 --data .models/minutes.npz --folds .models/folds/v4 \\
        --manifest functions/models/sleep-tcn-v4.json --out .models/folds/v4-onnx

Of each subject ID.onnx, which never saw that subject, with the calibration of its fold; ID.json, the shipped manifest
with that file and the thresholds of that fold, without what was measured in the product; and ID.inner.json, what the fold's networks say of the other nights, each
by a network that was not trained on it: {MODALITY: {ID: [[wake, NREM, REM] of each minute]}}, for heart rate alone.
"""

import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch

from evaluate import inner_settings, read_folds
from export import graph_of
from features import MODALITIES, nights
from model import SleepTcn
from recipes import RECIPES

#: What the product gives the model.
ALONE = ("hr", "hr_sparse5min")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--recipe", choices=RECIPES, required=True)
    for name in ("data", "folds", "manifest", "out"):
        arguments.add_argument(f"--{name}", type=Path, required=True)
    options = arguments.parse_args()

    every = nights(options.data)
    stage = {night["id"]: night["stage"] for night in every}
    manifest = json.loads(options.manifest.read_text())
    options.out.mkdir(parents=True, exist_ok=True)
    for night, fold in zip(every, read_folds(options.folds, every)):
        settings = {modality: inner_settings(fold, stage, modality) for modality in MODALITIES}
        thresholds = {
            modality: {kind: round(setting[kind], 4) for kind in ("wake", "rem")}
            for modality, setting in settings.items()
        }
        calibrations = {modality: setting["calibration"] for modality, setting in settings.items()}
        recipe = RECIPES[options.recipe]
        inner = {
            modality: {
                name.split("/")[1]: settings[modality]["calibration"].probabilities(values).round(4).tolist()
                for name, values in fold.items()
                if name.startswith("inner/") and name.endswith(f"/{modality}")
            }
            for modality in ALONE
        }
        (options.out / f"{night['id']}.inner.json").write_text(json.dumps(inner) + "\n")
        model = graph_of(members_of(fold, recipe), calibrations, recipe, thresholds)
        onnx.checker.check_model(model, full_check=True)
        written = model.SerializeToString()
        (options.out / f"{night['id']}.onnx").write_bytes(written)
        described = {
            **{name: value for name, value in manifest.items() if name != "product"},
            "file": f"{night['id']}.onnx",
            "sha256": hashlib.sha256(written).hexdigest(),
            "bytes": len(written),
            "thresholds": thresholds,
        }
        (options.out / f"{night['id']}.json").write_text(json.dumps(described) + "\n")
    print(f"{len(every)} folds in {options.out}")


def members_of(fold, recipe):
    """The networks that train.py stored of a fold."""
    members = [SleepTcn(recipe.dilations) for _ in range(recipe.members)]
    for index, member in enumerate(members):
        prefix = f"weights/{index}/"
        member.load_state_dict(
            {name.removeprefix(prefix): torch.from_numpy(value) for name, value in fold.items() if name.startswith(prefix)}
        )
    return members


if __name__ == "__main__":
    main()
