"""Loads one YAML with nanotron's own configuration loader, on a machine without a GPU: the kernels that its modules import are
stood in for, nothing of the loader is. bench/planning.mjs runs it."""

import importlib.abc
import importlib.machinery
import sys
import types
from unittest.mock import MagicMock

KERNELS = {"flash_attn", "flash_attn_2_cuda", "grouped_gemm", "apex", "functorch", "wandb", "mamba_ssm", "causal_conv1d"}


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in KERNELS:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__version__ = "2.8.3"

        def member(key):
            if key.startswith("__"):
                raise AttributeError(key)
            return MagicMock(name=key)

        module.__getattr__ = member
        return module

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, StandIns())

from nanotron.config import get_config_from_file  # noqa: E402

config = get_config_from_file(sys.argv[1])
print(len(config.data_stages), config.tokens.train_steps)
