"""NVIDIA cards: what they can do, who may use them, and what their failures mean."""
