"""From original distribution layouts to normalised audio and metadata in Parquet."""
