"""Renders synthetic people into a pack of sprites, or onto a sheet to look at.

    python3 -m data.synthetic.make_sprites OUT.npz --count 3000 --seed 1 [--motion MOTION.npz]
    python3 -m data.synthetic.make_sprites OUT.png --count 24 --seed 1 [--motion MOTION.npz] [--plain]

The same seed gives the same people. To use several cores, run several processes with different seeds.
"""
import argparse
import sys
import time

import cv2
import numpy as np

from .. import keypoints as kp
from ..photos import encode_webp
from ..sprite_pack import SpriteWriter
from .makehuman import FOLDER, Human
from .motion import Motion
from .person import Studio

QUALITY = 75
CELL, COLUMNS, GREY = 300, 6, 150
LEFT_COLOR, RIGHT_COLOR, NOSE_COLOR = (60, 220, 60), (60, 80, 255), (255, 120, 0)  # BGR


def sprites(studio, random, count):
    """Yields so many sprites; draws that make no picture are skipped."""
    made = 0
    while made < count:
        sprite = studio.sprite(random)
        if sprite is not None:
            made += 1
            yield sprite


def write_pack(path, made):
    writer = SpriteWriter()
    for sprite in made:
        writer.add(encode_webp(sprite.color, QUALITY), sprite.color.shape[:2], sprite.kps, sprite.cut, sprite.yaw, sprite.pose, sprite.crop)
    return writer.save(path)


def color_of(keypoint):
    return NOSE_COLOR if keypoint == 0 else LEFT_COLOR if keypoint % 2 else RIGHT_COLOR


def draw(sprite, with_keypoints=True):
    """uint8 BGR [CELL, CELL, 3]: the sprite on grey; the person's left is green, their right red, hidden keypoints are
    rings."""
    alpha = sprite.color[..., 3:] / 255
    image = (sprite.color[..., :3] * alpha + GREY * (1 - alpha)).astype(np.uint8)
    scale = CELL / max(image.shape[:2])
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    place = [tuple(int(v) for v in (point + 0.5) * scale) for point in sprite.kps[:, :2]]
    flags = sprite.kps[:, 2]
    for a, b in kp.LIMBS if with_keypoints else ():
        if flags[a] > 0 and flags[b] > 0:
            cv2.line(image, place[a], place[b], color_of(b), 1, cv2.LINE_AA)
    for i in range(kp.COUNT) if with_keypoints else ():
        if flags[i] > 0:
            cv2.circle(image, place[i], 3, color_of(i), -1 if flags[i] == kp.VISIBLE else 1, cv2.LINE_AA)
    cell = np.full((CELL, CELL, 3), GREY, np.uint8)
    cell[:image.shape[0], :image.shape[1]] = image[:CELL, :CELL]
    cv2.putText(cell, f"{sprite.pose} {sprite.crop}", (2, CELL - 4), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 1, cv2.LINE_AA)
    return cell


def write_sheet(path, made, with_keypoints=True):
    cells = [draw(sprite, with_keypoints) for sprite in made]
    cells += [np.full_like(cells[0], GREY)] * (-len(cells) % COLUMNS)
    rows = [np.concatenate(cells[i:i + COLUMNS], 1) for i in range(0, len(cells), COLUMNS)]
    if not cv2.imwrite(path, np.concatenate(rows)):
        raise ValueError(f"{path} cannot be written")


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Renders synthetic people into a pack of sprites (.npz) or onto a sheet (.png).")
    parser.add_argument("out")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--motion", help="recorded poses, made by data.synthetic.motion")
    parser.add_argument("--plain", action="store_true", help="a sheet without keypoints")
    parser.add_argument("--assets", default=FOLDER)
    options = parser.parse_args(arguments)
    studio = Studio(Human(options.assets), Motion.load(options.motion) if options.motion else None)
    made, begin = sprites(studio, np.random.default_rng(options.seed), options.count), time.time()
    if options.out.endswith(".png"):
        write_sheet(options.out, made, not options.plain)
    else:
        write_pack(options.out, made)
    print(f"{options.out}: {options.count} people, {(time.time() - begin) / options.count * 1000:.0f} ms each")


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError, RuntimeError) as error:
        sys.exit(f"error: {error}")
