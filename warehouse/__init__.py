"""The storage layer: where things lie, how they are written and how they are published.

It imports neither `ingest` nor `inference` nor `dashboards`; all of them import it.
"""
