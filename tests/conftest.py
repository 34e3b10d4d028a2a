"""Actors and the world that every test may ask for."""

import os

os.environ["TESTING"] = "1"
