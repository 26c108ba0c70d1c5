"""The demo world: a FranceConnect simulator, two démarche sites, a guided tour.

Runs as its own process, keeps its state in memory (one worker), imports nothing of the
product and talks to it by HTTP only. Never used in production.
"""
