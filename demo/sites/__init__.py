"""Two démarche sites: honest relying parties that check all that they receive."""
