"""A whole country of made-up data, to measure the product at the size it must bear.

`pays` draws it from a seed, without a database; `copie` and `ecriture` put it into an empty one by
COPY, journal and seals included. Nothing here runs in production.
"""
