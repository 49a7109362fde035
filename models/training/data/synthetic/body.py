"""Random body shapes: MakeHuman's targets mixed by age, sex, muscle, weight, height, proportions and details."""
from dataclasses import dataclass

import numpy as np

RACES = ("african", "asian", "caucasian")
DETAIL_FOLDERS = {"arms", "buttocks", "cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "hands", "head", "hip",
                  "legs", "mouth", "neck", "nose", "pelvis", "stomach", "torso", "feet"}
DETAILS = 14          # so many small targets on each body,
DETAIL_STRENGTH = 0.6  # ... each by at most this share
ADULT = 0.5            # ages run from 0 (baby) to 1 (old); 0.1875 is a child
SMALLEST_SHARE = 0.02  # targets below this share are left out: nobody sees them, and each costs time


@dataclass
class Body:
    vertices: np.ndarray  # float32 [V, 3]
    joints: np.ndarray    # float [bones, 3], where the bones begin
    age: float
    male: float           # 0 female to 1 male
    races: np.ndarray     # float [3], shares of RACES
    height: float         # metres

    @property
    def female(self):
        return self.male < 0.5

    @property
    def child(self):
        return self.age < 0.45


def between(value, low, middle, high):
    """Shares of three targets for a value from 0 to 1."""
    return {low: 1 - 2 * value, middle: 2 * value} if value < 0.5 else {middle: 2 - 2 * value, high: 2 * value - 1}


def age_shares(age):
    if age < 0.1875:
        return {"baby": 1 - age / 0.1875, "child": age / 0.1875}
    if age < ADULT:
        return {"child": 1 - (age - 0.1875) / 0.3125, "young": (age - 0.1875) / 0.3125}
    return {"young": 2 - 2 * age, "old": 2 * age - 1}


def macro_targets(age, male, muscle, weight, height, proportions, races):
    """Pairs of a target's name and its share."""
    muscles = between(muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weights = between(weight, "minweight", "averageweight", "maxweight")
    tall = "maxheight" if height > 0.5 else "minheight"
    ideal = "idealproportions" if proportions > 0.5 else "uncommonproportions"
    for sex, sex_share in (("male", male), ("female", 1 - male)):
        for years, years_share in age_shares(age).items():
            for race, race_share in zip(RACES, races):
                yield f"macrodetails/{race}-{sex}-{years}", sex_share * years_share * race_share
            for muscle_name, muscle_share in muscles.items():
                for weight_name, weight_share in weights.items():
                    share = sex_share * years_share * muscle_share * weight_share
                    kind = f"{sex}-{years}-{muscle_name}-{weight_name}"
                    yield f"macrodetails/universal-{kind}", share
                    yield f"macrodetails/height/{kind}-{tall}", share * abs(2 * height - 1)
                    yield f"macrodetails/proportions/{kind}-{ideal}", share * abs(2 * proportions - 1)
                    if sex == "female" and age > 0.3:
                        yield f"breast/{kind}-maxcup-averagefirmness", share * 0.4


def random_age(random):
    """Mostly grown-ups, some old people, some children, few babies."""
    x = random.random()
    low, high = (0.5, 0.75) if x < 0.72 else (0.75, 1.0) if x < 0.84 else (0.1, 0.42) if x < 0.97 else (0.03, 0.15)
    return random.uniform(low, high)


def sample(human, random):
    """A Body; human: makehuman.Human; random: numpy's Generator."""
    age, male, races = random_age(random), float(random.random() < 0.5), random.dirichlet([0.35] * 3)
    if random.random() < 0.3:
        male = abs(male - random.random() * 0.25)
    around = lambda middle, spread: float(np.clip(random.normal(middle, spread), 0, 1))
    shares = dict(macro_targets(age, male, muscle=around(0.5, 0.22), weight=around(0.55, 0.25), height=around(0.5, 0.22),
                                proportions=around(0.55, 0.25), races=races))
    details = sorted(name for name in human.target_names if name.split("/")[0] in DETAIL_FOLDERS)
    shares = {name: share for name, share in shares.items() if share > SMALLEST_SHARE and name in human.target_names}
    for name in random.choice(details, min(DETAILS, len(details)), replace=False):
        shares[str(name)] = random.random() * DETAIL_STRENGTH
    vertices = human.vertices.copy()
    for name, share in shares.items():
        moved, by = human.target(name)
        vertices[moved] += np.float32(share) * by
    own = vertices[:human.body_count, 1]
    return Body(vertices, human.joints(vertices), age, male, races, float(own.max() - own.min()))
