"""Text filters as functions on concrete strings, one module a family. `latest_guard.shell.filters` is the door to them."""
