"""A simulator of FranceConnect v2, as an identity source for the product."""
