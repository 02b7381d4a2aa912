"""Trains the folds of the evaluation, or the model that is shipped.

    python3 train.py folds --recipe v4 --data .models/minutes.npz --out .models/folds/v4 [--subject ID ...]
    python3 train.py final --recipe v4 --data .models/minutes.npz --out .models/final/v4

`folds` leaves one subject out at a time and writes ID.npz: what the model of the 30 others says of that subject's
night and, for thresholds and calibration, what it says of its own inner validation nights. Subjects whose file is
there are left alone, so that an interrupted run goes on. `final` uses all nights and also writes the weights.

One thread and fixed seeds: on the same machine and version of torch the same command gives the same bits.

Files, all logits float32 [minutes, 3] but the last two:
    test/MODALITY        of the subject left out (not in `final`)
    inner/ID/MODALITY    of each inner validation night, by the member that was not trained on it
    weights/MEMBER/NAME  of the fold's networks, for export-folds.py (not in `final`)
    steps                [members] at which early stopping kept the weights
"""

import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from features import ACTIVITY, ACTIVITY_VALID, HR_VALID, HR_Z, MODALITIES, nights, view
from model import SleepTcn, logits_of
from recipes import RECIPES

LEARNING_RATE = 3e-3
WEIGHT_DECAY = 1e-2
LABEL_SMOOTHING = 0.05
LARGEST_GRADIENT = 1.0
WINDOW_MINUTES = 512
FIRST_CHECK, CHECK_EVERY = 125, 25
#: Which readings are left when a night is thinned for early stopping, for thresholds, and in the test.
STOPPING_SEED, INNER_SEED, TEST_SEED = 7, 11, 5


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("what", choices=("folds", "final"))
    arguments.add_argument("--recipe", choices=RECIPES, required=True)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--subject", type=int, nargs="*", help="only the folds of these")
    options = arguments.parse_args()

    every = nights(options.data)
    recipe = RECIPES[options.recipe]
    options.out.mkdir(parents=True, exist_ok=True)
    if options.what == "final":
        members, results = follow(recipe, every, fold=len(every))
        np.savez(options.out / "final.npz", **results)
        for member, model in enumerate(members):
            torch.save(model.state_dict(), options.out / f"member{member}.pt")
        print(f"{recipe.name}: {len(members)} networks, stopped at {results['steps'].tolist()}")
        return
    for fold, night in enumerate(every):
        path = options.out / f"{night['id']}.npz"
        if path.exists() or (options.subject and night["id"] not in options.subject):
            continue
        started = time.time()
        results = run_fold(recipe, every, fold)
        np.savez(path, **results)
        print(
            f"{fold + 1}/{len(every)} {night['id']} {results['steps'].tolist()} {time.time() - started:.0f} s",
            flush=True,
        )


def run_fold(recipe, every, fold):
    """What is stored of the fold that leaves `every[fold]` out."""
    members, results = follow(recipe, every[:fold] + every[fold + 1 :], fold)
    for modality in MODALITIES:
        seen = view(every[fold], modality, np.random.default_rng(TEST_SEED))
        results[f"test/{modality}"] = np.mean([logits_of(model, seen) for model in members], axis=0)
    for member, model in enumerate(members):
        for name, value in model.state_dict().items():
            results[f"weights/{member}/{name}"] = value.numpy()
    return results


def follow(recipe, known, fold):
    """Follows a recipe on the nights that may be known: (networks, what they say of their inner nights)."""
    torch.set_num_threads(1)
    members, results, steps = [], {}, []
    for member, (training, validation) in enumerate(recipe.inner_splits(len(known), fold)):
        held = [known[i] for i in validation]
        model, step = fit(recipe, [known[i] for i in training], held, recipe.seed(fold, member))
        random = np.random.default_rng(INNER_SEED)
        for modality in MODALITIES:
            for night in held:
                results[f"inner/{night['id']}/{modality}"] = logits_of(model, view(night, modality, random))
        members.append(model)
        steps.append(step)
    results["steps"] = np.array(steps)
    return members, results


def fit(recipe, training, validation, seed):
    """One network, at the step with the lowest loss on the validation nights: (model, step)."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    model = SleepTcn(recipe.dilations)
    averaged = copy.deepcopy(model) if recipe.averaging else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=recipe.steps)
    loss_of = nn.CrossEntropyLoss(class_weights(training), ignore_index=-1, label_smoothing=LABEL_SMOOTHING)
    checks = validation_views(validation)

    best = (np.inf, 0, None)
    for step in range(1, recipe.steps + 1):
        model.train()
        seen, stages = examples(recipe, training, random)
        loss = loss_of(model(seen).reshape(-1, 3), stages.reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        schedule.step()
        if recipe.averaging:
            follow_weights(averaged, model, min(recipe.averaging, step / (step + 10)))
        if step >= FIRST_CHECK and step % CHECK_EVERY == 0:
            averaged.eval()
            with torch.no_grad():
                held_loss = np.mean([float(loss_of(averaged(seen)[0], stages)) for seen, stages in checks])
            if held_loss < best[0]:
                best = (held_loss, step, copy.deepcopy(averaged.state_dict()))
    averaged.load_state_dict(best[2])
    return averaged, best[1]


def follow_weights(averaged, model, keep):
    """averaged = keep * averaged + (1 - keep) * model, in place."""
    with torch.no_grad():
        for mean, now in zip(averaged.parameters(), model.parameters()):
            mean.lerp_(now, 1 - keep)


def class_weights(training):
    """Square root of the inverse share of each class."""
    counts = np.bincount(
        np.concatenate([night["stage"][night["stage"] >= 0] for night in training]), minlength=3
    )
    return torch.tensor((counts.sum() / counts / 3) ** 0.5, dtype=torch.float32)


def validation_views(validation):
    """[(features [1, 5, minutes], stages [minutes])] of every night and modality, always the same."""
    random = np.random.default_rng(STOPPING_SEED)
    return [
        (
            torch.from_numpy(view(night, modality, random)[None]),
            torch.from_numpy(night["stage"].astype(np.int64)),
        )
        for night in validation
        for modality in MODALITIES
    ]


def examples(recipe, training, random):
    """A batch: features [batch, 5, 512] and stages [batch, 512], -1 where the window is empty or not scored.

    Each example is a night or a part of one, as a random modality, with its heart rate shifted, scaled and
    roughened a little and its activity scaled, at a random place in the window.
    """
    modalities, share = zip(*recipe.share)
    seen = np.zeros((recipe.batch, 5, WINDOW_MINUTES), np.float32)
    stages = np.full((recipe.batch, WINDOW_MINUTES), -1, np.int64)
    for row in range(recipe.batch):
        night = training[random.integers(len(training))]
        modality = modalities[random.choice(len(modalities), p=share)]
        gaps = recipe.gaps[random.integers(len(recipe.gaps))] if len(recipe.gaps) > 1 else recipe.gaps[0]
        x = view(night, modality, random, gaps)
        minutes = x.shape[1]
        length, start = minutes, 0
        if random.random() < 0.4:
            length = int(random.integers(max(60, minutes // 2), minutes + 1))
            start = int(random.integers(0, minutes - length + 1))
        x = x[:, start : start + length].copy()
        x[HR_Z] += x[HR_VALID] * random.normal(0, 0.25) + x[HR_VALID] * random.normal(0, 0.1, length)
        x[HR_Z] *= random.uniform(0.8, 1.25)
        x[ACTIVITY] = (x[ACTIVITY] * random.uniform(0.75, 1.3)) * x[ACTIVITY_VALID]
        at = int(random.integers(0, WINDOW_MINUTES - length + 1))
        seen[row, :, at : at + length] = x
        stages[row, at : at + length] = night["stage"][start : start + length]
    return torch.from_numpy(seen), torch.from_numpy(stages)


if __name__ == "__main__":
    main()
