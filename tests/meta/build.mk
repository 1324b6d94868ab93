# tests/meta: the claims that the project makes about its own tree.
SCRIPTS += meta
