"""Where the camera stands, how much of the person it shows, and the light."""
import math
from dataclasses import dataclass

import numpy as np

from ..sprite_pack import CUT_BOTTOM, CUT_LEFT, CUT_RIGHT, CUT_TOP
from . import scene
from .rotations import about_x, about_y, about_z, unit

NOSE, SHOULDERS, HIPS, KNEES = 0, [5, 6], [11, 12], [13, 14]  # keypoints
NEAR = 0.07          # a little more than the renderer's near plane (NEAR in renderer/render.h), metres
MARGIN = 4           # pixels around the person
SMALLEST_SIDE = 24
CLOSE_CROPS = ("head", "chest", "waist")


@dataclass
class View:
    """A point p of the world is at rotation @ p + offset in the camera's frame: x right, y down, z away."""
    rotation: np.ndarray
    offset: np.ndarray
    yaw: float
    crop: str            # what the picture shows: full, head, chest, waist, thigh, knee, or rand (random sides cut)

    def apply(self, points):
        return points @ self.rotation.T + self.offset

    def compose(self, matrices):
        """float32 [bones, 3, 4]: the bones' matrices followed by the view."""
        out = self.rotation @ matrices
        out[:, :, 3] += self.offset
        return np.ascontiguousarray(out, np.float32)


@dataclass
class Window:
    """A point is seen at pixel (focal x / z + x, focal y / z + y)."""
    width: int
    height: int
    focal: float
    x: float
    y: float
    cut: int             # sides where the person goes on: CUT_LEFT, ...

    def project(self, points):
        """[n, 2] pixels of points [n, 3] in the camera's frame; edges are whole numbers."""
        return points[:, :2] * self.focal / np.maximum(points[:, 2:], 0.05) + [self.x, self.y]


def sample_view(points, body_height, close_up, random):
    """A View of somebody whose keypoints are points [17, 3]; close_up: in front of a webcam."""
    if close_up or random.random() < 0.42:
        yaw = random.normal(0, 0.5)
    else:
        yaw = random.uniform(-math.pi, math.pi)
    pitch = random.normal(0.05, 0.15) if close_up else float(np.clip(random.normal(0.10, 0.22), -0.45, 0.8))
    roll = random.normal(0, 0.05) if random.random() < 0.9 else random.normal(0, 0.4)
    x, crop = random.random(), "full"
    if close_up:
        crop = str(random.choice(["head", "chest", "waist", "thigh"], p=[0.22, 0.3, 0.38, 0.1]))
    elif x < 0.10:
        crop = str(random.choice(["waist", "knee", "thigh", "chest"]))
    elif x < 0.16:
        crop = "rand"
    if crop in ("head", "chest"):
        target, distance = points[[0, 5, 6]].mean(0), log_uniform(random, 0.55, 2.5)
    elif crop in ("waist", "thigh"):
        target, distance = points[[0, 5, 6, 11, 12]].mean(0), log_uniform(random, 0.8, 4)
    else:
        target, distance = points[[5, 6, 11, 12, 13, 14]].mean(0), log_uniform(random, 1.8, 12)
    if crop not in CLOSE_CROPS:
        distance *= max(0.6, body_height / 1.67)
    target = target + random.normal(0, 0.1, 3)
    # Turns the world, then mirrors y and z: the camera looks along -z with y up.
    rotation = about_z(roll) @ np.diag([1.0, -1, -1]) @ about_x(pitch) @ about_y(yaw)
    # Not so near that a hand fills the picture.
    distance = max(distance, -float(((points - target) @ rotation.T)[:, 2].min()) / random.uniform(0.45, 0.62))
    return View(rotation, np.array([0, 0, distance]) - rotation @ target, yaw, crop)


def log_uniform(random, low, high):
    return math.exp(random.uniform(math.log(low), math.log(high)))


def choose_window(view, surface, points, trunk_up, longer_side, random):
    """The Window that shows what view.crop says, or None where that makes no picture.

    surface: [n, 3] the person's vertices, points: [17, 3] the keypoints, both in the camera's frame;
    trunk_up: how upright the trunk is in the picture, -1 to 1."""
    seen = surface[surface[:, 2] > NEAR]
    flat, joints = seen[:, :2] / seen[:, 2:], points[:, :2] / np.maximum(points[:, 2:], 0.05)
    sides = [*flat.min(0), *flat.max(0)]  # left, top, right, bottom at distance 1
    crop, cut = view.crop, 0
    if crop not in ("full", "rand") and trunk_up < 0.55:
        crop = view.crop = "rand"  # a crop by body height needs an upright body
    if crop == "rand":
        cut = _cut_random_sides(sides, random)
    elif crop != "full":
        cut = _cut_below(sides, flat, joints, crop, random)
    return fit_window(sides, cut, longer_side)


def _cut_random_sides(sides, random):
    cut = 0
    for side in random.choice(4, random.integers(1, 3), replace=False):
        share = random.uniform(0.1, 0.5)
        width, height = sides[2] - sides[0], sides[3] - sides[1]
        sides[side] += (share * width, share * 0.7 * height, -share * width, -share * height)[side]
        cut |= (CUT_LEFT, CUT_TOP, CUT_RIGHT, CUT_BOTTOM)[side]
    return cut


def _cut_below(sides, flat, joints, crop, random):
    """Cuts the person at a height of the body; close-ups often at the picture's left and right, too."""
    cut, shoulder, hip, knee = 0, joints[SHOULDERS, 1].mean(), joints[HIPS, 1].mean(), joints[KNEES, 1].mean()
    trunk, thigh = hip - shoulder, knee - hip
    bottom = {"head": lambda: shoulder + trunk * random.uniform(0.05, 0.35),
              "chest": lambda: shoulder + trunk * random.uniform(0.35, 0.75),
              "waist": lambda: shoulder + trunk * random.uniform(0.75, 1.15),
              "thigh": lambda: hip + thigh * random.uniform(0.2, 0.7),
              "knee": lambda: hip + thigh * random.uniform(0.8, 1.4)}[crop]()
    if bottom < sides[3]:
        sides[3] = bottom
        cut |= CUT_BOTTOM
    above = flat[flat[:, 1] < sides[3]]
    if len(above) > 50:
        sides[0], sides[1], sides[2] = above[:, 0].min(), above[:, 1].min(), above[:, 0].max()
    if crop in CLOSE_CROPS and random.random() < 0.6:
        middle, half = joints[:7, 0].mean(), (sides[3] - sides[1]) * random.uniform(0.45, 0.9)
        if middle - half > sides[0]:
            sides[0] = middle - half
            cut |= CUT_LEFT
        if middle + half < sides[2]:
            sides[2] = middle + half
            cut |= CUT_RIGHT
        if random.random() < 0.12:
            sides[1] += (joints[NOSE, 1] - sides[1]) * random.uniform(0.1, 0.5)
            cut |= CUT_TOP
    return cut


def fit_window(sides, cut, longer_side):
    """The Window of a picture whose longer side has so many pixels, with a margin where the person is not cut."""
    left, top, right, bottom = sides
    width, height = right - left, bottom - top
    if min(width, height) < 1e-4:
        return None
    focal = (longer_side - 2 * MARGIN) / max(width, height)
    margin = lambda side: 0 if cut & side else MARGIN
    columns = math.ceil(width * focal - 1e-6) + margin(CUT_LEFT) + margin(CUT_RIGHT)
    rows = math.ceil(height * focal - 1e-6) + margin(CUT_TOP) + margin(CUT_BOTTOM)
    if min(columns, rows) < SMALLEST_SIDE:
        return None
    return Window(columns, rows, focal, margin(CUT_LEFT) - left * focal, margin(CUT_TOP) - top * focal, cut)


def sample_light(rotation, random):
    """scene.LIGHT: sky and ground, a lamp that casts shadows and a weaker one. rotation: of the View."""
    light = scene.new(scene.LIGHT)

    def tint(strength):
        warm = random.normal(0, 1) * strength
        return np.array([1 + warm, 1, 1 - warm]) * np.clip(1 + random.normal(0, strength / 2, 3), 0.7, 1.3)

    ambient = random.uniform(0.1, 0.75)
    key = random.uniform(0.2, 1.7) * (1.2 - ambient * 0.6)
    light["up"] = rotation @ [0, 1, 0]
    light["ground"], light["sky"] = ambient * random.uniform(0.15, 0.7) * tint(0.1), ambient * tint(0.1)
    # Mostly from above and from the camera's side.
    toward = unit(np.array([random.normal(0, 1), abs(random.normal(0.4, 0.7)), random.normal(0.5, 0.8)]))
    light["lamp"][0] = (toward * [1, -1, -1], key * tint(0.12))
    light["lamp"][1] = (unit(random.normal(0, 1, 3)), random.uniform(0, 0.4) * tint(0.25))
    light["white"], light["compress"] = tint(0.06), random.uniform(0.05, 0.5)
    light["rim"] = random.uniform(0, 0.5) * (random.random() < 0.5)
    light["gamma"], light["occlusion"] = 1 / random.uniform(1.45, 2.3), random.uniform(0.7, 1.5)
    light["side"], light["side_color"] = unit(random.normal(0, 1, 3)), random.uniform(0, 0.35) * tint(0.2)
    # Exposed for the light there is; now and then too dark or too bright.
    light["exposure"] = random.uniform(0.85, 1.35) * 1.25 / (ambient * 0.75 + key * 0.55)
    if random.random() < 0.15:
        light["exposure"] *= random.uniform(0.45, 1.3)
    return light


def shadow_view(light, center, radius, size=288):
    """The first lamp's view of a person around `center`, for renderer.render()."""
    toward = light["lamp"][0]["direction"].astype(float)
    right = unit(np.cross(toward, [0.3, 0.9, 0.2]))
    return {"right": right, "down": np.cross(toward, right), "away": -toward, "center": center, "scale": size / 2 / radius, "size": size}
