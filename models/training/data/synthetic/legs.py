"""Leg poses: families of how people stand, walk, sit, kneel, jump.

Angles are degrees: hip flexion (thigh to the front), hip abduction (to the side), hip rotation (outward), knee bend, and
the foot's lift.
"""
import math
from dataclasses import astuple, dataclass

from .rotations import about_x, about_y, about_z

# Family and how often.
WEIGHTS = {"stand": 16, "wide": 5, "contra": 6, "walk": 9, "run": 4, "sit": 14, "sitwide": 4, "sitcross": 4, "crosslegs": 4,
           "crouch": 5, "squat": 4, "kneel": 4, "oneknee": 3, "lunge": 5, "jump": 4, "kick": 3, "star": 2, "tuck": 2, "longsit": 3}
SITTING = ("sit", "sitwide", "sitcross", "crosslegs")
STOOPING = ("crouch", "squat", "lunge", "run")


@dataclass
class Leg:
    flexion: float = 0
    abduction: float = 0
    rotation: float = 0
    knee: float = 0
    foot: float = 0

    def rotations(self, side):
        """Local rotations of thigh, shin and foot."""
        flexion, abduction, rotation, knee, foot = (math.radians(angle) for angle in astuple(self))
        outward = 1 if side == "L" else -1
        return {f"thigh.{side}": about_z(outward * abduction) @ about_x(-flexion) @ about_y(outward * rotation),
                f"shin.{side}": about_x(max(knee, 0)), f"foot.{side}": about_x(-foot)}


def sample(family, random):
    """(the trunk's tilt to the front in degrees, one Leg, the other Leg); which is which is drawn too."""
    normal, uniform = random.normal, random.uniform
    standing = lambda: Leg(normal(0, 5), normal(3, 3), normal(5, 6), abs(normal(2, 4)), normal(0, 4))
    tilt, a, b = normal(0, 3), standing(), standing()
    if family == "wide":
        a.abduction += uniform(5, 18)
        b.abduction += uniform(5, 18)
    elif family == "contra":  # contrapposto: the weight on one leg
        a = Leg(uniform(0, 18), uniform(0, 8), uniform(0, 20), uniform(5, 30))
    elif family == "walk":
        step = uniform(5, 35)
        a = Leg(step, 2, 3, uniform(0, 20), normal(0, 8))
        b = Leg(-step * uniform(0.3, 0.8), 2, 3, uniform(5, 45), normal(-10, 8))
    elif family == "run":
        a = Leg(uniform(30, 80), 2, 3, uniform(40, 110), normal(0, 8))
        b = Leg(-uniform(5, 30), 2, 3, uniform(5, 70), normal(-20, 8))
        tilt = uniform(0, 20)
    elif family == "sit":
        a, b = (Leg(normal(84, 9), uniform(0, 14), normal(0, 6), normal(84, 14), normal(0, 5)) for _ in range(2))
        tilt = normal(-3, 7)
    elif family == "sitwide":
        a, b = (Leg(normal(88, 9), uniform(15, 35), normal(10, 6), normal(88, 14)) for _ in range(2))
        tilt = normal(0, 9)
    elif family == "sitcross":  # one leg over the other
        a = Leg(normal(95, 8), uniform(-14, -4), normal(-5, 6), normal(75, 12), -15)
        b = Leg(normal(84, 6), uniform(-2, 4), normal(0, 6), normal(86, 8))
        tilt = normal(-5, 5)
    elif family == "crosslegs":  # on the floor
        a, b = (Leg(normal(85, 8), uniform(30, 45), uniform(40, 60), normal(114, 10), -20) for _ in range(2))
        tilt = normal(-3, 5)
    elif family == "crouch":
        deep = uniform(85, 125)
        a, b = (Leg(deep + normal(0, 8), uniform(2, 22), uniform(0, 15), deep + uniform(0, 25), uniform(10, 25)) for _ in range(2))
        tilt = uniform(0, 30)
    elif family == "squat":
        deep = uniform(40, 90)
        a, b = (Leg(deep + normal(0, 3), uniform(5, 25), uniform(5, 20), deep + uniform(0, 20), uniform(5, 25)) for _ in range(2))
        tilt = uniform(5, 40)
    elif family == "kneel":
        flexion = uniform(-5, 30)
        a, b = (Leg(flexion + normal(0, 4), uniform(0, 12), 0, uniform(85, 125), -40) for _ in range(2))
    elif family == "oneknee":
        a = Leg(uniform(75, 95), uniform(0, 12), 0, uniform(80, 100))
        b = Leg(uniform(-10, 15), uniform(0, 8), 0, uniform(85, 115), -35)
    elif family == "lunge":
        a = Leg(uniform(40, 90), uniform(0, 10), 0, uniform(40, 95))
        b = Leg(-uniform(10, 35), uniform(0, 8), 0, uniform(5, 50), -15)
        tilt = uniform(0, 20)
    elif family == "jump":
        a, b = (Leg(uniform(-5, 60), uniform(0, 15), 0, uniform(10, 100), -35) for _ in range(2))
        tilt = normal(5, 12)
    elif family == "kick":
        a = Leg(uniform(45, 100), uniform(-5, 20), 0, uniform(0, 40), -20)
        b = Leg(uniform(-10, 8), 2, 0, uniform(0, 25))
        tilt = normal(-8, 8)
    elif family == "star":
        a, b = (Leg(0, uniform(18, 38), 8, uniform(0, 10), -25) for _ in range(2))
    elif family == "tuck":
        a, b = (Leg(uniform(80, 120), uniform(0, 8), 0, uniform(90, 130), -20) for _ in range(2))
        tilt = uniform(-5, 40)
    elif family == "longsit":  # on the floor, legs forward
        a = Leg(uniform(70, 95), uniform(0, 20), 5, uniform(0, 25), -15)
        b = Leg(uniform(70, 95), uniform(0, 20), 5, uniform(0, 90), -15)
        tilt = uniform(-20, 10)
    return (tilt, a, b) if random.random() < 0.5 else (tilt, b, a)
