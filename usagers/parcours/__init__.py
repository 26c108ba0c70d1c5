"""The parcours: the decision tree that an aidant and an usager walk together. Pure data.

`arbre` holds the nodes and the walk, `textes` the words, `orientation` where people without a
French number go, `adresses` how a walk stands in a page's address, `dessin` the picture.
"""
