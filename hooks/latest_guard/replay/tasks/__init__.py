"""Task runners: scripts of package.json, just, task."""
