"""Golden vectors of the sleep model, computed without any inference runtime.

    python3 scripts/models/golden.py functions/models/sleep-tcn-v3.onnx > functions/models/sleep-tcn-v3.golden.json
    python3 scripts/models/golden.py functions/models/sleep-tcn-v3.onnx --against STUDY.json

Needs numpy and nothing else. The inputs are generated (no person's night is in them). Features follow the
definition the model was trained with; the forward pass is written out in float64 from the weights in the file,
so that a runtime that agrees with it agrees with the arithmetic and not with itself.

--against compares with vectors of a study: a list of {features [5][minutes], probs [minutes][3]}.
"""

import json
import struct
import sys

import numpy as np

DILATIONS = (1, 2, 4, 8, 16, 32)
GROUPS = 4
EPSILON = 1e-5
GAP_MINUTES = 15


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
    """Initializers of the model by name, in the order of the file, as float64."""
    with open(path, "rb") as file:
        model = file.read()
    (graph,) = [value for number, _, value in fields(model) if number == 7]  # ModelProto.graph
    found = {}
    for number, _, tensor in fields(graph):
        if number != 5:  # GraphProto.initializer
            continue
        dims, name, raw = [], "", b""
        for part, wire, value in fields(tensor):
            if part == 1 and wire == 0:  # TensorProto.dims
                dims.append(value)
            elif part == 2 and value != 1:  # TensorProto.data_type
                raise ValueError("a weight that is not float32")
            elif part == 8:  # TensorProto.name
                name = value.decode()
            elif part == 9:  # TensorProto.raw_data
                raw = value
        values = struct.unpack(f"<{len(raw) // 4}f", raw)
        found[name] = np.array(values, np.float64).reshape(dims)
    return found


# --- The model -----------------------------------------------------------------------------------------------


def convolve(x, weight, bias, dilation=1):
    """x [channels, minutes], weight [out, channels, kernel]; zero padding that keeps the length."""
    kernel = weight.shape[2]
    reach = dilation * (kernel // 2)
    padded = np.pad(x, ((0, 0), (reach, reach)))
    taps = (weight[:, :, k] @ padded[:, k * dilation : k * dilation + x.shape[1]] for k in range(kernel))
    return sum(taps) + bias[:, None]


def group_norm(x, gain, shift):
    groups = x.reshape(GROUPS, -1)
    centred = groups - groups.mean(1, keepdims=True)
    scaled = centred / np.sqrt(groups.var(1, keepdims=True) + EPSILON)
    return scaled.reshape(x.shape) * gain + shift


def forward(w, features):
    """features [5, minutes] -> probabilities [minutes, 3] of wake, NREM, REM."""
    relu = lambda x: np.maximum(x, 0)
    # The exporter names the gains and shifts of the norms itself; they lie in the order of the blocks.
    gains = [value for name, value in w.items() if name.startswith("onnx::Mul")]
    shifts = [value for name, value in w.items() if name.startswith("onnx::Add")]
    assert len(gains) == len(shifts) == len(DILATIONS)
    x = relu(convolve(features.astype(np.float64), w["m.inp.weight"], w["m.inp.bias"]))
    for block, dilation in enumerate(DILATIONS):
        at = f"m.bl.{block}"
        inner = convolve(x, w[f"{at}.c1.weight"], w[f"{at}.c1.bias"], dilation)
        inner = relu(group_norm(inner, gains[block], shifts[block]))
        x = x + convolve(inner, w[f"{at}.c2.weight"], w[f"{at}.c2.bias"])
    logits = convolve(x, w["m.out.weight"], w["m.out.bias"]).T
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def features_of(heart_rate, activity):
    """Both [minutes], NaN for none -> float32 [5, minutes]: hr_z, hr_valid, hr_observed, log1p, activity_valid."""
    minutes = len(heart_rate)
    features = np.zeros((5, minutes), np.float32)
    seen = np.flatnonzero(np.isfinite(heart_rate))
    if len(seen) >= 5:
        every = np.arange(minutes)
        filled = np.interp(every, seen, heart_rate[seen])  # holds the edges as well
        before = seen[np.clip(np.searchsorted(seen, every, "right") - 1, 0, None)]
        after = seen[np.clip(np.searchsorted(seen, every, "left"), None, len(seen) - 1)]
        valid = np.abs(after - before) <= GAP_MINUTES
        valid[: seen[0]] = seen[0] - every[: seen[0]] <= GAP_MINUTES
        valid[seen[-1] + 1 :] = every[seen[-1] + 1 :] - seen[-1] <= GAP_MINUTES
        centre = np.median(heart_rate[seen])
        spread = max(1.4826 * np.median(np.abs(heart_rate[seen] - centre)), 3.0)
        features[0] = np.clip((filled - centre) / spread, -5, 5) * valid
        features[1] = valid
        features[2] = np.isfinite(heart_rate)
    counted = np.isfinite(activity)
    features[3][counted] = np.log1p(np.maximum(activity[counted], 0))
    features[4] = counted
    return features


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
    heart_rate = none(360)
    steps = np.random.Generator(np.random.PCG64(4)).random(360)
    at = 2
    while at < 360:
        heart_rate[at] = full[at]
        at += 3 + int(5 * steps[at])
    yield "hr_sparse5min", heart_rate, none(360)

    _, activity = night(5, 60)
    yield "act", none(60), activity


def main():
    w = weights(sys.argv[1])
    if "--against" in sys.argv:
        with open(sys.argv[sys.argv.index("--against") + 1]) as file:
            study = json.load(file)
        for index, case in enumerate(study):
            mine = forward(w, np.array(case["features"], np.float32))
            print(index, mine.shape, "largest difference", np.abs(mine - np.array(case["probs"])).max())
        return

    listed = lambda values: [None if np.isnan(v) else round(float(v), 3) for v in values]
    golden = []
    for name, heart_rate, activity in cases():
        heart_rate, activity = np.round(heart_rate, 3), np.round(activity, 3)
        features = features_of(heart_rate, activity)
        golden.append(
            {
                "name": name,
                "minutes": len(heart_rate),
                "heartRate": listed(heart_rate),
                "activity": None if np.isnan(activity).all() else listed(activity),
                "features": [[round(float(v), 7) for v in row] for row in features],
                "probabilities": [[round(float(v), 8) for v in row] for row in forward(w, features)],
            }
        )
    text = json.dumps(
        {
            "about": "Generated nights (no person's) and what the model says of them, by scripts/models/golden.py",
            "cases": golden,
        },
        separators=(",", ":"),
    )
    print(text.replace(".0,", ",").replace(".0]", "]"))


if __name__ == "__main__":
    main()
