# lde-model/
