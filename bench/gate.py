"""`latest-guard gate` beside skopeo: one image of 1,000 tags in Debian's docker-registry on loopback, in one run.

    python bench/gate.py [--runs 15] [--tags 1000]

The same question by hand is two commands: `skopeo list-tags`, and `skopeo inspect` of `latest`. Bound: twice their time together.
On loopback that measures how fast a process starts; so the same is measured with a registry that is 20 ms away.
The commands run in turns. Prints the medians and the shortest times in milliseconds, and the ratio of each; exits with 1 where that of the
medians is above the bound. Leave the machine alone meanwhile: what else it does lengthens long runs more than short ones.
Needs docker-registry and skopeo.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "gate")]

from loopback import delayed  # type: ignore[import-not-found]  # noqa: E402
from publisher import Publisher  # type: ignore[import-not-found]  # noqa: E402
from registries import Registry  # type: ignore[import-not-found]  # noqa: E402

BOUND = 2.0


def timed(*commands: list[str]) -> float:
    """The time of running `commands` one after the other, in milliseconds."""
    start = time.perf_counter()
    for command in commands:
        subprocess.run(command, check=True, capture_output=True, cwd="/")
    return (time.perf_counter() - start) * 1000


def fill(registry: Registry, tags: int) -> None:
    """Put an image with `tags` versions there, and `latest` at the highest."""
    to = Publisher(registry.host, "bench/app")
    versions = [f"1.{number // 10}.{number % 10}" for number in range(tags)]
    for version in versions:
        to.push(version, [version])
    to.push(versions[-1], ["latest"])


def measure(host: str, runs: int, label: str) -> float:
    """Time the gate and skopeo on the image at `host`, print the times, and return the ratio of the medians."""
    image = f"{host}/bench/app"
    guard = [str(Path(sys.executable).with_name("latest-guard")), "gate", "1.50.99", "--plain-http", f"--image={image}"]
    listing = ["skopeo", "list-tags", "--tls-verify=false", f"docker://{image}"]
    inspection = ["skopeo", "inspect", "--tls-verify=false", f"docker://{image}:latest"]
    timed(guard, listing, inspection)
    rows = [(timed(guard), timed(listing), timed(inspection), timed([sys.executable, "-c", "pass"])) for _ in range(runs)]
    print(label)
    ratios = []
    for name, pick in (("median", statistics.median), ("shortest", min)):
        gate, listed, inspected, empty = (float(pick(column)) for column in zip(*rows, strict=True))
        ratios.append(gate / (listed + inspected))
        print(
            f"  {name:<10} gate {gate:4.0f} ms   skopeo list-tags {listed:4.0f} ms   inspect {inspected:4.0f} ms   "
            f"ratio {ratios[-1]:.2f}   (python -c pass {empty:.0f} ms)"
        )
    return ratios[0]


def main() -> int:
    """Measure, print, and say whether the bound holds on loopback."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--tags", type=int, default=1000)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder)).start()
        try:
            fill(registry, options.tags)
            ratio = measure(registry.host, options.runs, "loopback")
            with delayed(registry.host, 0.02) as server:
                measure(server.host, options.runs, "20 ms an answer away")
        finally:
            registry.stop()
    return int(ratio > BOUND)


if __name__ == "__main__":
    sys.exit(main())
