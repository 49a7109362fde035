"""The photos that accuracy is measured on: they must never enter a pack."""
import os
import re

EVALUATION_PHOTOS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "evaluation_photos.txt")


def read_ids(path=EVALUATION_PHOTOS):
    """The COCO image ids in a text file, one a line; a line that is no id is an error, not a photo let through."""
    ids = set()
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].strip()
            if not text:
                continue
            if not text.isdigit():
                raise ValueError(f"{path}:{number}: {text!r} is no COCO image id")
            ids.add(int(text))
    if not ids:
        raise ValueError(f"{path} lists no photo")
    return ids


def coco_id(file_name):
    """The COCO image id in a file name (its 12 digits, as in COCO_val2014_000000000139.jpg), or None."""
    match = re.search(r"(?<!\d)(\d{12})(?!\d)", os.path.basename(file_name))
    return int(match.group(1)) if match else None


def found_in(names, ids):
    """The names (of photos in a pack) that belong to an evaluation photo."""
    return [str(name) for name in names if coco_id(str(name)) in ids]
