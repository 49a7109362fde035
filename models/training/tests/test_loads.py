"""Loads for a machine that files reach in pieces, and the table that a run ends with."""
import contextlib
import io
import subprocess
import sys
import tarfile
import unittest
from pathlib import Path

import finish
import loads
import pieces
from tests.test_training import InAFolder, write_pack


class Pieces(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.files = [Path(self.path(name)) for name in ("large", "small", "empty")]
        for file, size in zip(self.files, (100_000, 10, 0)):
            file.write_bytes(bytes(number * 7 % 251 for number in range(size)))
        self.loads = pieces.cut(self.files, Path(self.path("loads")), pieces.ROOM_FOR_REST + 40_000)
        self.there = Path(self.path("there"))

    def test_loads_are_no_larger_than_asked(self):
        self.assertEqual([load.name for load in self.loads], ["1", "2", "3"])
        for load in self.loads:
            self.assertLessEqual(sum(file.stat().st_size for file in load.iterdir()), pieces.ROOM_FOR_REST + 40_000)

    def test_files_are_whole_after_the_last_load_in_any_order(self):
        for load in (self.loads[2], self.loads[0], self.loads[0]):
            self.assertIn("large", pieces.join(load, self.there)[1])
        self.assertEqual(pieces.join(self.loads[1], self.there), (["large", "small", "empty"], []))
        for file in self.files:
            self.assertEqual((self.there / file.name).read_bytes(), file.read_bytes())
        self.assertEqual(sorted(file.name for file in self.there.iterdir()), ["empty", "large", "small"])

    def test_a_load_joins_itself_by_the_program_that_it_carries(self):
        for load in self.loads:
            printed = subprocess.run([sys.executable, "-I", load / "pieces.py", "join", load, "--to", self.there],
                                     check=True, capture_output=True, text=True).stdout
        self.assertEqual(printed, "whole: large, small, empty\n")

    def test_damage_on_the_way_is_seen(self):
        (self.loads[1] / "large.001").write_bytes(b"x" * 40_000)
        pieces.join(self.loads[0], self.there)
        with self.assertRaisesRegex(pieces.PieceError, "large is not what was cut"):
            for load in self.loads[1:]:
                pieces.join(load, self.there)
        self.assertFalse((self.there / "large").exists())

    def test_names_and_folders_that_would_mix_files_up(self):
        with self.assertRaisesRegex(pieces.PieceError, "two files are called small"):
            pieces.cut([self.files[1], self.files[1]], Path(self.path("other")))
        with self.assertRaisesRegex(pieces.PieceError, "not empty"):
            pieces.cut(self.files, Path(self.path("loads")))


class Loads(InAFolder):
    def test_what_arrives_is_all_that_training_takes(self):
        out, there = Path(self.path("loads")), Path(self.path("there"))
        with contextlib.redirect_stdout(io.StringIO()):
            loads.main([str(out), "--photos", write_pack(self.path("photos.npz")), "--minutes", "1", "--size", "64"])
        for load in out.iterdir():
            pieces.join(load, there)
        start = (there / "start.sh").read_text()
        self.assertIn("training/train.py --photos photos.npz --out run.pt --minutes 1 --size 64", start)
        with tarfile.open(there / "code.tar") as code:
            code.extractall(there)
        subprocess.run([sys.executable, "training/train.py", "--photos", "photos.npz", "--out", "run.pt", "--steps", "1",
                        "--size", "64", "--batch", "1", "--network", "tiny_w4", "--device", "cpu"], cwd=there, check=True,
                       capture_output=True)
        self.assertTrue((there / "run.pt").exists())

    def test_mistakes_show_before_the_machine_is_there(self):
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
            loads.main([self.path("loads"), "--photos", write_pack(self.path("photos.npz")), "--size", "50", "--minutes", "1"])
        self.assertFalse(Path(self.path("loads")).exists())


class Table(unittest.TestCase):
    PRINTED = "60 photos\nAP     AP50   AP75   APm    APl    AR     AR50   AR75   ARm    ARl\n" \
              "0.219  0.486  0.137  0.183  0.281  0.300  0.500  0.200  -      0.300\n"

    def test_scores_are_read_from_what_the_command_prints(self):
        self.assertEqual([finish.read_scores(self.PRINTED)[name] for name in ("AP", "APl", "AR")], [0.219, 0.281, 0.3])
        with self.assertRaisesRegex(ValueError, "no table of scores"):
            finish.read_scores("60 photos\n")

    def test_it_says_whether_the_new_weights_are_better(self):
        old = {size: dict.fromkeys(finish.SCORES, 0.2) for size in (256, 384, 512)}
        for gains, better in (((0.01, 0.01, 0.01), True), ((0.05, 0.05, 0.0), True), ((0.05, 0.05, -0.01), False),
                              ((0.05, 0.0, 0.0), False), ((0.0, 0.0, 0.0), False)):
            new = {size: dict.fromkeys(finish.SCORES, 0.2 + gain) for size, gain in zip(old, gains)}
            self.assertEqual("Better: ship it." in finish.table(old, new), better, gains)


if __name__ == "__main__":
    unittest.main()
