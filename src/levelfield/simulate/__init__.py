"""Synthetic submissions of fictional providers, with look-ups and a known truth."""

from levelfield.simulate.simulation import SimulationResult, simulate

__all__ = ["SimulationResult", "simulate"]
