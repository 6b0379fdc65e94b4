"""The map: a projected grid and what is drawn on it. Knows no scenario and no rule."""
