"""Names of images."""

from __future__ import annotations

import re
from dataclasses import dataclass

from latest_guard.errors import UserError

#: Docker's own registry has three names: in image names, as an API, and as a key of credentials (moby's registry.IndexServer).
HUB = "docker.io"
HUB_API = "registry-1.docker.io"
HUB_KEY = "https://index.docker.io/v1/"

# One way to match every string, so no text makes it slow (OCI distribution 1.1, "Pulling manifests").
HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?")
PART = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image without tag: its registry's `host` (with port), its `path` there, and the name as the user `wrote` it."""

    host: str
    path: str
    wrote: str

    @property
    def api(self) -> str:
        """The host that answers the API."""
        return HUB_API if self.host == HUB else self.host

    def __str__(self) -> str:
        return self.wrote


def image_name(text: str) -> ImageName:
    """Read `text`, such as `ghcr.io/owner/name`, as docker does; raises UserError for a tag, a digest or no name at all.

    A first part without dot or port that is not `localhost` belongs to Docker Hub (distribution/reference, splitDockerDomain).
    """
    host, slash, path = text.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, path = HUB, text if slash else f"library/{text}"
    if host in ("index.docker.io", HUB_API):
        host = HUB
    if "@" in path or ":" in path:
        raise UserError("give the image without tag or digest", text[:200])
    if len(path) > 255 or not HOST.fullmatch(host) or not all(PART.fullmatch(part) for part in path.split("/")):
        raise UserError("this is no image name; write it as ghcr.io/owner/name, in lower case", repr(text[:200]))
    return ImageName(host, path, text)
