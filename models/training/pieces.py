"""Files in pieces: for a machine that files reach only a load at a time, and leave likewise.

    python3 pieces.py cut OUT_DIR FILE... [--largest 60000000]     numbered loads OUT_DIR/1, OUT_DIR/2, ...
    python3 pieces.py join LOAD --to DIR                           after each load: keeps its pieces, joins what is whole

A load holds pieces, `pieces.json` (of all files: bytes, SHA-256, how many pieces) and a copy of this program, which needs
nothing but Python. Joining twice, or in another order, does no harm.
"""
import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path

LIST = "pieces.json"
LARGEST = 60_000_000
ROOM_FOR_REST = 64_000
"""Bytes of a load that its list and this program may take."""


class PieceError(ValueError):
    """Pieces that do not belong together, or a file that is not what it was."""


def cut(files: list[Path], folder: Path, largest: int = LARGEST) -> list[Path]:
    """Cuts files into loads of at most `largest` bytes each, filled one after another; returns the loads.

    Raises PieceError for two files of one name, or loads that are there already."""
    names = [file.name for file in files]
    if len(set(names)) < len(names):
        raise PieceError(f"two files are called {next(name for name in names if names.count(name) > 1)}")
    if folder.exists() and any(folder.iterdir()):
        raise PieceError(f"{folder} is not empty")
    most = largest - ROOM_FOR_REST
    if most <= 0:
        raise PieceError(f"a load of {largest} bytes has no room for pieces")
    whole, loads, room = {}, [], 0
    for file in files:
        size, count = file.stat().st_size, 0
        with open(file, "rb") as source:
            while count == 0 or source.tell() < size:
                if room == 0:
                    loads.append(folder / str(len(loads) + 1))
                    loads[-1].mkdir(parents=True)
                    room = most
                data = source.read(room)
                (loads[-1] / f"{file.name}.{count:03d}").write_bytes(data)
                count, room = count + 1, room - len(data)
        whole[file.name] = {"bytes": size, "sha256": _sha256(file), "pieces": count}
    for load in loads:
        (load / LIST).write_text(json.dumps(whole, indent=1))
        shutil.copy(__file__, load / "pieces.py")
    return loads


def join(load: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Takes a load's pieces over and joins the files that are whole; returns which are, and which are not yet.

    Raises PieceError where a joined file is not what was cut: its pieces are gone then, and must come again."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = json.loads((load / LIST).read_text())
    there, missing = [], []
    for name, expected in whole.items():
        pieces = [folder / f"{name}.{number:03d}" for number in range(expected["pieces"])]
        if (folder / name).exists() and _sha256(folder / name) == expected["sha256"]:
            there.append(name)
            continue
        for piece in pieces:
            if (load / piece.name).exists():
                shutil.copy(load / piece.name, piece)
        if not all(piece.exists() for piece in pieces):
            missing.append(name)
            continue
        with open(folder / name, "wb") as joined:
            for piece in pieces:
                joined.write(piece.read_bytes())
        for piece in pieces:
            piece.unlink()
        if _sha256(folder / name) != expected["sha256"]:
            (folder / name).unlink()
            raise PieceError(f"{name} is not what was cut: bring its pieces again")
        there.append(name)
    return there, missing


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as source:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Files in pieces.")
    commands = parser.add_subparsers(dest="command", required=True)
    cutting = commands.add_parser("cut")
    cutting.add_argument("out", type=Path)
    cutting.add_argument("files", nargs="+", type=Path)
    cutting.add_argument("--largest", type=int, default=LARGEST, metavar="BYTES", help="of a load (%(default)s)")
    joining = commands.add_parser("join")
    joining.add_argument("load", type=Path)
    joining.add_argument("--to", type=Path, required=True, metavar="DIR")
    options = parser.parse_args(argv)
    if options.command == "cut":
        loads = cut(options.files, options.out, options.largest)
        print(f"{len(loads)} {'load' if len(loads) == 1 else 'loads'} in {options.out}")
    else:
        there, missing = join(options.load, options.to)
        print(f"whole: {', '.join(there) or 'none'}" + (f"; not yet: {', '.join(missing)}" if missing else ""))


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
