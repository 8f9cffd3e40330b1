"""The domain: pure functions on plain values. Levels, rewards, deadlines, numbers, codes."""
