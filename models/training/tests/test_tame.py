"""Finding the photos that a network runs away on, and the steps that cure it, on the tiny network."""
import contextlib
import io

import torch

import runaways
import tame
from data import pack as photo_packs
from network import NETWORKS, PoseNetwork
from tests.test_training import InAFolder, write_pack


class TinyCheckpoint(InAFolder):
    def checkpoint(self, heatmap_bias: float = 0.0) -> str:
        """A network without heat anywhere, but for the bias."""
        torch.manual_seed(0)
        network = PoseNetwork(NETWORKS["tiny_w4"])
        state = network.state_dict()
        for name in ("final_layers.0.weight", "final_layers.0.bias", "final_layers.1.weight", "final_layers.1.bias"):
            state[name].zero_()
        state["final_layers.0.bias"][3] = heatmap_bias
        torch.save(state, self.path("tiny.pth"))
        return self.path("tiny.pth")


class Runaways(TinyCheckpoint):
    def find(self, heatmap_bias: float) -> str:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            runaways.main([self.checkpoint(heatmap_bias), write_pack(self.path("photos.npz")), "--size", "64",
                           "--network", "tiny_w4", "--device", "cpu", "--out", self.path("found.npz")])
        return output.getvalue()

    def test_photos_with_too_much_heat_are_packed_with_their_people(self):
        self.assertIn("2 of 2 photos", self.find(2.5))
        photos, found = (photo_packs.read(self.path(name)) for name in ("photos.npz", "found.npz"))
        self.assertEqual(sorted(found.names), sorted(photos.names))
        for index, name in enumerate(found.names):
            original = list(photos.names).index(name)
            self.assertTrue((found.people(index)[0] == photos.people(original)[0]).all())
            self.assertEqual(found.ignored(index).tolist(), photos.ignored(original).tolist())

    def test_others_are_not(self):
        self.assertIn("none found", self.find(1.5))

    def test_no_number_is_too_much(self):
        self.assertIn("2 of 2 photos", self.find(float("nan")))


class Taming(TinyCheckpoint):
    def test_weights_learn_while_statistics_stay(self):
        checkpoint, photos = self.checkpoint(3.0), write_pack(self.path("photos.npz"))
        before = torch.load(checkpoint, weights_only=True)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            trainer = tame.main([checkpoint, "--runaways", photos, "--photos", photos, "--network", "tiny_w4", "--steps", "6",
                                 "--rate", "0.02", "--size", "64", "--whole-size", "96", "--device", "cpu", "--out", self.path("tamed.pt")])
        after = trainer.network.state_dict()
        for name, tensor in before.items():
            if "running_" in name:
                self.assertTrue(torch.equal(after[name], tensor), name)
        self.assertLess(float(after["final_layers.0.bias"][3]), 2.99)
        self.assertIn("step 6: whole photo loss", output.getvalue())
        saved = torch.load(self.path("tamed.pt"), weights_only=True, map_location="cpu")["ema"]
        self.assertEqual(saved.keys(), before.keys())
