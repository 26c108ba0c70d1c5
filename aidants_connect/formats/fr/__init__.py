"""In French; Django reads `formats.py`."""
