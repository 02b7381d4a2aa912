"""Writes the final networks as one ONNX file, with their calibration in it.

    python3 export.py --recipe v4 --data .models/minutes.npz --final .models/final/v4 \\
        --evaluation .models/v4.json --out functions/models/sleep-tcn-v4.onnx

The graph is laid out here, node by node, so that its names are those of model.py and the same weights give the same
bytes. The networks of a recipe run side by side as groups of one convolution. Their mean logits are calibrated for
the modality of the window, which the graph reads off the features themselves (`modality` below), so that nobody can
apply the wrong calibration, or none. Thresholds are in the metadata.

    features     float32 [batch, 5, minutes], see features.py; every minute of the window, without padding
    stage_probs  float32 [batch, minutes, 3]: wake, NREM, REM
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import golden
from evaluate import inner_settings
from features import ACTIVITY_VALID, CHANNELS, HR_OBSERVED, HR_VALID, MODALITIES, features, nights
from model import CLASSES, GROUPS, WIDTH, SleepTcn, logits_of
from recipes import RECIPES

OPSET = 16
IR_VERSION = 8
EPSILON = 1e-5
#: Between the networks in torch and the arithmetic written out in golden.py.
TOLERANCE = 1e-5


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--recipe", choices=RECIPES, required=True)
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--final", type=Path, required=True, help="what `train.py final` wrote")
    arguments.add_argument(
        "--evaluation", type=Path, required=True, help="what evaluate.py wrote: thresholds"
    )
    arguments.add_argument("--out", type=Path, required=True, help="the .onnx to write")
    options = arguments.parse_args()

    recipe = RECIPES[options.recipe]
    members = [SleepTcn(recipe.dilations) for _ in range(recipe.members)]
    for index, member in enumerate(members):
        member.load_state_dict(torch.load(options.final / f"member{index}.pt"))
    calibrations = final_calibrations(options.final, nights(options.data))
    evaluation = json.loads(options.evaluation.read_text())

    model = graph_of(members, calibrations, recipe, thresholds(evaluation))
    onnx.checker.check_model(model, full_check=True)
    options.out.write_bytes(model.SerializeToString())
    check(members, calibrations, options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes, {parameters(members)} parameters")


def final_calibrations(folder, every):
    """{modality: Calibration} of the final model, from the nights its networks were not trained on."""
    stage = {night["id"]: night["stage"] for night in every}
    stored = dict(np.load(folder / "final.npz"))
    return {modality: inner_settings(stored, stage, modality)["calibration"] for modality in MODALITIES}


def parameters(members):
    return sum(parameter.numel() for member in members for parameter in member.parameters())


def thresholds(evaluation):
    """{modality: {wake, rem}}: the means of the folds', which a partition and its seeds move less than one fold's."""
    return {
        modality: {kind: round(float(np.mean(values)), 3) for kind, values in result["thresholds"].items()}
        for modality, result in evaluation["byModality"].items()
    }


class Graph:
    """Nodes and initializers, in the order they are added."""

    def __init__(self):
        self.nodes, self.initializers = [], []

    def constant(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output


def graph_of(members, calibrations, recipe, wake_and_rem):
    graph = Graph()
    count = len(members)
    states = [{name: value.numpy() for name, value in member.state_dict().items()} for member in members]
    stacked = lambda name: graph.constant(name, np.concatenate([state[name] for state in states]))
    column = lambda name: graph.constant(name, np.concatenate([state[name] for state in states])[:, None])

    # All networks see the same input; from there on each has a group of the channels.
    x = graph.node(
        "Conv", ["features", stacked("input.weight"), stacked("input.bias")], "input.conv", pads=[2, 2]
    )
    x = graph.node("Relu", [x], "input.relu")
    ones = graph.constant("norm.ones", np.ones(count * GROUPS, np.float32))
    zeros = graph.constant("norm.zeros", np.zeros(count * GROUPS, np.float32))
    by_group = graph.constant("norm.groups", np.array([0, count * GROUPS, -1], np.int64))
    by_channel = graph.constant("norm.channels", np.array([0, count * WIDTH, -1], np.int64))
    for index, dilation in enumerate(recipe.dilations):
        at = f"blocks.{index}"
        y = graph.node(
            "Conv",
            [x, stacked(f"{at}.conv.weight"), stacked(f"{at}.conv.bias")],
            f"{at}.conv",
            dilations=[dilation],
            pads=[dilation, dilation],
            group=count,
        )
        # Group norm is instance norm of the groups; operator set 16 has only the latter.
        y = graph.node("Reshape", [y, by_group], f"{at}.grouped")
        y = graph.node("InstanceNormalization", [y, ones, zeros], f"{at}.normed", epsilon=EPSILON)
        y = graph.node("Reshape", [y, by_channel], f"{at}.ungrouped")
        y = graph.node("Mul", [y, column(f"{at}.norm.weight")], f"{at}.scaled")
        y = graph.node("Add", [y, column(f"{at}.norm.bias")], f"{at}.shifted")
        y = graph.node("Relu", [y], f"{at}.relu")
        y = graph.node(
            "Conv", [y, stacked(f"{at}.mix.weight"), stacked(f"{at}.mix.bias")], f"{at}.mix", group=count
        )
        x = graph.node("Add", [x, y], f"{at}.sum")
    x = graph.node("Conv", [x, stacked("output.weight"), stacked("output.bias")], "output.conv", group=count)
    by_member = graph.constant("output.members", np.array([0, count, len(CLASSES), -1], np.int64))
    x = graph.node("Reshape", [x, by_member], "output.by_member")
    x = graph.node("ReduceMean", [x], "logits", axes=[1], keepdims=0)

    index = modality(graph)
    ordered = [calibrations[name] for name in MODALITIES]
    scales = np.array([[[1 / each.temperature]] for each in ordered], np.float32)
    shifts = np.array([each.shift for each in ordered], np.float32)[:, :, None]
    scale = graph.node(
        "Gather", [graph.constant("calibration.scale", scales), index], "calibration.scale_of", axis=0
    )
    shift = graph.node(
        "Gather", [graph.constant("calibration.shift", shifts), index], "calibration.shift_of", axis=0
    )
    x = graph.node("Add", [graph.node("Mul", [x, scale], "calibration.scaled"), shift], "calibration.shifted")
    x = graph.node("Transpose", [x], "by_minute", perm=[0, 2, 1])
    graph.node("Softmax", [x], "stage_probs", axis=-1)

    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sleep-tcn",
            [
                helper.make_tensor_value_info(
                    "features", TensorProto.FLOAT, ["batch", len(CHANNELS), "minutes"]
                )
            ],
            [
                helper.make_tensor_value_info(
                    "stage_probs", TensorProto.FLOAT, ["batch", "minutes", len(CLASSES)]
                )
            ],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="clarity-loop",
    )
    helper.set_model_props(
        model,
        {
            "classes": ",".join(CLASSES),
            "channels": ",".join(CHANNELS),
            "modalities": ",".join(MODALITIES),
            "recipe": recipe.name,
            "thresholds": json.dumps(wake_and_rem),
            "train_data": "PhysioNet sleep-accel 1.0.0 (Walch 2019), ODC-BY 1.0",
        },
    )
    return model


def modality(graph):
    """Index into MODALITIES, int64 [batch], by the rule of sleep-features.ts.

    Activity: any minute of it is valid. Heart rate: likewise; every minute ("hr") when at least half of the minutes
    are observed, else sparse. A window with neither is none of them, and counts as sparse heart rate.
    """
    order = list(MODALITIES)
    number = lambda name: graph.constant(f"modality.{name}", np.array(order.index(name), np.int64))
    half = graph.constant("modality.half", np.array(0.5, np.float32))

    def channel(index, name, reduce):
        which = graph.constant(f"modality.{name}.channel", np.array(index, np.int64))
        series = graph.node("Gather", ["features", which], f"modality.{name}.series", axis=1)
        value = graph.node(reduce, [series], f"modality.{name}.value", axes=[1], keepdims=0)
        return graph.node("GreaterOrEqual", [value, half], f"modality.{name}")

    dense = channel(HR_OBSERVED, "dense", "ReduceMean")
    heart_rate = channel(HR_VALID, "heart_rate", "ReduceMax")
    activity = channel(ACTIVITY_VALID, "activity", "ReduceMax")
    both = graph.node("Where", [dense, number("hr+act"), number("hr_sparse5min+act")], "modality.both")
    active = graph.node("Where", [heart_rate, both, number("act")], "modality.active")
    still = graph.node("Where", [dense, number("hr"), number("hr_sparse5min")], "modality.still")
    return graph.node("Where", [activity, active, still], "modality")


def check(members, calibrations, path):
    """The file, read and computed by golden.py, must say what the networks in torch say."""
    weights = golden.weights(path)
    for name, heart_rate, activity in golden.cases():
        seen = features(heart_rate, activity)
        logits = np.mean([logits_of(member, seen) for member in members], axis=0)
        ours = calibrations[name].probabilities(logits)
        difference = np.abs(golden.forward(weights, seen) - ours).max()
        assert difference < TOLERANCE, f"{name}: {difference}"
        print(f"torch and the file, on a generated night ({name}): largest difference {difference:.1e}")


if __name__ == "__main__":
    main()
