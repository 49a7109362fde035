"""Packs photos with COCO's own keypoints.

    python3 -m data.pack_coco ANNOTATIONS.json PHOTOS OUT.npz [--exclude IDS.txt] [--max-side 512] [--quality 72]

ANNOTATIONS.json is in the official format (person_keypoints_val2017.json); PHOTOS is the folder with the photos it
names, as many of them as there are. Evaluation photos are left out.
"""
import argparse
import json
import os
import sys
from collections import defaultdict

import numpy as np

from . import evaluation, keypoints as kp, photos
from .pack import PackWriter

# A photo without a labelled person teaches only what is no person, so it is drawn less often.
WEIGHT_WITHOUT_PEOPLE = 0.3


def load_annotations(path):
    """The photos (dictionaries of the file) and, by photo id, the annotations of people."""
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    if not isinstance(data, dict):
        raise ValueError(f"{path} is not in COCO's format: it holds a {type(data).__name__}, not an object")
    for key in ("images", "annotations"):
        if not isinstance(data.get(key), list):
            raise ValueError(f"{path} is not in COCO's format: there is no list {key!r}")
    people = defaultdict(list)
    for annotation in data["annotations"]:
        if len(annotation.get("keypoints", ())) != 3 * kp.COUNT:
            raise ValueError(f"{path}: annotation {annotation.get('id')} does not have {kp.COUNT} keypoints")
        people[annotation["image_id"]].append(annotation)
    return data["images"], people


def is_labelled(annotation):
    """Whether the annotation has keypoints; a crowd or a person without any becomes a region without loss."""
    return not annotation.get("iscrowd") and any(annotation["keypoints"][2::3])


def scale_points(annotation, scale_x, scale_y):
    """float32 [17, 3] in the shrunk photo. COCO's numbers are pixel indices: a pixel's centre is half a pixel further."""
    points = np.array(annotation["keypoints"], np.float32).reshape(kp.COUNT, 3)
    points[:, 0] = (points[:, 0] + 0.5) * scale_x - 0.5
    points[:, 1] = (points[:, 1] + 0.5) * scale_y - 0.5
    points[points[:, 2] == kp.NOT_LABELLED] = 0
    return points


def scale_box(annotation, scale_x, scale_y):
    """Left, top, right, bottom in the shrunk photo, of COCO's left, top, width, height."""
    left, top, width, height = annotation["bbox"]
    return [left * scale_x, top * scale_y, (left + width) * scale_x, (top + height) * scale_y]


def pack_coco(annotations, folder, exclude, max_side=512, quality=72):
    """PackWriter and counts. exclude: COCO ids (a set)."""
    images, people = load_annotations(annotations)
    writer = PackWriter()
    counts = {"photos": 0, "people": 0, "regions without loss": 0, "excluded": 0, "not in the folder": 0}
    for image in sorted(images, key=lambda image: image["id"]):
        # By id and by file name: an annotation file may number its photos anew.
        if image["id"] in exclude or evaluation.coco_id(image["file_name"]) in exclude:
            counts["excluded"] += 1
            continue
        path = os.path.join(folder, image["file_name"])
        if not os.path.exists(path):
            counts["not in the folder"] += 1
            continue
        photo = photos.read(path, upright=False)
        if photo.shape[:2] != (image["height"], image["width"]):
            raise ValueError(f"{path} is {photo.shape[1]}x{photo.shape[0]}, but its annotations are for "
                             f"{image['width']}x{image['height']}")
        photo, *scale = photos.shrink(photo, max_side)
        own = people[image["id"]]
        labelled = [(scale_points(a, *scale), scale_box(a, *scale)) for a in own if is_labelled(a)]
        ignored = [scale_box(a, *scale) for a in own if not is_labelled(a)]
        writer.add(f"{image['id']:012d}", photos.encode_webp(photo, quality), labelled, ignored,
                   weight=1.0 if labelled else WEIGHT_WITHOUT_PEOPLE)
        counts["photos"] += 1
        counts["people"] += len(labelled)
        counts["regions without loss"] += len(ignored)
    return writer, counts


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Packs photos with COCO's own keypoints.")
    parser.add_argument("annotations")
    parser.add_argument("photos")
    parser.add_argument("out")
    parser.add_argument("--exclude", default=evaluation.EVALUATION_PHOTOS, help="COCO ids to leave out, one a line")
    parser.add_argument("--max-side", type=int, default=512)
    parser.add_argument("--quality", type=int, default=72)
    options = parser.parse_args(arguments)
    writer, counts = pack_coco(options.annotations, options.photos, evaluation.read_ids(options.exclude),
                               options.max_side, options.quality)
    if not len(writer):
        raise ValueError("no photo to pack: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    writer.save(options.out)
    print(f"{options.out}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
