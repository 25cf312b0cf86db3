"""The map of journeys: what a community's history tells before anything is switched on, and what to begin with."""
