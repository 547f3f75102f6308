#!/usr/bin/env bash
# Installs the benchmark's peers (PyTorch and JAX for the CPU) into a virtual environment of their own:
#   test/bench/peers/install.sh DIR
# then `npm run bench -- --venv DIR`. torch.compile also needs a C++ compiler (g++).
# TORCH_INDEX names another package index for torch, such as PyTorch's own for CPU wheels, where pip's default has CUDA builds.
set -euo pipefail
target=${1:?usage: install.sh DIR}
here=$(cd "$(dirname "$0")" && pwd)
python3 -m venv "$target"
torch=$(grep '^torch==' "$here/requirements.txt")
"$target/bin/pip" install ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$torch"
"$target/bin/pip" install -r "$here/requirements.txt"
"$target/bin/python" -c 'import jax, torch; print("torch", torch.__version__, "jax", jax.__version__)'
