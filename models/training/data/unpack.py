"""Unpacks photos and labels of a pack into a folder of photos and annotations in COCO's format, as `npx manypose
evaluate` and `train-scorer` read them.

    python3 -m data.unpack PACK.npz OUT_DIR [--limit N]

Writes OUT_DIR/annotations.json and OUT_DIR/photos. Packs hold no outlines: a person's area is 0.53 of the box, as
CrowdPose takes it. Regions without loss become crowds, which count neither for nor against. Keypoints that nobody
labelled either way (v = -1) become unlabelled ones.
"""
import argparse
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


def unpack(pack, folder, limit=None):
    """Writes the pack's first `limit` photos; returns how many photos, people and crowds there are."""
    os.makedirs(os.path.join(folder, "photos"), exist_ok=True)
    images, annotations = [], []
    for index in range(len(pack))[:limit]:
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
    options = parser.parse_args(arguments)
    pack = packs.read(options.pack)
    found = evaluation.found_in(pack.names, evaluation.read_ids())
    if found:
        raise packs.PackError(f"{options.pack} holds evaluation photos: {', '.join(found[:5])}")
    photos, people, crowds = unpack(pack, options.out, options.limit)
    print(f"{options.out}: {photos} photos, {people} people, {crowds} regions as crowds")


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
