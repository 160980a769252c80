"""Raw files to canonical tables: read, mapped, typed, checked, quarantined."""
