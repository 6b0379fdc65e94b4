"""What a run leaves: frames, tables, manifest, picture. Never changes a World."""
