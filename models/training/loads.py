"""Prepares a run on a machine that is lent for half an hour: one GPU, PyTorch, no network, files brought in loads.

    python3 loads.py OUT_DIR --init coco_w32.pth --photos a.npz b.npz --sprites people.npz [options of train.py]

Writes loads OUT_DIR/1, OUT_DIR/2, ... with this training code, the packs and the checkpoint. On the machine, after each:

    python3 LOAD/pieces.py join LOAD --to ~/run

and when all is whole, `sh ~/run/start.sh`: unpacks the code, compares the GPU's kernels with plain PyTorch, trains in the
background (log: ~/run/log), and in the end cuts what is to be brought back into ~/run/result/1, 2, ... : the checkpoint as
`finish.py` takes it, and the log. The options that are not this program's go to train.py as they are.
"""
import argparse
import shlex
import sys
import tarfile
import tempfile
from pathlib import Path

import packs
import pieces
import train
from data import pack as photo_packs

HERE = Path(__file__).parent
CODE = "code.tar"
START = """\
#!/bin/sh
# Trains in the background, so that it outlives the command that starts it; see log.
set -e
cd "$(dirname "$0")"
tar xf {code}
if command -v nvidia-smi; then (cd training && python3 adaptive_conv.py); fi
cat > train.sh <<'END'
set -e
python3 -u training/train.py {arguments}
python3 training/export.py run.pt weights.pth
rm -rf result
cp log run.log
python3 training/pieces.py cut result weights.pth run.log --largest {back}
echo "ready to be brought back: result/*"
END
setsid nohup sh train.sh > log 2>&1 < /dev/null &
echo "started: tail log"
"""


def start_script(options: argparse.Namespace, training: list[str]) -> str:
    """train.py's command line with the files' names on the other machine, in a script that survives its shell."""
    arguments = ["--photos", *(path.name for path in options.photos)]
    if options.sprites:
        arguments += ["--sprites", *(path.name for path in options.sprites)]
    if options.init:
        arguments += ["--init", options.init.name]
    arguments += ["--out", "run.pt", *training]
    train.parse(arguments)  # A mistake shows here, not on the clock.
    return START.format(code=CODE, arguments=shlex.join(arguments), back=options.largest_back)


def prepare(options: argparse.Namespace, training: list[str]) -> list[Path]:
    for path in options.photos:
        packs.refuse_evaluation_photos(str(path), photo_packs.read(str(path)))
    with tempfile.TemporaryDirectory() as folder:
        start, code = Path(folder) / "start.sh", Path(folder) / CODE
        start.write_text(start_script(options, training))
        with tarfile.open(code, "w") as archive:
            for file in sorted([*HERE.glob("*.py"), *HERE.glob("*.txt"), *(HERE / "data").glob("*.py")]):
                archive.add(file, Path("training") / file.relative_to(HERE))
        files = [start, code, *options.photos, *options.sprites, *([options.init] if options.init else [])]
        return pieces.cut(files, options.out, options.largest)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Prepares the loads of a training run.", epilog="All else goes to train.py.")
    add = parser.add_argument
    add("out", type=Path)
    add("--photos", nargs="+", required=True, type=Path, metavar="PACK")
    add("--sprites", nargs="*", default=[], type=Path, metavar="PACK")
    add("--init", type=Path, metavar="CHECKPOINT")
    add("--largest", type=int, default=pieces.LARGEST, metavar="BYTES", help="of a load to the machine (%(default)s)")
    add("--largest-back", type=int, default=15_500_000, metavar="BYTES", help="of a load from it (%(default)s)")
    options, training = parser.parse_known_args(argv)
    loads = prepare(options, training)
    print(f"{len(loads)} loads in {options.out}; of each, on the machine: python3 LOAD/pieces.py join LOAD --to ~/run")


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
