"""Random garments: what they cover, and their fabric."""
import cv2
import numpy as np

from . import scene
from .colors import any_color, cloth_color, hsv

PATTERN_WEIGHTS = {"plain": 0.40, "rings": 0.10, "stripes": 0.04, "plaid": 0.08, "dots": 0.03, "camouflage": 0.05, "gradient": 0.04,
                   "denim": 0.08, "two_tone": 0.05, "flowers": 0.05, "checks": 0.02, "raglan": 0.04, "panel": 0.02}
# Repeats per metre.
FREQUENCIES = {"rings": (8, 45), "stripes": (10, 50), "plaid": (8, 30), "dots": (15, 40), "camouflage": (12, 40),
               "flowers": (10, 30), "checks": (8, 35)}
LOGOS = 40
EVERYWHERE = 9.0  # a height that nobody reaches


def top(random, hem=None, neck=None, sleeve=0.4, depth=None, neck_width=None, strap=0.0, strap_width=0.04):
    """A garment on trunk and arms. Heights in the template: the neck's base is at about 0.59, the waist at 0.1."""
    garment = scene.new(scene.GARMENT)
    garment["low"] = random.uniform(0.0, 0.1) if hem is None else hem
    garment["high"] = random.uniform(0.585, 0.60) if neck is None else neck
    garment["sleeve"] = sleeve
    garment["dip"] = random.uniform(0.01, 0.08) if depth is None else depth
    garment["back_dip"] = random.uniform(0, 0.03)
    garment["neck_width"] = random.uniform(0.07, 0.12) if neck_width is None else neck_width
    garment["v_neck"] = random.random() < 0.3
    garment["strap"], garment["strap_width"] = strap, strap_width
    return garment


def bottom(random, low, waist=None):
    """A garment on hips and legs. The knee is at about -0.4, the ankle at -0.75."""
    garment = scene.new(scene.GARMENT)
    garment["is_bottom"], garment["low"], garment["sleeve"] = 1, low, -1
    garment["high"] = random.uniform(0.06, 0.15) if waist is None else waist
    garment["dip"] = random.uniform(-0.1, 0.15)
    return garment


def everywhere(random):
    """A garment without an outline, for meshes that have their own."""
    return top(random, hem=-EVERYWHERE, neck=EVERYWHERE, sleeve=EVERYWHERE, depth=0)


def add_fabric(garment, random, denim=False, plain=False):
    """Gives a garment a random fabric; returns the garment."""
    names = list(PATTERN_WEIGHTS)
    pattern = "denim" if denim else "plain" if plain else str(random.choice(names, p=list(PATTERN_WEIGHTS.values())))
    is_top = garment["is_bottom"] < 0.5
    fabric = scene.new(scene.FABRIC)
    fabric["pattern"] = scene.PATTERNS.index(pattern)
    fabric["color"], fabric["color2"], fabric["color3"] = cloth_color(random), cloth_color(random), cloth_color(random)
    if denim:
        fabric["color"] = hsv(random.uniform(0.57, 0.64), random.uniform(0.25, 0.7), random.uniform(0.12, 0.75))
    if pattern == "denim":
        fabric["color2"] = fabric["color"] * random.uniform(0.3, 0.8)
    if pattern == "plaid" and random.random() < 0.6:
        fabric["color2"] = fabric["color"] * random.uniform(0.2, 0.6)
    fabric["frequency"] = random.uniform(*FREQUENCIES.get(pattern, (10, 11)))
    fabric["duty"] = random.uniform(0.2, 0.7)
    fabric["mottle"] = 0.35 if denim else random.uniform(0.1, 0.75)
    fabric["split"] = random.uniform(0.2, 0.5) if is_top else random.uniform(-0.4, 0)
    fabric["split_sharpness"] = random.uniform(2, 15)
    fabric["seed"] = random.integers(1000)
    if is_top and not denim and random.random() < 0.28:
        fabric["logo"] = 1 + random.integers(LOGOS)
        fabric["logo_x"] = random.normal(0, 0.015) if random.random() < 0.7 else random.choice([-1, 1]) * 0.06
        fabric["logo_y"], fabric["logo_size"] = random.uniform(0.28, 0.42), random.uniform(0.05, 0.2)
        fabric["logo_side"] = 1 if random.random() < 0.75 else -1
    fabric["gloss"] = random.uniform(0, 0.06) if random.random() < 0.85 else random.uniform(0.1, 0.4)
    fabric["bump"], fabric["bump_frequency"] = random.uniform(0.15, 0.95), random.uniform(9, 32)
    fabric["shininess"] = random.uniform(8, 30)
    garment["fabric"] = fabric
    return garment


def draw_logos(seed=7):
    """uint8 [LOGOS, 64, 64, 4]: letters, numbers, blots and bars to print on clothes."""
    random = np.random.default_rng(seed)
    size = scene.LOGO_SIZE
    logos = np.zeros((LOGOS, size, size, 4), np.uint8)
    color = lambda: [int(c * 255) for c in any_color(random)] + [255]
    for logo in logos:
        kind = random.integers(4)
        if kind == 0:
            text = "".join(random.choice(list("ABCDEFGHKLMNPRSTUXYZ0123456789"), random.integers(1, 6)))
            scale = 2.2 / len(text) ** 0.8
            cv2.putText(logo, text, (2, 44), int(random.integers(5)), scale, color(), max(1, int(scale * 2.4)), cv2.LINE_AA)
        elif kind == 1:
            cv2.circle(logo, (32, 32), int(random.integers(16, 30)), color(), -1 if random.random() < 0.6 else 5, cv2.LINE_AA)
            cv2.putText(logo, str(random.integers(99)), (14, 44), cv2.FONT_HERSHEY_SIMPLEX, 1.1, color(), 3, cv2.LINE_AA)
        elif kind == 2:
            cv2.fillPoly(logo, [(random.random((random.integers(3, 8), 2)) * 60 + 2).astype(np.int32)], color())
        else:
            for _ in range(random.integers(2, 6)):
                y = int(random.integers(4, 60))
                cv2.rectangle(logo, (4, y), (60, y + int(random.integers(2, 8))), color(), -1)
    return logos
