"""Unpacks photos and labels of a pack into a folder of photos and annotations in COCO's format, as `npx manypose
evaluate` and `train-scorer` read them.

    python3 -m data.unpack PACK.npz OUT_DIR [--limit N | --set-aside N [--rest] [--seed S]]

Writes OUT_DIR/annotations.json and OUT_DIR/photos. Packs hold no outlines: a person's area is 0.53 of the box, as
CrowdPose takes it. Regions without loss become crowds, which count neither for nor against. Keypoints that nobody
labelled either way (v = -1) become unlabelled ones. Photos are the pack's bytes, no pixel is changed.

--set-aside writes N photos drawn by the seed: to choose options by, and never to be learned from. With --rest it writes
all others, to learn from. Which ones depends on the seed and the photos' names alone.
"""
import argparse
import hashlib
import json
import os
import sys

import numpy as np

from . import evaluation, keypoints as kp, pack as packs

AREA_OF_BOX = 0.53


def coco_annotation(image_id, box, points=None):
    """An annotation without its own id; without keypoints: a crowd."""
    left, top, right, bottom = map(float, box)
    width, height = right - left, bottom - top
    flat = [0.0] * (3 * kp.COUNT)
    if points is not None:
        labelled = points[:, 2] > 0
        flat = np.where(labelled[:, None], points, 0).astype(float).ravel().round(3).tolist()
    return {"image_id": image_id, "category_id": 1, "iscrowd": int(points is None),
            "bbox": [round(value, 3) for value in (left, top, width, height)], "area": round(AREA_OF_BOX * width * height, 3),
            "num_keypoints": sum(v > 0 for v in flat[2::3]), "keypoints": flat}


def set_aside(names, count, seed):
    """Indices of `count` of the names, drawn by the seed; one name more or less moves at most one other in or out."""
    if not 0 < count < len(names):
        raise packs.PackError(f"{count} of {len(names)} photos cannot be set aside")
    drawn = sorted(range(len(names)), key=lambda index: hashlib.sha256(f"{seed} {names[index]}".encode()).digest())
    return sorted(drawn[:count])


def unpack(pack, folder, indices=None):
    """Writes photos of the pack, all if no indices are given; returns how many photos, people and crowds there are."""
    os.makedirs(os.path.join(folder, "photos"), exist_ok=True)
    images, annotations = [], []
    for index in range(len(pack)) if indices is None else indices:
        height, width = pack.photo(index).shape[:2]
        image_id = evaluation.coco_id(str(pack.names[index]))
        image_id = index + 1 if image_id is None else image_id
        name = f"{image_id:012d}.webp"
        with open(os.path.join(folder, "photos", name), "wb") as file:
            file.write(pack.photo_bytes(index).tobytes())
        images.append({"id": image_id, "file_name": name, "width": width, "height": height})
        annotations += [coco_annotation(image_id, box, points) for points, box in zip(*pack.people(index))]
        annotations += [coco_annotation(image_id, box) for box in pack.ignored(index)]
    if len({image["id"] for image in images}) < len(images):
        raise packs.PackError("two photos of the pack have one COCO id")
    for number, annotation in enumerate(annotations, 1):
        annotation["id"] = number
    data = {"images": images, "annotations": annotations,
            "categories": [{"id": 1, "name": "person", "keypoints": list(kp.NAMES)}]}
    with open(os.path.join(folder, "annotations.json"), "w", encoding="utf-8") as file:
        json.dump(data, file)
    crowds = sum(annotation["iscrowd"] for annotation in annotations)
    return len(images), len(annotations) - crowds, crowds


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Unpacks photos and labels of a pack.")
    parser.add_argument("pack")
    parser.add_argument("out")
    parser.add_argument("--limit", type=int, help="only the first N photos")
    parser.add_argument("--set-aside", type=int, metavar="N", help="only N photos, drawn by the seed")
    parser.add_argument("--rest", action="store_true", help="all photos but those that --set-aside draws")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.limit is not None and options.set_aside is not None:
        parser.error("--limit and --set-aside: one of both")
    if options.rest and options.set_aside is None:
        parser.error("--rest is of the photos that --set-aside leaves")
    pack = packs.read(options.pack)
    found = evaluation.found_in(pack.names, evaluation.read_ids())
    if found:
        raise packs.PackError(f"{options.pack} holds evaluation photos: {', '.join(found[:5])}")
    indices = range(len(pack))[:options.limit]
    if options.set_aside is not None:
        drawn = set_aside(pack.names, options.set_aside, options.seed)
        indices = sorted(set(indices) - set(drawn)) if options.rest else drawn
    photos, people, crowds = unpack(pack, options.out, indices)
    print(f"{options.out}: {photos} photos, {people} people, {crowds} regions as crowds")


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
