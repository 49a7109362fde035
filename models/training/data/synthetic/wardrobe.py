"""What a person wears: clothes painted on the skin, clothes cut out of a shell around it, MakeHuman's meshes."""
from dataclasses import dataclass, field

import numpy as np

from . import scene
from .colors import cloth_color
from .fabrics import add_fabric, bottom, everywhere, top

# The materials of a person, by their numbers.
MATERIALS = ("skin", "eye", "teeth", "top", "bottom", "suit_top", "suit_bottom", "suit_extra", "skirt", "shoes", "hair", "hat", "prop")
SLOT = {name: number for number, name in enumerate(MATERIALS)}

TROUSERS, CALVES, KNEES, SHORTS = -0.75, -0.5, -0.34, -0.2  # heights where bottoms end
FEMALE_HAIR = ("long01", "bob01", "bob02", "ponytail01", "braid01", "short01", "afro01", "short04", "long01", "ponytail01")
MALE_HAIR = ("short01", "short02", "short03", "short04", "afro01")


@dataclass
class Shell:
    """Cloth around the body, cut out of MakeHuman's tights: off the skin by `offset` metres, and by up to `flare` more
    towards its hem."""
    garment: int
    material: str
    offset: float
    flare: float = 0.0


@dataclass
class Outfit:
    garments: list = field(default_factory=list)
    painted: list = field(default_factory=list)   # garments on the skin, the outermost first
    shells: list = field(default_factory=list)
    meshes: list = field(default_factory=list)    # pairs of a GarmentMesh and its material number(s)
    skirt: int = None                             # the garment that the skirt's mesh is cut to
    materials: np.ndarray = None

    def __post_init__(self):
        self.materials = np.zeros(len(MATERIALS), scene.MATERIAL)

    def add(self, garment):
        self.garments.append(garment)
        return len(self.garments) - 1

    def paint(self, garment):
        number = self.add(garment)
        self.painted.append(number)
        return number

    def use_cloth(self, slot, garment, cut=False):
        material = self.materials[SLOT[slot]]
        material["kind"], material["two_sided"], material["garment"] = scene.KIND_CLOTH, 1, garment
        material["cutout"] = scene.CUT_GARMENT if cut else scene.CUT_NOTHING


def dress(body, meshes, random):
    """An Outfit for a Body. meshes: {name: GarmentMesh}, may be empty."""
    outfit = Outfit()
    suits = [mesh for mesh in meshes.values() if mesh.kind == "suit"]
    if suits and random.random() < 0.38:
        _wear_suit(outfit, body, suits, random)
    elif random.random() < 0.8:
        _wear_top_and_bottom(outfit, body, random)
    else:
        _wear_little(outfit, body, random)
    if random.random() < 0.3:
        socks = add_fabric(bottom(random, low=-9, waist=random.uniform(-0.72, -0.5)), random, plain=True)
        outfit.paint(socks)
    _wear_shoes(outfit, [mesh for mesh in meshes.values() if mesh.kind == "shoes"], random)
    hats = [mesh for mesh in meshes.values() if mesh.kind == "hat"]
    if hats and random.random() < 0.09:
        outfit.use_cloth("hat", outfit.add(add_fabric(everywhere(random), random, plain=True)))
        outfit.meshes.append((hats[random.integers(len(hats))], SLOT["hat"]))
    outfit.painted = outfit.painted[:scene.MOST_PAINTED]
    return outfit


def _sample_top(body, random):
    sleeve = random.choice([0.12, 0.4, 0.75, 1.3, 1.95], p=[0.1, 0.38, 0.1, 0.1, 0.32]) + random.normal(0, 0.06)
    options = {"sleeve": sleeve}
    if body.female and random.random() < 0.15:  # cropped
        options["hem"] = random.uniform(0.1, 0.28)
    if random.random() < 0.08:  # turtleneck
        options |= {"neck": 0.64, "depth": 0}
    if random.random() < 0.10:  # tank top
        options |= {"sleeve": -0.2, "strap": random.uniform(0.10, 0.14), "strap_width": random.uniform(0.02, 0.06), "depth": 0.1}
    return top(random, **options)


def _wear_top_and_bottom(outfit, body, random):
    upper = _sample_top(body, random)
    is_loose = random.random() < 0.65 and upper["strap"] == 0
    if body.female and random.random() < (0.35 if body.child else 0.22):
        _wear_dress(outfit, upper, is_loose, random)
        return
    add_fabric(upper, random)
    length = random.choice([TROUSERS, CALVES, KNEES, SHORTS], p=[0.62, 0.06, 0.17, 0.15]) + random.normal(0, 0.015)
    is_skirt = body.female and random.random() < 0.2
    lower = bottom(random, low=random.uniform(-0.62, -0.15) if is_skirt else length)
    add_fabric(lower, random, denim=random.random() < 0.4, plain=random.random() < 0.75)
    number, lower_number = outfit.add(upper), outfit.add(lower)
    is_tucked = random.random() < 0.3
    if is_skirt:
        outfit.skirt = lower_number
        outfit.use_cloth("skirt", lower_number, cut=True)
        below = bottom(random, low=max(float(lower["low"]), -0.12))  # the hips under the skirt, in its fabric
        below["fabric"] = lower["fabric"]
        outfit.painted += [number, outfit.add(below)]
    else:
        outfit.painted += [lower_number, number] if is_tucked else [number, lower_number]
        if random.random() < 0.6:
            outfit.shells.append(Shell(lower_number, "bottom", random.uniform(0.003, 0.010), random.uniform(0, 0.03)))
    if is_loose:
        offset = random.uniform(0.004, 0.022) + (0 if is_tucked else 0.004)
        outfit.shells.append(Shell(number, "top", offset, random.uniform(0, 0.012)))
    _cut_shells(outfit)


def _wear_dress(outfit, upper, is_loose, random):
    is_long = random.random() < 0.64
    upper["low"] = random.uniform(-0.6, -0.2) if is_long else random.uniform(-0.3, -0.1)
    number = outfit.paint(add_fabric(upper, random))
    if is_long:  # a skirt hangs from it; otherwise it follows the legs like shorts
        below = scene.new(scene.GARMENT)
        below["is_bottom"], below["low"], below["high"], below["sleeve"] = 1, upper["low"], 9, -1
        below["fabric"] = upper["fabric"]
        outfit.skirt = outfit.add(below)
        outfit.use_cloth("skirt", outfit.skirt, cut=True)
    if is_loose:
        outfit.shells.append(Shell(number, "top", random.uniform(0.002, 0.014)))
    _cut_shells(outfit)


def _wear_little(outfit, body, random):
    """Swimwear and sportswear."""
    if not body.female:
        low = random.choice([-0.08, -0.2, -0.3, -0.36, -0.74])
        number = outfit.paint(add_fabric(bottom(random, low=low, waist=random.uniform(0.02, 0.1)), random))
        if random.random() < 0.6:
            outfit.shells.append(Shell(number, "bottom", random.uniform(0.003, 0.012), random.uniform(0, 0.02)))
    elif random.random() < 0.5:
        bra = add_fabric(top(random, hem=random.uniform(0.27, 0.31), neck=random.uniform(0.40, 0.46), sleeve=-0.2,
                             depth=random.uniform(0, 0.05), neck_width=0.06), random)
        below = add_fabric(bottom(random, low=random.choice([-0.07, -0.2, -0.7]), waist=random.uniform(0.02, 0.1)), random)
        if random.random() < 0.6:
            below["fabric"] = bra["fabric"]
        outfit.paint(bra)
        outfit.paint(below)
    else:
        swimsuit = top(random, hem=-0.06, neck=0.56, sleeve=-0.2, depth=0.12, neck_width=0.12, strap=random.uniform(0.1, 0.13),
                       strap_width=0.03)
        outfit.paint(add_fabric(swimsuit, random))
    _cut_shells(outfit)


def _cut_shells(outfit):
    for shell in outfit.shells:
        outfit.use_cloth(shell.material, shell.garment, cut=True)


def _wear_suit(outfit, body, suits, random):
    """One of MakeHuman's clothes; its connected parts are told apart by their heights."""
    own = [mesh for mesh in suits if mesh.name.startswith("female") == body.female]
    pool = own if own and random.random() < 0.85 else suits
    suit = pool[random.integers(len(pool))]
    for slot, denim, plain in (("suit_top", False, False), ("suit_bottom", random.random() < 0.4, random.random() < 0.5),
                               ("suit_extra", False, True)):
        outfit.use_cloth(slot, outfit.add(add_fabric(everywhere(random), random, denim=denim, plain=plain)))
    heights = suit.part_heights()
    slots = [SLOT["suit_top" if low > -0.2 and high > 0.3 else "suit_bottom" if high < 0.25 else "suit_extra"] for low, high in heights]
    materials = np.array(slots, np.uint8)[suit.part[suit.triangles[:, 0]]]
    outfit.meshes.append((suit, materials))
    if min(low for low, _ in heights) > -0.2:  # it has no bottom
        low = random.choice([TROUSERS, TROUSERS, -0.36, SHORTS]) + random.normal(0, 0.02)
        outfit.paint(add_fabric(bottom(random, low=low), random, denim=random.random() < 0.5, plain=True))


def _wear_shoes(outfit, shoes, random):
    if random.random() >= 0.82:
        return
    if not shoes:  # painted: a plain garment up to the ankle
        outfit.painted.insert(0, outfit.add(add_fabric(bottom(random, low=-9, waist=random.uniform(-0.77, -0.73)), random, plain=True)))
        return
    material = outfit.materials[SLOT["shoes"]]
    material["kind"], material["two_sided"] = scene.KIND_SOLID, 1
    material["color"] = cloth_color(random)
    material["low_color"] = cloth_color(random) if random.random() < 0.5 else material["color"] * 0.5
    material["low"] = random.uniform(-0.80, -0.77)  # the sole
    material["speckle"], material["speckled"], material["speckle_front"] = cloth_color(random), random.random() < 0.4, 0.1
    material["gloss"] = random.uniform(0.02, 0.4)
    outfit.meshes.append((shoes[random.integers(len(shoes))], SLOT["shoes"]))


def sample_hair(body, meshes, has_cap, random):
    """A GarmentMesh, or None for the bald, the shorn, and where there are no assets."""
    if random.random() < (0.75 if has_cap else 0.04 if body.female else 0.16):
        return None
    names = MALE_HAIR if not body.female and random.random() < 0.93 else FEMALE_HAIR
    return meshes.get(names[random.integers(len(names))])
