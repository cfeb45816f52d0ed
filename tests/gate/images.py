"""Real images, made here: OCI layouts with one platform or several, labels and annotations, put into registries by skopeo."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from machine import tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

VERSION = "org.opencontainers.image.version"


def layer() -> tuple[bytes, str]:
    """A compressed layer with one file, and the digest of what it unpacks to."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("released"), io.BytesIO())
    return gzip.compress(raw.getvalue(), mtime=0), hashlib.sha256(raw.getvalue()).hexdigest()


LAYER, DIFF = layer()


@dataclass(frozen=True)
class Layout:
    """An OCI layout in `folder`, with one entry, `content`."""

    folder: Path

    def blob(self, content: bytes, media_type: str) -> dict[str, Any]:
        """Store `content`; its descriptor."""
        name = hashlib.sha256(content).hexdigest()
        place = self.folder / "blobs" / "sha256"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(content)}

    def json(self, content: object, media_type: str) -> dict[str, Any]:
        """Store `content` as JSON; its descriptor."""
        return self.blob(json.dumps(content).encode(), media_type)

    def close(self, entry: dict[str, Any]) -> Path:
        """Make `entry` what the layout holds."""
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (self.folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
        return self.folder


@dataclass(frozen=True)
class Made:
    """What an image is made of."""

    content: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    #: an attestation beside the platforms, as BuildKit adds it
    attested: bool = False

    def layout(self, folder: Path) -> Path:
        """The image as an OCI layout in `folder`."""
        to = Layout(folder)
        if not self.platforms:
            return to.close(self._manifest(to, "amd64", self.annotations))
        entries = [{**self._manifest(to, name, {}), "platform": {"os": "linux", "architecture": name}} for name in self.platforms]
        if self.attested:
            entries.insert(0, {**self._manifest(to, "unknown", {}), "platform": {"os": "unknown", "architecture": "unknown"}})
        kind = "application/vnd.oci.image.index.v1+json"
        index = {
            "schemaVersion": 2,
            "mediaType": kind,
            "manifests": entries,
            **({"annotations": self.annotations} if self.annotations else {}),
        }
        return to.close(to.json(index, kind))

    def _manifest(self, to: Layout, platform: str, annotations: Mapping[str, str]) -> dict[str, Any]:
        labels = {} if platform == "unknown" else dict(self.labels)
        config = {
            "architecture": platform,
            "os": "linux",
            "config": {"Labels": {**labels, "content": self.content}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{DIFF}"]},
        }
        kind = "application/vnd.oci.image.manifest.v1+json"
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": to.json(config, "application/vnd.oci.image.config.v1+json"),
            "layers": [to.blob(LAYER, "application/vnd.oci.image.layer.v1.tar+gzip")],
            **({"annotations": dict(annotations)} if annotations else {}),
        }
        return to.json(manifest, kind)


def skopeo(*words: str) -> str:
    """Run skopeo; it must succeed."""
    answer = subprocess.run([tool("skopeo"), *words], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def push(made: Made, reference: str, folder: Path, *options: str) -> None:
    """Put an image into a registry without TLS, under `reference`; `options` are those of `skopeo copy`."""
    place = folder / hashlib.sha256(f"{made}{reference}".encode()).hexdigest()[:16]
    skopeo("copy", "--quiet", "--all", "--dest-tls-verify=false", *options, f"oci:{made.layout(place)}", f"docker://{reference}")


def copy(source: str, target: str) -> None:
    """Give an image a second tag, in a registry without TLS."""
    skopeo("copy", "--quiet", "--all", "--src-tls-verify=false", "--dest-tls-verify=false", f"docker://{source}", f"docker://{target}")


def push_many(tags: Iterable[str], name: str, host: str, folder: Path) -> None:
    """Put one image a tag into a registry without TLS as `host`/many/`name`, by one run of skopeo."""
    source = folder / "source"
    for tag in tags:
        layout = Made(tag).layout(folder / "layouts" / tag)
        place = source / f"{name}:{tag}"
        place.mkdir(parents=True)
        (place / "version").write_text("Directory Transport Version: 1.1\n")
        for blob in (layout / "blobs" / "sha256").iterdir():
            (place / blob.name).write_bytes(blob.read_bytes())
        entry = json.loads((layout / "index.json").read_text())["manifests"][0]
        (place / "version").with_name("manifest.json").write_bytes((place / entry["digest"].partition(":")[2]).read_bytes())
    skopeo("sync", "--all", "--src=dir", "--dest=docker", "--dest-tls-verify=false", str(source), f"{host}/many")
