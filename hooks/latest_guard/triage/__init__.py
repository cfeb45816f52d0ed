"""What becomes of findings before they are shown: selection, suppression, baseline."""
