"""latest-guard: `latest` never goes back."""

__version__ = "0.1.0"
