"""How actors see, want and choose: pure functions from arrays to arrays."""
