"""`latest-guard verify` in requests and time: one image of 1,000 versions in Debian's docker-registry on loopback.

    python bench/verify.py [--runs 15] [--tags 1000] [--lines 2]

It asks once for the tags (once more for each further 1,000), for each pointer, and for each version that a pointer should be.
Bound: 3 requests more than pointers, which holds for up to two lines: pointers of different lines are different versions, and no
registry tells two digests in one answer. Prints the requests and the median time, on loopback and 20 ms away, beside the start of
Python; exits with 1 above the bound. Needs docker-registry.
"""

from __future__ import annotations

import argparse
import json
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

#: Requests that verify may make besides one for each pointer.
BOUND = 3


def fill(registry: Registry, tags: int, lines: int) -> None:
    """Put an image with `tags` versions there, ten in a line; `latest`, `1` and the pointers of its `lines` newest lines are right."""
    to = Publisher(registry.host, "bench/app")
    versions = [f"1.{number // 10}.{number % 10}" for number in range(tags)]
    for version in versions:
        to.push(version, [version])
    to.push(versions[-1], ["latest", "1"])
    for version in versions[::-10][:lines]:
        to.push(version, [version.rpartition(".")[0]])


def timed(command: list[str]) -> tuple[float, bytes]:
    """The time of a command in milliseconds, and its output."""
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    return (time.perf_counter() - start) * 1000, done.stdout


def measure(host: str, runs: int, label: str) -> int:
    """Time verify on the image at `host`, print the medians, and return how many requests it makes besides one for each pointer."""
    guard = [str(Path(sys.executable).with_name("latest-guard")), "verify", "--plain-http", f"--image={host}/bench/app", "--format=json"]
    report = json.loads(timed(guard)[1])
    pointers, requests = len(report["pointers"]), int(report["requests"])
    took = statistics.median(timed(guard)[0] for _ in range(runs))
    empty = statistics.median(timed([sys.executable, "-c", "pass"])[0] for _ in range(runs))
    print(f"{label:<24} {pointers} pointers   {requests} requests   verify {took:4.0f} ms   python -c pass {empty:.0f} ms")
    return requests - pointers


def main() -> int:
    """Measure, print, and say whether the bound holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--tags", type=int, default=1000)
    parser.add_argument("--lines", type=int, default=2)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder)).start()
        try:
            fill(registry, options.tags, options.lines)
            more = measure(registry.host, options.runs, "loopback")
            with delayed(registry.host, 0.02) as server:
                measure(server.host, options.runs, "20 ms an answer away")
        finally:
            registry.stop()
    return int(more > BOUND)


if __name__ == "__main__":
    sys.exit(main())
