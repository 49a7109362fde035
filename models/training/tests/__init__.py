"""Run in models/training: python3 -m unittest discover -s tests -t ."""
import importlib.util
import os
import unittest

# The tests' tensors are small: more threads only wait for each other, for minutes where a machine is busy.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def require(*modules: str) -> None:
    """Skips the test module that calls it where one of the modules is not installed."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise unittest.SkipTest(f"{module} is not installed")
