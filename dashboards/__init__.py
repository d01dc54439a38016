"""The reports on the published database: they read marts, know no model and compute no metric."""
