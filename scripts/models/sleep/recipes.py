"""How a model is made from a group of nights. Held-out figures belong to a recipe: every fold of the evaluation
follows it on 30 nights, and the shipped weights come of following it on all 31."""

from dataclasses import dataclass

import numpy as np

from model import DILATIONS

#: How often training shows the model each kind of input.
SHARE = {"hr+act": 0.3, "hr": 0.2, "hr_sparse5min": 0.25, "act": 0.1, "hr_sparse5min+act": 0.15}


@dataclass(frozen=True)
class Recipe:
    """name: as on the command line. members: networks whose logits are averaged."""

    name: str
    members: int
    #: Exponential moving average of the weights, per step; 0 for none.
    averaging: float = 0.0
    #: Ranges of minutes between readings when heart rate is thinned in training; each example draws one.
    gaps: tuple = ((3, 7),)
    dilations: tuple = DILATIONS
    share: tuple = tuple(SHARE.items())
    steps: int = 400
    batch: int = 12

    def inner_splits(self, count, fold):
        """[(training, validation)] indices into the `count` nights at hand, one pair for each member.

        One member: 6 nights, drawn at random, validate. Several: each validates on its own part, so that every
        night is held out from exactly one member.
        """
        random = np.random.default_rng(100 + fold)
        if self.members == 1:
            held = [set(random.choice(count, 6, replace=False).tolist())]
        else:
            held = [set(part.tolist()) for part in np.array_split(random.permutation(count), self.members)]
        return [
            ([i for i in range(count) if i not in out], [i for i in range(count) if i in out]) for out in held
        ]

    def seed(self, fold, member):
        return fold if self.members == 1 else 1000 + 10 * fold + member


RECIPES = {
    recipe.name: recipe
    for recipe in (
        # The prototype's: one network; early stopping, thresholds and calibration from 6 inner nights.
        Recipe("v3", members=1),
        # Three networks, each on two thirds of the nights; everything else from the 30 inner nights, each seen by
        # a network that was not trained on it.
        Recipe("v4", members=3, averaging=0.98, gaps=((3, 7), (2, 5), (4, 11))),
    )
}
