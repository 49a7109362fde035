"""Skin, eyes, hair and glasses of a person."""
import numpy as np

from . import scene
from .colors import cloth_color, dark_color, skin_color

IRISES = ((0.10, 0.05, 0.025), (0.16, 0.09, 0.04), (0.10, 0.18, 0.32), (0.12, 0.2, 0.1))  # brown, hazel, blue, green
IRIS_WEIGHTS = (0.5, 0.25, 0.15, 0.1)


def sample_skin(body, color_of_hair, random):
    skin = scene.new(scene.SKIN)
    skin["color"] = skin_color(body.races, random)
    skin["lip"] = skin["color"] * [0.95, 0.55, 0.55]
    if body.female and random.random() < 0.4:  # lipstick
        skin["lip"] = skin["lip"] * 0.4 + np.array([0.33, 0.036, 0.048]) * random.uniform(0.4, 1.2)
    skin["hair"] = color_of_hair * 0.8
    if not body.female and not body.child and random.random() < 0.4:
        skin["beard"] = random.uniform(0.25, 1)
    skin["brow"], skin["eye_shadow"], skin["blush"] = random.uniform(0.5, 1), random.uniform(0.5, 1), random.random()
    skin["gloss"], skin["seed"] = random.uniform(0.03, 0.22), random.integers(1000)
    if random.random() < 0.04:
        skin["mask"] = random.uniform(0.685, 0.70)
        skin["mask_color"] = cloth_color(random) if random.random() < 0.5 else (0.75, 0.8, 0.85)
    skin["cap"], skin["cap_color"] = random.random() < 0.07, cloth_color(random)
    return skin


def sample_eye(center, random):
    """center: of the left eye in the template."""
    eye = scene.new(scene.EYE)
    eye["center"], eye["iris"] = center, IRISES[random.choice(4, p=IRIS_WEIGHTS)]
    eye["squint"], eye["gaze_y"], eye["gaze_x"] = random.normal(0, 0.04), random.normal(0, 0.1), random.normal(0, 0.2)
    return eye


def sample_glasses(body, random):
    glasses = scene.new(scene.GLASSES)
    x = random.random()
    if x < 0.17 and not (body.child and random.random() < 0.5):
        glasses["worn"], glasses["frame"] = 1, dark_color(random)
        glasses["lens"] = random.uniform(0, 0.25) if x < 0.10 else random.uniform(0.8, 1)  # clear, or sunglasses
    return glasses


def sample_hair_look(color, random):
    hair = scene.new(scene.HAIR)
    hair["color"], hair["tip"] = color, color * random.uniform(1.2, 2.5)
    hair["gloss"], hair["bump"] = random.uniform(0.02, 0.25), 0.15
    hair["strands_u"], hair["strands_v"], hair["gap"] = 60, 4, 0.22
    hair["seed_u"], hair["seed_v"] = random.integers(100), random.integers(100)
    hair["fringe"], hair["shade"] = random.uniform(0.745, 0.772), random.uniform(60, 160)
    return hair
