"""Tests of the data preparation.

    python3 -m unittest discover -s models/training/data -t models/training
"""
import importlib
import unittest


def require(*modules):
    """Skips the test module where a Python module that it needs is not installed, and says which."""
    for module in modules:
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise unittest.SkipTest(f"Python's {module} is not installed ({error})") from error
