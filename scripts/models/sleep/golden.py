"""Golden vectors of the sleep model, computed without any inference runtime and without torch.

    python3 golden.py functions/models/sleep-tcn-v4.onnx > functions/models/sleep-tcn-v4.golden.json

Needs numpy and nothing else. The inputs are generated (no person's night is in them). The forward pass is written
out in float64 from the weights in the file, so that a runtime that agrees with it agrees with the arithmetic and not
with itself; export.py holds torch to it as well.
"""

import json
import struct
import sys

import numpy as np

from features import MODALITIES, features

DILATIONS = (1, 2, 4, 8, 16, 32)
#: Of one network.
GROUPS, CLASSES = 4, 3
EPSILON = 1e-5


# --- Weights: the few fields of ONNX's protobuf that matter here ---------------------------------------------


def fields(message):
    """(field number, wire type, value) of one protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        number, wire = key >> 3, key & 7
        if wire == 0:
            yield number, wire, varint()
        elif wire == 2:
            size = varint()
            yield number, wire, message[at : at + size]
            at += size
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
            yield number, wire, message[at : at + size]
            at += size
        else:
            raise ValueError(f"wire type {wire}")


def weights(path):
    """Float initializers of the model by name, in the order of the file, as float64."""
    with open(path, "rb") as file:
        model = file.read()
    (graph,) = [value for number, _, value in fields(model) if number == 7]  # ModelProto.graph
    found = {}
    for number, _, tensor in fields(graph):
        if number != 5:  # GraphProto.initializer
            continue
        dims, name, raw, kind = [], "", b"", 0
        for part, wire, value in fields(tensor):
            if part == 1 and wire == 0:  # TensorProto.dims
                dims.append(value)
            elif part == 2:  # TensorProto.data_type
                kind = value
            elif part == 8:  # TensorProto.name
                name = value.decode()
            elif part == 9:  # TensorProto.raw_data
                raw = value
        if kind != 1:  # sizes and indices; the weights are float32
            continue
        values = struct.unpack(f"<{len(raw) // 4}f", raw)
        found[name] = np.array(values, np.float64).reshape(dims)
    return found


# --- The model -----------------------------------------------------------------------------------------------


def convolve(x, weight, bias, dilation=1, groups=1):
    """x [channels, minutes], weight [out, channels / groups, kernel]; zero padding that keeps the length."""
    kernel = weight.shape[2]
    reach = dilation * (kernel // 2)
    found = []
    for part, kernels in zip(np.split(x, groups), np.split(weight, groups)):
        padded = np.pad(part, ((0, 0), (reach, reach)))
        found.append(
            sum(kernels[:, :, k] @ padded[:, k * dilation :][:, : x.shape[1]] for k in range(kernel))
        )
    return np.concatenate(found) + bias[:, None]


def group_norm(x, groups, gain, shift):
    grouped = x.reshape(groups, -1)
    centred = grouped - grouped.mean(1, keepdims=True)
    scaled = centred / np.sqrt(grouped.var(1, keepdims=True) + EPSILON)
    return scaled.reshape(x.shape) * gain + shift


def forward(w, seen):
    """seen: features [5, minutes] -> probabilities [minutes, 3] of wake, NREM, REM.

    `members` networks side by side, their mean logits, and the calibration that belongs to this kind of input.
    """
    relu = lambda x: np.maximum(x, 0)
    seen = seen.astype(np.float64)
    members = len(w["output.weight"]) // CLASSES
    x = relu(convolve(seen, w["input.weight"], w["input.bias"]))
    for block, dilation in enumerate(DILATIONS):
        at = f"blocks.{block}"
        inner = convolve(x, w[f"{at}.conv.weight"], w[f"{at}.conv.bias"], dilation, members)
        inner = relu(group_norm(inner, members * GROUPS, w[f"{at}.norm.weight"], w[f"{at}.norm.bias"]))
        x = x + convolve(inner, w[f"{at}.mix.weight"], w[f"{at}.mix.bias"], groups=members)
    logits = convolve(x, w["output.weight"], w["output.bias"], groups=members)
    logits = logits.reshape(members, CLASSES, -1).mean(0)
    kind = list(MODALITIES).index(modality_of(seen))
    logits = (logits * w["calibration.scale"][kind] + w["calibration.shift"][kind]).T
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def modality_of(seen):
    """Which kind of input a window [5, minutes] is, by the rule of sleep-features.ts."""
    heart_rate, observed, activity = seen[1].any(), seen[2].mean(), seen[4].any()
    dense = "hr" if observed >= 0.5 else "hr_sparse5min"
    if not activity:
        return dense
    return f"{dense}+act" if heart_rate else "act"


# --- Generated nights ----------------------------------------------------------------------------------------


def night(seed, minutes):
    """A made-up night: heart rate [bpm] and activity counts per minute, from uniform random numbers only."""
    random = np.random.Generator(np.random.PCG64(seed)).random
    minute = np.arange(minutes)
    awake = (minute < 12 + 10 * random()) | (random(minutes) < 0.03)
    awake |= np.roll(awake, 1)
    rem = (minute % 95 > 70) & ~awake
    noise = np.convolve(random(minutes + 4) - 0.5, np.ones(5), "valid")
    heart_rate = 56 - 4 * minute / minutes + 3 * np.sin(minute / 15) + 9 * awake + 4 * rem + 3 * noise
    activity = np.where(awake, 60 * random(minutes), 4 * random(minutes) * (random(minutes) < 0.25))
    return heart_rate, activity


def cases():
    none = lambda minutes: np.full(minutes, np.nan)

    heart_rate, activity = night(1, 480)
    heart_rate[100:110] = np.nan  # is interpolated
    heart_rate[250:285] = np.nan  # is not
    activity[300:320] = np.nan
    yield "hr+act", heart_rate, activity

    heart_rate, _ = night(2, 421)
    heart_rate[:22] = heart_rate[-6:] = np.nan  # an edge longer than what is held, and a shorter one
    heart_rate[200] = 190  # is clipped
    yield "hr", heart_rate, none(421)

    full, _ = night(3, 360)
    yield "hr_sparse5min", thin(full, 4), none(360)

    _, activity = night(5, 60)
    yield "act", none(60), activity

    heart_rate, activity = night(6, 719)
    yield "hr_sparse5min+act", thin(heart_rate, 7), activity


def thin(heart_rate, seed):
    """One minute in 3 to 7."""
    kept = np.full_like(heart_rate, np.nan)
    steps = np.random.Generator(np.random.PCG64(seed)).random(len(kept))
    at = 2
    while at < len(kept):
        kept[at] = heart_rate[at]
        at += 3 + int(5 * steps[at])
    return kept


def main():
    w = weights(sys.argv[1])
    listed = lambda values: [None if np.isnan(v) else round(float(v), 3) for v in values]
    golden = []
    for name, heart_rate, activity in cases():
        heart_rate, activity = np.round(heart_rate, 3), np.round(activity, 3)
        seen = features(heart_rate, activity)
        golden.append(
            {
                "name": name,
                "minutes": len(heart_rate),
                "heartRate": listed(heart_rate),
                "activity": None if np.isnan(activity).all() else listed(activity),
                "features": [[round(float(v), 7) for v in row] for row in seen],
                "probabilities": [[round(float(v), 8) for v in row] for row in forward(w, seen)],
            }
        )
    text = json.dumps(
        {
            "about": "Generated nights (no person's) and what the model says of them, by scripts/models/sleep/golden.py",
            "cases": golden,
        },
        separators=(",", ":"),
    )
    print(text.replace(".0,", ",").replace(".0]", "]"))


if __name__ == "__main__":
    main()
