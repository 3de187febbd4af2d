"""Simulated raters: programs that go through the real pages over HTTP, and are marked as such for ever."""
