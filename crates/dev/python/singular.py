"""Pairs of models with matrices of many shapes, and their singular values by numpy's `linalg.svd`.

    singular.py FOLDER     writes FOLDER/first.safetensors, FOLDER/second.safetensors, and into
                           FOLDER/values.json for each matrix: the largest six of both and of the
                           difference, and how many of the difference's hold all but a thousandth
"""

import json
import os
import sys

import numpy as np
from minilm import save

TOLD = 6


def matrices(random):
    normal = lambda *shape: random.normal(size=shape).astype(np.float32)

    def trained(rows, columns):
        left, _ = np.linalg.qr(random.normal(size=(rows, min(rows, columns))))
        right, _ = np.linalg.qr(random.normal(size=(columns, min(rows, columns))))
        sizes = 10.0 / (1 + np.arange(min(rows, columns))) ** 0.7
        return ((left * sizes) @ right.T).astype(np.float32)

    for rows, columns in ((16, 24), (64, 64), (384, 384), (1536, 384), (96, 2000)):
        yield f"trained.{rows}.{columns}", trained(rows, columns)
        yield f"random.{rows}.{columns}", normal(rows, columns)
    yield "kernel", normal(32, 16, 3, 3)
    yield "repeated", np.kron(np.eye(40), np.ones((3, 3))).astype(np.float32)
    yield "thin", normal(5000, 2)


def changed(name, matrix, random):
    flat = matrix.reshape(len(matrix), -1)
    if name.startswith("trained"):
        rank = min(8, *flat.shape)
        added = random.normal(size=(len(flat), rank)) @ random.normal(size=(rank, flat.shape[1]))
        return (matrix + 0.01 * added).astype(np.float32)
    return (matrix + 0.1 * random.normal(size=matrix.shape)).astype(np.float32)


def told(first, second):
    flat = lambda matrix: matrix.reshape(len(matrix), -1).astype(np.float64)
    values = lambda matrix: np.linalg.svd(matrix, compute_uv=False)
    difference = values(flat(second) - flat(first))
    held = np.cumsum(difference**2) / np.sum(difference**2)
    return {
        "first": values(flat(first))[:TOLD].tolist(),
        "second": values(flat(second))[:TOLD].tolist(),
        "difference": difference[:TOLD].tolist(),
        "rank": int(np.argmax(held >= 0.999)) + 1,
    }


def main(folder):
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(6)
    first = dict(matrices(random))
    second = {name: changed(name, matrix, random) for name, matrix in first.items()}
    save(os.path.join(folder, "first.safetensors"), first)
    save(os.path.join(folder, "second.safetensors"), second)
    with open(os.path.join(folder, "values.json"), "w", encoding="utf-8") as file:
        json.dump({name: told(first[name], second[name]) for name in first}, file)


if __name__ == "__main__":
    main(sys.argv[1])
