"""The modules that a script can import, and how a script is loaded with them in reach and nothing else."""

from sandbox.facades.catalogue import FACADE_NAMES
from sandbox.facades.inputs import Inputs
from sandbox.facades.loading import Loaded, load_script

__all__ = ["FACADE_NAMES", "Inputs", "Loaded", "load_script"]
