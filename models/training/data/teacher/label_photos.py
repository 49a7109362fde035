"""Labels a folder of photos with the teacher.

    python3 -m data.teacher.label_photos PHOTOS OUT.jsonl [--squashed] [--weights FOLDER]

Writes one line a photo: {photo, width, height, people} in pixels of width x height, people as the labeller gives them.
The coordinates are those of the photo shrunk to 640 pixels at most. Photos that OUT.jsonl already has are not done again.
"""
import argparse
import json
import os
import sys

from .. import photos
from . import squashed
from .labeller import Labeller
from .weights import FOLDER, WeightsError

MAX_SIDE = 640
MIN_SIDE = 96


def already_labelled(path):
    if not os.path.exists(path):
        return set()
    with open(path, encoding="utf-8") as lines:
        return {json.loads(line)["photo"] for line in lines}


def label_photo(labeller, image, is_squashed=False):
    """The line for one photo (without its name)."""
    if is_squashed:
        image, _ = squashed.restore(labeller, image)
    image, _, _ = photos.shrink(image, MAX_SIDE)
    return {"width": image.shape[1], "height": image.shape[0], "people": labeller.label(image)}


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Labels a folder of photos with the teacher.")
    parser.add_argument("photos")
    parser.add_argument("out")
    parser.add_argument("--squashed", action="store_true", help="the photos were squashed to squares: restore the aspect ratio")
    parser.add_argument("--weights", default=FOLDER)
    options = parser.parse_args(arguments)
    labeller = Labeller.from_weights(options.weights)
    done = already_labelled(options.out)
    labelled = skipped = 0
    with open(options.out, "a", encoding="utf-8") as out:
        for name in photos.list_folder(options.photos):
            if name in done:
                continue
            image = photos.read(os.path.join(options.photos, name))
            if min(image.shape[:2]) < MIN_SIDE:
                skipped += 1
                continue
            out.write(json.dumps({"photo": name} | label_photo(labeller, image, options.squashed)) + "\n")
            labelled += 1
    print(f"{options.out}: {labelled} photos labelled, {len(done)} were there, {skipped} too small")


if __name__ == "__main__":
    try:
        main()
    except (WeightsError, ValueError, OSError) as error:
        sys.exit(f"error: {error}")
