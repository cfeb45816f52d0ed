"""A client of OCI registries (distribution specification 1.1), as far as a release needs one."""
