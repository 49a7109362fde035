"""All that follows a training run, on an ordinary computer: from a checkpoint to a model and what it finds.

    python3 finish.py weights.pth --photos coco_a.npz coco_b.npz --annotations person_keypoints.json --evaluate photos \\
      --source 'how it was made' --licence Apache-2.0 --out finished

1. photos of the packs on which the network runs away (runaways.py), and some steps that cure it (tame.py);
2. the checkpoint in half precision (export.py) and the model it converts to (`npx manypose convert`);
3. `npx manypose evaluate` at every size, and once more for the model that it is to beat;
4. finished/table.md: both, side by side, and whether the new one is better.

What is in the folder already is not made again, so that a run that was interrupted goes on. Once the table shows that it
is worth it: finished/model takes the place of models/coco_w32, its numbers go to models/README.md.
"""
import argparse
import shlex
import subprocess
import sys
from pathlib import Path

import export
import runaways
import tame
from checkpoint import read_state_dict

SCORES = ("AP", "AP50", "AP75", "APm", "APl", "AR")
COLUMNS = "| size | " + " | ".join(f"{name}, shipped → new" for name in SCORES) + " |"
AS_GOOD = 0.005
"""A smaller loss of AP is no loss, on some sixty photos."""
BETTER = 0.02


def untamed(options: argparse.Namespace) -> Path:
    """A checkpoint that does not run away: the given one, if it never does."""
    found, tamed = options.out / "runaways.npz", options.out / "tamed.pt"
    looked = options.out / "looked-for-runaways"
    if not looked.exists():
        arguments = [str(options.checkpoint), *map(str, options.photos), "--out", str(found), "--network", options.network]
        runaways.main([*arguments, *(["--look-at", str(options.look_at)] if options.look_at else [])])
        looked.touch()
    if not found.exists():
        return options.checkpoint
    if not tamed.exists():
        tame.main([str(options.checkpoint), "--runaways", str(found), "--photos", *map(str, options.photos), "--network",
                   options.network, "--steps", str(options.tame_steps), "--out", str(tamed)])
    return tamed


def convert(checkpoint: Path, options: argparse.Namespace) -> Path:
    weights, model = options.out / "weights.pth", options.out / "model"
    if not weights.exists():
        export.export(read_state_dict(checkpoint), str(weights))
    if not (model / "manifest.json").exists():
        manypose(options, "convert", weights, model, "--source", options.source, "--licence", options.licence)
    return model


def scores(model: Path | None, name: str, size: int, options: argparse.Namespace) -> dict[str, float]:
    """Of final poses, one scale; as `manypose evaluate` prints them. None: the model that is shipped."""
    results = options.out / f"{name}-{size}.json"
    printed = manypose(options, "evaluate", "--annotations", options.annotations, "--photos", options.evaluate, "--size", size,
                       "--results", results, "--resume", *(["--model", model] if model else []),
                       *(["--limit", options.limit] if options.limit else []))
    return read_scores(printed)


def read_scores(printed: str) -> dict[str, float]:
    """The table that `manypose evaluate` ends with: a line of names, a line of numbers.

    Raises ValueError if there is none."""
    lines = [line.split() for line in printed.splitlines()]
    for names, line in zip(lines, lines[1:]):
        numbers = line[-len(names):]
        if set(SCORES) <= set(names):
            return {name: float("nan" if number == "-" else number) for name, number in zip(names, numbers)}
    raise ValueError(f"no table of scores in what manypose evaluate printed:\n{printed}")


def table(old: dict[int, dict[str, float]], new: dict[int, dict[str, float]]) -> str:
    rows = [f"| {size} | " + " | ".join(f"{old[size][name]:.3f} → {new[size][name]:.3f}" for name in SCORES) + " |" for size in new]
    gains = [new[size]["AP"] - old[size]["AP"] for size in new]
    clear = sum(gain >= BETTER for gain in gains)
    verdict = ("Better: ship it." if min(gains) >= -AS_GOOD and (min(gains) > 0 or 2 * clear > len(gains))
               else "Not better at every size: do not ship it.")
    return "\n".join([COLUMNS, "|---" * (1 + len(SCORES)) + "|", *rows, "", verdict, ""])


def manypose(options: argparse.Namespace, *arguments: object) -> str:
    """Runs a command of the library and shows what it prints; returns it."""
    command = [*shlex.split(options.manypose), *map(str, arguments)]
    print("$", shlex.join(command), flush=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode != 0:
        raise ValueError(f"{command[0]} {arguments[0]} failed")
    return "".join(lines)


def main(argv: list[str] | None = None) -> str:
    parser = argparse.ArgumentParser(description="From a trained checkpoint to a model and what it finds.")
    add = parser.add_argument
    add("checkpoint", type=Path)
    add("--photos", nargs="+", required=True, metavar="PACK", help="to look for runaways in, and to train on with them")
    add("--annotations", required=True, help="of the evaluation photos, in COCO's format")
    add("--evaluate", required=True, metavar="DIR", help="the evaluation photos")
    add("--source", required=True, help="for the model's manifest: how it was made")
    add("--licence", required=True)
    add("--out", type=Path, default=Path("finished"))
    add("--sizes", type=int, nargs="+", default=[256, 384, 512])
    add("--shipped", type=Path, metavar="MODEL", help="the model to beat; the package's own if left out")
    add("--network", default="w32")
    add("--look-at", type=int, metavar="N", help="look for runaways in N photos of each pack, drawn by chance")
    add("--tame-steps", type=int, default=45)
    add("--limit", type=int, metavar="N", help="evaluate the N photos of the lowest ids")
    add("--manypose", default="npx manypose", metavar="COMMAND", help="how the library's command line is called (%(default)s)")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    model = convert(untamed(options), options)
    old, new = ({size: scores(which, name, size, options) for size in options.sizes}
                for which, name in ((options.shipped, "shipped"), (model, "new")))
    written = table(old, new)
    (options.out / "table.md").write_text(written)
    print(written)
    return written


if __name__ == "__main__":
    try:
        main()
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
