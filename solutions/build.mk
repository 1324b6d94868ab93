# solutions/
