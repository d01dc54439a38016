"""Raw answers that were computed elsewhere, checked like our own: `python -m inference import`."""
