"""How dates are written where no template says it: the administration, above all."""
